"""Strings of pen digits: one writer's on one line or on several, in several layouts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...strokes import Points
from .pen import PenDigits

_LENGTHS = 2, 6

MARKS = {  # strokes in heights of a digit: x to the right, y down from the baseline
    ".": [[(0, -0.02), (0.03, 0)]],
    ",": [[(0.06, -0.06), (0.05, 0.02), (0, 0.16)]],
    "-": [[(0, -0.45), (0.35, -0.46)]],
    "/": [[(0, 0.08), (0.42, -1.05)]],
    ":": [[(0, -0.12), (0.02, -0.1)], [(0, -0.6), (0.02, -0.58)]],
}


@dataclass(frozen=True)
class Layout:
    """How a string is written; lengths in heights of the string."""

    gaps: tuple[float, float] = (0.05, 0.4)  # between the boxes of neighbours' ink
    heights: tuple[float, float] = (0.85, 1.1)
    rise: float = 0.05  # of a digit off the string's line, either way
    slant: tuple[float, float] = (0.0, 0.0)  # sideways a unit up
    zeros: float = 1.0  # a zero's height, in heights of the others
    lines: int = 1


LAYOUTS = {
    "with gaps of 0 to 50 % of the height": Layout(gaps=(0.0, 0.5)),
    "overlapping by 0 to 5 %": Layout(gaps=(-0.05, 0.0)),
    "wide gaps": Layout(gaps=(0.5, 1.2)),
    "jumping baselines": Layout(rise=0.2),
    "mixed sizes": Layout(heights=(0.6, 1.2)),
    "slanted": Layout(slant=(-0.2, 0.5)),
    "small zeros": Layout(zeros=0.6),
    "two lines": Layout(lines=2),
}


def standing(strokes: Sequence[Points], height: float) -> list[Points]:
    """Return strokes as high as this that stand on the line y = 0 and begin at x = 0; y down."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = height / max(high[1] - low[1], 1e-9)
    return [(stroke - (low[0], high[1])) * scale for stroke in strokes]


def compose(
    digits: PenDigits, random: np.random.Generator, layout: Layout, brush: float = 0
) -> tuple[list[NDArray[np.intp]], list[list[Points]]]:
    """Write a string of one writer's digits, a unit high, on one line or on several.

    Returns
    -------
    chosen : list of ndarray of shape (k,)
        The digits' places among all, a line each.
    written : list of lists of ndarray of shape (m, 2)
        The strokes of each digit.
    """
    writer = random.choice(np.unique(digits.writers))
    mine = np.flatnonzero(digits.writers == writer)
    slant = random.uniform(*layout.slant)
    lines = [random.choice(mine, random.integers(_LENGTHS[0], _LENGTHS[1] + 1)) for _ in range(layout.lines)]
    written: list[list[Points]] = []
    for number, chosen in enumerate(lines):
        right = 0.0
        for place in chosen:
            height = random.uniform(*layout.heights) * (layout.zeros if digits.labels[place] == 0 else 1)
            upright = standing(digits.strokes[place].strokes, height)
            slanted = [stroke - slant * stroke[:, 1:] * (1, 0) for stroke in upright]
            ends = np.concatenate(slanted)[:, 0]
            shift = (right - ends.min(), 1.8 * number + random.uniform(-layout.rise, layout.rise))
            written.append([stroke + shift for stroke in slanted])
            right += float(np.ptp(ends)) + brush + random.uniform(*layout.gaps)
    return lines, written
