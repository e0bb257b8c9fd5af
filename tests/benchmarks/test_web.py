"""The measurement of the page that needs no server; its figures are not asserted."""

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from benchmarks import web
from digits_detector.errors import DataError

from ..browser.stage import find_chromium
from ..conftest import need


@pytest.fixture
def chromium() -> str:
    with sync_playwright() as playwright:
        found = find_chromium(playwright)
    need(found, "Chromium is missing: `apt-get install chromium`, or `playwright install chromium`")
    assert found
    return found


@pytest.mark.browser
def test_readings_in_a_real_browser_are_timed(
    chromium: str, exported: Path, pen_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert exported
    monkeypatch.setenv("DIGITS_CHROMIUM", chromium)
    monkeypatch.setenv("DIGITS_DATA", str(pen_folder.parent))
    result = web.run(drawings=5, numbers=3, photos=1)
    assert [row["n"] for row in result["rows"]] == [1, 5, 5, 3, 1, 1]
    assert all(0 < row["milliseconds"] <= row["p95"] for row in result["rows"])
    assert 3 < result["compressed"] < result["megabytes"] < 30
    assert result["browser"].startswith("Chrom")
    assert "photo of 1 megapixel" in web.table(result)


def test_a_missing_chromium_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DIGITS_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DataError, match="Chromium is missing"):
        web.run()
