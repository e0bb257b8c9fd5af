"""Digits on paper, drawn with the project's own rasteriser, and what light, paper and pencil do to them."""

import io
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digits_detector.strokes import rasterize

Levels = NDArray[Any]  # (SIDE, SIDE): what part of the light comes back, 1 from white paper
SIDE = 240


def _curve(*points: tuple[float, float]) -> NDArray[np.float64]:
    """Return a smooth line through points (Catmull-Rom)."""
    p = np.array([points[0], *points, points[-1]], dtype=float)
    t = np.linspace(0, 1, 12)[:, None]
    a, b, c, d = p[:-3, None], p[1:-2, None], p[2:-1, None], p[3:, None]
    curve: NDArray[np.float64] = b + 0.5 * t * (
        c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a))
    )
    return curve.reshape(-1, 2)


def _line(*points: tuple[float, float]) -> NDArray[np.float64]:
    return np.array(points, dtype=float)


# In a box 80 wide and 120 high.
DIGITS: dict[str, tuple[int, list[NDArray[np.float64]]]] = {
    "a two": (
        2,
        [
            _curve((6, 30), (20, 6), (50, 2), (70, 22), (60, 55), (30, 88), (4, 116)),
            _line((4, 116), (78, 114)),
        ],
    ),
    "a three": (
        3,
        [_curve((8, 14), (38, 1), (66, 18), (60, 44), (30, 56), (66, 68), (72, 98), (42, 119), (6, 106))],
    ),
    "a four of two strokes": (4, [_line((30, 2), (4, 70), (78, 66)), _line((54, 24), (48, 118))]),
    "a five with a loose hat": (
        5,
        [
            _curve((16, 6), (12, 52), (44, 44), (70, 66), (68, 100), (38, 119), (4, 108)),
            _line((26, 2), (76, 0)),
        ],
    ),
    "a crossed seven": (7, [_line((4, 6), (76, 2), (34, 118)), _line((24, 60), (72, 56))]),
    "an eight": (
        8,
        [
            _curve(
                (66, 16),
                (38, 2),
                (14, 20),
                (26, 46),
                (56, 66),
                (66, 94),
                (40, 118),
                (12, 98),
                (26, 66),
                (58, 42),
                (66, 16),
            )
        ],
    ),
}


def written(name: str, brush: float = 7.0, dark: float = 0.75, place: tuple[int, int] = (90, 60)) -> Levels:
    """Write a digit on white paper."""
    lines = [stroke * 0.9 + place for stroke in DIGITS[name][1]]
    return 1 - dark * rasterize(lines, width=brush, size=SIDE).astype(float)


def _marks(lines: list[NDArray[np.float64]], width: float, dark: float) -> Levels:
    return 1 - dark * rasterize(lines, width=width, size=SIDE).astype(float)


def _slope(angle: float) -> Levels:
    """Return 0 to 1 across the paper, in a direction given in degrees."""
    y, x = np.mgrid[:SIDE, :SIDE] / (SIDE - 1) - 0.5
    slope: Levels = x * np.cos(np.radians(angle)) + y * np.sin(np.radians(angle)) + 0.5
    return slope


def _grain(levels: Levels, random: np.random.Generator) -> Levels:
    """Let pencil catch only on the paper's grain."""
    return 1 - (1 - levels) * (0.4 + 0.6 * random.random(levels.shape))


def _rules(tilt: float) -> list[NDArray[np.float64]]:
    return [_line((-9, y), (SIDE + 9, y + tilt)) for y in range(14, SIDE + 20, 38)]


def _neighbour(name: str) -> Levels:
    """Write another digit of which only a piece is in the picture, at the right."""
    return written(name, place=(SIDE - 24, 80))


def _specks(random: np.random.Generator) -> Levels:
    places = random.uniform(12, SIDE - 12, (7, 2))
    return _marks([place[None] for place in places], 3.0, 0.7)


