"""Digits against outliers: what is found, what is made, and how a score is measured."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks import nondigits
from benchmarks.reject import auroc, find, measure, run, seen, table
from digits_detector import DataError, DigitRecognizer, Strokes
from digits_detector.models import ONNX
from digits_detector.networks.classifier import Classifier

SEVEN = np.array([(60, 60), (220, 60), (120, 260)], dtype=np.float32)


def _letters(folder: Path, letters: str) -> None:
    """Write a drawing of a 7 for each letter."""
    (folder / "sketch").mkdir()
    np.savez(
        folder / "sketch" / "chars74k_letters.npz",
        points=np.concatenate([SEVEN] * len(letters)),
        stroke_id=np.zeros(3 * len(letters), dtype=np.int32),
        sample_id=np.arange(len(letters)).repeat(3),
        label=np.array(list(letters)),
    )


def _paper(folder: Path) -> None:
    """Write two pictures of a bar, of which only the crops count: the first is blank there."""
    (folder / "photo").mkdir()
    images = np.full((2, 40, 40), 200, dtype=np.uint8)
    images[:, 5:20, 10:13] = 30
    crops = np.array([(22, 0, 18, 40), (0, 0, 30, 30)], dtype=np.int32)
    np.savez(folder / "photo" / "paper_digits.npz", images=images, label=np.array([1, 1]), crop_yxhw=crops)


def test_a_score_that_knows_nothing_has_an_auroc_of_one_half() -> None:
    assert auroc(np.zeros(10), np.zeros(4)) == 0.5
    assert auroc(np.array([0.0, 1.0]), np.array([2.0, 3.0])) == 1.0
    assert auroc(np.array([0.0, 1.0]), np.array([0.5, -1.0])) == 0.25


def test_letters_that_could_be_digits_are_not_counted(tmp_path: Path) -> None:
    _letters(tmp_path, "AAOSCKl")
    _, outliers, left_out = find(tmp_path)
    assert {name: len(images) for name, images in outliers.items()} == {"clear letters, drawn": 3}
    assert any("paper_letters.npz" in reason for reason in left_out)


def test_of_a_picture_only_its_crop_counts(tmp_path: Path) -> None:
    _paper(tmp_path)
    digits, _, left_out = find(tmp_path)
    assert [bool(image.any()) for image in seen(digits["paper"])] == [False, True]
    assert any("usps.npz" in reason for reason in left_out)


def test_a_missing_folder_and_a_broken_file_are_reported(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no folder"):
        run(tmp_path / "missing")
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "usps.npz").write_bytes(b"no arrays")
    with pytest.raises(DataError, match="cannot be read"):
        find(tmp_path)


def test_what_is_made_is_always_the_same() -> None:
    first, second = (
        seen(
            [
                *nondigits.signs(2, random),
                *nondigits.scribbles(2, random),
                *nondigits.rows_of_digits(2, (Strokes([SEVEN]),), random),
                *nondigits.noise(2, random),
                *nondigits.patches(2, [np.arange(300 * 300).reshape(300, 300).astype(np.uint8)], random),
            ]
        )
        for random in (np.random.default_rng(0), np.random.default_rng(0))
    )
    assert len(first) == 8 + 6 + 2 + 8 + 2
    np.testing.assert_array_equal(first, second)


def test_the_table_reports_every_score_of_every_set(recognizer: DigitRecognizer) -> None:
    random = np.random.default_rng(0)
    digits = [Strokes([SEVEN + random.normal(0, 5, (3, 2))]) for _ in range(20)]
    smileys = nondigits.signs(5, random)[15:]
    features = Classifier(ONNX)(seen(digits)).features
    result = measure(recognizer, {"sevens": digits}, {"smileys": smileys}, features)
    (row,) = result["rows"]
    assert row["n"] == 5
    assert {"outlier_score", "largest_logit", "nearest_neighbours"} <= set(row)
    assert row["nearest_neighbours"]["auroc"] == 1.0
    assert row["nearest_neighbours"]["false_accept_99"] == 0.0
    lines = table({**result, "left_out": ["USPS: there is no file."]}).splitlines()
    assert "sevens 20" in lines[0]
    assert any(line.startswith("smileys") and "1.0000" in line for line in lines)
    assert "left out: USPS: there is no file." in lines
