"""Pen strokes: read as they were written, split by writer, and what is said when the file is another."""

from pathlib import Path

import numpy as np
import pytest

from digits_detector import DataError
from digits_detector.training.data import pen

UNIPEN = """.INCLUDE dene.doc
.LEXICON "0" "1"

.SEGMENT DIGIT    0-1 ? "5"
.COMMENT 5 12  224
.PEN_DOWN
 100  300
 200  300
.PEN_UP
.DT 100
.PEN_DOWN
 150  200
.PEN_UP
.DT 100

.SEGMENT DIGIT    2 ? "1"
.COMMENT 1 27  3
.PEN_DOWN
 10  90
 10  20
.PEN_UP
.DT 100
"""


def test_a_text_is_read_with_y_down() -> None:
    digits = pen.parse(UNIPEN)
    assert digits.labels.tolist() == [5, 1]
    assert digits.writers.tolist() == [12, 27]
    five, one = digits.strokes
    assert [stroke.tolist() for stroke in five.strokes] == [[[100, -300], [200, -300]], [[150, -200]]]
    assert one.strokes[0][1, 1] > one.strokes[0][0, 1]  # drawn from the top


def test_writers_are_parted() -> None:
    train, choose = pen.split(pen.parse(UNIPEN))
    assert (train.writers.tolist(), choose.writers.tolist()) == ([12], [27])
    assert len(train.strokes) == len(choose.strokes) == 1


def test_another_text_is_refused() -> None:
    with pytest.raises(DataError, match="UNIPEN"):
        pen.parse("x,y\n1,2\n")


def test_the_set(pen_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITS_DATA", str(pen_folder.parent))
    digits = pen.load()
    assert np.bincount(digits.labels).tolist() == [780, 779, 780, 719, 780, 720, 720, 778, 719, 719]
    assert sum(len(strokes) for strokes in digits.strokes) == 9_433
    train, choose = pen.split(digits)
    assert (len(train), len(choose)) == (6_246, 1_248)
    assert not set(train.writers) & set(choose.writers)


def test_a_damaged_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pen").mkdir()
    (tmp_path / "pen" / "pendigits-orig.tra.Z").write_bytes(b"\x1f\x9d\x90")
    monkeypatch.setenv("DIGITS_DATA", str(tmp_path))
    with pytest.raises(DataError, match="sha256"):
        pen.load()
