"""A page's sheet and who writes on it; and what stands there beside characters: lines, doodles, shapes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ...strokes import Points
from ..data import glyphs
from ..data.by_hand import unit
from ..data.glyphs import Affine
from ..outliers import doodles
from .hands import Hands, Random
from .labels import SHAPE, Box, covered
from .paper import line


@dataclass(frozen=True)
class Style:
    """How somebody writes on a page; lengths in heights of a digit."""

    radius: float  # half the pen's width
    slant: float  # sideways a unit up
    wide: float  # a digit's width, times the hand's own
    bend: float  # standard deviation of how far a point of a digit is astray
    gap: float  # between the ink of two digits; negative where they overlap
    uneven: float  # standard deviation of sizes, baselines and gaps
    small_zeros: bool
    soft: float  # pixels over which an edge goes from paper to ink


@dataclass(frozen=True, eq=False)
class Sheet:
    """What one pen writes on a page: its ink, lines that were there before, and the boxes of characters."""

    ink: NDArray[np.float32]
    rules: NDArray[np.uint8]
    boxes: list[Box] = field(default_factory=list)

    @classmethod
    def empty(cls) -> Sheet:
        """Return a sheet on which nothing is written."""
        return cls(np.zeros(SHAPE, dtype=np.float32), np.zeros(SHAPE, dtype=np.uint8))


@dataclass(frozen=True, eq=False)
class Scene:
    """Who writes, seen how, on which sheet."""

    hands: Hands
    camera: Affine
    sheet: Sheet
    random: Random


class Spot(NamedTuple):
    """Where something is written: the left end of its baseline, a digit's height in pixels, and the style."""

    start: Points
    height: float
    style: Style

    def frame(self, camera: Affine) -> Affine:
        """Return the map from heights of a digit to pixels of the page."""
        x, y = self.start.tolist()
        slanted = np.array([[self.height, -self.style.slant * self.height, x], [0, self.height, y]])
        return glyphs.chain(camera, slanted)


def shift_right(x: float) -> NDArray[np.float64]:
    """Return the map (3, 3) that moves to the right."""
    return np.array([[1, 0, x], [0, 1, 0], [0, 0, 1]])


# ── lines and doodles ───────────────────────────────────────────────────────────────────────────────


def rule(scene: Scene, y: float) -> None:
    """Draw a line across the page at a height in pixels before the camera."""
    ends = glyphs.transform(scene.camera, np.array([[-SHAPE[1], y], [2 * SHAPE[1], y]], dtype=np.float64))
    line(scene.sheet.rules, ends[0], ends[1], int(scene.random.choice([1, 1, 1, 2])))


def post(scene: Scene, x: float) -> None:
    """Draw a line down the page."""
    ends = glyphs.transform(scene.camera, np.array([[x, -SHAPE[0]], [x, 2 * SHAPE[0]]], dtype=np.float64))
    line(scene.sheet.rules, ends[0], ends[1], int(scene.random.choice([1, 1, 1, 2])))


def squared(scene: Scene, step: float) -> None:
    """Draw squared paper, or ruled paper."""
    step = max(step, 4.0)
    for y in np.arange(-SHAPE[0], 2 * SHAPE[0], step):
        rule(scene, float(y))
    if scene.random.random() < 0.7:
        for x in np.arange(-SHAPE[1], 2 * SHAPE[1], step):
            post(scene, float(x))


def cell(rules: NDArray[np.uint8], frame: Affine, middle: float) -> None:
    """Draw a box of a form around a digit."""
    square = np.array([(-0.6, 0.2), (0.6, 0.2), (0.6, -1.25), (-0.6, -1.25)])
    corners = glyphs.transform(frame @ shift_right(middle), square)
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        line(rules, start, end, 1)


