"""The ink of many small pictures at once: of those that are plain, which are nearly all of MNIST's kind.

A picture is plain if `find_ink` would cut its ink out without looking any closer, and without mending anything but
stains. That is asked here of all pictures together, and on the safe side: one that may not be plain is left to
`find_ink`. Stacks have the pictures last, so that an operation runs through many of them in one go.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from . import mend
from .components import flooded
from .filters import Grey
from .ink import CORNER, MIN_CONTRAST
from .paper import INK_LEVEL, SMALL

Stack: TypeAlias = NDArray[np.uint8]  # (height, width, n)
Masks: TypeAlias = NDArray[np.bool_]  # (height, width, n)
Levels: TypeAlias = NDArray[np.uint8]  # (n,)
Flags: TypeAlias = NDArray[np.bool_]  # (n,)
Indices: TypeAlias = NDArray[np.intp]

_FULL = 255
_AT_ONCE = 256  # pictures: they lie together in a processor's cache
_SLACK = 0.001  # of the contrast: farther off than any rounding


class _Found(NamedTuple):
    """Of n pictures: which are plain, which of these stained; where and between which two levels their ink is."""

    plain: Flags
    stained: Flags
    boxes: Indices  # (4, n): x0, y0, x1, y1
    paper: Levels
    ink: Levels


def plain_ink(pictures: NDArray[np.uint8]) -> Iterator[tuple[Indices, NDArray[np.float32]]]:
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
    found = _Found(*(np.concatenate(part, axis=-1) for part in zip(*parts, strict=True)))
    for places in _of_one_shape(found):
        x0, y0, x1, y1 = found.boxes[:, places]
        rows = y0[:, None, None] + np.arange(y1[0] - y0[0])[:, None]
        columns = x0[:, None, None] + np.arange(x1[0] - x0[0])
        values = pictures[places[:, None, None], rows, columns].astype(np.float32)
        paper, ink = (level[places, None, None].astype(np.float32) for level in (found.paper, found.ink))
        values = np.clip((values - paper) / (ink - paper), 0, 1)
        for place in np.flatnonzero(found.stained[places]):
            unstained = mend.without_stains(_grey(pictures[places[place]]))
            values[place] = unstained[y0[place] : y1[place], x0[place] : x1[place]]
        yield places, values


def _grey(picture: NDArray[np.uint8]) -> Grey:
    return picture.astype(np.float32) / np.float32(_FULL)


def _of_one_shape(found: _Found) -> list[Indices]:
    """Return the places (m,) of the plain pictures, those together whose boxes have the same height and width."""
    x0, y0, x1, y1 = found.boxes
    shapes = np.where(found.plain, (y1 - y0) * (SMALL + 1) + x1 - x0, 0)
    order = np.argsort(shapes, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(shapes[order], prepend=0)))[1:]


def _found(pictures: NDArray[np.uint8]) -> _Found:
    stack = np.ascontiguousarray(pictures.transpose(1, 2, 0))
    paper, low, high = stack[0, 0], stack.min(axis=(0, 1)), stack.max(axis=(0, 1))
    dark = paper - low > high - paper
    levels = paper, np.where(dark, low, high)
    if dark.any():
        stack, paper = np.where(dark, _FULL - stack, stack), np.where(dark, _FULL - paper, paper)
        low, high = np.where(dark, _FULL - high, low), np.where(dark, _FULL - low, high)
    contrast, away = high - paper, np.maximum(stack, paper) - paper
    plain = (contrast >= MIN_CONTRAST * _FULL) & _on_even_paper(stack, paper)
    plain &= ~(_specked(stack) | _banded(stack) | _outlined(stack, low, high))
    stained = _without_stains(away, contrast, plain)
    written = away > _part(contrast, INK_LEVEL)
    boxes, of_one_piece = _boxes(written)
    doubtful = np.flatnonzero(plain & ~of_one_piece)
    plain[doubtful] = _connected(written[..., doubtful])
    return _Found(plain, stained, boxes, *levels)


def _part(contrast: Levels, part: float) -> Levels:
    """Return the level at a part of the contrast, or just below."""
    level: Levels = np.floor(part * contrast).astype(np.uint8)
    return level


def _pixels(stack: Stack) -> int:
    return len(stack) * len(stack[0])


def _count(masks: Masks) -> NDArray[np.uint16]:
    """Return how many are true of each picture; there are at most SMALL · SMALL."""
    return np.asarray(np.add.reduce(masks, axis=(0, 1), dtype=np.uint16))


# ── what would be mended ─────────────────────────────────────────────────────────────────────────


def _on_even_paper(stack: Stack, paper: Levels) -> Flags:
    """Whether most of the border has the first pixel's tone: so that is the border's median, and there is no fog."""
    border = np.concatenate((stack[0], stack[-1], stack[:, 0], stack[:, -1]))
    even: Flags = np.count_nonzero(border == paper, axis=0) > len(border) / 2
    return even


def _specked(stack: Stack) -> Flags:
    """Whether as many pixels as make specks differ much from both beside them, and from all about them."""
    left, middle, right = stack[:, :-2], stack[:, 1:-1], stack[:, 2:]
    specked = _differing(middle, np.maximum(left, right), np.minimum(left, right), stack)
    these = np.flatnonzero(specked)
    if len(these):
        some = stack[..., these]
        wide = np.pad(some, ((1, 1), (1, 1), (0, 0)), mode="edge")
        height, width, _ = stack.shape
        places = [(y, x) for y in range(3) for x in range(3) if (y, x) != (1, 1)]
        others = [wide[y : y + height, x : x + width] for y, x in places]
        specked[these] = _differing(some, np.maximum.reduce(others), np.minimum.reduce(others), stack)
    return specked


def _differing(pixels: Stack, higher: Stack, lower: Stack, stack: Stack) -> Flags:
    """Whether as many pixels as make specks in the stack are much higher, or much lower, than others."""
    step = int(mend.SPECK * _FULL)
    differing = (np.maximum(pixels, higher) - higher > step) | (lower - np.minimum(pixels, lower) > step)
    specked: Flags = _count(differing) >= mend.fewest_specks(_pixels(stack))
    return specked


def _banded(stack: Stack) -> Flags:
    """Whether long steps are as far from each other as a band is broad."""
    left, right = stack[:, :-1], stack[:, 1:]
    steps = np.maximum(left, right) - np.minimum(left, right) >= int(mend.STEP * _FULL)
    height, width, _ = stack.shape
    long = np.add.reduce(steps, axis=0, dtype=np.uint8) >= mend.LONG * height
    first, last = _ends(long)
    banded: Flags = long.any(axis=0) & (last - first > mend.BROAD * width)
    return banded


def _outlined(stack: Stack, low: Levels, high: Levels) -> Flags:
    """Whether hardly a pixel has a tone between the lowest and the highest."""
    tenth = (high - low) // 10 + 1
    outlined: Flags = _count((stack > low + tenth) & (stack < high - tenth)) <= mend.GREY * _pixels(stack)
    return outlined


def _without_stains(away: Stack, contrast: Levels, plain: Flags) -> Flags:
    """Take the stains away, and say where there were any; where there may be, that is not plain.

    A stain is ink that is weak, and so is all that it hangs together with.
    """
    height, width, n = away.shape
    wide = np.zeros((height + 2, width + 2, n), dtype=np.uint8)
    wide[1:-1, 1:-1] = away
    rows = np.maximum(np.maximum(wide[:-2], wide[1:-1]), wide[2:])
    nearby = np.maximum(np.maximum(rows[:, :-2], rows[:, 1:-1]), rows[:, 2:])
    weak = (away > _part(contrast, mend.WRITTEN - _SLACK)) & (nearby <= _part(contrast, mend.FAINT + _SLACK))
    these = np.flatnonzero(plain & (_count(weak) > 0))
    contrast, some = contrast[these], away[..., these]
    written = some > _part(contrast, mend.WRITTEN)
    stains = written & ~flooded(written, some > _part(contrast, mend.FAINT + _SLACK))
    # Of other contrasts a fifth may be rounded to either side.
    clear = ~(stains & (some > _part(contrast, mend.FAINT - _SLACK))).any(axis=(0, 1))
    clear &= (contrast == _FULL) | (contrast % 5 > 0)
    away[..., these] = unstained = np.where(stains, 0, some)
    plain[these] = clear & ~_outlined(unstained, np.zeros_like(contrast), contrast)
    stained = np.zeros(n, dtype=bool)
    stained[these] = stains.any(axis=(0, 1))
    return stained


# ── what would be looked at closer ───────────────────────────────────────────────────────────────


def _boxes(written: Masks) -> tuple[Indices, Flags]:
    """Return (x0, y0, x1, y1) of what is true in each mask, (4, n), and whether `find_ink` takes it for one piece.

    That is where it has no gap, keeps off the edge, and leaves a corner empty.
    """
    columns, rows = np.asarray(written.any(axis=0)), np.asarray(written.any(axis=1))
    (x0, x1), (y0, y1) = _ends(columns), _ends(rows)
    boxes = np.stack([x0, y0, x1, y1])
    no_gap = (columns.sum(axis=0) == x1 - x0) & (rows.sum(axis=0) == y1 - y0)
    off_the_edge = (np.minimum(x0, y0) > 0) & (x1 < len(columns)) & (y1 < len(rows))
    of_one_piece = no_gap & off_the_edge
    of_one_piece[of_one_piece] = ~_in_all_corners(written[..., of_one_piece], boxes[:, of_one_piece])
    return boxes, of_one_piece


def _ends(masks: NDArray[np.bool_]) -> tuple[Indices, Indices]:
    """Return the first place (n,) that is true in masks (k, n), and the one after the last."""
    return masks.argmax(axis=0), len(masks) - masks[::-1].argmax(axis=0)


def _in_all_corners(written: Masks, boxes: Indices) -> Flags:
    """Whether something is written in each corner of each box; the boxes keep off the edge."""
    x0, y0, x1, y1 = boxes
    steps = np.arange(round(CORNER * SMALL))[:, None]
    # No farther than the corner reaches; what would be beyond is the last of it again.
    down, across = (
        np.minimum(steps, np.maximum(1, np.rint(CORNER * side)).astype(np.intp) - 1)
        for side in (y1 - y0, x1 - x0)
    )
    pictures = np.arange(boxes.shape[1])
    inked = [
        written[rows[:, None], columns[None], pictures].any(axis=(0, 1))
        for rows in (y0 + down, y1 - 1 - down)
        for columns in (x0 + across, x1 - 1 - across)
    ]
    return np.asarray(np.logical_and.reduce(inked))


def _connected(written: Masks) -> Flags:
    """Whether all that is written in each picture hangs together."""
    height, width, n = written.shape
    first = np.zeros_like(written)
    first.reshape(height * width, n)[written.reshape(height * width, n).argmax(axis=0), np.arange(n)] = True
    connected: Flags = _count(written & ~flooded(written, first)) == 0
    return connected
