"""The recogniser is measured on labelled data of one's own, in each of its three forms."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from digits_detector import DataError, DigitRecognizer
from digits_detector.cli import main
from digits_detector.evaluate import distance, evaluate

from .conftest import ROOT

PHOTO = ROOT / "tests" / "assets" / "number_photo.jpg"
SEVEN = [(60.0, 60.0), (220.0, 60.0), (120.0, 260.0)]


@pytest.fixture
def labelled(tmp_path: Path, seven: Path) -> Path:
    """Return a folder with two sevens, one of them labelled 1, strokes of a seven, scribbles, and a broken file."""
    folder = tmp_path / "labelled"
    for label in ("7", "1", "not_a_digit"):
        (folder / label).mkdir(parents=True)
    shutil.copy(seven, folder / "7" / "seven.png")
    shutil.copy(seven, folder / "1" / "wrong.png")
    (folder / "7" / "seven.json").write_text(json.dumps({"strokes": [SEVEN]}))
    (folder / "7" / "broken.png").write_bytes(b"no picture")
    cross = {"strokes": [[(0, 0), (100, 100)], [(100, 0), (0, 100)], [(50, -20), (50, 120)]]}
    (folder / "not_a_digit" / "star.json").write_text(json.dumps(cross))
    return folder


def test_digits_in_folders(labelled: Path, recognizer: DigitRecognizer) -> None:
    score = evaluate(labelled, recognizer)
    assert (score.kind, score.n) == ("digits", 5)
    assert score.right == pytest.approx(3 / 5)
    assert score.closest == pytest.approx(2 / 4)
    assert score.rejected == pytest.approx(1 / 4)
    assert {miss.name for miss in score.misses} == {str(Path("1/wrong.png")), str(Path("7/broken.png"))}
    assert "picture" in next(miss.read for miss in score.misses if "broken" in miss.name)


def test_digits_in_arrays(tmp_path: Path, recognizer: DigitRecognizer) -> None:
    points = np.array(SEVEN * 2, dtype=np.float32)
    file = tmp_path / "drawn.npz"
    np.savez(file, points=points, stroke_id=[0] * 3 + [1] * 3, sample_id=[0] * 3 + [1] * 3, label=[7, 7])
    assert evaluate(file, recognizer).right == 1
    np.savez(file, images=np.zeros((1, 28, 28), np.uint8), label=["not_a_digit"])
    assert evaluate(file, recognizer).right == 1


def test_numbers_in_a_table(tmp_path: Path, recognizer: DigitRecognizer) -> None:
    shutil.copy(PHOTO, tmp_path / "photo.jpg")
    table = tmp_path / "labels.csv"
    wanted = " ".join(recognizer.read(PHOTO).text.split())
    table.write_text(f"file,text\nphoto.jpg,{wanted}\nphoto.jpg,{wanted[:-1]}\nmissing.jpg,12\n")
    score = evaluate(table, recognizer)
    assert (score.kind, score.n) == ("numbers", 3)
    assert score.right == pytest.approx(1 / 3)
    digits = len(wanted.replace(" ", ""))
    assert score.errors_per_digit == pytest.approx(3 / (2 * digits + 1))


@pytest.mark.parametrize(
    ("one", "other", "errors"),
    [("", "", 0), ("12", "12", 0), ("12", "1", 1), ("", "123", 3), ("128", "18", 1), ("19", "91", 2)],
)
def test_the_distance_counts_edits(one: str, other: str, errors: int) -> None:
    assert distance(one, other) == distance(other, one) == errors


def test_what_is_no_labelled_data_is_said(tmp_path: Path, recognizer: DigitRecognizer) -> None:
    with pytest.raises(DataError, match="no files in folders named 0 to 9"):
        evaluate(tmp_path, recognizer)
    with pytest.raises(DataError, match="expected a folder"):
        evaluate(tmp_path / "labels.txt", recognizer)
    (tmp_path / "bad.npz").write_bytes(b"no archive")
    np.savez(tmp_path / "letter.npz", images=np.zeros((1, 9, 9), np.uint8), label=["K"])
    np.savez(tmp_path / "short.npz", images=np.zeros((2, 9, 9), np.uint8), label=[1])
    np.savez(
        tmp_path / "empty.npz",
        points=np.empty((0, 2)),
        stroke_id=np.empty(0),
        sample_id=np.empty(0),
        label=[1],
    )
    (tmp_path / "bad.csv").write_text("name,number\na.png,1\n")
    for name, words in (
        ("bad.npz", "cannot be read"),
        ("letter.npz", "invalid label 'K'"),
        ("short.npz", "2 items and 1 labels"),
        ("empty.npz", "cannot be read"),
        ("bad.csv", "columns file and text"),
    ):
        with pytest.raises(DataError, match=words):
            evaluate(tmp_path / name, recognizer)


def test_the_command_prints_figures_and_misses(labelled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("tqdm", reason="needs the bulk extra: pip install '.[bulk]'")
    assert main(["evaluate", str(labelled)]) == 0
    said = capsys.readouterr().out
    assert "60.00%  right" in said
    assert "wrong.png: 1 read as 7" in said
    assert main(["evaluate", str(labelled), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["n"] == 5
