"""What a page is labelled with: its size, the classes, and the box of each character."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .text import MARKS

SHAPE = 128, 256  # height and width of a page, in pixels
CLASSES = "0123456789" + MARKS
DIGITS = 10  # the first classes
FINER, IGNORED = len(CLASSES), len(CLASSES) + 1  # a digit that is too small; what the loss leaves out
HEIGHTS = 12.0, 48.0  # pixels: of digits that the detector is to find
FUZZY = 0.82, 1.2  # times these: between here and there a digit may be found or not
_BOXES = 192  # on a page, at most
BOXES = _BOXES, 5  # the shape of a page's boxes
_INSIDE = 0.95  # of a box: a character that is cut more is left out
_COVERED = 0.02  # of a box: the same
_HUGE = 2.5  # times the largest height: from there on a part in view is not taken for a whole digit


class Box(NamedTuple):
    """A character on a page: its ink's box in pixels, its class, and a digit's height in its number."""

    x0: float
    y0: float
    x1: float
    y1: float
    kind: int
    height: float


def covered(boxes: Iterable[Box], mask: NDArray[np.bool_]) -> list[Box]:
    """Have the loss leave out what lies under the mask."""
    kept = []
    for box in boxes:
        part = mask[
            max(int(box.y0), 0) : max(int(box.y1) + 1, 0), max(int(box.x0), 0) : max(int(box.x1) + 1, 0)
        ]
        kept.append(box._replace(kind=IGNORED) if part.size and part.mean() > _COVERED else box)
    return kept


def labelled(boxes: Iterable[Box], cut: tuple[int, int, int, int]) -> NDArray[np.float32]:
    """Return the boxes (n, 5) as far as they lie in a cut of the page (x0, y0, x1, y1), with what is asked of each.

    A character is to be found; a digit that is too small is to be called so; of one that is cut off or of a height
    between the two, nothing is asked; one that is too large is left out: there, silence is right, and in any part of
    one that is far too large.
    """
    found = []
    for box in boxes:
        x0, y0, x1, y1 = max(box.x0, cut[0]), max(box.y0, cut[1]), min(box.x1, cut[2]), min(box.y1, cut[3])
        if x1 <= x0 or y1 <= y0:
            continue
        whole = (x1 - x0) * (y1 - y0) >= _INSIDE * (box.x1 - box.x0) * (box.y1 - box.y0)
        whole = whole or box.height > _HUGE * HEIGHTS[1]
        if (kind := _asked(box) if whole else IGNORED) is not None:
            found.append((x0, y0, x1, y1, kind))
    return np.array(found[:_BOXES], dtype=np.float32).reshape(-1, 5)


def _asked(box: Box) -> int | None:
    """Return the class that a whole character is labelled with, or None where it is left out."""
    low, high = HEIGHTS
    if box.kind == IGNORED or low <= box.height <= high:
        return box.kind
    if FUZZY[0] * low <= box.height <= FUZZY[1] * high:
        return IGNORED
    return FINER if box.height < low and box.kind < DIGITS else None
