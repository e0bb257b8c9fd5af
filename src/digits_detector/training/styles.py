"""Forms of digits that the writers at hand did not use: a slashed 0, a 1 with a foot, a crossed 7.

A line more is added to a digit that some writer drew; what MNIST and the pen strokes hold already (the European 1,
the open 4, the curled 9) is not made up.
"""

from __future__ import annotations

import numpy as np

from ..strokes import Points, Strokes


def styled(strokes: Strokes, label: int, random: np.random.Generator, share: float) -> Strokes:
    """Return the strokes; a share of the zeros, ones and sevens with the line that another style adds."""
    line = LINES.get(label)
    # What has a second stroke may have its bar or its foot already.
    if line is None or len(strokes) > 1 or random.random() >= share:
        return strokes
    path = strokes.strokes[0]
    low, high = path.min(axis=0), path.max(axis=0)
    return Strokes([path, line(path, low, high - low, random)])


def _slash(_: Points, low: Points, size: Points, random: np.random.Generator) -> Points:
    """From the lower left to the upper right, within the oval or a little beyond it."""
    reach = random.uniform(-0.15, 0.15)
    left, right = random.uniform(0.05, 0.25), random.uniform(0.75, 0.95)
    ends: Points = low + size * np.array([[left, 1 + reach], [right, -reach]])
    return ends


def _foot(path: Points, low: Points, size: Points, random: np.random.Generator) -> Points:
    """A level line under the stem, as wide as a quarter to three fifths of the height."""
    end = path[path[:, 1].argmax()]
    half = size[1] * random.uniform(0.12, 0.3)
    tilt = half * random.uniform(-0.15, 0.15)
    ends: Points = end + np.array([[-half, tilt], [half * random.uniform(0.7, 1.4), -tilt]])
    return ends


def _bar(path: Points, low: Points, size: Points, random: np.random.Generator) -> Points:
    """A level line across the middle of the stem."""
    stem = path[len(path) // 3 :]
    height = low[1] + size[1] * random.uniform(0.4, 0.65)
    x = stem[np.abs(stem[:, 1] - height).argmin(), 0]
    half = size[0] * random.uniform(0.2, 0.4)
    tilt = half * random.uniform(-0.2, 0.3)
    return np.array([[x - half, height + tilt], [x + half, height - tilt]])


LINES = {0: _slash, 1: _foot, 7: _bar}
