"""The page that needs no server: as right as Python's recogniser, and drawn on as the page that is served."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Route, expect

from benchmarks.nondigits import rows_of_digits, scribbles, signs
from digits_detector import DigitRecognizer, Strokes

from ..vectors.strokes import VECTORS
from ..web.serving import static_host
from .conftest import PHONE, Visit
from .stage import draw, draw_strokes, open_page
from .test_drawing import expect_nothing, expect_reading, lightness
from .test_why import CROSS

SIZES = pytest.mark.parametrize("size", [{}, PHONE], ids=["desktop", "phone"])
NORMALIZE = """async (drawings) => {
    const { normalize } = await import("./normalize.js");
    return drawings.map((strokes) => Array.from(normalize(strokes)));
}"""
READ = """async (drawings) => {
    const { Recognizer } = await import("./recognizer.js");
    const recognizer = await Recognizer.load();
    const readings = [];
    for (const drawing of drawings) {
        const { input, ...reading } = await recognizer.read(drawing);
        readings.push({ ...reading, input: Array.from(input) });
    }
    return readings;
}"""


def test_the_rasteriser_is_held_to_the_vectors(visit: Visit, host: str) -> None:
    cases = json.loads(VECTORS.read_text(encoding="utf-8"))
    drawn = visit(host).evaluate(NORMALIZE, [case["strokes"] for case in cases])
    for case, image in zip(cases, drawn, strict=True):
        assert np.abs(np.reshape(image, (28, 28)) - case["image"]).max() <= 1, case["name"]


def test_nothing_drawn_is_blank(visit: Visit, host: str) -> None:
    (reading,) = visit(host).evaluate(READ, [{"strokes": [[], []]}])
    assert reading["status"] == "blank"
    assert reading["digit"] is None
    assert reading["probabilities"] == [0.1] * 10


@pytest.mark.train  # the pen strokes are unpacked by what training brings
def test_1000_drawings_are_read_as_python_reads_them(
    visit: Visit, host: str, recognizer: DigitRecognizer, pen_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from digits_detector.training.data import pen

    monkeypatch.setenv("DIGITS_DATA", str(pen_folder.parent))
    random = np.random.default_rng(0)
    _, digits = pen.split(pen.load())
    drawings = [*digits.strokes[:650], *signs(40, random), *scribbles(40, random)]
    drawings += rows_of_digits(1000 - len(drawings) - 1, digits.strokes, random)
    drawings += [Strokes([[(200, 200), (201, 200)], [(200, 201)]])]  # a dot, made of two
    assert len(drawings) == 1000
    reported: list[dict[str, Any]] = visit(host).evaluate(READ, [drawing.to_json() for drawing in drawings])
    known = recognizer.predict_batch(drawings)
    assert [each["status"] for each in reported] == [each.status for each in known]
    assert [each["digit"] for each in reported] == [each.digit for each in known]
    assert {each.status for each in known} == {"digit", "not_a_digit"}
    theirs, ours = (np.array([row[name] for row in reported]) for name in ("probabilities", "outlier_score"))
    assert np.abs(theirs - [each.probabilities for each in known]).max() <= 1e-3
    assert np.abs(ours - [each.outlier_score for each in known]).max() <= 0.02
    inputs = np.array([each["input"] for each in reported]).reshape(-1, 28, 28)
    assert np.abs(inputs - [each.input.astype(int) for each in known]).max() <= 1


@SIZES
def test_a_drawing_is_read_and_taken_back(visit: Visit, host: str, size: dict[str, object]) -> None:
    page = visit(host, **size)
    expect_nothing(page)
    draw(page, 7)
    expect_reading(page, 7)
    expect(page.get_by_test_id("message")).to_have_text(re.compile(r"^(Over )?\d\d\.\d % sure"))
    expect(page.get_by_test_id("bar-7")).to_have_class(re.compile("wins"))
    expect(page.get_by_test_id("time")).to_have_text(re.compile(r"^Read in \d+\.\d ms, in your browser\.$"))
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.get_by_test_id("undo").click()
    expect_nothing(page)
    draw(page, 4)
    expect_reading(page, 4)
    page.get_by_test_id("clear").click()
    expect_nothing(page)


def test_what_is_no_digit_is_said(visit: Visit, host: str, recognizer: DigitRecognizer) -> None:
    page = visit(host)
    draw_strokes(page, CROSS)
    closest = int(recognizer.predict(Strokes(CROSS)).probabilities.argmax())
    expect(page.get_by_test_id("message")).to_have_text(
        f"That does not look like a digit. Closest: {closest}"
    )


def test_it_reads_on_when_its_host_is_gone(visit: Visit, exported: Path) -> None:
    with static_host(exported.parent) as address:
        page = visit(f"{address}/{exported.name}/")
        draw(page, 7)
        expect_reading(page, 7)
    page.get_by_test_id("clear").click()
    draw(page, 3)
    expect_reading(page, 3)


def test_what_is_drawn_while_the_network_loads_is_read_then(visit: Visit, host: str) -> None:
    page = visit(host)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/*.onnx", hold)
    open_page(page, host)
    draw(page, 7)
    expect(page.get_by_test_id("message")).to_have_text("Loading the network …")
    expect(page.get_by_test_id("digit")).to_have_text("")
    held[0].continue_()
    expect_reading(page, 7)


def test_a_network_that_is_missing_is_told(
    contexts: Callable[..., BrowserContext], exported: Path, tmp_path: Path
) -> None:
    broken = shutil.copytree(exported, tmp_path / "page")
    (broken / "mnist_cnn.onnx").unlink()
    with static_host(tmp_path) as address:
        page = open_page(contexts().new_page(), f"{address}/page/")
        draw(page, 7)
        expect(page.get_by_test_id("message")).to_contain_text("The network could not be loaded.")
        page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_light_or_dark_as_the_system_is(visit: Visit, host: str, scheme: str) -> None:
    page = visit(host, color_scheme=scheme)
    draw(page, 7)
    expect_reading(page, 7)
    ink = lightness(page, ".surface path", "stroke")
    paper = lightness(page, "html", "backgroundColor")
    assert (ink < paper) == (scheme == "light")
    assert abs(ink - paper) > 150


def test_it_can_call_no_other_host(
    contexts: Callable[..., BrowserContext], host: str, exported: Path
) -> None:
    page = open_page(contexts().new_page(), host)
    call = "address => fetch(address, { mode: 'no-cors' }).then(() => 'called', () => 'kept in')"
    with static_host(exported) as other:
        assert page.evaluate(call, f"{host}model.json") == "called"
        assert page.evaluate(call, f"{other}/model.json") == "kept in"
    page.close()
