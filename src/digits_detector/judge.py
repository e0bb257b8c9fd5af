"""From logits to what is said: probabilities that one can believe, and whether there is anything to read."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Status: TypeAlias = Literal["digit", "blank", "not_a_digit"]

DOT = 8  # pixels


def probabilities(logits: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    """Return the softmax of logits (n, 10) over a temperature (Guo et al. 2017, On Calibration, section 4.2)."""
    scaled = logits.astype(np.float64) / temperature
    weights = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    result: NDArray[np.float32] = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    return result


def status(image: NDArray[np.uint8], outlier_score: float, threshold: float) -> Status:
    """Say whether a normalised image (28, 28) holds any ink, and whether that is a digit; a lone dot is none."""
    if not image.any():
        return "blank"
    return "not_a_digit" if outlier_score > threshold or _is_dot(image) else "digit"


def _is_dot(image: NDArray[np.uint8]) -> bool:
    """Say whether all ink lies in DOT pixels: all but a pen's touch is scaled to twenty."""
    ys, xs = image.nonzero()
    return bool(max(np.ptp(ys), np.ptp(xs)) < DOT)
