"""Any picture becomes ink: light on dark, float32 in [0, 1], cropped to what was written.

What is written on even paper is taken whole. Where light or paper are uneven, or more than one thing is written, what
belongs to the digit is found first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .clutter import digit_alone
from .filters import bounds, grown, scaled
from .mend import mended
from .paper import INK_LEVEL, SMALL, Even, Sheet, lift
from .planes import MAX_PIXELS, Picture, Plane, planes

__all__ = ["BLANK", "DETAIL", "MAX_PIXELS", "Ink", "Picture", "find_ink", "ink_on"]

Box: TypeAlias = tuple[int, int, int, int]  # x0, y0, x1, y1

MIN_CONTRAST = 0.08  # of the full range: what differs less from even paper may be the paper's own noise
FAINTEST = 0.03  # of the full range: what differs less is nothing
DETAIL = 64  # pixels of the longer side: as fine as a hair line needs
CORNER = 0.15  # of the sides of what is written
LARGE = 256  # pixels of the longer side: from here on scaled to DETAIL while ink still has 8 bits, as that is fast

_LOOKS = (
    2  # more, each closer, at a sheet that lies on a desk, or at a digit that is small in a large picture
)
_SMALL = 0.6  # of the picture's side: what its surroundings have where it is looked at again
_SURROUNDINGS = 0.3  # of the digit's side, on each side


@dataclass(frozen=True, eq=False)
class Ink:
    """What was written in a picture.

    Attributes
    ----------
    values : ndarray of shape (height, width), float32
        0 is paper, 1 the strongest ink; of shape (0, 0) where nothing is written. As many pixels as the box has, or
        fewer: large ink is scaled down.
    box : tuple of int
        (x0, y0, x1, y1): where in the picture the values stand, in its pixels.
    """

    values: NDArray[np.float32]
    box: Box

    @property
    def blank(self) -> bool:
        """Whether nothing is written."""
        return self.values.size == 0


BLANK = Ink(np.empty((0, 0), dtype=np.float32), (0, 0, 0, 0))


def find_ink(picture: Picture, max_pixels: int = MAX_PIXELS) -> Ink:
    """Find the digit that is written in a picture, whatever its size, mode, orientation, polarity, light and paper.

    Parameters
    ----------
    picture : path, bytes of an image file, PIL image, or array
        Arrays are (h, w), (h, w, 1), (h, w, 3) RGB or (h, w, 4) RGBA: bool, uint8, uint16, or float in [0, 1].
    max_pixels : int

    Raises
    ------
    InvalidPicture
        If it is no picture, is broken, or has more than `max_pixels`.
    """
    return ink_on(planes(picture, max_pixels))


def ink_on(colours: Sequence[Plane]) -> Ink:
    """Find the digit that is written in the colours of a picture."""
    # Coloured ink can vanish in grey (red on green); it stands out in one of the colours.
    papers = [(plane, Even.of(plane)) for plane in map(mended, colours)]
    return _find(*max(papers, key=lambda pair: pair[1].contrast), _LOOKS)


def _find(plane: Plane, paper: Even, looks: int) -> Ink:
    """Take all that is written on even paper if it is of one piece; else look for what belongs to the digit."""
    if paper.contrast < FAINTEST:
        return BLANK
    box, of_one_piece = _box(plane, paper)
    sheet_of_paper = _sheet_on_a_desk(plane, paper, box) if looks else None
    if sheet_of_paper and not (on_it := _within(plane, sheet_of_paper, looks)).blank:
        return on_it
    if paper.contrast < MIN_CONTRAST or not paper.fits(plane):
        sheet = lift(plane)
        return BLANK if sheet is None else _digit(plane, sheet, looks)
    if of_one_piece:
        return _cut_out(plane, paper, box)
    sheet = paper.sheet(plane)
    if not (sheet.smooth > sheet.threshold).any():  # a hair line, averaged with the paper beside it
        return _cut_out(plane, paper, box)
    digit = _digit(plane, sheet, looks)
    smaller = np.abs(np.subtract(digit.box, box)).max() > sheet.scale
    return digit if digit.blank or smaller else _cut_out(plane, paper, box)


# ── even paper ───────────────────────────────────────────────────────────────────────────────────


def _box(plane: Plane, paper: Even) -> tuple[Box, bool]:
    """Return the box of the ink, and whether that is of one piece, keeps off the picture's edge, and is no frame."""
    threshold, dark = paper.at(INK_LEVEL), paper.ink < paper.level
    height, width = plane.shape
    (xs,) = (plane.min(axis=0) < threshold if dark else plane.max(axis=0) > threshold).nonzero()
    x0, x1 = int(xs[0]), int(xs[-1]) + 1
    within = plane[:, x0:x1]
    (ys,) = (within.min(axis=1) < threshold if dark else within.max(axis=1) > threshold).nonzero()
    y0, y1 = int(ys[0]), int(ys[-1]) + 1
    box = x0, y0, x1, y1
    no_gap = len(xs) == x1 - x0 and len(ys) == y1 - y0
    off_the_edge = min(x0, y0) > 0 and x1 < width and y1 < height
    if not (no_gap and off_the_edge):
        return box, False
    corners = _corners(plane[y0:y1, x0:x1])
    inked = [corner.min() < threshold if dark else corner.max() > threshold for corner in corners]
    return box, not all(inked)


