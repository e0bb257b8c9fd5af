"""The digits in pen strokes: each run of neighbouring strokes may be a digit, and the best path says which are.

A number is written in more strokes than it has digits: a 5's hat is a stroke of its own. The classifier scores every
run of strokes that could be one digit, or something else, as a letter is, and dynamic programming finds the runs that
explain the whole line best (Casey, Lecolinet 1996, A Survey of Methods and Strategies in Character Segmentation,
section III: recognition-based segmentation). What speaks against each is weighted as numbers of the training writers
taught (training/classifier/segmentation.py). On numbers of other writers, in eight layouts, this segmentation lattice
reads more than the detector on the strokes as a picture, since strokes that touch or overlap are apart here.

The lines form a lattice of their own: two with hardly a gap between them may be one, as the upper and the lower circles
of 88 are.

The constants were chosen on numbers composed of the digits of the five pen writers held out for validation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .networks.classifier import Classifier
from .networks.rejection import probabilities
from .normalize import normalize
from .strokes import Points, Strokes

Boxes: TypeAlias = NDArray[np.float64]  # (n, 4): x0, y0, x1, y1
Run: TypeAlias = tuple[int, int]  # the first stroke, and the one behind the last
Features: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64]]  # of `DIGIT` (n, 8), of `OTHER` (n, 4)

# What speaks against a run being one digit: that there is one more, its outlier score above the model's threshold, how
# much lower than the line it is, squared, as any other digit and as a zero, its width, the widest gap within it, and
# how far its middle is off the line's.
DIGIT = ("each", "outlier", "small", "small zero", "width", "width squared", "gap", "off")
# And against its being something else: that there is one more, how much it is like a digit, and its size.
OTHER = ("each", "digit", "height squared", "width")

_MOST = 2000  # strokes that are looked at, the largest: bounds the time that a scribble takes
_LONGEST = 6  # strokes of a digit, at most
_WIDEST = 1.3  # a digit, in heights of the line
_WIDEST_GAP = 0.25  # within a digit, in the same
_LEAST = 1e-6  # units: the height of a line that holds nothing but points
_SMALL = 0.5  # of a digit's height: what is lower makes no line
_SHARED = 0.4  # of the lower stroke's height: what two strokes of one line share
# Times as high as most of its strokes: a line whose digits may be in two parts, as an 8 of two circles. 1.05 and 1.95
# misread one or two more of 500 in most layouts.
_HIGHER = 1.5
# Of the height of two lines: the widest gap between them, if they may be one. From .07 to .13 they are read alike;
# without a limit, 43 instead of 12 of 500 numbers in two lines are misread.
_CLOSE = 0.1
# Sideways a unit up: of the lines that are set upright. With .2 to .3 6 or 7 of 500 slanted numbers are misread instead
# of 11, and as many others as without.
_SLANT = 0.25


@dataclass(frozen=True, eq=False)
class Line:
    """The strokes of one line, from left to right, as they are and perhaps set upright.

    Attributes
    ----------
    drawn, strokes : list of n ndarrays of shape (k, 2)
        As they are, and as they are looked at.
    boxes : ndarray of shape (n, 4), float64
        Of the latter.
    height : float
        That a digit has.
    """

    drawn: list[Points]
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
    found = list(lines_of(drawn))
    if not found:
        return np.empty((0, 4)), np.empty((0, 10), dtype=np.float32)
    lines_and_runs = [(line, list(runs_of(line))) for _, line in found]
    images, parts = seen(lines_and_runs)
    outputs = classifier(images)
    rows = probabilities(outputs.logits, classifier.temperature)
    excess = outputs.outlier_scores - classifier.outlier_threshold
    read = [
        _digits(line, runs, rows[part], excess[part], classifier.lattice)
        for (line, runs), part in zip(lines_and_runs, parts, strict=True)
    ]
    _, path = best_path([run for run, _ in found], np.array([line.cost for line in read]))
    best = [read[place] for place in path]
    return np.concatenate([line.boxes for line in best]), np.concatenate([line.rows for line in best])


def _digits(
    line: Line,
    runs: Sequence[Run],
    rows: NDArray[np.float32],
    excess: NDArray[np.float32],
    weights: Sequence[float],
) -> _Digits:
    """Return the digits of the cheapest path through a line."""
    digit, other = costs(features(line, runs, rows.argmax(axis=1) == 0, excess), weights)
    cost, path = best_path(runs, np.minimum(digit, other))
    path = [place for place in path if digit[place] < other[place]]
    boxes = [_around(_boxes(line.drawn[slice(*runs[place])])) for place in path]
    return _Digits(cost, np.array(boxes).reshape(-1, 4), rows[path])


def seen(lines: Sequence[tuple[Line, Sequence[Run]]]) -> tuple[NDArray[np.uint8], list[slice]]:
    """Return what the classifier sees of all runs of lines, (n, 28, 28), and which of these are each line's."""
    images = [normalize(Strokes(line.strokes[slice(*run)])) for line, runs in lines for run in runs]
    ends = np.cumsum([len(runs) for _, runs in lines]).tolist()
    return np.stack(images), [slice(end - len(runs), end) for (_, runs), end in zip(lines, ends, strict=True)]


def runs_of(line: Line) -> Iterator[Run]:
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


