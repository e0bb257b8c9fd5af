"""Outliers for `python -m benchmarks.reject`: made by other code than the outliers that training sees."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from digits_detector.strokes import Points, Strokes

Random: TypeAlias = np.random.Generator
Picture: TypeAlias = NDArray[Any]  # (height, width) or (height, width, 3)


# ── signs ────────────────────────────────────────────────────────────────────────────────────────


def signs(each: int, random: Random) -> list[Strokes]:
    """Draw n ticks, crosses, plus signs and smileys."""
    return [Strokes(draw(random)) for draw in (_tick, _cross, _plus, _smiley) for _ in range(each)]


def _tick(random: Random) -> list[Points]:
    return _shaken([[(0, 0.6), (random.uniform(0.2, 0.45), 1), (1, random.uniform(-0.2, 0.3))]], random)


def _cross(random: Random) -> list[Points]:
    return _shaken([[(0, 0), (1, 1)], [(1, 0), (0, 1)]], random)


def _plus(random: Random) -> list[Points]:
    return _shaken([[(0.5, 0), (0.5, 1)], [(0, 0.5), (1, 0.5)]], random)


def _smiley(random: Random) -> list[Points]:
    around = np.linspace(0, 2 * np.pi, 40)
    face = np.stack([np.cos(around), np.sin(around)], axis=1) * random.uniform(0.9, 1.1, 2)
    mouth = face[3:17] * random.uniform(0.45, 0.65) + (0, random.uniform(0, 0.15))
    return _shaken([face, [(-0.4, -0.4), (-0.4, -0.25)], [(0.4, -0.4), (0.4, -0.25)], mouth], random)


def _shaken(lines: Iterable[ArrayLike], random: Random) -> list[Points]:
    """Move each line and its ends about, and turn the whole a little."""
    angle = random.normal(0, 0.12)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    shaken = []
    for line in map(np.asarray, lines):
        ends = random.normal(0, 0.05, (2, 2))
        shaken.append((line + np.linspace(ends[0], ends[1], len(line))) @ turn)
    return shaken


# ── scribbles ────────────────────────────────────────────────────────────────────────────────────


def scribbles(each: int, random: Random) -> list[Strokes]:
    """Draw n random walks, tangles of Bézier curves, and random polylines."""
    return [Strokes(draw(random)) for draw in (_walk, _tangle, _polylines) for _ in range(each)]


def _walk(random: Random) -> list[Points]:
    """Brownian motion."""
    return [random.normal(size=(int(random.integers(30, 200)), 2)).cumsum(axis=0)]


def _tangle(random: Random) -> list[Points]:
    """Three to seven cubic Bézier curves, each going on where the last one ended."""
    t = np.linspace(0, 1, 20)[:, None]
    weights = np.hstack([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3])
    knots = random.random((int(random.integers(3, 8)) * 3 + 1, 2))
    return [weights @ knots[first : first + 4] for first in range(0, len(knots) - 1, 3)]


def _polylines(random: Random) -> list[Points]:
    return [random.random((int(random.integers(4, 12)), 2)) for _ in range(random.integers(1, 4))]


# ── several digits ───────────────────────────────────────────────────────────────────────────────


def rows_of_digits(n: int, digits: tuple[Strokes, ...], random: Random) -> list[Strokes]:
    """Put two or three drawn digits side by side: from touching to more than half a digit's height apart."""
    return [Strokes(_row(digits, random)) for _ in range(n)]


def _row(digits: tuple[Strokes, ...], random: Random) -> list[Points]:
    row: list[Points] = []
    edge = 0.0
    for place in random.integers(len(digits), size=random.integers(2, 4)):
        points = np.concatenate(digits[place].strokes)
        low, (width, height) = points.min(axis=0), np.ptp(points, axis=0)
        row += [(stroke - low) / height + (edge, 0) for stroke in digits[place].strokes]
        edge += width / height + random.uniform(0, 0.6)
    return row


# ── pictures ─────────────────────────────────────────────────────────────────────────────────────


def noise(each: int, random: Random, *, stretch: tuple[float, float] = (1, 2)) -> list[Picture]:
    """Make n pictures of uniform, of Gaussian, of salt-and-pepper and of binary noise.

    Their longer side is 28 to 128 pixels, and `stretch` times the shorter one, upright or across.
    """
    kinds = (_uniform, _gaussian, _salt_and_pepper, _binary)
    return [make(_shape(random, stretch), random) for make in kinds for _ in range(each)]


def _shape(random: Random, stretch: tuple[float, float]) -> list[int]:
    longer = int(random.integers(28, 129))
    shape = [longer, round(longer / random.uniform(*stretch))]
    return shape if random.random() < 0.5 else shape[::-1]


def _uniform(shape: list[int], random: Random) -> Picture:
    return random.integers(0, 256, shape, dtype=np.uint8)


def _gaussian(shape: list[int], random: Random) -> Picture:
    return np.clip(random.normal(128, random.uniform(20, 60), shape), 0, 255).astype(np.uint8)


def _salt_and_pepper(shape: list[int], random: Random) -> Picture:
    struck = random.random(shape) < random.uniform(0.02, 0.3)
    return np.where(struck, random.choice([0, 255], shape), 128).astype(np.uint8)


def _binary(shape: list[int], random: Random) -> Picture:
    return np.asarray(random.random(shape) < random.uniform(0.1, 0.9))


def patches(n: int, photographs: list[Picture], random: Random) -> list[Picture]:
    """Cut squares of 28 to 255 pixels out of photographs."""
    return [_patch(photographs[random.integers(len(photographs))], random) for _ in range(n)]


def _patch(photograph: Picture, random: Random) -> Picture:
    side = int(random.integers(28, 256))
    y, x = random.integers(0, np.array(photograph.shape[:2]) - side)
    return photograph[y : y + side, x : x + side]
