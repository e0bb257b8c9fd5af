"""The temperature that makes a network's probabilities true (Guo et al. 2017, On Calibration, section 4.2)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def fit_temperature(logits: NDArray[np.float32], labels: NDArray[np.integer]) -> float:
    """Return the temperature of least negative log likelihood.

    It is convex in the inverse temperature, so its slope is bisected: the mean over the samples of the expected
    logit less the true label's.

    Parameters
    ----------
    logits : ndarray of shape (n, 10)
        Or log probabilities: a constant a row makes no difference.
    labels : ndarray of shape (n,)
    """
    centred = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    of_label = centred[np.arange(len(labels)), labels]
    low, high = 0.01, 100.0  # of the inverse temperature
    for _ in range(60):
        middle = np.sqrt(low * high)
        weights = np.exp(centred * middle)
        expected = (weights * centred).sum(axis=1) / weights.sum(axis=1)
        low, high = (low, middle) if (expected - of_label).mean() > 0 else (middle, high)
    return round(float(1 / middle), 4)
