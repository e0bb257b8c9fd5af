"""The ink of many small pictures at once: of those that are plain, which are nearly all of MNIST's kind.

A picture is plain if `find_ink` would cut its ink out without mending anything or looking any closer. That is asked
here of all pictures together, and on the safe side: one that may not be plain is left to `find_ink`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from . import mend
from .ink import CORNER, MIN_CONTRAST
from .paper import INK_LEVEL, SMALL

Pictures: TypeAlias = NDArray[np.uint8]  # (n, height, width)
Levels: TypeAlias = NDArray[np.uint8]  # (n,)
Masks: TypeAlias = NDArray[np.bool_]  # (n, height, width)
Flags: TypeAlias = NDArray[np.bool_]  # (n,)
Indices: TypeAlias = NDArray[np.intp]

_FULL = 255
_AT_ONCE = 256  # pictures: they lie together in a processor's cache
_STRIDE = 4  # pixels a flood goes between two looks whether it goes on
_SLACK = 0.001  # of the contrast: farther off than any rounding


class _Found(NamedTuple):
    """Of n pictures: which are plain, their ink as its distance from the paper, the largest of it, and its box."""

    plain: Flags
    away: Pictures
    contrast: Levels
    boxes: Indices  # (n, 4): x0, y0, x1, y1


def plain_ink(pictures: Pictures) -> Iterator[tuple[Indices, NDArray[np.float32]]]:
    """Yield the ink of the plain ones among small pictures, those of one shape together.

    Parameters
    ----------
    pictures : ndarray of shape (n, height, width), uint8

    Yields
    ------
    places : ndarray of shape (m,), intp
        Which pictures.
    values : ndarray of shape (m, h, w), float32
        As in `Ink`.
    """
    if not len(pictures) or not 3 <= min(pictures.shape[1:]) <= max(pictures.shape[1:]) <= SMALL:
        return
    parts = [_found(pictures[first : first + _AT_ONCE]) for first in range(0, len(pictures), _AT_ONCE)]
    found = _Found(*(np.concatenate(part) for part in zip(*parts, strict=True)))
    for places in _of_one_shape(found):
        x0, y0, x1, y1 = found.boxes[places].T
        rows = y0[:, None, None] + np.arange(y1[0] - y0[0])[:, None]
        columns = x0[:, None, None] + np.arange(x1[0] - x0[0])
        cut = found.away[places[:, None, None], rows, columns].astype(np.float32)
        yield places, cut / found.contrast[places, None, None]


def _of_one_shape(found: _Found) -> list[Indices]:
    """Return the places (m,) of the plain pictures, those together whose boxes have the same height and width."""
    x0, y0, x1, y1 = found.boxes.T
    shapes = np.where(found.plain, (y1 - y0) * (SMALL + 1) + x1 - x0, 0)
    order = np.argsort(shapes, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(shapes[order], prepend=0)))[1:]


def _found(pictures: Pictures) -> _Found:
    paper, pixels = pictures[:, 0, 0], _pixels(pictures)
    low, high = pixels.min(axis=1), pixels.max(axis=1)
    dark = paper - low > high - paper
    if dark.any():
        pictures = np.where(dark[:, None, None], _FULL - pictures, pictures)
        paper = np.where(dark, _FULL - paper, paper)
        low, high = np.where(dark, _FULL - high, low), np.where(dark, _FULL - low, high)
    contrast = high - paper
    away = np.maximum(pictures, paper[:, None, None]) - paper[:, None, None]
    plain = (contrast >= MIN_CONTRAST * _FULL) & _on_even_paper(pictures, paper)
    plain &= ~(
        _specked(pictures) | _banded(pictures) | _stained(away, contrast) | _outlined(pictures, low, high)
    )
    written = away > _part(contrast, INK_LEVEL)
    boxes, of_one_piece = _boxes(written)
    doubtful = np.flatnonzero(plain & ~of_one_piece)
    plain[doubtful] = _connected(written[doubtful])
    return _Found(plain, away, contrast, boxes)


def _part(contrast: Levels, part: float) -> Pictures:
    """Return the level (n, 1, 1) at a part of the contrast, or just below."""
    level: Pictures = np.floor(part * contrast).astype(np.uint8)[:, None, None]
    return level


def _pixels(pictures: NDArray[Any]) -> NDArray[Any]:
    """Return pictures (n, height, width) as rows of pixels (n, height · width)."""
    return pictures.reshape(len(pictures), math.prod(pictures.shape[1:]))


def _count(masks: Masks) -> Indices:
    return np.asarray(np.count_nonzero(_pixels(masks), axis=1))


# ── what would be mended ─────────────────────────────────────────────────────────────────────────


def _on_even_paper(pictures: Pictures, paper: Levels) -> Flags:
    """Whether most of the border has the first pixel's tone: so that is the border's median, and there is no fog."""
    sides = (pictures[:, 0], pictures[:, -1], pictures[:, :, 0], pictures[:, :, -1])
    border = np.concatenate(sides, axis=1)
    even: Flags = _count(border == paper[:, None]) > border.shape[1] / 2
    return even


def _specked(pictures: Pictures) -> Flags:
    """Whether as many pixels as make specks differ much from both beside them, and from all about them."""
    fewest = mend.fewest_specks(pictures[0].size)
    left, middle, right = pictures[:, :, :-2], pictures[:, :, 1:-1], pictures[:, :, 2:]
    specked = _differing(middle, np.maximum(left, right), np.minimum(left, right), fewest)
    these = np.flatnonzero(specked)
    wide = np.pad(pictures[these], ((0, 0), (1, 1), (1, 1)), mode="edge")
    height, width = pictures.shape[1:]
    others = [wide[:, y : y + height, x : x + width] for y in range(3) for x in range(3) if (y, x) != (1, 1)]
    specked[these] = _differing(pictures[these], np.maximum.reduce(others), np.minimum.reduce(others), fewest)
    return specked


def _differing(pixels: Pictures, higher: Pictures, lower: Pictures, fewest: float) -> Flags:
    """Whether as many pixels as make specks are much higher, or much lower, than others."""
    step = int(mend.SPECK * _FULL)
    differing = (np.maximum(pixels, higher) - higher > step) | (lower - np.minimum(pixels, lower) > step)
    return _count(differing) >= fewest


def _banded(pictures: Pictures) -> Flags:
    """Whether long steps are as far from each other as a band is broad."""
    left, right = pictures[:, :, :-1], pictures[:, :, 1:]
    steps = np.maximum(left, right) - np.minimum(left, right) >= int(mend.STEP * _FULL)
    _, height, width = pictures.shape
    long = np.count_nonzero(steps, axis=1) >= mend.LONG * height
    first, last = _ends(long)
    banded: Flags = long.any(axis=1) & (last - first > mend.BROAD * width)
    return banded


def _stained(away: Pictures, contrast: Levels) -> Flags:
    """Whether the ink is weak somewhere, and so is all that hangs together with it."""
    wide = np.zeros((len(away), away.shape[1] + 2, away.shape[2] + 2), dtype=np.uint8)
    wide[:, 1:-1, 1:-1] = away
    rows = np.maximum(np.maximum(wide[:, :-2], wide[:, 1:-1]), wide[:, 2:])
    nearby = np.maximum(np.maximum(rows[:, :, :-2], rows[:, :, 1:-1]), rows[:, :, 2:])
    some, more = _part(contrast, mend.WRITTEN - _SLACK), _part(contrast, mend.FAINT + _SLACK)
    stained = _count((away > some) & (nearby <= more)) > 0
    # Of other contrasts, a fifth may be rounded to either side.
    these = np.flatnonzero(stained & ((contrast == _FULL) | (contrast % 5 > 0)))
    written = away[these] > _part(contrast[these], mend.WRITTEN)
    stained[these] = ~_flooded(written, away[these] > more[these])
    return stained


def _outlined(pictures: Pictures, low: Levels, high: Levels) -> Flags:
    """Whether hardly a pixel has a tone between the lowest and the highest."""
    tenth = (high - low) // 10 + 1
    between = (pictures > (low + tenth)[:, None, None]) & (pictures < (high - tenth)[:, None, None])
    outlined: Flags = _count(between) <= mend.GREY * pictures[0].size
    return outlined


# ── what would be looked at closer ───────────────────────────────────────────────────────────────


def _boxes(written: Masks) -> tuple[Indices, Flags]:
    """Return (x0, y0, x1, y1) of what is true in each mask, (n, 4), and whether `find_ink` takes it for one piece.

    That is where it has no gap, keeps off the edge, and leaves a corner empty.
    """
    columns, rows = np.asarray(written.any(axis=1)), np.asarray(written.any(axis=2))
    (x0, x1), (y0, y1) = _ends(columns), _ends(rows)
    boxes = np.stack([x0, y0, x1, y1], axis=1)
    no_gap = (_count(columns) == x1 - x0) & (_count(rows) == y1 - y0)
    off_the_edge = (np.minimum(x0, y0) > 0) & (x1 < columns.shape[1]) & (y1 < rows.shape[1])
    of_one_piece = no_gap & off_the_edge
    of_one_piece[of_one_piece] = ~_in_all_corners(written[of_one_piece], boxes[of_one_piece])
    return boxes, of_one_piece


def _ends(masks: NDArray[np.bool_]) -> tuple[Indices, Indices]:
    """Return the first place (n,) that is true in masks (n, k), and the one after the last."""
    return masks.argmax(axis=1), masks.shape[1] - masks[:, ::-1].argmax(axis=1)


def _in_all_corners(written: Masks, boxes: Indices) -> Flags:
    """Whether something is written in each corner of each box; the boxes keep off the edge."""
    x0, y0, x1, y1 = boxes.T[:, :, None]
    steps = np.arange(round(CORNER * SMALL))
    # No farther than the corner reaches; what would be beyond is the last of it again.
    down, across = (
        np.minimum(steps, np.maximum(1, np.rint(CORNER * side)).astype(np.intp) - 1)
        for side in (y1 - y0, x1 - x0)
    )
    pictures = np.arange(len(written))[:, None, None]
    inked = [
        written[pictures, rows[:, :, None], columns[:, None, :]].any(axis=(1, 2))
        for rows in (y0 + down, y1 - 1 - down)
        for columns in (x0 + across, x1 - 1 - across)
    ]
    return np.asarray(np.logical_and.reduce(inked))


def _connected(written: Masks) -> Flags:
    """Whether all that is written in each picture hangs together."""
    first = np.zeros_like(written)
    _pixels(first)[np.arange(len(written)), _pixels(written).argmax(axis=1)] = True
    return _flooded(written, first)


def _flooded(written: Masks, seeds: Masks) -> Flags:
    """Whether all that is written hangs together with the seeds, by diagonals too."""
    reached, before = seeds & written, -1
    while before < (before := int(np.count_nonzero(reached))):
        for _ in range(_STRIDE):
            rows = reached.copy()
            rows[:, 1:] |= reached[:, :-1]
            rows[:, :-1] |= reached[:, 1:]
            reached = rows.copy()
            reached[:, :, 1:] |= rows[:, :, :-1]
            reached[:, :, :-1] |= rows[:, :, 1:]
            reached &= written
    flooded: Flags = _count(written & ~reached) == 0
    return flooded
