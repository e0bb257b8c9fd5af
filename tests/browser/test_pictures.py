"""Pictures on the pad: uploaded, taken, pasted, dropped."""

import base64
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, Request, expect

from digits_detector import DigitRecognizer

from .stage import draw, photograph
from .test_drawing import expect_nothing, expect_reading, strokes


@pytest.fixture(scope="module")
def four(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the path of a photo of a 4."""
    file = tmp_path_factory.mktemp("photos") / "four.jpg"
    photograph(4).save(file, quality=90)
    return file


def upload(page: Page, file: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_test_id("choose").click()
    chooser.value.set_files(file)


def catch_questions(page: Page) -> list[dict[str, Any]]:
    """Return a list that grows with each question that the page asks; it may call the server for nothing else."""
    questions: list[dict[str, Any]] = []

    def note(request: Request) -> None:
        if request.method != "POST":
            return
        assert "component_server" in request.url
        questions.append((request.post_data_json or {})["data"])

    page.on("request", note)
    return questions


def test_an_uploaded_photo_is_read_and_cleared(page: Page, four: Path) -> None:
    upload(page, four)
    expect_reading(page, 4)
    expect(page.get_by_test_id("picture")).to_be_visible()
    page.get_by_test_id("clear").click()
    expect(page.get_by_test_id("picture")).to_be_hidden()
    expect_nothing(page)
    draw(page, 7)
    expect_reading(page, 7)
    upload(page, four)
    expect_reading(page, 4)


def test_a_phone_takes_a_photo(phone: Page, four: Path) -> None:
    with phone.expect_file_chooser() as chooser:
        phone.get_by_test_id("take").tap()
    assert chooser.value.element.get_attribute("capture") == "environment"
    chooser.value.set_files(four)
    expect_reading(phone, 4)
    expect(phone.get_by_test_id("picture")).to_be_in_viewport()
    assert phone.evaluate("document.documentElement.scrollWidth") == 390


def test_only_where_fingers_point_is_there_a_camera(page: Page) -> None:
    expect(page.get_by_test_id("choose")).to_be_visible()
    expect(page.get_by_test_id("take")).to_be_hidden()


def test_a_pasted_picture_is_read(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    copied = io.BytesIO()
    photograph(9).save(copied, "PNG")
    page.evaluate(
        """async (data) => {
            const blob = await (await fetch("data:image/png;base64," + data)).blob();
            await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
        }""",
        base64.b64encode(copied.getvalue()).decode(),
    )
    page.keyboard.press("Control+v")
    expect_reading(page, 9)
    expect(page.get_by_test_id("picture")).to_be_visible()


def drop(page: Page, name: str, kind: str, data: bytes) -> None:
    """Drag a file over the pad, and let it go there."""
    dragged = page.evaluate_handle(
        """([name, type, data]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], name, { type }));
            return transfer;
        }""",
        [name, kind, base64.b64encode(data).decode()],
    )
    pad = page.get_by_test_id("pad")
    pad.dispatch_event("dragover", {"dataTransfer": dragged})
    expect(page.get_by_text("Drop the picture")).to_be_visible()
    pad.dispatch_event("drop", {"dataTransfer": dragged})
    expect(page.get_by_text("Drop the picture")).to_be_hidden()


def test_a_dropped_picture_is_read(page: Page, four: Path) -> None:
    drop(page, "four.jpg", "image/jpeg", four.read_bytes())
    expect_reading(page, 4)


def test_undo_lifts_the_picture_off_the_drawing(page: Page, four: Path) -> None:
    draw(page, 7)
    upload(page, four)
    expect_reading(page, 4)
    page.keyboard.press("Control+z")
    expect(page.get_by_test_id("picture")).to_be_hidden()
    expect_reading(page, 7)
    assert strokes(page) == 1


def test_a_large_photo_travels_small_and_upright(
    page: Page, recognizer: DigitRecognizer, tmp_path: Path
) -> None:
    photo = photograph(4, (4000, 3000)).rotate(90, expand=True)
    exif = photo.getexif()
    exif[0x0112] = 6  # the camera was held upright: turn it by 90° to see it as it was
    exif[0x010F] = "A camera"
    photo.save(tmp_path / "held_upright.jpg", exif=exif)
    questions = catch_questions(page)
    upload(page, tmp_path / "held_upright.jpg")
    expect_reading(page, 4)
    (question,) = questions
    assert len(json.dumps(question)) < 500_000
    data = base64.b64decode(question["picture"].partition(",")[2])
    sent = Image.open(io.BytesIO(data))
    assert sent.size == (1024, 768)
    assert not sent.getexif()
    prediction = recognizer.predict(data)
    assert prediction.digit == 4
    shown = float(page.get_by_test_id("bar-4").get_attribute("aria-valuenow") or "")
    assert shown == pytest.approx(prediction.confidence * 100, abs=1e-3)


def test_a_picture_on_nothing_keeps_its_transparency(page: Page, tmp_path: Path) -> None:
    ink = photograph(4).convert("L").point(lambda level: 255 if level < 130 else 0)
    white = Image.new("RGBA", ink.size, (255, 255, 255, 0))
    white.putalpha(ink)
    white.save(tmp_path / "white_on_nothing.png")
    upload(page, tmp_path / "white_on_nothing.png")
    expect_reading(page, 4)


def test_an_empty_sheet_is_reported(page: Page, tmp_path: Path) -> None:
    Image.new("L", (300, 200), 240).save(tmp_path / "sheet.png")
    upload(page, tmp_path / "sheet.png")
    expect(page.get_by_test_id("message")).to_have_text("Nothing is written here.")
    expect(page.get_by_test_id("digit")).to_have_text("")


def test_a_file_that_is_no_picture_is_reported_and_the_drawing_kept(page: Page, tmp_path: Path) -> None:
    draw(page, 7)
    expect_reading(page, 7)
    (tmp_path / "letter.txt").write_text("Dear network, please read this.")
    upload(page, tmp_path / "letter.txt")
    expect(page.get_by_test_id("message")).to_have_text("This file is not a picture that can be shown.")
    expect(page.get_by_test_id("digit")).to_have_text("")
    assert strokes(page) == 1
    page.get_by_test_id("predict").click()
    expect_reading(page, 7)


def test_a_photo_is_explained(page: Page, four: Path) -> None:
    upload(page, four)
    expect_reading(page, 4)
    page.get_by_test_id("see-why").click()
    expect(page.get_by_test_id("why")).to_contain_text("Why a 4?")
    expect(page.get_by_test_id("map-1")).to_have_text(re.compile(r"^Is it an? \d\?"))
