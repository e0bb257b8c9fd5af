"""Pictures of digits from files, beside the plain method."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.photo import run, table
from digits_detector import DataError, Strokes
from digits_detector.normalize import normalize

SEVEN = normalize(Strokes([[(60, 60), (220, 60), (120, 260)]]))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of one 7, dark on grey in a frame, in colour, and light on black."""
    for name in ("photo", "scans"):
        (tmp_path / name).mkdir()
    frame = np.full((1, 60, 60), 180, dtype=np.uint8)
    frame[0, 10:38, 20:48] -= SEVEN // 2
    crops = np.array([(10, 20, 28, 28)])
    np.savez(tmp_path / "photo" / "paper_digits.npz", images=frame, label=[7], crop_yxhw=crops)
    colours = np.stack([frame] * 3, axis=-1)
    np.savez(tmp_path / "photo" / "dida_digits.npz", images=colours, label=[7], crop_yxhw=crops)
    np.savez(tmp_path / "scans" / "usps.npz", images=SEVEN[None, 3:25, 3:25], label=[7])
    return tmp_path


def test_each_set_is_read_as_it_is_written(folder: Path) -> None:
    rows = run(folder)["rows"]
    assert [(row["n"], row["closest"]) for row in rows] == [(1, 1.0)] * 3
    assert all(0 <= row["plain"] <= 1 for row in rows)
    assert len(table({"protocol": "of one 7", "rows": rows}).splitlines()) == 5


def test_a_missing_or_broken_file_is_named(folder: Path) -> None:
    (folder / "scans" / "usps.npz").write_bytes(b"nothing")
    with pytest.raises(DataError, match=r"usps\.npz"):
        run(folder)
    (folder / "photo" / "paper_digits.npz").unlink()
    with pytest.raises(DataError, match=r"paper_digits\.npz"):
        run(folder)
