"""axe-core finds nothing on either page: in light, dark and forced colours, in both tabs, idle and with a reading."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from digits_detector import npm
from digits_detector.errors import DataError

from ..conftest import need
from .conftest import PHONE, Visit
from .stage import draw, draw_number, open_numbers

AXE = npm.Package(
    "axe-core",
    "4.14.1",
    "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
)
COLOURS = pytest.mark.parametrize(
    "colours",
    [
        {"color_scheme": "light"},
        pytest.param({"color_scheme": "dark"}, marks=pytest.mark.slow),
        pytest.param({"color_scheme": "dark", "forced_colors": "active"}, marks=pytest.mark.slow),
        pytest.param(PHONE, marks=pytest.mark.slow),
    ],
    ids=["light", "dark", "forced", "phone"],
)


@pytest.fixture(scope="module")
def axe() -> str:
    try:
        return npm.files(AXE, ["axe.min.js"])["axe.min.js"].decode()
    except DataError as error:
        need("cannot be fetched" not in str(error), f"axe-core is missing: {error}")
        raise


def expect_no_violations(page: Page, axe: str) -> None:
    page.evaluate(axe)
    found: dict[str, Any] = page.evaluate("axe.run()")
    assert [
        (violation["id"], node["target"], node["failureSummary"])
        for violation in found["violations"]
        for node in violation["nodes"]
    ] == []


@COLOURS
def test_the_served_page(visit: Visit, axe: str, colours: dict[str, Any]) -> None:
    page = visit(**colours)
    expect_no_violations(page, axe)
    draw(page, 7)
    expect(page.get_by_test_id("digit")).to_have_text("7")
    expect_no_violations(page, axe)
    open_numbers(page)
    draw_number(page, "17")
    expect(page.get_by_test_id("number")).to_have_text("17")
    page.get_by_test_id("found-0").click()
    expect_no_violations(page, axe)


@COLOURS
def test_the_page_without_a_server(visit: Visit, host: str, axe: str, colours: dict[str, Any]) -> None:
    page = visit(host, **colours)
    draw(page, 7)
    expect(page.get_by_test_id("digit")).to_have_text("7")
    expect_no_violations(page, axe)
    open_numbers(page)
    draw_number(page, "17")
    expect(page.get_by_test_id("number")).to_have_text("17")
    expect_no_violations(page, axe)