def stroke_along(scene: Scene, ends: Points, spot: Spot) -> None:
    """Draw a line by hand, in the pen of the writing."""
    places = np.linspace(0, 1, 8)[:, None]
    wavy = scene.random.normal(0, 0.03 * spot.height, (8, 2))
    _ink(scene.sheet, [ends[0] + places * (ends[1] - ends[0]) + wavy], 2 * spot.style.radius * spot.height)


_DOODLES = (
    doodles.scribble,
    doodles.wandering,
    doodles.sign,
    doodles.sign,
    doodles.composition,
    doodles.zigzag,
)


def doodle(scene: Scene, height: float) -> None:
    """Draw a scribble, a tick, a sign somewhere; what it crosses can't be read."""
    random = scene.random
    drawn = unit(_DOODLES[random.integers(len(_DOODLES))](random))
    size = height * np.exp(random.uniform(-0.3, 1.2))
    middle = random.uniform(0, 1, 2) * SHAPE[::-1]
    strokes = [glyphs.transform(scene.camera, stroke * size + middle) for stroke in drawn]
    _ink(scene.sheet, strokes, height * random.uniform(0.04, 0.2), covers=True)


def _ink(sheet: Sheet, strokes: Sequence[Points], width: float, *, covers: bool = False) -> None:
    """Draw strokes in pixels of the page; the loss leaves out what they cover if they do."""
    mask = np.zeros(SHAPE, dtype=np.uint8)
    points = [np.rint(np.clip(stroke, -2e3, 2e3) * 16).astype(np.int32) for stroke in strokes]
    cv2.polylines(mask, points, False, 255, max(1, round(width)), cv2.LINE_AA, 4)
    if covers:
        sheet.boxes[:] = covered(sheet.boxes, mask > 64)
    np.maximum(sheet.ink, mask * np.float32(1 / 255), out=sheet.ink)


def shapes(scene: Scene) -> None:
    """Fill the page with shapes of several tones, as things in a photograph are: alone, in rows, or around a middle."""
    random = scene.random
    picture = np.zeros(SHAPE, dtype=np.uint8)
    for _ in range(int(np.exp(random.uniform(*np.log((3, 150)))))):
        middle = random.uniform(-0.1, 1.1, 2) * SHAPE[::-1]
        size = np.exp(random.uniform(np.log(3), np.log(90), 2))
        kind = random.integers(3)
        if kind == 2:
            line(picture, middle, middle + random.normal(0, 1, 2) * size, int(random.integers(1, 9)))
            continue
        corners = _ELLIPSE if kind == 0 else random.normal(0, 1, (random.integers(3, 7), 2))
        shape = (corners * size) @ _rotation(random.uniform(0, np.pi))
        tone = int(random.integers(0, 256))
        for again in _repeated(shape, random):
            tone = int(np.clip(tone + random.normal(0, 12), 0, 255))
            cv2.fillPoly(picture, [np.rint((again + middle) * 16).astype(np.int32)], tone, cv2.LINE_AA, 4)
    if random.random() < 0.5:
        picture = cv2.GaussianBlur(picture, (0, 0), float(random.uniform(0.5, 3)))
    np.maximum(scene.sheet.ink, picture * np.float32(1 / 255), out=scene.sheet.ink)


_ELLIPSE = np.stack([np.cos(angles := np.linspace(0, 2 * np.pi, 24, endpoint=False)), np.sin(angles)], axis=1)


def _repeated(shape: Points, random: Random) -> list[Points]:
    """Return a shape as often as it is seen: once, in a row like tiles, or around a middle like petals."""
    kind = random.random()
    if kind < 0.6:
        return [shape]
    count = int(random.integers(3, 13))
    extent = np.ptp(shape, axis=0)
    if kind < 0.8:
        step = extent * random.uniform(0.5, 1.3) * random.choice([(1, 0), (0, 1), (1, 0.3)])
        return [shape + place * step for place in range(count)]
    away = extent * random.uniform(0, 1, 2)
    return [(shape + away) @ _rotation(2 * np.pi * place / count) for place in range(count)]


def _rotation(angle: float) -> NDArray[np.float64]:
    return np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
