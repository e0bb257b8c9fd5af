"""Drawings that are not digits, as strokes: shapes of lines and arcs, signs, scribbles; all made at random.

A doodle is a list of strokes, (k, 2) each, y down, about 1 × 1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ...strokes import Points
from ..data.by_hand import Lines, Random, by_hand, joined, smooth, turned, unit


def _bow(start: Points, end: Points, bulge: float) -> Points:
    """Draw from one point to another: straight, or round to one side by `bulge` of the half distance."""
    if bulge == 0:
        return np.stack([start, end])
    half = (end - start) / 2
    angles = np.linspace(0, np.pi, 12)[:, None]
    aside = np.array([-half[1], half[0]]) * bulge
    curve: Points = (start + end) / 2 - np.cos(angles) * half + np.sin(angles) * aside
    return curve


def _arc(centre: ArrayLike, radii: ArrayLike, start: float, end: float) -> Points:
    """Draw an ellipse's arc; angles in degrees, clockwise from the right."""
    angles = np.radians(np.linspace(start, end, 2 + int(abs(end - start) / 15)))
    arc: Points = np.asarray(centre) + np.asarray(radii) * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return arc


def _rays(angles: ArrayLike) -> Points:
    """Return the points at angles in degrees on the circle of radius 1."""
    radians = np.radians(np.asarray(angles, dtype=np.float64))
    return np.stack([np.cos(radians), np.sin(radians)], axis=1)


# ── shapes of lines and arcs ─────────────────────────────────────────────────────────────────────


def _edge(a: int, b: int) -> tuple[int, ...]:
    """Return two nodes of the grid, numbered row by row, and the node halfway between them if there is one."""
    rows, columns = abs(a // 3 - b // 3), abs(a % 3 - b % 3)
    return (a, b) if rows % 2 or columns % 2 else (a, (a + b) // 2, b)


_EDGES = [_edge(a, b) for a in range(9) for b in range(a + 1, 9)]
_UPRIGHT = np.array(
    [3.0 if edge[0] % 3 == edge[-1] % 3 else 1.0 for edge in _EDGES]
)  # commoner in any script
_EDGE_SHARES = _UPRIGHT / _UPRIGHT.sum()


def composition(random: Random) -> Lines:
    """Join two to five lines and arcs on a grid of three by three, any of them, as scripts do."""
    columns = np.array([0, random.uniform(0.3, 0.7), 1]) * random.uniform(0.45, 1.1)
    rows = np.array([0, random.uniform(0.25, 0.75), 1])
    grid = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)
    touched: set[int] = set()
    lines: Lines = []
    for _ in range(random.choice([2, 3, 4, 5], p=[0.3, 0.4, 0.2, 0.1])):
        edge = _EDGES[random.choice(len(_EDGES), p=_EDGE_SHARES)]
        while touched and touched.isdisjoint(edge):
            edge = _EDGES[random.choice(len(_EDGES), p=_EDGE_SHARES)]
        touched.update(edge)
        bulge = random.choice([-1, 1]) * random.uniform(0.4, 1.6) if random.random() < 0.4 else 0.0
        lines.append(_bow(grid[edge[0]], grid[edge[-1]], bulge))
    if _is_a_one(lines):
        return composition(random)
    return by_hand(joined(lines, random), random)


def _is_a_one(lines: Lines) -> bool:
    """Whether all lies on one line that rises more than it goes aside."""
    points = np.concatenate(lines)
    width, height = np.ptp(points, axis=0)
    across = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)[1]
    return bool(width < height and across < 0.05 * height)


def zigzag(random: Random) -> Lines:
    """Go up and down along a line, with sharp or with round corners."""
    turns = int(random.integers(4, 8))
    x = np.linspace(0, random.uniform(0.5, 1.0), turns) * turns / 4
    y = (np.arange(turns) + random.integers(2)) % 2
    line = np.stack([x, y], axis=1) + random.normal(0, 0.08, (turns, 2))
    return by_hand([smooth(line) if random.random() < 0.5 else line], random)


# ── scribbles ────────────────────────────────────────────────────────────────────────────────────


def scribble(random: Random) -> Lines:
    """Draw one to three strokes through random points, round or with corners."""
    lines = []
    for _ in range(random.integers(1, 4)):
        points = random.uniform(0, 1, (int(random.integers(4, 14)), 2)) + random.uniform(-0.3, 0.3, 2)
        lines.append(smooth(points) if random.random() < 0.75 else points)
    return lines


