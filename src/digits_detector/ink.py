"""Any picture becomes ink: light on dark, float32 in [0, 1], cropped to what was written.

What is written on even paper is taken whole. Where light or paper are uneven, or more than one thing is written, what
belongs to the digit is found first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from .clutter import digit_alone
from .filters import bounds, grown, scaled
from .paper import INK_LEVEL, Even, Sheet, lift
from .planes import MAX_PIXELS, Picture, Plane, planes

__all__ = ["BLANK", "DETAIL", "MAX_PIXELS", "Ink", "Picture", "find_ink"]

Box: TypeAlias = tuple[int, int, int, int]  # x0, y0, x1, y1

MIN_CONTRAST = 0.08  # of the full range: what differs less from even paper may be the paper's own noise
FAINTEST = 0.03  # of the full range: what differs less is nothing
DETAIL = 64  # pixels of the longer side: as fine as a hair line needs
LARGE = 256  # pixels of the longer side: from here on scaled to DETAIL while ink still has 8 bits, as that is fast

_LOOKS = 2  # more, each closer, at a digit that is small in a large picture
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
    # Coloured ink can vanish in grey (red on green); it stands out in one of the colours.
    papers = [(plane, Even.of(plane)) for plane in planes(picture, max_pixels)]
    return _find(*max(papers, key=lambda pair: pair[1].contrast), _LOOKS)


def _find(plane: Plane, paper: Even, looks: int) -> Ink:
    """Take all that is written on even paper if it is of one piece; else look for what belongs to the digit."""
    if paper.contrast < FAINTEST:
        return BLANK
    if paper.contrast < MIN_CONTRAST or not paper.fits(plane):
        sheet = lift(plane)
        return BLANK if sheet is None else _digit(plane, sheet, looks)
    box, of_one_piece = _box(plane, paper)
    if of_one_piece:
        return _cut_out(plane, paper, box)
    sheet = paper.sheet(plane)
    digit = _digit(plane, sheet, looks)
    smaller = not digit.blank and np.abs(np.subtract(digit.box, box)).max() > sheet.scale
    return digit if smaller else _cut_out(plane, paper, box)


# ── even paper ───────────────────────────────────────────────────────────────────────────────────


def _box(plane: Plane, paper: Even) -> tuple[Box, bool]:
    """Return the box of the ink, and whether it has no gap from side to side and keeps off the picture's edge."""
    threshold = paper.at(INK_LEVEL)
    if paper.ink < paper.level:
        rows, columns = plane.min(axis=1) < threshold, plane.min(axis=0) < threshold
    else:
        rows, columns = plane.max(axis=1) > threshold, plane.max(axis=0) > threshold
    (ys,), (xs,) = rows.nonzero(), columns.nonzero()
    x0, y0, x1, y1 = box = int(xs[0]), int(ys[0]), int(xs[-1]) + 1, int(ys[-1]) + 1
    no_gap = len(xs) == x1 - x0 and len(ys) == y1 - y0
    return box, no_gap and min(x0, y0) > 0 and x1 < len(columns) and y1 < len(rows)


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
    left, top = max(0, x0 - margin), max(0, y0 - margin)
    around = plane[top : y1 + margin, left : x1 + margin]
    if max(around.shape) > _SMALL * max(plane.shape):
        return BLANK
    ink = _find(around, Even.of(around), looks - 1)
    x0, y0, x1, y1 = ink.box
    return Ink(ink.values, (left + x0, top + y0, left + x1, top + y1))
