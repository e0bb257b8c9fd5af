"""Forms of digits that the writers at hand did not use, or seldom.

A line more is added to a digit that some writer drew: a slash through a 0, a foot under a 1, a bar across a 7. Two
forms are drawn whole: the closed, pointed 4, whose triangle passes for the loop of a 9, and the 1 with a long flag,
which passes for a 7.
"""

from __future__ import annotations

import numpy as np

from ..strokes import Points, Strokes


def styled(strokes: Strokes, label: int, random: np.random.Generator, share: float) -> Strokes:
    """Return the strokes; a share of the zeros, ones, fours and sevens in another style."""
    if random.random() >= share:
        return strokes
    if label in FORMS and (label not in LINES or random.random() < 0.5):
        return Strokes(FORMS[label](random))
    # What has a second stroke may have its bar or its foot already.
    if label not in LINES or len(strokes) > 1:
        return strokes
    path = strokes.strokes[0]
    low, high = path.min(axis=0), path.max(axis=0)
    return Strokes([path, LINES[label](path, low, high - low, random)])


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


def _closed_four(random: np.random.Generator) -> list[Points]:
    """From the top down to the corner and across the stem; then the stem, from the top or from just below it."""
    width, level = random.uniform(0.4, 0.7), random.uniform(0.45, 0.75)
    top = np.array([0.0, 0.0])
    corner = np.array([-width, level + random.uniform(-0.05, 0.05)])
    across = np.array([width * random.uniform(0.0, 0.5), level + random.uniform(-0.1, 0.05)])
    start = np.array([random.uniform(-0.05, 0.05), random.uniform(-0.05, 0.1)])
    foot = np.array([random.uniform(-0.1, 0.1), 1.0])
    return [_along([top, corner, across]), _along([start, foot])]


def _flagged_one(random: np.random.Generator) -> list[Points]:
    """A flag that falls clearly, by 35 degrees or more, unlike the roof of a 7; then the stem."""
    length, angle = random.uniform(0.2, 0.5), np.deg2rad(random.uniform(35, 70))
    flag = length * np.array([-np.cos(angle), np.sin(angle)])
    foot = np.array([random.uniform(-0.15, 0.1), 1.0])
    return [_along([flag, np.zeros(2), foot])]


def _along(corners: list[Points], points: int = 12) -> Points:
    """Return a path through the corners, so many points a side: enough for a hand to bend it."""
    places = np.linspace(0, len(corners) - 1, points * (len(corners) - 1) + 1)
    path = np.array(corners)
    return np.stack([np.interp(places, np.arange(len(path)), path[:, axis]) for axis in (0, 1)], axis=1)


LINES = {0: _slash, 1: _foot, 7: _bar}
FORMS = {1: _flagged_one, 4: _closed_four}
