"""A link holds a drawing, and whoever opens it sees the drawing and its reading."""

import pytest
from playwright.sync_api import Page, expect

from .conftest import Visit
from .stage import draw, draw_number, open_numbers


def shared(page: Page, button: str) -> str:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_test_id(button).click()
    expect(page.get_by_test_id(button)).to_have_text("Copied")
    link: str = page.evaluate("navigator.clipboard.readText()")
    assert link == page.url
    return link


def test_a_digit(page: Page, visit: Visit) -> None:
    expect(page.get_by_test_id("share")).to_be_hidden()
    draw(page, 4)
    expect(page.get_by_test_id("digit")).to_have_text("4")
    opened = visit(shared(page, "share"))
    expect(opened.get_by_test_id("digit")).to_have_text("4")
    assert opened.get_by_test_id("pad").locator("path").count() == 2
    opened.get_by_test_id("undo").click()
    assert opened.get_by_test_id("pad").locator("path").count() == 1


def test_a_number(page: Page, visit: Visit) -> None:
    open_numbers(page)
    draw_number(page, "1984")
    expect(page.get_by_test_id("number")).to_have_text("1984")
    link = shared(page, "numbers-share")
    opened = visit()
    opened.goto("about:blank")
    opened.goto(link)
    expect(opened.get_by_test_id("number")).to_have_text("1984")
    assert opened.url == link


def test_on_the_page_without_a_server(visit: Visit, host: str) -> None:
    page = visit(host)
    draw(page, 7)
    expect(page.get_by_test_id("digit")).to_have_text("7")
    expect(visit(shared(page, "share")).get_by_test_id("digit")).to_have_text("7")


@pytest.mark.slow
@pytest.mark.parametrize("drawing", ["", "7", "1.2_", "9" * 400 + ".1", "<svg>", "1.1~~2.2"])
def test_a_link_that_holds_something_else_leaves_a_pad_that_works(
    visit: Visit, server: str, drawing: str
) -> None:
    page = visit(f"{server}#digit={drawing}")
    expect(page.get_by_test_id("digit")).to_have_text("")
    page.get_by_test_id("clear").click()
    draw(page, 7)
    expect(page.get_by_test_id("digit")).to_have_text("7")
