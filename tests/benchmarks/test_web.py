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
    result = web.run(readings=5)
    assert result["n"] == 5
    assert 0 < result["milliseconds"] <= result["p95"]
    assert 10 < result["megabytes"] < 30
    assert result["browser"].startswith("Chrom")
    assert "n = 5" in web.table(result)


def test_a_missing_chromium_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DIGITS_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DataError, match="Chromium is missing"):
        web.run()
