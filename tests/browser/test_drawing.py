"""Mouse, finger and pen on the pad; undo, clear and the keys."""

import re
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from .conftest import SCHEMES, Visit
from .stage import HAND, Point, draw, on_pad, way

SEVEN = HAND[7][0]


def expect_reading(page: Page, digit: int) -> None:
    expect(page.get_by_test_id("digit")).to_have_text(str(digit))


def expect_nothing(page: Page) -> None:
    expect(page.get_by_test_id("digit")).to_have_text("")
    expect(page.get_by_test_id("message")).to_have_text("Draw a digit")
    for digit in range(10):
        expect(page.get_by_test_id(f"bar-{digit}")).to_have_attribute("aria-valuenow", "0")
    assert strokes(page) == 0
    assert ink_seen(page) == 0


def strokes(page: Page) -> int:
    return page.get_by_test_id("pad").locator("path").count()


def ink_seen(page: Page) -> int:
    """Return the sum of what is painted in the picture that the network saw."""
    total: int = page.get_by_test_id("seen").evaluate(
        "canvas => canvas.getContext('2d').getImageData(0, 0, 28, 28).data.reduce((sum, level) => sum + level, 0)"
    )
    return total


class Finger:
    """Real touches, as the operating system would report them."""

    def __init__(self, page: Page, pad: str = "pad") -> None:
        self.page = page
        self.pad = pad
        self.session: CDPSession = page.context.new_cdp_session(page)

    def send(self, kind: str, *points: Point) -> None:
        touches: list[dict[str, Any]] = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def draw(self, stroke: list[Point], lift: str = "touchEnd") -> None:
        start, *rest = (on_pad(self.page, point, pad=self.pad) for point in way(stroke))
        self.send("touchStart", start)
        for point in rest:
            self.send("touchMove", point)
        self.send(lift)


def test_a_seven_drawn_with_the_mouse_is_read(page: Page) -> None:
    draw(page, 7)
    expect_reading(page, 7)
    expect(page.get_by_test_id("message")).to_have_text(re.compile(r"^(Over )?\d\d\.\d % sure"))
    expect(page.get_by_test_id("bar-7")).to_have_class(re.compile("wins"))
    expect(page.get_by_test_id("time")).to_have_text(re.compile(r"Read in \d+\.\d ms"))
    assert ink_seen(page) > 0


@pytest.mark.parametrize("digit", [2, 3, 4, 9])
def test_other_digits_are_read(page: Page, digit: int) -> None:
    draw(page, digit)
    expect_reading(page, digit)


def test_the_reading_follows_the_pen_before_it_is_lifted(page: Page) -> None:
    page.mouse.move(*on_pad(page, SEVEN[0]))
    page.mouse.down()
    for point in way(SEVEN):
        page.mouse.move(*on_pad(page, point))
        page.wait_for_timeout(10)
    expect_reading(page, 7)
    page.mouse.up()
    expect_reading(page, 7)


@pytest.mark.parametrize("corner", [(0.0, 0.0), (0.8, 0.8)], ids=["top left", "bottom right"])
def test_small_in_a_corner_is_read_as_well(page: Page, corner: Point) -> None:
    draw(page, 7, scale=0.2, corner=corner)
    expect_reading(page, 7)


def test_a_finger_draws_and_the_page_stays(phone: Page) -> None:
    Finger(phone).draw(SEVEN)
    expect_reading(phone, 7)
    assert phone.evaluate("scrollY") == 0


def test_a_second_finger_draws_nothing(phone: Page) -> None:
    finger = Finger(phone)
    start, *rest = (on_pad(phone, point) for point in way(SEVEN))
    resting = on_pad(phone, (0.1, 0.9))
    finger.send("touchStart", start)
    finger.send("touchStart", start, resting)
    for point in rest:
        finger.send("touchMove", point, resting)
    finger.send("touchEnd")
    expect_reading(phone, 7)
    assert strokes(phone) == 1


def test_a_stroke_that_the_system_cancels_is_taken_back(phone: Page) -> None:
    finger = Finger(phone)
    finger.draw(SEVEN)
    expect_reading(phone, 7)
    finger.draw([(0.2, 0.9), (0.8, 0.9)], lift="touchCancel")
    expect_reading(phone, 7)
    assert strokes(phone) == 1


