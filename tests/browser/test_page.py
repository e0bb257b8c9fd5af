"""The page as a whole: what it shows, whom it calls, how it bears narrow screens and a lost server."""

import json
import re
import urllib.request
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from digits_detector import DigitRecognizer, Strokes

from ..web.serving import serving
from .conftest import Visit
from .stage import draw
from .test_drawing import expect_reading


def draw_and_catch(page: Page, digit: int) -> dict[str, Any]:
    """Draw a digit and return the last question that the page asked about it."""
    questions: list[dict[str, Any]] = []

    def note(request: Request) -> None:
        if "component_server" in request.url:
            questions.append(request.post_data_json or {})

    page.on("request", note)
    draw(page, digit)
    expect_reading(page, digit)
    page.wait_for_timeout(300)
    return questions[-1]


def test_the_bars_show_what_the_recogniser_says(page: Page, recognizer: DigitRecognizer) -> None:
    question = draw_and_catch(page, 3)
    prediction = recognizer.predict(Strokes.from_json(question["data"]))
    for digit, probability in enumerate(prediction.probabilities):
        bar = page.get_by_test_id(f"bar-{digit}")
        assert bar.get_attribute("role") == "meter"
        assert float(bar.get_attribute("aria-valuenow") or "") == pytest.approx(probability * 100, abs=1e-3)
        assert bar.get_attribute("title") == f"{digit}: {bar.get_attribute('aria-valuetext')}"
        expect(bar).to_have_text(f"{digit}{probability * 100:.1f} %")


def test_a_drawing_travels_in_a_few_hundred_bytes(page: Page) -> None:
    assert len(json.dumps(draw_and_catch(page, 3)["data"])) < 1000


def test_the_picture_seen_is_the_networks_input(page: Page, recognizer: DigitRecognizer) -> None:
    question = draw_and_catch(page, 2)
    shown = page.get_by_test_id("seen").evaluate(
        "canvas => Array.from(canvas.getContext('2d').getImageData(0, 0, 28, 28).data).filter((_, i) => i % 4 === 3)"
    )
    prediction = recognizer.predict(Strokes.from_json(question["data"]))
    assert shown == prediction.input.flatten().tolist()


def test_it_explains_itself_with_measured_figures(page: Page) -> None:
    section = page.get_by_label("How it works")
    expect(section.get_by_role("heading")).to_have_text("How it works")
    expect(section).to_contain_text("468,202")
    expect(section).to_contain_text(re.compile(r"99\.\d\d"))


def test_a_phone_never_scrolls_sideways(phone: Page) -> None:
    draw(phone, 7)
    expect_reading(phone, 7)
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    for name in ("pad", "undo", "redo", "clear", "predict", "digit", "bar-0", "seen"):
        box = phone.get_by_test_id(name).bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390


def test_the_endpoint_stands_in_the_api_view(page: Page) -> None:
    page.get_by_role("button", name="Use via API").click()
    expect(page.get_by_text("/predict_digit").first).to_be_visible()
    expect(page.get_by_text("/read_number").first).to_be_visible()


@pytest.mark.slow
def test_a_lost_server_is_reported_and_its_return_noticed(visit: Visit) -> None:
    with serving() as address:
        page = visit(address)
        draw(page, 7)
        expect_reading(page, 7)
    page.get_by_test_id("predict").click()
    expect(page.get_by_test_id("message")).to_contain_text("The server does not answer")
    expect(page.get_by_test_id("digit")).to_have_text("")
    with serving("--port", address.rpartition(":")[2]):
        expect(page.get_by_test_id("digit")).to_have_text("7", timeout=20_000)


@pytest.mark.slow
def test_two_workers_read_alike(visit: Visit) -> None:
    with serving("--workers", "2") as address:
        page = visit(address)
        question = draw_and_catch(page, 7)
        # The browser keeps to one connection and so to one worker; new connections reach both.
        readings = [ask(f"{address}/gradio_api/component_server/", question) for _ in range(20)]
    assert {reading["digit"] for reading in readings} == {7}
    assert len({json.dumps(reading["probabilities"]) for reading in readings}) == 1


def ask(url: str, question: dict[str, Any]) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps(question).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        reading: dict[str, Any] = json.load(answer)
    return reading
