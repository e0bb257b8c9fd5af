"""Drawings from a file, laid on the canvas as each row says."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.sketch import WAYS, Way, load, on_canvas, run, table
from digits_detector import DataError, Strokes

SEVEN = np.array([(60, 60), (220, 60), (120, 260)], dtype=np.float32)
ONE = np.array([(0, 0), (0, 100)], dtype=np.float32)


@pytest.fixture
def drawings(tmp_path: Path) -> Path:
    """Return a file of a 7, a crossed 7 and a 1."""
    bar = np.array([(110, 160), (210, 160)], dtype=np.float32)
    parts: list[tuple[int, int, Any]] = [(0, 0, SEVEN), (1, 0, SEVEN), (1, 1, bar), (2, 0, ONE)]
    return save(tmp_path / "drawn.npz", parts, np.array([7, 7, 1]))


def save(path: Path, parts: list[tuple[int, int, Any]], labels: Any) -> Path:
    np.savez(
        path,
        points=np.concatenate([points for _, _, points in parts]),
        sample_id=np.concatenate([np.full(len(points), sample) for sample, _, points in parts]),
        stroke_id=np.concatenate([np.full(len(points), stroke) for _, stroke, points in parts]),
        label=labels,
    )
    return path


def test_a_file_is_read_drawing_by_drawing(drawings: Path) -> None:
    (loaded,) = load(drawings)
    assert loaded.name == "drawn"
    assert [len(strokes) for strokes in loaded.strokes] == [1, 2, 1]
    np.testing.assert_array_equal(loaded.strokes[2].strokes[0], ONE)


def test_of_a_folder_the_drawn_digits_are_taken(drawings: Path) -> None:
    save(drawings.parent / "letters.npz", [(0, 0, SEVEN)], np.array(["A"]))
    assert [loaded.name for loaded in load(drawings.parent)] == ["drawn"]


def test_what_holds_no_digits_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no \.npz"):
        load(tmp_path)
    with pytest.raises(DataError, match="no drawings"):
        load(tmp_path / "missing.npz")
    with pytest.raises(DataError, match="no drawings"):
        load(save(tmp_path / "letters.npz", [(0, 0, SEVEN)], np.array(["A"])))


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_a_drawing_lies_on_the_canvas_as_the_row_says(way: Way) -> None:
    for picture in on_canvas([Strokes([SEVEN])] * 5, way):
        rows, columns = (np.flatnonzero((picture < 128).any(axis=axis)) for axis in (1, 0))
        height, width = np.ptp(rows) + 1, np.ptp(columns) + 1
        assert picture.shape == (520, 520)
        assert way.smallest * 520 - 1 <= height - way.brush <= way.largest * 520 + 1
        assert width < height
        assert way.anywhere or abs(rows[0] + rows[-1] - 519) <= 1


def test_the_table_reports_each_way(drawings: Path) -> None:
    result = run(drawings)
    assert len(result["rows"]) == 5
    assert {row["n"] for row in result["rows"]} == {3}
    strokes, centred, *_ = result["rows"]
    assert strokes["closest"] == 1.0
    assert "plain" not in strokes
    assert 0 <= centred["plain"] <= 1
    lines = table(result).splitlines()
    assert "drawn, n = 3" in lines[1]
    assert lines[2].split()[-2] == f"{strokes['accuracy']:.2%}"
