"""What is no digit, and why something is read as it is."""

import re

from playwright.sync_api import Page, expect

from digits_detector import DigitRecognizer, Strokes

from .conftest import SIZES, Visit
from .stage import Stroke, draw, draw_strokes
from .test_drawing import expect_nothing, expect_reading

CROSS: list[Stroke] = [[(0.25, 0.25), (0.75, 0.75)], [(0.75, 0.25), (0.25, 0.75)]]


def heat_pixels(page: Page, place: int) -> list[list[int]]:
    """Return the colours, (784, 4), of a heat map."""
    data: list[int] = (
        page.get_by_test_id(f"map-{place}")
        .locator("canvas")
        .evaluate("canvas => Array.from(canvas.getContext('2d').getImageData(0, 0, 28, 28).data)")
    )
    return [data[i : i + 4] for i in range(0, len(data), 4)]


@SIZES
def test_what_is_no_digit_is_said_kindly(
    visit: Visit, size: dict[str, object], recognizer: DigitRecognizer
) -> None:
    page = visit(**size)
    draw_strokes(page, CROSS)
    prediction = recognizer.predict(Strokes(CROSS))
    assert prediction.status == "not_a_digit"
    closest = int(prediction.probabilities.argmax())
    message = page.get_by_test_id("message")
    expect(message).to_have_text(f"That does not look like a digit. Closest: {closest}")
    expect(message).to_be_in_viewport()
    expect(page.get_by_test_id("digit")).to_have_text("")
    expect(page.get_by_test_id(f"bar-{closest}")).to_contain_text("%")
    assert float(page.get_by_test_id(f"bar-{closest}").get_attribute("aria-valuenow") or "") > 10
    page.get_by_test_id("see-why").click()
    expect(page.get_by_test_id("why")).to_contain_text(re.compile(rf"Why an? {closest} comes closest"))
    page.get_by_test_id("clear").click()
    expect_nothing(page)


@SIZES
def test_it_shows_why_on_demand(visit: Visit, size: dict[str, object]) -> None:
    page = visit(**size)
    draw(page, 7)
    expect_reading(page, 7)
    why, button = page.get_by_test_id("why"), page.get_by_test_id("see-why")
    expect(why).to_be_hidden()
    button.click()
    expect(why.get_by_role("heading")).to_have_text("Why a 7?")
    expect(page.get_by_test_id("map-0")).to_have_text(
        re.compile(r"^Is it a 7\?Yes, says the (top|middle|right)")
    )
    expect(page.get_by_test_id("map-1")).to_have_text(
        re.compile(r"^Is it an? [^7]\?.*yes.*no", re.IGNORECASE)
    )
    expect(page.get_by_test_id("map-1")).to_be_in_viewport()
    left, right = (page.get_by_test_id(f"map-{place}").bounding_box() for place in (0, 1))
    assert left
    assert right
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] < right["x"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    button.click()
    expect(why).to_be_hidden()


def test_the_heat_colours_the_ink_and_nothing_else(page: Page) -> None:
    draw(page, 7)
    expect_reading(page, 7)
    page.get_by_test_id("see-why").click()
    expect(page.get_by_test_id("why")).to_be_visible()
    ink = page.get_by_test_id("seen").evaluate(
        "canvas => Array.from(canvas.getContext('2d').getImageData(0, 0, 28, 28).data).filter((_, i) => i % 4 === 3)"
    )
    for place in (0, 1):
        pixels = heat_pixels(page, place)
        assert [alpha for *_, alpha in pixels] == ink
        assert any(max(rgb) - min(rgb) > 60 for *rgb, alpha in pixels if alpha == 255)


def test_an_open_explanation_follows_the_drawing(page: Page) -> None:
    draw(page, 7)
    expect_reading(page, 7)
    page.get_by_test_id("see-why").click()
    heading = page.get_by_test_id("why").get_by_role("heading")
    expect(heading).to_have_text("Why a 7?")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("why")).to_be_hidden()
    page.evaluate("scrollTo(0, 0)")
    draw(page, 3)
    expect_reading(page, 3)
    expect(heading).to_have_text("Why a 3?")
    assert page.evaluate("scrollY") == 0, "the page moved under the pen"


def test_without_a_reading_there_is_nothing_to_explain(page: Page) -> None:
    expect(page.get_by_test_id("see-why")).to_be_hidden()
    expect(page.get_by_test_id("why")).to_be_hidden()
