"""The scores of the page that needs no server; without Node.js it says what is missing."""

from pathlib import Path

import pytest

from benchmarks import lighthouse
from digits_detector.errors import DataError


def test_a_missing_npx_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DataError, match="npx is missing"):
        lighthouse.run()


def test_the_table_names_each_device_and_score() -> None:
    result = {
        "scores": {"phone": {"Performance": 97, "SEO": 100}},
        "lighthouse": "lighthouse 1",
        "machine": "one",
    }
    assert lighthouse.table(result) == "lighthouse 1, one\nphone: Performance 97, SEO 100"
