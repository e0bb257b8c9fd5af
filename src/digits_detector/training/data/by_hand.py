"""Lines as a hand draws them: shapes described by their corners, smoothed, bent and turned at random.

Shapes are written down as text:

    "0,0 0,10 | 8,0 0,6 | 2,4 8,10"     strokes of corners, x to the right and y down, in tenths
    "~7,1 5,0 3,2 3,10 | 0,4 7,4"       a stroke with ~ before it is smoothed

A drawing is a list of strokes, (k, 2) each, y down, about 1 × 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from ...strokes import Points

Random: TypeAlias = np.random.Generator
Lines: TypeAlias = list[Points]


def written(shape: str, random: Random) -> Lines:
    """Draw a shape that is described by its corners, with other proportions each time."""
    bends = random.uniform(0.75, 1.35, 2)  # move what lies between the sides, which stay where they are
    strokes = [_stroke(stroke.strip(), bends, random) for stroke in shape.split("|")]
    return by_hand(unit(joined(strokes, random)), random)


def _stroke(text: str, bends: Points, random: Random) -> Points:
    corners = np.array([corner.split(",") for corner in text.lstrip("~").split()], dtype=np.float64) / 10
    moved = (corners**bends + random.normal(0, 0.03, corners.shape)) * (0.8, 1)
    return smooth(moved) if text.startswith("~") else moved


def unit(lines: Iterable[ArrayLike]) -> Lines:
    """Move lines to the origin and make their longer side 1."""
    arrays = [np.asarray(line, dtype=np.float64) for line in lines]
    points = np.concatenate(arrays)
    low, high = points.min(axis=0), points.max(axis=0)
    return [(array - (low + high) / 2) / max(float((high - low).max()), 1e-9) for array in arrays]


def turned(lines: Lines, degrees: float) -> Lines:
    """Turn lines clockwise about the origin."""
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return [line @ np.array([[cos, sin], [-sin, cos]]) for line in lines]


def by_hand(lines: Lines, random: Random, turn: float = 7) -> Lines:
    """Give lines a hand: aspect, slant, a slight turn, a smooth bend, ends that miss their mark."""
    linear = np.array([[np.exp(random.normal(0, 0.2)), 0], [random.normal(0, 0.2), 1]])
    waves, phases = random.uniform(1, 6, (2, 2)), random.uniform(0, 2 * np.pi, 2)
    bend, miss = random.uniform(0, 0.06, 2)
    fine = [_fine(line) if len(line) > 1 else line for line in lines]
    bent = [line + bend * np.sin(line @ waves + phases) + random.normal(0, miss, 2) for line in fine]
    return turned([line @ linear for line in bent], random.normal(0, turn))


def _fine(line: Points, step: float = 0.08) -> Points:
    """Put points every so often along a line, so that it can be bent."""
    path = np.concatenate(([0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))))
    places = np.linspace(0, path[-1], 2 + int(path[-1] / step))
    return np.stack([np.interp(places, path, axis) for axis in line.T], axis=1)


def smooth(line: Points, times: int = 3) -> Points:
    """Round a line's corners by cutting them off (Chaikin 1974, An Algorithm for High-Speed Curve Generation)."""
    for _ in range(times):
        cut = np.stack([0.75 * line[:-1] + 0.25 * line[1:], 0.25 * line[:-1] + 0.75 * line[1:]], axis=1)
        line = np.concatenate([line[:1], cut.reshape(-1, 2), line[-1:]])
    return line


def joined(lines: Lines, random: Random) -> Lines:
    """Now and then, draw one line after another without lifting the pen, and round the corners."""
    drawn = lines[:1]
    for line in lines[1:]:
        backwards = np.allclose(drawn[-1][-1], line[-1])
        onward = line[::-1] if backwards else line
        meets = np.allclose(drawn[-1][-1], onward[0])
        if random.random() < (0.6 if meets else 0.1):
            drawn[-1] = np.concatenate([drawn[-1], onward])
        else:
            drawn.append(onward)
    return [smooth(_fine(line, 0.2), 2) for line in drawn] if random.random() < 0.4 else drawn
