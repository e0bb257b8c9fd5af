"""The one digit that a picture is of: its ink, and where the detector found it what that says of it.

Ink of one piece on an even background is taken whole. In any other picture the detector says where the digit is, and
what is written inside its box is taken: neighbours, ruled lines, frames, shadows and desks need no code of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .detect import DIGITS, Detections, counted, detect, grey
from .image.decode import Channel
from .image.ink import Ink, all_ink, ink_in, is_even, off_the_edge, plain_ink
from .networks.detector import Detector
from .networks.rejection import probabilities


class Verdict(NamedTuple):
    """What the detector says of a picture.

    Attributes
    ----------
    probabilities : ndarray of shape (10,), float32, or None
        Of each digit; None where it found none.
    sure : bool
        Whether `read` reads it: it is certain enough, and the picture holds digits.
    """

    probabilities: NDArray[np.float32] | None
    sure: bool


_NO_DIGIT = Verdict(None, sure=False)


class Located(NamedTuple):
    """The ink of a digit, and what else may be it.

    Attributes
    ----------
    ink : Ink
    verdict : Verdict or None
        Where the detector was asked.
    whole : Ink or None
        All that is written, on an even background and off the edge, which may be more: an 8 of two circles has a 0 in
        it.
    """

    ink: Ink
    verdict: Verdict | None = None
    whole: Ink | None = None


def located(colours: Sequence[Channel], detector: Callable[[], Detector]) -> Located:
    """Return the ink of the digit in the colours of a picture; all that is written where the detector finds nothing.

    Parameters
    ----------
    colours : sequence of ndarray of shape (h, w)
    detector : callable
        Returns the detector, which a plain picture doesn't need.
    """
    if (ink := plain_ink(colours)) is not None:
        return Located(ink)
    network = detector()
    candidates = detect(network, grey(colours))
    found = main_digit(candidates, colours[0].shape)
    if found is None or (ink := ink_in(colours, found.boxes[0])).blank:
        return Located(all_ink(colours), _NO_DIGIT)
    (row,) = probabilities(found.logits[:, :DIGITS], network.temperature)
    read = counted(candidates, network.threshold, network.picture_odds).classes < DIGITS
    verdict = Verdict(row, bool(read.any() and found.certainties[0] >= network.threshold))
    whole = all_ink(colours)
    return Located(
        ink, verdict, whole if is_even(colours) and off_the_edge(whole.box, colours[0].shape) else None
    )


def main_digit(found: Detections, shape: tuple[int, ...]) -> Detections | None:
    """Return the digit that a picture of that height and width is of: probable, large, and in the middle."""
    digits = found.only(found.classes < DIGITS)
    if not len(digits.boxes):
        return None
    height, width = shape
    middle = (digits.boxes[:, :2] + digits.boxes[:, 2:]) / 2 / (width, height)
    off = np.abs(2 * middle - 1).max(axis=1).clip(0, 1)
    size = (digits.boxes[:, 3] - digits.boxes[:, 1]) / height
    return digits.only(np.argmax(digits.certainties * size * (1 - off), keepdims=True))