def _on_a_desk(levels: Levels, margin: int, desk: float) -> Levels:
    """Lay the paper, a little aslant, on something darker."""
    y, x = np.mgrid[:SIDE, :SIDE]
    across, down = x - 0.05 * (y - SIDE / 2), y + 0.05 * (x - SIDE / 2)
    inside = (np.minimum(across, down) > margin) & (np.maximum(across, down) < SIDE - margin)
    return np.where(inside, levels, desk)


def _box() -> list[NDArray[np.float64]]:
    return [_line((55, 32), (200, 30), (203, 202), (53, 205), (55, 32))]


Photographer = Callable[[str, np.random.Generator], Levels]

PHOTOGRAPHS: dict[str, Photographer] = {
    "grey paper": lambda name, _: 0.6 * written(name),
    "light from a side": lambda name, _: (0.3 + 0.6 * _slope(30)) * written(name),
    "a lamp's spot": lambda name, _: (1 - 0.5 * np.hypot(_slope(0) - 0.4, _slope(90) - 0.6)) * written(name),
    "a hard shadow": lambda name, _: np.where(_slope(55) > 0.45, 0.45, 0.85) * written(name),
    "a soft shadow": lambda name, _: (0.9 - 0.5 / (1 + np.exp(25 - 50 * _slope(-20)))) * written(name),
    "faint pencil": lambda name, random: 0.8 * _grain(written(name, 5, 0.22), random),
    "faint pencil, light from a side": lambda name, random: (
        (0.4 + 0.5 * _slope(120)) * _grain(written(name, 5, 0.25), random)
    ),
    "ruled paper": lambda name, _: 0.9 * written(name) * _marks(_rules(0), 2, 0.3),
    "ruled paper, tilted": lambda name, _: 0.8 * written(name) * _marks(_rules(7), 2, 0.4),
    "squared paper": lambda name, _: (
        0.9 * written(name) * _marks([*_rules(3), *(rule[:, ::-1] for rule in _rules(-3))], 1.5, 0.25)
    ),
    "specks": lambda name, random: 0.9 * np.minimum(written(name), _specks(random)),
    "a neighbour's piece": lambda name, _: (
        0.9 * np.minimum(written(name, place=(60, 60)), _neighbour("an eight"))
    ),
    "a sheet on a black desk": lambda name, _: _on_a_desk(0.9 * written(name), 20, 0.1),
    "a sheet on a desk": lambda name, _: _on_a_desk((0.6 + 0.3 * _slope(30)) * written(name), 28, 0.35),
    "a desk's edge": lambda name, _: _on_a_desk((0.5 + 0.4 * _slope(70)) * written(name), 9, 0.2),
    "a printed box": lambda name, _: 0.9 * np.minimum(written(name), _marks(_box(), 3, 0.6)),
    "a printed box, light from a side": lambda name, _: (
        (0.5 + 0.4 * _slope(60)) * np.minimum(written(name), _marks(_box(), 2, 0.5))
    ),
    "all of it": lambda name, random: (
        np.where(_slope(200) > 0.5, 0.5, 0.9)
        * np.minimum(np.minimum(written(name, place=(60, 60)), _neighbour("a three")), _specks(random))
        * _marks(_rules(-4), 2, 0.3)
    ),
}


def photograph(kind: str, name: str, *, grain: float = 2.0, quality: int = 85) -> NDArray[np.uint8]:
    """Take a photograph of a digit, with the camera's noise, as a JPEG."""
    random = np.random.default_rng(0)
    return developed(PHOTOGRAPHS[kind](name, random), random, grain, quality)


def developed(
    levels: Levels, random: np.random.Generator, grain: float, quality: int = 85
) -> NDArray[np.uint8]:
    """Return what a camera makes of levels."""
    noisy = np.clip(255 * levels + random.normal(0, grain, levels.shape), 0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(noisy).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))
