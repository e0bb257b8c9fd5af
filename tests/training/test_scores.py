"""Scores with answers that can be worked out by hand."""

import math

import numpy as np
import pytest

from digits_detector.training import scores

LABELS = np.array([0, 0, 1, 1, 1, 2])
READINGS = np.array([0, 1, 1, 1, 0, 2])


def logits_of(probabilities: list[list[float]]) -> np.ndarray:
    """Return logits (n, 10) whose softmax are these probabilities; the digits not named share what is left."""
    rows = np.full((len(probabilities), 10), 0.0)
    for row, given in zip(rows, probabilities, strict=True):
        row[: len(given)] = given
        row[len(given) :] = (1 - sum(given)) / (10 - len(given))
    logits: np.ndarray = np.log(np.maximum(rows, 1e-12))
    return logits


def test_accuracy_and_confusion_count_the_readings() -> None:
    assert scores.accuracy(READINGS, LABELS) == pytest.approx(4 / 6)
    counts = scores.confusion(READINGS, LABELS)
    assert counts.shape == (10, 10)
    assert counts[:3, :3].tolist() == [[1, 1, 0], [1, 2, 0], [0, 0, 1]]
    assert counts.sum() == 6
    assert scores.normalised(counts)[1, :2].tolist() == [pytest.approx(1 / 3), pytest.approx(2 / 3)]
    assert scores.normalised(counts)[9].tolist() == [0.0] * 10  # no nine was there


def test_precision_recall_and_f1_of_each_digit() -> None:
    zero, one, two, *others = scores.per_class(scores.confusion(READINGS, LABELS))
    assert (zero["precision"], zero["recall"], zero["f1"]) == (0.5, 0.5, 0.5)
    assert (one["precision"], one["recall"], one["f1"]) == pytest.approx((2 / 3, 2 / 3, 2 / 3))
    assert (two["digit"], two["n"], two["precision"], two["recall"], two["f1"]) == (2, 1, 1.0, 1.0, 1.0)
    assert all(each["precision"] == each["recall"] == each["f1"] == 0.0 for each in others)


def test_log_likelihood_and_brier_of_known_probabilities() -> None:
    logits = logits_of([[0.5, 0.5], [0.25, 0.75]])
    labels = np.array([0, 1])
    assert scores.negative_log_likelihood(logits, labels) == pytest.approx(
        -(math.log(0.5) + math.log(0.75)) / 2
    )
    served = np.exp(logits)
    # (0.5² + 0.5²) and (0.25² + 0.25²), over two images
    assert scores.brier(served, labels) == pytest.approx((0.5 + 0.125) / 2)


def test_a_certain_and_wrong_reading_keeps_its_loss_finite() -> None:
    logits = np.array([[0.0, 1000.0, *[0.0] * 8]])
    assert scores.negative_log_likelihood(logits, np.array([0])) == pytest.approx(1000.0)


def test_calibration_error_weighs_the_gap_of_each_bin() -> None:
    # Two at 0.9, one of them right: gap 0.4. Two at 0.5, both right: gap 0.5.
    served = np.array([[0.9, 0.1], [0.9, 0.1], [0.5, 0.4], [0.5, 0.4]]) @ np.eye(2, 10)
    bins = scores.reliability(served, np.array([0, 1, 0, 0]))
    assert len(bins) == 15
    assert bins[13] == {"n": 2, "confidence": pytest.approx(0.9), "accuracy": 0.5}
    assert bins[7] == {"n": 2, "confidence": pytest.approx(0.5), "accuracy": 1.0}
    assert bins[0] == {"n": 0, "confidence": None, "accuracy": None}
    assert scores.expected_calibration_error(bins) == pytest.approx((2 * 0.4 + 2 * 0.5) / 4)


def test_a_confidence_of_one_is_in_the_last_bin() -> None:
    assert scores.reliability(np.eye(10), np.arange(10))[14]["n"] == 10
