"""Digits side by side, as in a number: two that touch are an outlier, one with a part of another is not.

A number is cut into digits along guesses. A cut left out leaves two digits in one, a cut in the wrong place takes a
part of the neighbour along.
"""

from __future__ import annotations

import numpy as np

from ..data.by_hand import Lines, Random, unit
from ..data.drawing import bounds

APART = (-0.1, 0.1)  # from box to box, below zero where they overlap; lengths in a digit's longer side
SIZES = (0.85, 1.1)  # of a digit's longer side
CLOSEST = 0.3  # their middles: two bars on each other are one
CLIPPED = (0.18, 0.55)  # the widest and the highest part of a neighbour that is left beside a digit


def beside(first: Lines, second: Lines, random: Random) -> tuple[Lines, Lines]:
    """Put one digit to the right of another, so close that they touch, or nearly; they are about as high."""
    first, second = _sized(first, random), _sized(second, random)
    step = (_width(first) + _width(second)) / 2 + random.uniform(*APART)
    to_the_right = np.array([max(CLOSEST, step), random.uniform(-0.1, 0.1)])
    return first, [line + to_the_right for line in second]


def with_clipped_neighbour(digit: Lines, neighbour: Lines, random: Random) -> Lines:
    """Return a digit, and what is left of a neighbour at its left or its right: often nothing."""
    if random.random() < 0.5:
        digit, neighbour = beside(digit, neighbour, random)
        edge, side = bounds(digit)[1][0], -1
    else:
        neighbour, digit = beside(neighbour, digit, random)
        edge, side = bounds(digit)[0][0], 1
    width, height = random.uniform(0, CLIPPED[0]), random.uniform(0, CLIPPED[1])
    low, high = bounds(neighbour)
    top = random.uniform(low[1], high[1] - height) if high[1] - low[1] > height else low[1]
    part = cut(neighbour, 0, edge - side * width, side)
    return [*digit, *cut(cut(part, 1, top, 1), 1, top + height, -1)]


def cut(lines: Lines, axis: int, place: float, side: int) -> Lines:
    """Return what of the lines is above (side 1) or below (side -1) a place on an axis; there may be nothing."""
    kept = []
    for line in lines:
        inside = (line[:, axis] - place) * side > 0
        runs = np.split(line, 1 + np.flatnonzero(np.diff(inside)))
        kept += [run for run in runs if (run[0, axis] - place) * side > 0 and len(run) > 1]
    return kept


def _sized(digit: Lines, random: Random) -> Lines:
    size = random.uniform(*SIZES)
    return [line * size for line in unit(digit)]


def _width(lines: Lines) -> float:
    low, high = bounds(lines)
    return float(high[0] - low[0])
