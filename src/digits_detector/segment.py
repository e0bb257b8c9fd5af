"""Pieces of writing become numbers: each run of neighbouring pieces may be a digit, and the best path says which are.

A number is written in more pieces than it has digits: a 5's hat is a stroke of its own, a wide piece of ink is cut
where it may be two digits. The network scores every run of pieces that could be one digit, and dynamic programming
finds the runs that explain the whole line best (Casey, Lecolinet 1996, A Survey of Methods and Strategies in Character
Segmentation, section III: recognition-based segmentation).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .ink import Ink
from .judge import probabilities
from .network import Network
from .normalize import normalize
from .reading import DetectedDigit, Line
from .strokes import Strokes

Boxes: TypeAlias = NDArray[np.float64] | NDArray[np.intp]  # (n, 4): x0, y0, x1, y1

LONGEST = 6  # pieces of a digit, at most
WIDEST = 1.3  # a digit, in heights of the line
WIDEST_GAP = 0.25  # within a digit, in the same


@dataclass(frozen=True, eq=False)
class Pieces:
    """The pieces of one line, from left to right.

    Attributes
    ----------
    boxes : ndarray of shape (n, 4), float64
    height : float
        That a digit has on this line.
    joined : callable
        Given the first piece and the one behind the last, returns what they are together.
    torn : ndarray of shape (n + 1,), float64
        How much ink was cut through between each piece and the one before it, in widths of the stroke.
    clean : float
        How far the outlier score is to be trusted, in [0, 1]: stains on a digit make it look like none.
    """

    boxes: Boxes
    height: float
    joined: Callable[[int, int], Ink | Strokes]
    torn: NDArray[np.float64]
    clean: float


class Misfit(NamedTuple):
    """What speaks against a run of pieces being one digit; as weights, minus the logarithm of a probability a unit."""

    digit: Any = 0.45  # 1 for each
    doubt: Any = 0.6  # minus the logarithm of the digit's probability
    outlier: Any = 0.7  # of the outlier score, what is above `_CLEAR`
    letter: Any = 1.0  # of the same, what is above `_NO_DIGIT`
    small: Any = 3.4  # how much lower it is than the line, squared; of a 0 that counts less
    wide: Any = 1.6  # how much wider it is than high
    broad: Any = 2.0  # how much wider it is than most digits
    narrow: Any = 0.6  # how much narrower it is than most digits
    gap: Any = 3.5  # the widest gap within
    off: Any = 1.25  # how far its middle is off the line's
    torn: Any = 0.6  # how many widths of the stroke are cut through at its sides


class Loss(NamedTuple):
    """What a piece is that is not read; as weights, the same."""

    piece: Any = 0.02  # 1 for each
    height: Any = 5.8  # squared
    width: Any = 1.8


MISFIT, LOSS = Misfit(), Loss()
_CLEAR = -5.7  # above the model's threshold: what has less is a digit
_NO_DIGIT = 0.7  # above the model's threshold: what has more is none, stains or not
_WORST = 8  # above that: what has more is none, the more the same
_SURE = 0.98  # the probability of a digit that is not cut up
_CLEAREST = -3.3  # above the model's threshold: the outlier score of such a digit
_SMALL_ZERO = 0.2  # of what speaks against another small digit: many write zeros smaller than the rest
_NARROW, _BROAD = 0.35, 0.7  # of the line's height


def read_lines(lines: Sequence[Pieces], network: Network) -> list[Line]:
    """Read each line's digits, with all runs of pieces scored in one call of the network.

    Lines in which no digit is found are left out.
    """
    runs = [list(_runs(line)) for line in lines]
    images = [normalize(line.joined(*run)) for line, some in zip(lines, runs, strict=True) for run in some]
    if not images:
        return []
    outputs = network(np.stack(images))
    rows = probabilities(outputs.logits, network.temperature)
    excess = outputs.outlier_scores - network.outlier_threshold
    read, first = [], 0
    for line, some in zip(lines, runs, strict=True):
        scored = slice(first, first + len(some))
        first = scored.stop
        costs = weighted(misfit(line, some, rows[scored], excess[scored]), MISFIT)
        path = best_path(some, costs, weighted(loss(line), LOSS))
        digits = [_detected(line, some[place], rows[scored][place]) for place in path]
        if digits:
            read.append(Line(tuple(digits)))
    return read


def are_clear(images: Sequence[Ink | Strokes], network: Network) -> NDArray[np.bool_]:
    """Say which pieces (n,) are a digit as they are, beyond doubt."""
    if not images:
        return np.zeros(0, dtype=bool)
    outputs = network(np.stack([normalize(image) for image in images]))
    sure = probabilities(outputs.logits, network.temperature).max(axis=1) >= _SURE
    clear: NDArray[np.bool_] = sure & (outputs.outlier_scores <= network.outlier_threshold + _CLEAREST)
    return clear


def weighted(features: Sequence[Any], weights: Sequence[float]) -> NDArray[np.float64]:
    """Return the sum (n,) of features (n,) each times its weight."""
    total: NDArray[np.float64] = sum(
        weight * feature for feature, weight in zip(features, weights, strict=True)
    )
    return total


Run = tuple[int, int]  # the first piece, and the one behind the last


def _runs(line: Pieces) -> Iterator[Run]:
    """Yield each run of neighbouring pieces that is not too wide for one digit."""
    for first in range(len(line.boxes)):
        for last in range(first + 1, min(first + LONGEST, len(line.boxes)) + 1):
            boxes = line.boxes[first:last]
            x0, _, x1, _ = _around(boxes)
            if last > first + 1 and (
                x1 - x0 > WIDEST * line.height or _gap(boxes) > WIDEST_GAP * line.height
            ):
                break
            yield first, last


def _around(boxes: Boxes) -> tuple[float, float, float, float]:
    x0, y0 = boxes[:, :2].min(axis=0).tolist()
    x1, y1 = boxes[:, 2:].max(axis=0).tolist()
    return x0, y0, x1, y1


def misfit(
    line: Pieces, runs: Sequence[Run], rows: NDArray[np.float32], excess: NDArray[np.float32]
) -> Misfit:
    """Return what speaks against each run (n,); lengths in heights of the line."""
    boxes = np.array([_around(line.boxes[slice(*run)]) for run in runs]) / line.height
    width, height = (boxes[:, 2:] - boxes[:, :2]).T
    large = line.boxes[line.boxes[:, 3] - line.boxes[:, 1] >= 0.5 * line.height]
    middle = np.median((large if len(large) else line.boxes)[:, 1::2].mean(axis=1)) / line.height
    return Misfit(
        digit=np.ones(len(runs)),
        doubt=-np.log(rows.max(axis=1) + 1e-6),
        outlier=line.clean * np.clip(excess - _CLEAR, 0, _WORST),
        letter=np.clip(excess - _NO_DIGIT, 0, _WORST),
        small=np.maximum(0, 1 - height) ** 2 * np.where(rows.argmax(axis=1) == 0, _SMALL_ZERO, 1),
        wide=np.maximum(0, width - height),
        broad=np.maximum(0, width - _BROAD),
        narrow=np.maximum(0, _NARROW - width),
        gap=np.array([_gap(line.boxes[slice(*run)]) for run in runs]) / line.height,
        off=np.abs(boxes[:, 1::2].mean(axis=1) - middle),
        torn=np.array([line.torn[first] + line.torn[last] for first, last in runs]),
    )


def _gap(boxes: Boxes) -> float:
    """Return the widest gap between pieces from left to right."""
    return float((boxes[1:, 0] - np.maximum.accumulate(boxes[:-1, 2])).max(initial=0))


def loss(line: Pieces) -> Loss:
    """Return what is lost with each piece (n,) that is not read."""
    width, height = (line.boxes[:, 2:] - line.boxes[:, :2]).T / line.height
    return Loss(np.ones(len(line.boxes)), np.minimum(height, 1) ** 2, np.minimum(width, 1))


def best_path(runs: Sequence[Run], costs: NDArray[np.float64], skipping: NDArray[np.float64]) -> list[int]:
    """Return the places of the runs of the cheapest path from the first piece to the last."""
    total = np.concatenate([[0.0], np.cumsum(skipping)])
    best: list[list[int]] = [[] for _ in total]
    for end in range(1, len(total)):
        total[end], best[end] = total[end - 1] + skipping[end - 1], best[end - 1]
        for place, (first, last) in enumerate(runs):
            if last == end and (cost := total[first] + costs[place]) < total[end]:
                total[end], best[end] = cost, [*best[first], place]
    return best[-1]


def _detected(line: Pieces, run: Run, row: NDArray[np.float32]) -> DetectedDigit:
    return DetectedDigit(int(row.argmax()), float(row.max()), _around(line.boxes[slice(*run)]), row)
