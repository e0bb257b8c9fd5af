"""The reading is in sight while one draws, on every screen and in both tabs, and on the page that needs no server."""

import pytest
from playwright.sync_api import Page, expect

from .conftest import PHONE, Visit
from .stage import draw, draw_strokes, number, open_numbers

SCREENS = [
    pytest.param(320, 568, marks=pytest.mark.slow),
    pytest.param(360, 640, marks=pytest.mark.slow),
    (390, 664),
    pytest.param(390, 844, marks=pytest.mark.slow),
    pytest.param(820, 1180, marks=pytest.mark.slow),
    pytest.param(1024, 640, marks=pytest.mark.slow),
    pytest.param(568, 320, marks=pytest.mark.slow),
    pytest.param(664, 390, marks=pytest.mark.slow),
]
PHONES = 480  # pixels: of the shorter side of what is held in a hand


def opened(visit: Visit, width: int, height: int, *address: str) -> Page:
    phone = {**PHONE, "device_scale_factor": 1} if min(width, height) < PHONES else {}
    return visit(*address, **{**phone, "viewport": {"width": width, "height": height}})


def expect_at_a_glance(page: Page, *names: str) -> None:
    """Expect that elements are wholly in sight, without scrolling, and that nothing is wider than the screen."""
    for name in names:
        expect(page.get_by_test_id(name)).to_be_in_viewport(ratio=0.99)
    assert page.evaluate("scrollY") == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_a_digit_and_how_sure_are_in_sight_of_the_pad(visit: Visit, width: int, height: int) -> None:
    page = opened(visit, width, height)
    draw(page, 7)
    expect(page.get_by_test_id("digit")).to_have_text("7")
    expect(page.get_by_test_id("message")).to_contain_text("sure")
    expect_at_a_glance(page, "digit", "message", "pad" if height > PHONES else "digit")


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_a_number_and_how_sure_are_in_sight_of_the_pad(visit: Visit, width: int, height: int) -> None:
    page = open_numbers(opened(visit, width, height))
    draw_strokes(page, [[(0.4 + x, y) for x, y in stroke] for stroke in number("17")], pad="numbers-pad")
    expect(page.get_by_test_id("number")).to_have_text("17")
    expect_at_a_glance(page, "number", "numbers-message", "numbers-pad" if height > PHONES else "number")


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_the_page_without_a_server_shows_it_too(visit: Visit, host: str, width: int, height: int) -> None:
    page = opened(visit, width, height, host)
    draw(page, 7)
    expect(page.get_by_test_id("digit")).to_have_text("7")
    expect_at_a_glance(page, "digit", "message", "pad" if height > PHONES else "digit")


@pytest.mark.slow
@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_a_number_on_the_page_without_a_server_is_in_sight(
    visit: Visit, host: str, width: int, height: int
) -> None:
    page = open_numbers(opened(visit, width, height, host))
    draw_strokes(page, [[(0.4 + x, y) for x, y in stroke] for stroke in number("17")], pad="numbers-pad")
    expect(page.get_by_test_id("number")).to_have_text("17")
    expect_at_a_glance(page, "number", "numbers-message", "numbers-pad" if height > PHONES else "number")


@pytest.mark.parametrize("tab", ["digit", "numbers"])
def test_buttons_are_large_enough_for_a_thumb(visit: Visit, tab: str) -> None:
    page = opened(visit, 320, 568)
    prefix = "" if tab == "digit" else "numbers-"
    if prefix:
        open_numbers(page)
    for name in ("undo", "redo", "clear", "predict", "take", "choose"):
        box = page.get_by_test_id(prefix + name).bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44, name
        assert box["x"] + box["width"] <= 320, name


def test_the_pad_never_moves_under_the_pen(visit: Visit) -> None:
    page = opened(visit, 390, 664)
    before = page.get_by_test_id("pad").bounding_box()
    draw(page, 7)
    expect(page.get_by_test_id("digit")).to_have_text("7")
    assert page.get_by_test_id("pad").bounding_box() == before
    open_numbers(page)
    before = page.get_by_test_id("numbers-pad").bounding_box()
    for top in (0.05, 0.55):  # a line, and another below it
        draw_strokes(
            page,
            [[(0.1 + 0.4 * x, top + 0.4 * y) for x, y in stroke] for stroke in number("17")],
            pad="numbers-pad",
        )
        expect(page.get_by_test_id("number")).to_have_text("17" * (1 + (top > 0.5)))
        assert page.get_by_test_id("numbers-pad").bounding_box() == before
