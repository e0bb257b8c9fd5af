"""Where the network looked: ink is wiped away spot by spot, and the network asked again each time.

Occlusion (Zeiler and Fergus 2014, Visualizing and Understanding Convolutional Networks, section 4.2), with two
changes that suit ink: the window has soft edges, so that wiping draws no new ones, and only ink is wiped.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .fit import SIZE
from .networks.classifier import Classifier
from .normalize import Digit

RADIUS = 5.0  # pixels from a spot's middle to where it has faded out: it wipes through a stroke
SIDE = 11  # spots in a row, and in a column: at most 121 of them, and some 55 for a digit
LEAST = 0.5  # ink in pixels: a spot that wipes less is not asked about


@dataclass(frozen=True, eq=False)
class Explanation:
    """Where the network looked for the digit that it read, and for the runner-up.

    Attributes
    ----------
    digits : tuple of int
        The most probable digit and the runner-up, also of what is not a digit; empty when blank.
    heat : ndarray of shape (2, 28, 28), float32
        For each of the two, how much the ink of each pixel speaks for that digit: by so much, in units of its
        log-odds, the digit loses when the ink around the pixel is wiped away. Positive speaks for the digit,
        negative against it; finite, mostly within ±10, and 0 where there is no ink. When blank, of shape (0, 28, 28).
    input : ndarray of shape (28, 28), uint8
        What the network saw, white ink on black.
    """

    digits: tuple[int, ...]
    heat: NDArray[np.float32] = field(repr=False)
    input: Digit = field(repr=False)

    def to_json(self) -> dict[str, Any]:
        """Return `{"digits": [2], "heat": [2][28][28]}`, the heat with three decimals."""
        heat = self.heat.astype(np.float64).round(3) + 0.0  # no -0.0
        return {"digits": list(self.digits), "heat": heat.tolist()}


def explain(network: Classifier, image: Digit) -> Explanation:
    """Explain the reading of one normalised image.

    Parameters
    ----------
    network : Network
    image : ndarray of shape (28, 28), uint8
        White ink on black.
    """
    if not image.any():
        return Explanation((), np.empty((0, SIZE, SIZE), dtype=np.float32), image)
    ink = image / np.float32(255)
    spots = SPOTS[(SPOTS * ink).sum(axis=(1, 2)) >= LEAST]
    wiped = np.rint(image * (1 - spots)).astype(np.uint8)
    odds = log_odds(network(np.concatenate((image[None], wiped))).logits, network.temperature)
    digits = np.argsort(-odds[0], kind="stable")[:2]
    losses = odds[0, digits] - odds[1:, digits]
    # What a spot lost is shared by the pixels it wiped; where spots overlap, their mean counts.
    shared = np.einsum("sd,syx->dyx", losses, spots) / np.maximum(spots.sum(axis=0), 1e-6)
    return Explanation(tuple(digits.tolist()), (shared * ink).astype(np.float32), image)


def log_odds(logits: NDArray[np.float32], temperature: float) -> NDArray[np.float64]:
    """Return log(p / (1 - p)) of the softmax of logits (n, 10) over a temperature; exact also where p is nearly 1."""
    scaled = logits.astype(np.float64) / temperature
    others = np.where(np.eye(scaled.shape[1], dtype=bool), -np.inf, scaled[:, None, :])  # (n, 10, 10)
    odds: NDArray[np.float64] = scaled - np.logaddexp.reduce(others, axis=2)
    return odds


def _spots() -> NDArray[np.float32]:
    """Return all windows, (n, 28, 28) in [0, 1]: discs that fade out like a cosine."""
    places = (np.arange(SIDE) + 0.5) * SIZE / SIDE
    pixels = np.arange(SIZE) + 0.5
    near = np.abs(pixels - places[:, None])
    distances = np.hypot(near[:, None, :, None], near[None, :, None, :]).reshape(-1, SIZE, SIZE)
    return ((1 + np.cos(np.pi * np.minimum(distances / RADIUS, 1))) / 2).astype(np.float32)


SPOTS = _spots()
