"""Which pieces of writing stand on one line, and pen strokes as such pieces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from .segment import Boxes, Pieces
from .strokes import Points, Strokes

MOST = 200  # strokes or pieces of ink that are looked at, the largest: bounds the time that a scribble takes

_LEAST = 1e-6  # units: the height of a line that holds nothing but points
_SMALL = 0.5  # of a digit's height: what is lower makes no line
_SHARED = 0.4  # of the lower piece's height: what two pieces of one line share


def text_height(boxes: Boxes) -> float:
    """Return the height that most digits have: the upper quartile of all but dots and dashes."""
    heights = boxes[:, 3] - boxes[:, 1]
    sizes = np.maximum(heights, (boxes[:, 2] - boxes[:, 0]) / 2)
    return max(float(np.percentile(sizes[sizes >= 0.3 * sizes.max()], 75)), _LEAST)


def lines(boxes: Boxes) -> list[NDArray[np.intp]]:
    """Return the places of each line's pieces, from left to right; lines from top to bottom.

    Pieces are of one line where they overlap vertically, directly or through others. What is small joins the line
    that is nearest.

    Parameters
    ----------
    boxes : ndarray of shape (n, 4), float64
        At least one.
    """
    heights = boxes[:, 3] - boxes[:, 1]
    large = np.flatnonzero(heights >= min(_SMALL * text_height(boxes), heights.max()))
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


def lines_of_strokes(drawn: Strokes) -> Iterator[Pieces]:
    """Yield the lines that strokes were written on; the pieces are the strokes."""
    strokes = sorted(drawn.strokes, key=lambda stroke: -float(np.ptp(stroke, axis=0).max()))[:MOST]
    if not strokes:
        return
    boxes = np.array([[*stroke.min(axis=0), *stroke.max(axis=0)] for stroke in strokes])
    for places in lines(boxes):
        ordered = [strokes[place] for place in places]
        yield Pieces(
            boxes[places],
            text_height(boxes[places]),
            partial(_together, ordered),
            np.zeros(len(places) + 1),
            clean=1.0,
        )


def _together(ordered: Sequence[Points], first: int, last: int) -> Strokes:
    return Strokes(ordered[first:last])
