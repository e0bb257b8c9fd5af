"""The fifteen corruptions of MNIST-C: Mu, Gilmer 2019, MNIST-C: A Robustness Benchmark for Computer Vision.

Each takes a digit as MNIST has it, uint8 (28, 28), and a source of chance, and returns the corrupted digit, uint8
(28, 28). Kinds and severities are the paper's, in the units of its reference code; so are these, which one would not
guess: glass blurs along the columns only, motion to one side only, and a line's width is measured upright, so that it
thins where it is steep.

Remade, not copied, so the digits of a row are not the published files': chance is drawn again, and motion's kernel is
ImageMagick's own formula, put on here without ImageMagick.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from skimage.feature import canny
from skimage.filters import gaussian
from skimage.transform import warp

Digit: TypeAlias = NDArray[np.uint8]  # (28, 28), white ink on black
Grey: TypeAlias = NDArray[np.floating]  # the same, in [0, 1]
Corruption: TypeAlias = Callable[[Digit, np.random.Generator], Digit]

SIDE = 28


def _grey(digit: Digit) -> Grey:
    return digit / 255


def _digit(grey: Grey) -> Digit:
    return np.rint(255 * np.clip(grey, 0, 1)).astype(np.uint8)


# ── noise ────────────────────────────────────────────────────────────────────────────────────────


def shot_noise(digit: Digit, random: np.random.Generator) -> Digit:
    """Count photons, three for a pixel that is white."""
    photons = 3
    return _digit(random.poisson(photons * _grey(digit)) / photons)


def impulse_noise(digit: Digit, random: np.random.Generator) -> Digit:
    """Make 17 % of the pixels white or black."""
    hit, white = random.random((2, SIDE, SIDE)) < np.array([0.17, 0.5])[:, None, None]
    return np.where(hit, np.where(white, 255, 0), digit).astype(np.uint8)


# ── blur ─────────────────────────────────────────────────────────────────────────────────────────


def glass_blur(digit: Digit, random: np.random.Generator) -> Digit:
    """Blur, swap half of the pixels with one nearby, twice over, and blur again."""
    sigma, reach, rounds = (0.7, 0), 1, 2
    shuffled = gaussian(_grey(digit), sigma)
    for _ in range(rounds):
        for y in range(SIDE - reach, reach, -1):
            for x in range(SIDE - reach, reach, -1):
                if random.random() < 0.5:
                    other = y + random.integers(-reach, reach), x + random.integers(-reach, reach)
                    shuffled[y, x], shuffled[other] = shuffled[other], shuffled[y, x]
    return _digit(gaussian(shuffled, sigma))


def motion_blur(digit: Digit, random: np.random.Generator) -> Digit:
    """Smear within 45° of the horizontal: the half of a Gaussian, radius 10, σ 3."""
    radius, sigma = 10, 3
    way = np.arange(2 * radius + 1)
    weights = np.exp(-(way**2) / (2 * sigma**2))
    angle = math.radians(random.uniform(-45, 45))
    down, right = (np.ceil(way * part - 0.5).astype(int) for part in (math.sin(angle), math.cos(angle)))
    margin = 2 * radius
    wide = np.pad(_grey(digit), margin, mode="edge")
    smeared = sum(
        weight * wide[margin + dy : margin + dy + SIDE, margin + dx : margin + dx + SIDE]
        for weight, dy, dx in zip(weights / weights.sum(), down, right, strict=True)
    )
    return _digit(smeared)


# ── affine ───────────────────────────────────────────────────────────────────────────────────────


def shear(digit: Digit, random: np.random.Generator) -> Digit:
    """Slant by 0.4 radians, to either side."""
    angle = 0.4 * _side(random)
    return _about_the_centre(digit, [[1, -math.sin(angle)], [0, math.cos(angle)]])


def scale(digit: Digit, _: np.random.Generator) -> Digit:
    """Shrink to 70 %."""
    return _about_the_centre(digit, [[1 / 0.7, 0], [0, 1 / 0.7]])


def rotate(digit: Digit, random: np.random.Generator) -> Digit:
    """Turn by 0.4 radians, to either side."""
    angle = 0.4 * _side(random)
    return _about_the_centre(digit, [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])


def translate(digit: Digit, random: np.random.Generator) -> Digit:
    """Shift by 3 pixels, to either side, and up or down."""
    shift = 3 * np.array([_side(random), _side(random)])
    return _warped(digit, np.eye(2), shift)


def _side(random: np.random.Generator) -> int:
    return int(random.choice([-1, 1]))


def _about_the_centre(digit: Digit, matrix: list[list[float]]) -> Digit:
    linear, centre = np.array(matrix), np.full(2, (SIDE - 1) / 2)
    return _warped(digit, linear, centre - linear @ centre)


def _warped(digit: Digit, linear: Grey, shift: Grey) -> Digit:
    """Take each pixel (x, y) from `linear` @ (x, y) + `shift`, bilinearly; outside there is no ink."""
    inverse = np.eye(3)
    inverse[:2, :2], inverse[:2, 2] = linear, shift
    return _digit(warp(_grey(digit), inverse, order=1))


# ── light and weather ────────────────────────────────────────────────────────────────────────────


def brightness(digit: Digit, _: np.random.Generator) -> Digit:
    """Add half of the range."""
    return _digit(_grey(digit) + 0.5)


def stripe(digit: Digit, _: np.random.Generator) -> Digit:
    """Invert the left quarter and the right."""
    quarter = SIDE // 4
    striped = digit.copy()
    for part in (striped[:, :quarter], striped[:, -quarter:]):
        part[:] = 255 - part
    return striped


def fog(digit: Digit, random: np.random.Generator) -> Digit:
    """Add three times a cloud, and scale back."""
    density = 3
    grey = _grey(digit)
    foggy = grey + density * plasma(256, 1.4, random)[:SIDE, :SIDE]
    return _digit(foggy * grey.max() / (grey.max() + density))


def plasma(side: int, decay: float, random: np.random.Generator) -> Grey:
    """Return a cloud (side, side) in [0, 1] that repeats at its edges, by diamonds and squares.

    Fournier, Fussell, Carpenter 1982, Computer Rendering of Stochastic Models. `side` is a power of two; `decay` is how
    much less the heights may stray at each halving.
    """
    heights = np.zeros((side, side))
    stray = 100.0

    def between(*corners: Grey) -> Grey:
        return sum(corners) / 4 + random.uniform(-(stray**2), stray**2, corners[0].shape)

    step = side
    while step > 1:
        half = step // 2
        corners = heights[::step, ::step]
        right = np.roll(corners, -1, axis=1)
        below = np.roll(corners, -1, axis=0)
        centres = between(corners, right, below, np.roll(below, -1, axis=1))
        heights[half::step, half::step] = centres
        heights[::step, half::step] = between(corners, right, centres, np.roll(centres, 1, axis=0))
        heights[half::step, ::step] = between(corners, below, centres, np.roll(centres, 1, axis=1))
        step, stray = half, stray / decay
    cloud: Grey = (heights - heights.min()) / np.ptp(heights)
    return cloud


def spatter(digit: Digit, random: np.random.Generator) -> Digit:
    """Splash grey mud on it, which hides what is beneath."""
    liquid = gaussian(random.normal(0.65, 0.3, (SIDE, SIDE)), 1)
    mud = gaussian((liquid > 0.65).astype(float), 1.5)
    mud[mud < 0.8] = 0
    return _digit(_grey(digit) * (1 - mud) + 63 / 255 * mud)


# ── lines ────────────────────────────────────────────────────────────────────────────────────────


def dotted_line(digit: Digit, random: np.random.Generator) -> Digit:
    """Draw a line from edge to edge, of which each other two columns are left out."""
    start, end = random.integers(0, SIDE - 1, size=2)
    line = _line((0, start), (SIDE - 1, end))
    line[:, np.arange(SIDE) // 2 % 2 == 0] = 0
    return _digit(_grey(digit) + line)


def zigzag(digit: Digit, random: np.random.Generator) -> Digit:
    """Draw a zigzag from side to side, 2 pixels either way of a line that may rise or fall a little."""
    left, right = 2, SIDE - 3
    level = random.integers(0, SIDE - 1)
    along = np.array([right - left, random.integers(-5, 5)])
    length = math.hypot(*along)
    corners = [(0, 0), (2, 2), (6, -2), (10, 2), (14, -2), (18, 2), (22, -2), (length, -1 / (length - 20))]
    cos, sin = along / length
    path = np.array(corners) @ np.array([[cos, sin], [-sin, cos]]) + (left, level)
    grey = _grey(digit)
    for start, end in itertools.pairwise(path):
        grey = np.minimum(grey + _line(start, end), 1)
    return _digit(grey)


def _line(start: Grey | tuple[int, int], end: Grey | tuple[int, int]) -> Grey:
    """Return a line from (x, y) to (x, y), soft at its edges."""
    (x0, y0), (x1, y1) = start, end
    y, x = np.mgrid[:SIDE, :SIDE]
    distance = np.abs(y - (y0 + (y1 - y0) / (x1 - x0) * (x - x0)))
    line = np.clip(1 + np.log(np.maximum(1 - distance / 2.3, 1e-9)), 0, 1)
    return np.where((x >= math.floor(x0)) & (x < math.ceil(x1)), line, 0)


def canny_edges(digit: Digit, _: np.random.Generator) -> Digit:
    """Keep the outlines only (Canny 1986, A Computational Approach to Edge Detection)."""
    return _digit(canny(_grey(digit)).astype(float))


CORRUPTIONS: tuple[Corruption, ...] = (
    shot_noise,
    impulse_noise,
    glass_blur,
    motion_blur,
    shear,
    scale,
    rotate,
    brightness,
    translate,
    stripe,
    fog,
    spatter,
    dotted_line,
    zigzag,
    canny_edges,
)
