"""Ink fitted into 28×28: scaled to the box, its stroke's width set, placed by its centre of mass.

All is done with stacks of ink, of which each piece comes out the same in whatever company; a single one is a stack of
one. Many small pictures together cost a tenth of the time each.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .image.filters import padded, scaled, total, width_of_strokes
from .image.ink import DETAIL

Stack: TypeAlias = NDArray[np.float32]  # (n, height, width)
PerPiece: TypeAlias = NDArray[np.float64]  # (n,)

SIZE = 28
FIT = 20.0  # the digit's longer side, stroke included
STROKE_WIDTHS = 2.0, 3.0  # what ink is brought into, with the least change: MNIST's own vary as much
LEVEL = 0.8  # MNIST's typical ink, weighted by the ink itself

_AT_ONCE = 64  # pieces: they lie together in a processor's cache
_MARGIN = 1  # pixels of paper about the ink: from there it is thinned
_NONE = 1e-9  # pixels: by as little no edge is moved


def fitted(ink: Stack, widths: tuple[float, float] = STROKE_WIDTHS) -> NDArray[np.uint8]:
    """Return pieces of ink as MNIST would hold them, (n, 28, 28), white on black.

    Parameters
    ----------
    ink : ndarray of shape (n, height, width), float32
        In [0, 1], some of each piece above 0.
    widths : (float, float)
        What the width of the strokes is brought into, in pixels of the result.
    """
    detailed, width = (np.concatenate(parts) for parts in zip(*map(_measured, _few(ink)), strict=True))
    target = np.clip(width * FIT / DETAIL, *widths)
    # The box holds the pen's own width, so a wider pen makes it larger: between the lines' middles it does not.
    pixel = (DETAIL - width) / (FIT - target)  # of 28×28, in pixels of `detailed`
    radius = (target * pixel - width) / 2
    radius[np.abs(radius) < _NONE] = 0
    extents = [(side - 2 * _MARGIN - width) / pixel + target for side in detailed.shape[1:]]
    digits = np.empty((len(ink), SIZE, SIZE), dtype=np.uint8)
    for these in _few(np.argsort(radius)):  # so those that are to be thickened alike come together
        thickened = _thickened(detailed[these], radius[these])
        placed = _placed(thickened, [extent[these] for extent in extents], pixel[these])
        digits[these] = np.rint(placed * 255)
    return digits


def _few(pieces: NDArray[Any]) -> Iterator[NDArray[Any]]:
    return (pieces[first : first + _AT_ONCE] for first in range(0, len(pieces), _AT_ONCE))


# ── the size ─────────────────────────────────────────────────────────────────────────────────────


def _measured(ink: Stack) -> tuple[Stack, PerPiece]:
    """Return the ink with a longer side of DETAIL pixels, paper about it, and the width of its strokes.

    Ink whose typical level, weighted by the ink itself, is below LEVEL is strengthened: a hair line scaled down.
    """
    detailed = (
        _enlarged(ink) if max(ink.shape[1:]) < DETAIL else np.stack([scaled(one, DETAIL) for one in ink])
    )
    level = total(np.square(detailed)) / total(detailed)
    dark = padded(detailed * _each(np.maximum(LEVEL / level, 1)), _MARGIN)
    np.minimum(dark, 1, out=dark)
    return dark, width_of_strokes(dark)


def _each(numbers: PerPiece) -> Stack:
    """Return one number of each piece so that it goes with its pixels."""
    return numbers.astype(np.float32)[:, None, None]


def _enlarged(ink: Stack) -> Stack:
    _, height, width = ink.shape
    longer = max(height, width)
    down, across = (max(1, round(side * DETAIL / longer)) for side in (height, width))
    enlarged: Stack = _bilinear(height, down) @ (ink @ _bilinear(width, across).T)
    return enlarged


@cache
def _bilinear(length: int, size: int) -> NDArray[np.float32]:
    """Return the weights (size, length) that enlarge by bilinear interpolation."""
    centres = (np.arange(size)[:, None] + 0.5) * (length / size)
    weights = np.maximum(1 - np.abs(np.arange(length) + 0.5 - centres), 0)
    shares: NDArray[np.float32] = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares


# ── the stroke's width ───────────────────────────────────────────────────────────────────────────


def _thickened(ink: Stack, radius: PerPiece) -> Stack:
    """Thicken each piece by its radius: those together that have it in common, rounded away from 0."""
    if not radius.any():
        return ink
    rounded = np.copysign(np.ceil(np.abs(radius)), radius)
    result = padded(ink, max(0, int(rounded.max()) - _MARGIN))
    for whole in set(rounded.tolist()) - {0.0}:
        these = np.flatnonzero(rounded == whole)
        result[these] = thicken(result[these], radius[these])
    return result


def thicken(ink: Stack, radius: PerPiece) -> Stack:
    """Move the edges of each piece outwards by its radius in pixels; inwards where all are negative.

    Grey dilation (erosion) with a disc; between whole radii, the mean of both neighbours. All radii lie between the
    same two whole numbers.
    """
    if radius[0] < 0:
        return 1 - thicken(1 - ink, -radius)
    larger = max(1, math.ceil(radius.max()))
    part = _each(radius - (larger - 1))
    rows = [ink]  # the maximum over 1, 3, 5, … pixels of a row
    for _ in range(larger):
        wider = rows[-1].copy()
        np.maximum(wider[:, :, 1:], rows[-1][:, :, :-1], out=wider[:, :, 1:])
        np.maximum(wider[:, :, :-1], rows[-1][:, :, 1:], out=wider[:, :, :-1])
        rows.append(wider)
    return (1 - part) * _dilate(rows, larger - 1) + part * _dilate(rows, larger)


def _dilate(rows: list[Stack], radius: int) -> Stack:
    """Take the maximum over a disc, row by row of the disc."""
    dilated = rows[radius].copy()
    for y in range(1, radius + 1):
        row = rows[math.floor(math.sqrt((radius + 0.5) ** 2 - y * y))]
        np.maximum(dilated[:, y:], row[:, :-y], out=dilated[:, y:])
        np.maximum(dilated[:, :-y], row[:, y:], out=dilated[:, :-y])
    return dilated


# ── the place ────────────────────────────────────────────────────────────────────────────────────


def _placed(ink: Stack, extents: list[PerPiece], pixel: PerPiece) -> Stack:
    """Cut out 28×28 pixels of the given size around the centre of mass, by area averaging."""
    _, height, width = ink.shape
    y = _centres(ink @ np.ones(width, np.float32), extents[0], pixel)
    x = _centres(np.ones(height, np.float32) @ ink, extents[1], pixel)
    placed: Stack = _boxes(y, pixel, height) @ (ink @ _boxes(x, pixel, width).transpose(0, 2, 1))
    return placed


def _centres(profiles: NDArray[np.float32], extent: PerPiece, pixel: PerPiece) -> PerPiece:
    """Return the centres of mass along an axis, or as near as keeps the ink's extent inside the picture."""
    length = profiles.shape[1]
    mass = (profiles * np.arange(0.5, length)).sum(axis=1) / profiles.sum(axis=1, dtype=np.float64)
    room = (SIZE - extent) / 2
    centres: PerPiece = length / 2 - np.clip((length / 2 - mass) / pixel, -room, room) * pixel
    return centres


def _boxes(centre: PerPiece, pixel: PerPiece, length: int) -> Stack:
    """Return the weights (n, 28, length) that average what lies in each of 28 pixels; beyond the ink is paper."""
    edges = np.rint(centre[:, None] + pixel[:, None] * np.arange(-SIZE // 2, SIZE // 2 + 1))
    shares = (1 / (edges[:, 1:] - edges[:, :-1])).astype(np.float32)
    ends = np.clip(edges, 0, length).astype(np.int8)[:, :, None]
    within = np.arange(length, dtype=np.int8) >= ends
    weights = (within[:, :-1] > within[:, 1:]).astype(np.float32)
    weights *= shares[:, :, None]
    return weights
