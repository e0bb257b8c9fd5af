"""The benchmark of bulk runs measures what it says, and tells it."""

from pathlib import Path

import pytest

from benchmarks.bulk import ALONE, run, table


@pytest.mark.slow
def test_each_contender_gets_a_row(mnist_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITS_DATA", str(mnist_folder.parent))
    result = run(images=1024, rounds=1)
    assert [row["what"] for row in result["rows"]][:2] == list(ALONE)
    assert len(result["rows"]) == 4
    assert all(row["per_second"] > 0 for row in result["rows"])
    assert max(row["ratio"] for row in result["rows"][:2]) == 1
    assert len(table(result).splitlines()) == 2 + len(result["rows"])
