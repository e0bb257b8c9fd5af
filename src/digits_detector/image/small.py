"""The ink of many small pictures at once: of those that are plain, which are nearly all of MNIST's kind.

A picture is plain if `ink.plain_ink` finds its ink. That is asked here of all pictures together, and on the safe side:
one that may not be plain is left to `ink.plain_ink`. Stacks have the pictures last, so that an operation runs through
many of them in one go.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .background import INK_LEVEL, SMALL
from .ink import CORNER, MIN_CONTRAST

Stack: TypeAlias = NDArray[np.uint8]  # (height, width, n)
Masks: TypeAlias = NDArray[np.bool_]  # (height, width, n)
Levels: TypeAlias = NDArray[np.uint8]  # (n,)
Flags: TypeAlias = NDArray[np.bool_]  # (n,)
Indices: TypeAlias = NDArray[np.intp]

_FULL = 255
_AT_ONCE = 256  # pictures: they lie together in a processor's cache


class _Found(NamedTuple):
    """Of n pictures: which are plain; where and between which two levels their ink is."""

    plain: Flags
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
        yield places, values


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
        high = np.where(dark, _FULL - low, high)
    contrast, away = high - paper, np.maximum(stack, paper) - paper
    boxes, of_one_piece = _boxes(away > _part(contrast, INK_LEVEL))
    plain = (contrast >= MIN_CONTRAST * _FULL) & _on_even_paper(stack, paper) & of_one_piece
    return _Found(plain, boxes, *levels)


def _part(contrast: Levels, part: float) -> Levels:
    """Return the level at a part of the contrast, or just below."""
    level: Levels = np.floor(part * contrast).astype(np.uint8)
    return level


def _on_even_paper(stack: Stack, paper: Levels) -> Flags:
    """Whether most of the border has the first pixel's tone: so that is the border's median, and there is no fog."""
    border = np.concatenate((stack[0], stack[-1], stack[:, 0], stack[:, -1]))
    even: Flags = np.count_nonzero(border == paper, axis=0) > len(border) / 2
    return even


def _boxes(written: Masks) -> tuple[Indices, Flags]:
    """Return (x0, y0, x1, y1) of what is true in each mask, (4, n), and whether it is of one piece.

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
