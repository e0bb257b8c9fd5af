"""Forms of digits that the writers at hand did not use, or seldom.

A line more is added to a digit that some writer drew: a slash through a 0, a foot under a 1, a bar across a 7; or the
bar of a 7 is left out, which these writers seldom do. Two forms that were drawn whole, a 1 with a long flag and a
closed, pointed 4, did harm: plain sevens of other people were read as the one, and slim nines as the other.
"""

from __future__ import annotations

import numpy as np

from ...strokes import Points, Strokes


def styled(strokes: Strokes, label: int, random: np.random.Generator, share: float) -> Strokes:
    """Return the strokes; a share of the zeros, ones and sevens in another style."""
    if label not in LINES or random.random() >= share:
        return strokes
    longest = max(strokes.strokes, key=lambda stroke: float(np.ptp(stroke, axis=0).sum()))
    if len(strokes) > 1:  # it may have its slash, foot or bar already
        return Strokes([longest]) if label == BARRED else strokes
    low, high = longest.min(axis=0), longest.max(axis=0)
    return Strokes([longest, LINES[label](longest, low, high - low, random)])


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
BARRED = 7
