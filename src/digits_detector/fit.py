"""Many pieces of ink fitted into 28×28 at once, as `normalize` fits a single one.

Each comes out the same in whatever company. Where Pillow would be asked piece by piece, its filters are matrices here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from .filters import padded, stroke_width
from .ink import DETAIL, ink_on
from .normalize import SIZE, STROKE_WIDTHS, as_dark, measures, normalize, thicken
from .small import plain_ink

Stack = NDArray[np.float32]  # (n, height, width)
PerPiece = NDArray[np.float64]  # (n,)
Matrices = NDArray[np.float64]

_AT_ONCE = 64  # pieces: at DETAIL they lie together in a processor's cache


def normalize_all(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return what `normalize` makes of the ink of grey pictures; fast where they are small and plain.

    Parameters
    ----------
    pictures : ndarray of shape (n, height, width), uint8
        Planes, as `planes` returns them.

    Returns
    -------
    ndarray of shape (n, 28, 28), uint8
        White ink on black.
    """
    digits = np.empty((len(pictures), SIZE, SIZE), dtype=np.uint8)
    others = np.ones(len(pictures), dtype=bool)
    for places, ink in plain_ink(pictures):
        digits[places] = fitted(ink)
        others[places] = False
    for place in np.flatnonzero(others):
        digits[place] = normalize(ink_on([pictures[place]]))
    return digits


def fitted(ink: Stack) -> NDArray[np.uint8]:
    """Return what `normalize` makes of each piece of ink.

    Parameters
    ----------
    ink : ndarray of shape (n, height, width), float32
        In [0, 1], some of each piece above 0; neither side longer than DETAIL.

    Returns
    -------
    ndarray of shape (n, 28, 28), uint8
        White ink on black.
    """
    digits = np.empty((len(ink), SIZE, SIZE), dtype=np.uint8)
    for first in range(0, len(ink), _AT_ONCE):
        part = slice(first, first + _AT_ONCE)
        digits[part] = np.rint(_fit(ink[part]) * 255)
    return digits


def _fit(ink: Stack) -> Stack:
    detailed = as_dark(_enlarged(ink))
    width = stroke_width(detailed)
    target, pixel, radius = measures(width, STROKE_WIDTHS)
    extents = [(side - width) / pixel + target for side in detailed.shape[1:]]
    margin = math.ceil(max(0, radius.max()))
    return _placed(_thickened(detailed, radius, margin), extents, pixel, np.ceil(target * pixel) - margin)


def _thickened(ink: Stack, radius: PerPiece, margin: int) -> Stack:
    """Thicken each piece by its radius, with that margin about all: those together that have it in common, rounded."""
    result = padded(ink, margin)
    rounded = np.copysign(np.ceil(np.abs(radius)), radius)
    for whole in np.unique(rounded[rounded != 0]):
        these = np.flatnonzero(rounded == whole)
        paper = max(1, margin)  # ink is thinned from its edge inwards, where there is paper
        thickened = thicken(padded(ink[these], paper), radius[these])
        crop = slice(paper - margin, margin - paper or None)
        result[these] = thickened[:, crop, crop]
    return result


# ── the size ─────────────────────────────────────────────────────────────────────────────────────


def _enlarged(ink: Stack) -> Stack:
    """Scale the longer side to DETAIL pixels, as `filters.scaled` does."""
    n, height, width = ink.shape
    longer = max(height, width)
    down, across = (max(1, round(side * (DETAIL / longer))) for side in (height, width))
    wide = _single(ink.reshape(-1, width) @ _bilinear(width, across).T)
    enlarged: Stack = (_bilinear(height, down) @ wide.reshape(n, height, across)).astype(np.float32)
    return enlarged


def _single(values: Matrices) -> Matrices:
    """Round as Pillow does between the one way and the other."""
    return values.astype(np.float32).astype(np.float64)


@cache
def _bilinear(length: int, size: int) -> Matrices:
    """Return the weights (size, length) of Pillow's bilinear filter where it enlarges."""
    centres = (np.arange(size)[:, None] + 0.5) * (length / size)
    weights: Matrices = np.maximum(1 - np.abs(np.arange(length) + 0.5 - centres), 0)
    weights /= weights.sum(axis=1, keepdims=True)
    return weights


# ── the place ────────────────────────────────────────────────────────────────────────────────────


def _placed(ink: Stack, extents: Sequence[PerPiece], pixel: PerPiece, around: PerPiece) -> Stack:
    """Cut out 28×28 pixels of the given size around the centre of mass, by area averaging.

    `around` is how much wider `normalize` has its canvas: Pillow takes the window's place in that as float32.
    """
    exact, (_, height, width) = ink.astype(np.float64), ink.shape
    y = _centres(exact @ np.ones(width), extents[0], pixel)
    x = _centres(np.ones(height) @ exact, extents[1], pixel)
    reach = SIZE / 2 * pixel - around
    sides = (reach - y, reach - x, y + reach - height, x + reach - width)
    around = around + np.ceil(np.maximum(0, np.max(sides, axis=0)))
    across = _single(exact @ _boxes(x, pixel, around, width).transpose(0, 2, 1))
    placed: Stack = (_boxes(y, pixel, around, height) @ across).astype(np.float32)
    return placed


def _centres(profiles: Matrices, extent: PerPiece, pixel: PerPiece) -> PerPiece:
    """Return the centres of mass along an axis, or as near as keeps the ink's extent inside the picture."""
    length = profiles.shape[1]
    mass = profiles @ np.arange(0.5, length) / profiles.sum(axis=1)
    room = (SIZE - extent) / 2
    centres: PerPiece = length / 2 - np.clip((length / 2 - mass) / pixel, -room, room) * pixel
    return centres


def _boxes(centre: PerPiece, pixel: PerPiece, around: PerPiece, length: int) -> Matrices:
    """Return the weights (n, 28, length) of Pillow's box filter where it reduces."""
    half = SIZE / 2 * pixel
    start, stop = ((centre + side + around).astype(np.float32) for side in (-half, half))
    size = (stop - start).astype(np.float64)[:, None] / SIZE
    middles = start[:, None] + np.arange(0.5, SIZE) * size
    first, last = (np.floor(middles + side + 0.5) - around[:, None] for side in (-size / 2, size / 2))
    shares = 1 / (last - first)
    starts, stops = (np.clip(ends, -1, length).astype(np.int8)[:, :, None] for ends in (first, last))
    line = np.arange(length, dtype=np.int8)
    weights = ((starts <= line) & (line < stops)).astype(np.float64)
    weights *= shares[:, :, None]
    return weights
