"""The digits in pen strokes: each run of neighbouring strokes may be a digit, and the best path says which are.

A number is written in more strokes than it has digits: a 5's hat is a stroke of its own. The classifier scores every
run of strokes that could be one digit, and dynamic programming finds the runs that explain the whole line best (Casey,
Lecolinet 1996, A Survey of Methods and Strategies in Character Segmentation, section III: recognition-based
segmentation). On numbers of writers not in the training set, in eight layouts, this segmentation lattice reads more
than the detector on the strokes as a picture, since strokes that touch or overlap are apart here.

The lines form a lattice of their own: two with hardly a gap between them may be one, as the upper and the lower circles
of 88 are.

All constants were chosen on numbers composed of the digits of the five pen writers held out for validation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .networks.classifier import Classifier
from .networks.rejection import probabilities
from .normalize import normalize
from .strokes import Points, Strokes

Boxes: TypeAlias = NDArray[np.float64]  # (n, 4): x0, y0, x1, y1
Run: TypeAlias = tuple[int, int]  # the first stroke, and the one behind the last

_MOST = 2000  # strokes that are looked at, the largest: bounds the time that a scribble takes
_LONGEST = 6  # strokes of a digit, at most
_WIDEST = 1.3  # a digit, in heights of the line
_WIDEST_GAP = 0.25  # within a digit, in the same
_CLEAR = -4.4  # of the outlier score above the model's threshold: what has less is a digit
_NO_DIGIT = 0.7  # above the model's threshold: what has more is not a digit
_WORST = 8  # above that: what has more is none, the more the same
_SMALL_ZERO = 0.2  # of what speaks against another small digit: many write zeros smaller than the rest
_NARROW, _BROAD = 0.35, 0.7  # of the line's height
_LEAST = 1e-6  # units: the height of a line that holds nothing but points
_SMALL = 0.5  # of a digit's height: what is lower makes no line
_SHARED = 0.4  # of the lower stroke's height: what two strokes of one line share
# Times as high as most of its strokes: a line whose digits may be in two parts, as an 8 of two circles. 1.05 and 1.95
# misread one or two more of 500 in most layouts.
_HIGHER = 1.5
# Of the height of two lines: the widest gap between them, if they may be one. From .07 to .13 they are read alike;
# without a limit, 43 instead of 12 of 500 numbers in two lines are misread.
_CLOSE = 0.1


class Misfit(NamedTuple):
    """What speaks against a run of strokes being one digit; as weights, minus the log of a probability a unit."""

    digit: Any = 0.45  # 1 for each
    doubt: Any = 0.6  # minus the logarithm of the digit's probability
    outlier: Any = 0.6  # of the outlier score, what is above `_CLEAR`
    letter: Any = 1.0  # of the same, what is above `_NO_DIGIT`
    small: Any = 3.4  # how much lower it is than the line, squared; of a 0 that counts less
    wide: Any = 1.6  # how much wider it is than high
    broad: Any = 2.0  # how much wider it is than most digits
    narrow: Any = 0.6  # how much narrower it is than most digits
    gap: Any = 3.5  # the widest gap within
    off: Any = 1.25  # how far its middle is off the line's


class Loss(NamedTuple):
    """What a stroke is that is not read; as weights, the same."""

    stroke: Any = 0.02  # 1 for each
    height: Any = 5.8  # squared
    width: Any = 1.8


MISFIT, LOSS = Misfit(), Loss()


@dataclass(frozen=True, eq=False)
class _Line:
    """The strokes of one line, from left to right, their boxes (n, 4), and the height that a digit has there."""

    strokes: list[Points]
    boxes: Boxes
    height: float


class _Digits(NamedTuple):
    """The digits of a line: what the path costs, their boxes (n, 4), and their probabilities (n, 10)."""

    cost: float
    boxes: Boxes
    rows: NDArray[np.float32]


def digits_in(drawn: Strokes, classifier: Classifier) -> tuple[Boxes, NDArray[np.float32]]:
    """Return the boxes (n, 4) of the digits in strokes, and the probabilities (n, 10) of each.

    All runs of all lines are scored in one call of the network.
    """
    found = list(_lines_of(drawn))
    runs = [list(_runs(line)) for _, line in found]
    images = [
        normalize(Strokes(line.strokes[slice(*run)]))
        for (_, line), some in zip(found, runs, strict=True)
        for run in some
    ]
    if not images:
        return np.empty((0, 4)), np.empty((0, 10), dtype=np.float32)
    outputs = classifier(np.stack(images))
    rows = probabilities(outputs.logits, classifier.temperature)
    excess = outputs.outlier_scores - classifier.outlier_threshold
    ends = np.cumsum([len(some) for some in runs])[:-1]
    scored = zip(found, runs, np.split(rows, ends), np.split(excess, ends), strict=True)
    read = [_digits(line, *scores) for (_, line), *scores in scored]
    of_lines = [run for run, _ in found]
    count = max(last for _, last in of_lines)
    _, path = best_path(of_lines, np.array([line.cost for line in read]), np.full(count, np.inf))
    best = [read[place] for place in path]
    return np.concatenate([line.boxes for line in best]), np.concatenate([line.rows for line in best])


def _digits(
    line: _Line, runs: Sequence[Run], rows: NDArray[np.float32], excess: NDArray[np.float32]
) -> _Digits:
    """Return the digits of the cheapest path through a line."""
    costs, skipping = weighted(misfit(line, runs, rows, excess), MISFIT), weighted(loss(line), LOSS)
    cost, path = best_path(runs, costs, skipping)
    boxes = [_around(line.boxes[slice(*runs[place])]) for place in path]
    return _Digits(cost, np.array(boxes).reshape(-1, 4), rows[path])


def weighted(features: Sequence[Any], weights: Sequence[float]) -> NDArray[np.float64]:
    """Return the sum (n,) of features (n,) each times its weight."""
    total: NDArray[np.float64] = sum(
        weight * feature for feature, weight in zip(features, weights, strict=True)
    )
    return total


def _runs(line: _Line) -> Iterator[Run]:
    """Yield each run of neighbouring strokes that is not too wide for one digit."""
    for first in range(len(line.boxes)):
        for last in range(first + 1, min(first + _LONGEST, len(line.boxes)) + 1):
            boxes = line.boxes[first:last]
            x0, _, x1, _ = _around(boxes)
            if last > first + 1 and (
                x1 - x0 > _WIDEST * line.height or _gap(boxes) > _WIDEST_GAP * line.height
            ):
                break
            yield first, last


def _around(boxes: Boxes) -> tuple[float, float, float, float]:
    x0, y0 = boxes[:, :2].min(axis=0).tolist()
    x1, y1 = boxes[:, 2:].max(axis=0).tolist()
    return x0, y0, x1, y1


def misfit(
    line: _Line, runs: Sequence[Run], rows: NDArray[np.float32], excess: NDArray[np.float32]
) -> Misfit:
    """Return what speaks against each run (n,); lengths in heights of the line."""
    boxes = np.array([_around(line.boxes[slice(*run)]) for run in runs]) / line.height
    width, height = (boxes[:, 2:] - boxes[:, :2]).T
    large = line.boxes[line.boxes[:, 3] - line.boxes[:, 1] >= 0.5 * line.height]
    middle = np.median((large if len(large) else line.boxes)[:, 1::2].mean(axis=1)) / line.height
    return Misfit(
        digit=np.ones(len(runs)),
        doubt=-np.log(rows.max(axis=1) + 1e-6),
        outlier=np.clip(excess - _CLEAR, 0, _WORST),
        letter=np.clip(excess - _NO_DIGIT, 0, _WORST),
        small=np.maximum(0, 1 - height) ** 2 * np.where(rows.argmax(axis=1) == 0, _SMALL_ZERO, 1),
        wide=np.maximum(0, width - height),
        broad=np.maximum(0, width - _BROAD),
        narrow=np.maximum(0, _NARROW - width),
        gap=np.array([_gap(line.boxes[slice(*run)]) for run in runs]) / line.height,
        off=np.abs(boxes[:, 1::2].mean(axis=1) - middle),
    )


def _gap(boxes: Boxes) -> float:
    """Return the widest gap between strokes from left to right."""
    return float((boxes[1:, 0] - np.maximum.accumulate(boxes[:-1, 2])).max(initial=0))


def loss(line: _Line) -> Loss:
    """Return what is lost with each stroke (n,) that is not read."""
    width, height = (line.boxes[:, 2:] - line.boxes[:, :2]).T / line.height
    return Loss(np.ones(len(line.boxes)), np.minimum(height, 1) ** 2, np.minimum(width, 1))


def best_path(
    runs: Sequence[Run], costs: NDArray[np.float64], skipping: NDArray[np.float64]
) -> tuple[float, list[int]]:
    """Return the cost of the cheapest path from the first stroke to the last, and the places of its runs."""
    total = np.concatenate([[0.0], np.cumsum(skipping)])
    best: list[list[int]] = [[] for _ in total]
    for end in range(1, len(total)):
        total[end], best[end] = total[end - 1] + skipping[end - 1], best[end - 1]
        for place, (first, last) in enumerate(runs):
            if last == end and (cost := total[first] + costs[place]) < total[end]:
                total[end], best[end] = cost, [*best[first], place]
    return float(total[-1]), best[-1]


# ── lines ────────────────────────────────────────────────────────────────────────────────────────


def _text_height(boxes: Boxes) -> float:
    """Return the height that most digits have: the upper quartile of all but dots and dashes."""
    heights = boxes[:, 3] - boxes[:, 1]
    sizes = np.maximum(heights, (boxes[:, 2] - boxes[:, 0]) / 2)
    return max(float(np.percentile(sizes[sizes >= 0.3 * sizes.max()], 75)), _LEAST)


def lines(boxes: Boxes) -> list[NDArray[np.intp]]:
    """Return the places of each line's strokes, from left to right; lines from top to bottom.

    Pieces are of one line where they overlap vertically, directly or through others. What is small joins the line
    that is nearest.

    Parameters
    ----------
    boxes : ndarray of shape (n, 4), float64
        At least one.
    """
    heights = boxes[:, 3] - boxes[:, 1]
    large = np.flatnonzero(heights >= min(_SMALL * _text_height(boxes), heights.max()))
    named = np.full(len(boxes), -1)
    named[large] = _chained(boxes[large])
    tops = np.array([boxes[named == name, 1].min() for name in range(named.max() + 1)])
    bottoms = np.array([boxes[named == name, 3].max() for name in range(named.max() + 1)])
    for place in np.flatnonzero(named < 0):
        middle = boxes[place, 1::2].mean()
        named[place] = np.argmin(np.maximum(tops - middle, middle - bottoms))
    centres = boxes[:, 0] + boxes[:, 2]
    found = [np.flatnonzero(named == name) for name in np.argsort(tops)]
    return [places[np.argsort(centres[places], kind="stable")] for places in found]


def _chained(boxes: Boxes) -> NDArray[np.intp]:
    """Return a number for each box, 0, 1, …, the same for those that overlap vertically."""
    top, bottom = boxes[:, 1], boxes[:, 3]
    shared = np.minimum(bottom[:, None], bottom) - np.maximum(top[:, None], top)
    lower = np.minimum.outer(bottom - top, bottom - top)
    linked = shared >= _SHARED * np.maximum(lower, 1e-9)
    names = np.arange(len(boxes))
    while True:  # each takes the lowest name among its neighbours
        lowest = np.where(linked, names, len(boxes)).min(axis=1)
        if np.array_equal(lowest, names):
            return np.unique(names, return_inverse=True)[1]
        names = lowest


def _lines_of(drawn: Strokes) -> Iterator[tuple[Run, _Line]]:
    """Yield the lines that the strokes may be: those that overlap nowhere, and two neighbours as one.

    With digits as high as most strokes are, and as high as all of the line where that is much higher.
    """
    strokes = sorted(drawn.strokes, key=lambda stroke: -float(np.ptp(stroke, axis=0).max()))[:_MOST]
    if not strokes:
        return
    boxes = np.array([[*stroke.min(axis=0), *stroke.max(axis=0)] for stroke in strokes])
    for run, places in _together(lines(boxes), boxes):
        some = boxes[places]
        height, all_of_it = _text_height(some), float(np.ptp(some[:, 1::2]))
        for each in [height, all_of_it] if all_of_it > _HIGHER * height else [height]:
            yield run, _Line([strokes[place] for place in places], some, each)


def _together(apart: Sequence[NDArray[np.intp]], boxes: Boxes) -> Iterator[tuple[Run, NDArray[np.intp]]]:
    """Yield each line, and each two with hardly a gap between them, with their strokes from left to right."""
    for first, places in enumerate(apart):
        yield (first, first + 1), places
    for first, pair in enumerate(pairwise(apart)):
        upper, lower = (boxes[places] for places in pair)
        both = np.concatenate(pair)
        if lower[:, 1].min() - upper[:, 3].max() <= _CLOSE * np.ptp(boxes[both, 1::2]):
            yield (first, first + 2), both[np.argsort(boxes[both, 0] + boxes[both, 2], kind="stable")]
