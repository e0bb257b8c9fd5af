"""From logits to predictions: calibrated probabilities, and rejection of what is not a digit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

DOT = 8  # pixels

# The outlier score is the logarithm of the odds of an outlier, where digits and outliers are as many: so its head is
# trained.
EVEN_ODDS = 0.0

_LEAST = 1e-9  # a probability, so that no product is 0


def probabilities(logits: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    """Return the softmax of logits (n, 10) over a temperature (Guo et al. 2017, On Calibration, section 4.2)."""
    scaled = logits.astype(np.float64) / temperature
    weights = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    result: NDArray[np.float32] = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    return result


def combined(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what two networks' probabilities (…, 10) of the same digits come to: their geometric mean.

    Hinton 2002, Training Products of Experts; the same weight for both.
    """
    mean = np.sqrt(np.maximum(one, _LEAST) * np.maximum(other, _LEAST))
    result: NDArray[np.float32] = (mean / mean.sum(axis=-1, keepdims=True)).astype(np.float32)
    return result


def statuses(
    images: NDArray[np.uint8], outlier_scores: NDArray[np.float32], thresholds: float | NDArray[np.float64]
) -> NDArray[np.str_]:
    """Return the status of normalised images (n, 28, 28): blank, not a digit (as a lone dot), or a digit.

    Parameters
    ----------
    images : ndarray of shape (n, 28, 28), uint8
    outlier_scores : ndarray of shape (n,), float32
    thresholds : float, or ndarray of shape (n,)
        An image whose score is higher is not a digit.

    Returns
    -------
    ndarray of shape (n,), str
        "digit", "blank" or "not_a_digit".
    """
    ink = images > 0
    rows, columns = np.asarray(ink.any(axis=2)), np.asarray(ink.any(axis=1))
    none = (outlier_scores > thresholds) | (np.maximum(_extent(rows), _extent(columns)) < DOT)
    return np.where(rows.any(axis=1), np.where(none, "not_a_digit", "digit"), "blank")


def _extent(masks: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return how far the last is from the first that is true, of each of masks (n, k).

    All ink of a dot lies in DOT pixels: all but a pen's touch is scaled to twenty.
    """
    last = masks.shape[1] - 1 - masks[:, ::-1].argmax(axis=1)
    extent: NDArray[np.intp] = last - masks.argmax(axis=1)
    return extent