def _corners(cut: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    """Return the four corners of what was cut out; no digit has ink in all of them."""
    high, wide = (max(1, round(CORNER * side)) for side in cut.shape)
    return cut[:high, :wide], cut[:high, -wide:], cut[-high:, :wide], cut[-high:, -wide:]


# ── a sheet on a desk ────────────────────────────────────────────────────────────────────────────

_SMALLEST = 0.4  # of the picture's sides: what is smaller is no sheet
_LIT = 0.25  # of the way from the desk to the brightest paper
_COVERED = 0.7  # of its box, at least
_FILLED = 0.4  # of a corner: the sheet may lie a little aslant
_RIM = 0.08  # of its sides: what stays outside for the same reason


def _sheet_on_a_desk(plane: Plane, paper: Even, box: Box) -> Box | None:
    """Return the inside of a sheet of paper that lies on something darker or lighter, which is seen all round."""
    (x0, y0, x1, y1), (rows, columns) = box, plane.shape
    height, width = y1 - y0, x1 - x0
    if min(x0, y0, columns - x1, rows - y1) == 0 or max(rows, columns) <= SMALL:
        return None
    if height < _SMALLEST * rows or width < _SMALLEST * columns:
        return None
    sample = plane[y0 : y1 : max(1, height // SMALL), x0 : x1 : max(1, width // SMALL)]
    lit = paper.strength(sample) > _LIT
    if lit.mean() < _COVERED or min(corner.mean() for corner in _corners(lit)) < _FILLED:
        return None
    down, across = round(_RIM * height), round(_RIM * width)
    return x0 + across, y0 + down, x1 - across, y1 - down


def _cut_out(plane: Plane, paper: Even, box: Box) -> Ink:
    x0, y0, x1, y1 = box
    cut = plane[y0:y1, x0:x1]
    return Ink(paper.strength(scaled(cut, DETAIL) if max(cut.shape) >= LARGE else cut), box)


# ── any paper ────────────────────────────────────────────────────────────────────────────────────


def _digit(plane: Plane, sheet: Sheet, looks: int) -> Ink:
    """Take what belongs to the digit; where that is small in a large picture, look at its surroundings alone."""
    ink, mask = digit_alone(sheet.smooth, sheet.threshold)
    if not mask.any():
        return BLANK
    x0, y0, x1, y1 = bounds(mask)
    (height, width), scale = plane.shape, sheet.scale
    box = x0 * scale, y0 * scale, min(x1 * scale, width), min(y1 * scale, height)
    if looks and scale > 1 and not (closer := _look_closer(plane, box, looks)).blank:
        return closer
    values = np.where(ink == sheet.smooth, sheet.ink, ink)  # where no rule was, as sharp as it is
    return Ink(np.where(grown(mask), values, 0)[y0:y1, x0:x1], box)


def _look_closer(plane: Plane, box: Box, looks: int) -> Ink:
    x0, y0, x1, y1 = box
    margin = round(_SURROUNDINGS * max(x1 - x0, y1 - y0))
    (height, width), around = plane.shape, (x0 - margin, y0 - margin, x1 + margin, y1 + margin)
    x0, y0, x1, y1 = np.clip(around, 0, (width, height, width, height)).tolist()
    if max(x1 - x0, y1 - y0) > _SMALL * max(plane.shape):
        return BLANK
    return _within(plane, (x0, y0, x1, y1), looks)


def _within(plane: Plane, part: Box, looks: int) -> Ink:
    """Look at a part of the picture alone."""
    left, top, right, bottom = part
    cut = plane[top:bottom, left:right]
    ink = _find(cut, Even.of(cut), looks - 1)
    x0, y0, x1, y1 = ink.box
    return Ink(ink.values, (left + x0, top + y0, left + x1, top + y1))