def _boxes(strokes: Sequence[Points]) -> Boxes:
    return np.array([[*stroke.min(axis=0), *stroke.max(axis=0)] for stroke in strokes])


def _around(boxes: Boxes) -> tuple[float, float, float, float]:
    x0, y0 = boxes[:, :2].min(axis=0).tolist()
    x1, y1 = boxes[:, 2:].max(axis=0).tolist()
    return x0, y0, x1, y1


def costs(features: Features, weights: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what runs with these features cost as a digit, and as something else, (n,) each."""
    of_digit, of_other = np.split(np.asarray(weights), [len(DIGIT)])
    return features[0] @ of_digit, features[1] @ of_other


def features(
    line: Line, runs: Sequence[Run], zero: NDArray[np.bool_], excess: NDArray[np.float32]
) -> Features:
    """Return what speaks against each run being a digit, (n, 8), and against its being something else, (n, 4).

    Their names are `DIGIT` and `OTHER`; lengths are in heights of the line. Zeros, (n,), count apart where they are
    small: many write them smaller than the rest.
    """
    boxes = np.array([_around(line.boxes[slice(*run)]) for run in runs]) / line.height
    width, height = (boxes[:, 2:] - boxes[:, :2]).T
    small = np.maximum(0, 1 - height) ** 2
    gap = np.array([_gap(line.boxes[slice(*run)]) for run in runs]) / line.height
    off = np.abs(boxes[:, 1::2].mean(axis=1) - _middle(line.boxes, line.height))
    each = np.ones(len(runs))
    return (
        np.stack([each, excess, small * ~zero, small * zero, width, width**2, gap, off], axis=1),
        np.stack([each, np.logaddexp(0, -excess), height**2, width], axis=1),
    )


def _middle(boxes: Boxes, height: float) -> float:
    """Return where the middle of a line is, in its heights: that of most strokes, without dots and dashes."""
    large = boxes[boxes[:, 3] - boxes[:, 1] >= _SMALL * height]
    return float(np.median((large if len(large) else boxes)[:, 1::2].mean(axis=1)) / height)


def _gap(boxes: Boxes) -> float:
    """Return the widest gap between strokes from left to right."""
    return float((boxes[1:, 0] - np.maximum.accumulate(boxes[:-1, 2])).max(initial=0))


def best_path(runs: Sequence[Run], costs: NDArray[np.float64]) -> tuple[float, list[int]]:
    """Return the cost of the cheapest path from the first stroke to the last, and the places of its runs."""
    count = max(last for _, last in runs)
    total = [0.0] + [np.inf] * count
    best: list[list[int]] = [[] for _ in total]
    for place in sorted(range(len(runs)), key=lambda place: runs[place][1]):
        first, last = runs[place]
        if (cost := total[first] + float(costs[place])) < total[last]:
            total[last], best[last] = cost, [*best[first], place]
    return total[-1], best[-1]


# ── lines ────────────────────────────────────────────────────────────────────────────────────────


def _text_height(boxes: Boxes) -> float:
    """Return the height that most digits have: the upper quartile of all but dots and dashes."""
    heights = boxes[:, 3] - boxes[:, 1]
    sizes = np.maximum(heights, (boxes[:, 2] - boxes[:, 0]) / 2)
    return max(float(np.percentile(sizes[sizes >= 0.3 * sizes.max()], 75)), _LEAST)


def lines(boxes: Boxes) -> list[NDArray[np.intp]]:
    """Return the places of each line's strokes; lines from top to bottom.

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
    return [np.flatnonzero(named == name) for name in np.argsort(tops)]


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


def lines_of(drawn: Strokes) -> Iterator[tuple[Run, Line]]:
    """Yield the lines that the strokes may be: those that overlap nowhere, and two neighbours as one.

    Each as it is and set upright, with digits as high as most strokes are, and as high as all of the line where that is
    much higher.
    """
    strokes = sorted(drawn.strokes, key=lambda stroke: -float(np.ptp(stroke, axis=0).max()))[:_MOST]
    if not strokes:
        return
    boxes = _boxes(strokes)
    for run, places in _together(lines(boxes), boxes):
        some = [strokes[place] for place in places]
        height, all_of_it = _text_height(boxes[places]), float(np.ptp(boxes[places, 1::2]))
        for each in [height, all_of_it] if all_of_it > _HIGHER * height else [height]:
            for slant in (0.0, _SLANT):
                yield run, _line(some, each, slant)


def _together(apart: Sequence[NDArray[np.intp]], boxes: Boxes) -> Iterator[tuple[Run, NDArray[np.intp]]]:
    """Yield each line, and each two with hardly a gap between them."""
    for first, places in enumerate(apart):
        yield (first, first + 1), places
    for first, pair in enumerate(pairwise(apart)):
        upper, lower = (boxes[places] for places in pair)
        both = np.concatenate(pair)
        if lower[:, 1].min() - upper[:, 3].max() <= _CLOSE * np.ptp(boxes[both, 1::2]):
            yield (first, first + 2), both


def _line(drawn: Sequence[Points], height: float, slant: float) -> Line:
    upright = [stroke + slant * stroke[:, 1:] * (1, 0) for stroke in drawn]
    boxes = _boxes(upright)
    order = np.argsort(boxes[:, 0] + boxes[:, 2], kind="stable")
    return Line([drawn[place] for place in order], [upright[place] for place in order], boxes[order], height)
