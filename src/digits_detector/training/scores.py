"""Scores of predicted digits: arrays in, numbers out."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Labels: TypeAlias = NDArray[np.integer[Any]]  # (n,), 0 to 9
Floats: TypeAlias = NDArray[np.floating[Any]]

BINS = 15  # of the reliability diagram
DIGITS = 10


def accuracy(readings: Labels, labels: Labels) -> float:
    """Return the share of readings that are right."""
    return float((readings == labels).mean())


def confusion(readings: Labels, labels: Labels) -> NDArray[np.int64]:
    """Return counts (10, 10): rows are true digits, columns what was read."""
    pairs = labels.astype(np.int64) * DIGITS + readings
    return np.bincount(pairs, minlength=DIGITS * DIGITS).reshape(DIGITS, DIGITS)


def normalised(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return each row of a confusion matrix as shares of that digit; a digit that is not there has zeros."""
    shares: NDArray[np.float64] = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return shares


def per_class(counts: NDArray[np.int64]) -> list[dict[str, float]]:
    """Return precision, recall, F1 and the number of images of each digit; 0 where nothing could be counted."""
    return [
        {
            "digit": digit,
            "n": int(counts[digit].sum()),
            "precision": _ratio(counts[digit, digit], counts[:, digit].sum()),
            "recall": _ratio(counts[digit, digit], counts[digit].sum()),
            "f1": _ratio(2 * counts[digit, digit], counts[digit].sum() + counts[:, digit].sum()),
        }
        for digit in range(DIGITS)
    ]


def negative_log_likelihood(logits: Floats, labels: Labels) -> float:
    """Return the mean of -log p(label), the cross-entropy, in nats; from logits, so that no p is rounded to 0."""
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    log_p = shifted[np.arange(len(labels)), labels] - np.log(np.exp(shifted).sum(axis=1))
    return float(-log_p.mean())


def brier(served: Floats, labels: Labels) -> float:
    """Return the squared error of the probabilities, summed over the ten digits, mean over the images: 0 to 2."""
    return float(np.square(served - np.eye(DIGITS)[labels]).sum(axis=1).mean())


def reliability(served: Floats, labels: Labels) -> list[dict[str, Any]]:
    """Return 15 bins of equal width over the largest probability: how many are in it, how sure and how often right."""
    confidence, right = served.max(axis=1).astype(np.float64), served.argmax(axis=1) == labels
    # Bins are open at their lower end, as in Guo et al. 2017.
    places = np.clip(np.ceil(confidence * BINS).astype(int) - 1, 0, BINS - 1)
    return [
        {
            "n": int(inside.sum()),
            "confidence": float(confidence[inside].mean()) if inside.any() else None,
            "accuracy": float(right[inside].mean()) if inside.any() else None,
        }
        for inside in (places == place for place in range(BINS))
    ]


def expected_calibration_error(bins: Collection[Mapping[str, Any]]) -> float:
    """Return the mean distance of accuracy from confidence, weighted by the bins' images (Guo et al. 2017)."""
    filled = [each for each in bins if each["n"]]
    gaps = math.fsum(each["n"] * abs(each["accuracy"] - each["confidence"]) for each in filled)
    return float(gaps / sum(each["n"] for each in filled))


def _ratio(part: int, whole: int) -> float:
    return float(part / whole) if whole else 0.0
