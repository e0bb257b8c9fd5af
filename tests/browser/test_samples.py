"""Samples to click on, and several pictures at once, on both pages."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from digits_detector import DigitRecognizer, Strokes
from digits_detector.web import sketchpad

from .conftest import Visit
from .stage import open_numbers

SAMPLES = Path(sketchpad.__file__).parent / "samples"
KNOWN = json.loads((SAMPLES / "samples.json").read_text(encoding="utf-8"))
PATIENCE = 30_000  # ms
PICTURES = [SAMPLES / name for name in KNOWN["numbers"]["pictures"]]


def strokes_of(text: str) -> Strokes:
    return Strokes([[point.split(".") for point in stroke.split("_")] for stroke in text.split("~")])


@pytest.fixture(params=["served", pytest.param("alone", marks=pytest.mark.slow)])
def either(request: pytest.FixtureRequest, visit: Visit, host: str) -> Page:
    return visit() if request.param == "served" else visit(host)


def test_each_sample_is_read_as_it_looks(recognizer: DigitRecognizer) -> None:
    digits = [recognizer.predict(strokes_of(drawing)).digit for drawing in KNOWN["digit"]["drawings"]]
    assert digits == [0, 2, 5, 7, 4, 8, 9]
    assert [recognizer.read(strokes_of(each)).text for each in KNOWN["numbers"]["drawings"]] == [
        "1984",
        "73 206",
    ]
    texts = [recognizer.read(picture, marks=True).text for picture in PICTURES]
    assert texts == ["12.50\n-7.25\n108", "24/12/2026\n18:30", "3141\n59265"]


def test_samples_are_clicked(either: Page, recognizer: DigitRecognizer) -> None:
    either.get_by_test_id("digit-sample-2").click()
    expect(either.get_by_test_id("digit")).to_have_text("5", timeout=PATIENCE)
    open_numbers(either).get_by_test_id("numbers-sample-0").click()
    expect(either.get_by_test_id("spoken")).to_have_text("1984")
    either.get_by_test_id("numbers-sample-4").click()
    expect(either.get_by_test_id("spoken")).to_have_text("3141\n59265", timeout=PATIENCE)
    either.get_by_test_id("numbers-sample-1").click()
    expect(either.get_by_test_id("spoken")).to_have_text("73 206")
    expect(either.get_by_test_id("numbers-picture")).to_be_hidden()


def test_several_pictures_are_read_one_after_the_other(either: Page, tmp_path: Path) -> None:
    (tmp_path / "words.png").write_text("no picture")
    page = open_numbers(either)
    page.get_by_test_id("numbers-file").set_input_files([PICTURES[0], tmp_path / "words.png", PICTURES[2]])
    expect(page.get_by_test_id("progress")).to_have_text("2 of 3 pictures read.", timeout=PATIENCE)
    expect(page.get_by_test_id("spoken")).to_have_text("1250\n725\n108")
    expect(page.get_by_test_id("picture-1")).to_have_text("not read")
    page.get_by_test_id("picture-2").click()
    expect(page.get_by_test_id("spoken")).to_have_text("3141\n59265")
    expect(page.get_by_test_id("picture-2")).to_have_attribute("aria-pressed", "true")
    with page.expect_download() as download:
        page.get_by_test_id("save-csv").click()
    rows = download.value.path().read_text().splitlines()
    assert rows[0] == "picture,line,number,x0,y0,x1,y1"
    assert [row.split(",")[:3] for row in rows[1:]] == [
        ['"prices.jpg"', "1", "1250"],
        ['"prices.jpg"', "2", "725"],
        ['"prices.jpg"', "3", "108"],
        ['"board.jpg"', "1", "3141"],
        ['"board.jpg"', "2", "59265"],
    ]
    page.get_by_test_id("numbers-clear").click()
    expect(page.get_by_test_id("strip")).to_be_hidden()
    expect(page.get_by_test_id("spoken")).to_have_text("")


def test_marks_are_asked_for_in_all_pictures(either: Page) -> None:
    page = open_numbers(either)
    page.get_by_test_id("numbers-file").set_input_files(PICTURES[:2])
    expect(page.get_by_test_id("progress")).to_have_text("2 of 2 pictures read.", timeout=PATIENCE)
    page.get_by_test_id("marks").check()
    expect(page.get_by_test_id("picture-1")).to_have_text("24/12/2026 18:30", timeout=PATIENCE)
    expect(page.get_by_test_id("spoken")).to_have_text("12.50\n-7.25\n108", timeout=PATIENCE)
