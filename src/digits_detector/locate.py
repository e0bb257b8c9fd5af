"""The ink of the one digit that a picture is of.

Ink of one piece on an even background is taken whole. In any other picture the detector says where the digit is, and
what is written inside its box is taken: neighbours, ruled lines, frames, shadows and desks need no code of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from .detect import DIGITS, Detections, detect, grey
from .image.decode import Plane
from .image.ink import Ink, all_ink, ink_in, plain_ink
from .networks.detector import Detector


def digit_ink(colours: Sequence[Plane], detector: Callable[[], Detector]) -> Ink:
    """Return the ink of the digit in the colours of a picture; of all that is written where no digit is found.

    Parameters
    ----------
    colours : sequence of ndarray of shape (h, w)
    detector : callable
        Returns the detector, which a plain picture doesn't need.
    """
    if (ink := plain_ink(colours)) is not None:
        return ink
    box = main_digit(detect(detector(), grey(colours)), colours[0].shape)
    if box is None or (ink := ink_in(colours, box)).blank:
        return all_ink(colours)
    return ink


def main_digit(found: Detections, shape: tuple[int, ...]) -> tuple[float, float, float, float] | None:
    """Return the box of the digit that a picture of that height and width is of: sure, large, and in the middle."""
    digits = found.only(found.classes < DIGITS)
    if not len(digits.boxes):
        return None
    height, width = shape
    middle = (digits.boxes[:, :2] + digits.boxes[:, 2:]) / 2 / (width, height)
    off = np.abs(2 * middle - 1).max(axis=1).clip(0, 1)
    size = (digits.boxes[:, 3] - digits.boxes[:, 1]) / height
    x0, y0, x1, y1 = digits.boxes[np.argmax(digits.scores * size * (1 - off))].tolist()
    return x0, y0, x1, y1
