"""Pen strokes drawn again: another slant, another width, a trembling hand; then 28×28 preprocessed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...image.ink import find_ink
from ...normalize import draw, normalize
from ...strokes import Points, Strokes, rasterize, segments


@dataclass(frozen=True)
class Hand:
    """How far each change of a drawing goes; each is drawn evenly from its range."""

    rotation: float = 8.0  # degrees, either way; augmentation adds to it
    slant: float = 0.2  # sideways a unit up, either way
    aspect: float = 0.4  # width over height, times exp(±aspect / 2)
    bend: float = 0.05  # of the extent, the standard deviation of a slow drift along the path
    jitter: float = 0.008  # of the extent, the standard deviation of each point
    coarse: float = 0.25  # of the drawings keep only every second to fourth point: a slow device
    lift: float = 0.08  # of the drawings have a gap in a stroke
    drag: float = 0.05  # of the drawings have two strokes joined, the pen not lifted between them
    width: tuple[float, float] = (1.8, 3.4)  # of the pen in 28×28 pixels, as strokes
    brush: tuple[float, float] = (0.015, 0.16)  # of the pen over the extent, as a picture
    pencil: float = 0.15  # of the pictures are tiny and without grey, as paint programs make them


HAND = Hand()
TINY = 12.0, 27.0  # pixels: the longer side of a digit in a picture for MNIST's networks


def views(strokes: Strokes, random: np.random.Generator, hand: Hand = HAND) -> NDArray[np.uint8]:
    """Draw strokes twice, with other changes each time: as strokes, and as a picture that is preprocessed.

    Returns
    -------
    ndarray of shape (28, 28, 2), uint8
    """
    as_strokes = draw(varied(strokes, random, hand), random.uniform(*hand.width))
    as_picture = normalize(find_ink(_photographed(varied(strokes, random, hand), random, hand)))
    return np.stack([as_strokes, as_picture], axis=-1)


def _photographed(strokes: Strokes, random: np.random.Generator, hand: Hand) -> NDArray[np.uint8]:
    if random.random() < hand.pencil:
        return pencilled(picture(strokes, random.uniform(*TINY), random.uniform(1, 2.5)), random)
    extent = int(random.integers(40, 90))
    brush = max(1.0, extent * np.exp(random.uniform(*np.log(hand.brush))))
    return picture(strokes, extent, brush)


def pencilled(grey: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    """Return a tiny picture without grey: staircase lines, in half of them with pixels missing."""
    inked = grey > min(random.uniform(0.25, 0.7) * 255, int(grey.max()) - 1)
    missing = random.random(grey.shape) < random.uniform(0, 0.15) * random.integers(2)
    left = inked & ~missing
    return np.where(left if left.any() else inked, np.uint8(255), np.uint8(0))


def picture(strokes: Strokes, extent: float, brush: float) -> NDArray[np.uint8]:
    """Draw strokes white on black, their longer side `extent` pixels long between the line's middles.

    Returns
    -------
    ndarray of shape (side, side), uint8
        With the brush's room and two pixels more on each side.
    """
    low, high = bounds(strokes.strokes)
    scale = extent / max(float((high - low).max()), 1e-9)
    side = round(extent + brush) + 4
    placed = [(stroke - (low + high) / 2) * scale + side / 2 for stroke in strokes.strokes]
    return np.rint(rasterize(placed, width=brush, size=side) * 255).astype(np.uint8)


def varied(strokes: Strokes, random: np.random.Generator, hand: Hand = HAND) -> Strokes:
    """Return the strokes as if drawn by another hand."""
    paths = list(strokes.strokes)
    if random.random() < hand.coarse:
        paths = [_coarse(path, int(random.integers(2, 5))) for path in paths]
    if random.random() < hand.drag:
        paths = _dragged(paths, int(random.integers(len(paths))))
    if random.random() < hand.lift:
        paths = list(_lifted(paths, int(random.integers(len(paths))), random))
    low, high = bounds(paths)
    extent = max(float((high - low).max()), 1e-9)
    matrix = turn(random, hand)
    return Strokes((_trembling((path - low) / extent, random, hand) @ matrix) for path in paths)


def turn(random: np.random.Generator, hand: Hand = HAND) -> NDArray[np.float64]:
    """Return a matrix (2, 2): aspect, then slant, then rotation, for rows of points."""
    aspect = np.exp(random.uniform(-hand.aspect, hand.aspect) / 2)
    slant = random.uniform(-hand.slant, hand.slant)
    angle = np.deg2rad(random.uniform(-hand.rotation, hand.rotation))
    cos, sin = np.cos(angle), np.sin(angle)
    rotation: NDArray[np.float64] = np.array([[cos, sin], [-sin, cos]])
    skew: NDArray[np.float64] = np.diag([aspect, 1 / aspect]) @ np.array([[1, 0], [slant, 1]])
    return skew @ rotation


def _trembling(path: Points, random: np.random.Generator, hand: Hand) -> Points:
    """Add a slow drift along the path, and a tremble at each point."""
    knots = random.normal(scale=hand.bend, size=(4, 2)) * random.random()
    places = np.linspace(0, 3, len(path))
    drift = np.stack([np.interp(places, np.arange(4), knots[:, axis]) for axis in (0, 1)], axis=1)
    trembling: Points = path + drift + random.normal(scale=hand.jitter * random.random(), size=path.shape)
    return trembling


def _coarse(path: Points, step: int) -> Points:
    return np.concatenate([path[:-1:step], path[-1:]])


def _dragged(paths: list[Points], number: int) -> list[Points]:
    """Join a stroke to the one before it."""
    if number == 0:
        return paths
    return [*paths[: number - 1], np.concatenate(paths[number - 1 : number + 1]), *paths[number + 1 :]]


def _lifted(paths: list[Points], number: int, random: np.random.Generator) -> Iterable[Points]:
    """Leave a gap of at most a tenth of a stroke's points somewhere inside it."""
    for place, path in enumerate(paths):
        gap = round(len(path) * random.uniform(0.03, 0.1))
        if place != number or gap == 0:
            yield path
            continue
        first = int(random.integers(1, len(path) - gap))
        yield path[:first]
        yield path[first + gap :]


def bounds(paths: Iterable[Points]) -> tuple[Points, Points]:
    """Return the upper left and the lower right corner (2,) of the box around all points."""
    starts, ends = segments(paths)
    return np.minimum(starts, ends).min(axis=0), np.maximum(starts, ends).max(axis=0)