def wandering(random: Random) -> Lines:
    """Let a pen wander: its direction changes smoothly and at random."""
    steps = int(random.integers(30, 90))
    turning = np.convolve(random.normal(0, 1, steps), np.ones(8) / 8, mode="same")
    angle = np.cumsum(turning * random.uniform(0.5, 1.5) + random.normal(0, 0.15))
    return [np.cumsum(np.stack([np.cos(angle), np.sin(angle)], axis=1), axis=0)]


# ── signs ────────────────────────────────────────────────────────────────────────────────────────


def _crossing(random: Random) -> Lines:
    """A plus, a cross, an asterisk: two to four lines through one point."""
    n = int(random.choice([2, 3, 4], p=[0.6, 0.2, 0.2]))
    ends = _rays(random.choice([0, 45, 90]) + np.arange(n) * 180 / n)
    return [np.stack([-end, end]) * random.uniform(0.6, 1.2, (2, 1)) for end in ends]


def _pentagram(random: Random) -> Lines:
    return [_rays(random.choice([-90, 90]) + np.arange(6) * 144)]


def _tick(random: Random) -> Lines:
    """A tick, a caret, an angle."""
    arms = random.uniform(0.3, 1.2, 2)
    line = np.array([(-arms[0], -random.uniform(0.4, 1.0)), (0, 0), (arms[1], -1)])
    return [line * random.choice([(1, 1), (1, 1), (1, -1)])]


def _arrow(random: Random) -> Lines:
    head = random.uniform(0.2, 0.5)
    lines = [np.array([(-1, 0), (1, 0)]), np.array([(1 - head, -head), (1, 0), (1 - head, head)])]
    return turned(lines, 90 * random.integers(4) + random.normal(0, 15))


def _face(random: Random) -> Lines:
    x, y, mouth = random.uniform((0.2, -0.5, 0.3), (0.5, -0.1, 0.6))
    eye = np.array([(0, y), (0, y - random.uniform(0.05, 0.25))])[: random.integers(1, 3)]
    smile = _arc(
        (0, 0.25), (mouth, random.uniform(0.1, 0.4)), *((20, 160) if random.random() < 0.7 else (200, 340))
    )
    ring = _arc((0, 0), (1, random.uniform(0.85, 1.15)), -90, 280)
    eyes = [np.add(eye, (-x, 0)), np.add(eye, (x, 0))]
    return [ring, *eyes, smile][random.random() < 0.15 :]


def _hatching(random: Random) -> Lines:
    """Parallel lines, once or crosswise."""
    n = int(random.integers(3, 7))
    places = np.linspace(-1, 1, n) + random.normal(0, 0.06, n)
    lines = [np.array([(place, -1), (place, 1)]) + random.normal(0, 0.08, (2, 2)) for place in places]
    crossed = [line[:, ::-1] for line in lines] if random.random() < 0.4 else []
    return turned(lines + crossed, random.uniform(0, 180))


def _spiral(random: Random) -> Lines:
    radii = np.linspace(random.uniform(0, 0.3), 1, 60)[:, None]
    angles = random.uniform(0, 360) + np.linspace(0, random.uniform(600, 1400), 60)
    return [radii * _rays(random.choice([-1, 1]) * angles)]


def _polygon(random: Random) -> Lines:
    """A triangle; or four to six corners, closed, with a line between two of them."""
    n = int(random.choice([3, 3, 4, 5, 6]))
    corners = _rays(random.choice([-90, 90, 45]) + np.arange(n) * 360 / n) + random.normal(0, 0.12, (n, 2))
    return [np.concatenate([corners, corners[:1]]), *([] if n == 3 else [corners[[0, 2]]])]


def _dots(random: Random) -> Lines:
    return list(random.uniform(-1, 1, (int(random.choice([1, 2, 3, 5, 8])), 1, 2)))


_SIGNS = (_crossing, _crossing, _pentagram, _tick, _arrow, _face, _hatching, _spiral, _polygon, _dots)


def sign(random: Random) -> Lines:
    """A plus, cross, star, tick, arrow, face, hatching, spiral, polygon, or some dots."""
    return by_hand(unit(_SIGNS[random.integers(len(_SIGNS))](random)), random, turn=10)