def test_an_empty_pad_asks_for_a_digit(page: Page) -> None:
    expect_nothing(page)
    page.get_by_test_id("predict").click()
    expect_nothing(page)
    expect(page.get_by_text("Nothing you draw or show is stored.")).to_be_visible()


def test_predict_reads_the_drawing_again(page: Page) -> None:
    draw(page, 7)
    expect_reading(page, 7)
    with page.expect_response("**/component_server/**") as answer:
        page.get_by_test_id("predict").click()
    assert answer.value.json()["digit"] == 7


@pytest.mark.parametrize(
    "keys",
    [
        "button",
        pytest.param("Control+y", marks=pytest.mark.slow),
        pytest.param("Control+Shift+z", marks=pytest.mark.slow),
    ],
)
def test_redo_brings_a_stroke_back_until_another_is_drawn(page: Page, keys: str) -> None:
    def redo() -> None:
        page.get_by_test_id("redo").click() if keys == "button" else page.keyboard.press(keys)

    draw(page, 4)
    expect_reading(page, 4)
    page.keyboard.press("Control+z")
    assert strokes(page) == 1
    redo()
    assert strokes(page) == 2
    expect_reading(page, 4)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    draw(page, 7)
    redo()
    assert strokes(page) == 1
    expect_reading(page, 7)


def press_undo(page: Page) -> None:
    page.get_by_test_id("undo").click()


def press_clear(page: Page) -> None:
    page.get_by_test_id("clear").click()


@pytest.mark.parametrize(
    "undo", [press_undo, lambda page: page.keyboard.press("Control+z")], ids=["button", "key"]
)
def test_undo_takes_back_one_stroke(page: Page, undo: Any) -> None:
    draw(page, 7)
    expect_reading(page, 7)
    page.mouse.move(*on_pad(page, (0.1, 0.9)))
    page.mouse.down()
    page.mouse.move(*on_pad(page, (0.9, 0.9)), steps=5)
    page.mouse.up()
    assert strokes(page) == 2
    undo(page)
    assert strokes(page) == 1
    expect_reading(page, 7)
    undo(page)
    expect_nothing(page)
    undo(page)
    expect_nothing(page)


@pytest.mark.parametrize(
    "clear", [press_clear, lambda page: page.keyboard.press("Escape")], ids=["button", "key"]
)
def test_clear_empties_pad_and_results(page: Page, clear: Any) -> None:
    draw(page, 4)
    expect_reading(page, 4)
    clear(page)
    expect_nothing(page)
    draw(page, 7)
    expect_reading(page, 7)


def test_clear_outruns_an_answer_on_its_way(page: Page) -> None:
    answers = 0

    def hold(route: Any) -> None:
        nonlocal answers
        page.wait_for_timeout(300)
        route.continue_()
        answers += 1

    page.route("**/component_server/**", hold)
    draw(page, 7)
    press_clear(page)
    page.wait_for_timeout(800)
    assert answers > 0
    expect_nothing(page)


def test_another_window_size_keeps_the_drawing(page: Page) -> None:
    draw(page, 7)
    expect_reading(page, 7)
    page.set_viewport_size({"width": 390, "height": 844})
    pad, ink = (box.bounding_box() for box in (page.get_by_test_id("pad"), page.locator(".surface path")))
    assert pad
    assert ink
    middle = (ink["x"] + ink["width"] / 2 - pad["x"]) / pad["width"]
    assert middle == pytest.approx(0.5, abs=0.02)
    page.get_by_test_id("predict").click()
    expect_reading(page, 7)


def test_every_button_is_reached_by_key(page: Page) -> None:
    draw(page, 7)
    for button in ("undo", "redo", "clear", "predict"):
        page.keyboard.press("Tab")
        expect(page.get_by_test_id(button)).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect_nothing(page)


@SCHEMES
def test_ink_stands_out_in_both_schemes(visit: Visit, scheme: str) -> None:
    page = visit(color_scheme=scheme)
    draw(page, 7)
    expect_reading(page, 7)
    ink = lightness(page, ".surface path", "stroke")
    paper = lightness(page, ".pad", "backgroundColor")
    assert (ink < paper) == (scheme == "light")
    assert abs(ink - paper) > 150


def lightness(page: Page, selector: str, colour: str) -> float:
    rgb = page.locator(selector).evaluate(f"element => getComputedStyle(element).{colour}")
    red, green, blue = (int(part) for part in re.findall(r"\d+", rgb)[:3])
    return (red + green + blue) / 3
