"""The certainty of a digit is fitted to what is right; thresholds are chosen by F1."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest

from digits_detector.errors import ModelError
from digits_detector.models import DETECTOR
from digits_detector.networks.detector import Detector
from digits_detector.training.detector.calibrate import _best, _evidence, _fitted, _Matched


def matched(best: np.ndarray, mean: np.ndarray, right: np.ndarray) -> _Matched:
    n = len(best)
    none = np.empty((0, 10), dtype=np.float32)
    return _Matched(
        np.arange(n),
        np.ones(n),
        np.ones(n, dtype=bool),
        right,
        best,
        mean,
        none,
        np.empty(0, dtype=np.intp),
        (n, 0),
    )


def test_the_certainty_is_how_often_digits_are_right() -> None:
    random = np.random.default_rng(0)
    best = random.normal(0, 2, 20_000)
    mean = best - random.exponential(1, 20_000)
    right = random.random(20_000) < 1 / (1 + np.exp(-(1.5 * best + 0.5 * mean + 1)))
    fitted = _fitted(matched(best, mean, right))
    assert fitted == pytest.approx((1.5, 0.5, 1.0), abs=0.15)


def test_thresholds_bound_where_f1_is_nearly_best() -> None:
    scores, right = np.linspace(1, 0, 200), np.arange(200) < 150
    # F1 of the first n is 2n / (n + 150) up to 150, and then 300 / (n + 150).
    assert _best(scores, right, 150) == (scores[152 - 1], scores[148 - 1])


def test_the_evidence_of_a_page_counts_for_each_of_its_digits() -> None:
    clear = _evidence(
        np.array([0, 2, 0, 2]), np.array([3.0, 90.0, 2.0, 1.0]), np.array([1.0, 10.0, 1.0, 10.0])
    )
    assert clear.tolist() == [4.0, 9.0, 4.0, 9.0]


@pytest.mark.parametrize("said", [None, "1,2", "1,2,nan", "much"])
def test_a_detector_without_a_certainty_is_reported(said: str | None, tmp_path: Path) -> None:
    model = onnx.load(DETECTOR)
    left = [entry for entry in model.metadata_props if entry.key != "certainty"]
    del model.metadata_props[:]
    model.metadata_props.extend(left)
    if said is not None:
        model.metadata_props.add(key="certainty", value=said)
    onnx.save(model, tmp_path / "detector.onnx")
    with pytest.raises(ModelError, match=r"gives the certainty .*; it is 3 finite numbers"):
        Detector(tmp_path / "detector.onnx")
