"""Pen strokes: UCI's Pen-Based Recognition of Handwritten Digits, in their original pen trajectories.

7,494 digits of 30 writers on a tablet (Alimoglu, Alpaydin 1996, Methods of Combining Multiple Classifiers Based on
Different Representations for Pen-based Handwriting Recognition; UCI data set 81). The digits of one person are alike,
so they are split by writer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import unlzw3
from numpy.typing import NDArray

from ...errors import DataError
from ...strokes import Strokes
from . import files

FILE = files.PublishedFile(
    "pen/pendigits-orig.tra.Z",
    "sha256:ceae25d05f1ccfed4d27ca2e5766370fb32ddd685a647567e84cf7685aa7ac8b",
    ("https://archive.ics.uci.edu/ml/machine-learning-databases/pendigits/",),
)
WRITERS_TO_CHOOSE_ON = (26, 27, 28, 29, 30)  # never trained on


@dataclass(frozen=True, eq=False)
class PenDigits:
    """Digits as they were written.

    Attributes
    ----------
    strokes : tuple of n Strokes
        In the tablet's units (a box is 500 wide), y down.
    labels : ndarray of shape (n,), uint8
        0 to 9.
    writers : ndarray of shape (n,), uint8
        1 to 30.
    """

    strokes: tuple[Strokes, ...]
    labels: NDArray[np.uint8]
    writers: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.strokes)

    def only(self, mask: NDArray[np.bool_]) -> PenDigits:
        """Return the digits where the mask (n,) is true."""
        chosen = tuple(self.strokes[place] for place in np.flatnonzero(mask))
        return PenDigits(chosen, self.labels[mask], self.writers[mask])


def load() -> PenDigits:
    """Return the 7,494 digits.

    Raises
    ------
    DataError
        If the file is missing and cannot be fetched, or is not the published one.
    """
    path = files.find(FILE)
    try:
        text = unlzw3.unlzw(path.read_bytes()).decode("ascii")
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be unpacked: {error}; delete it to fetch it again.") from None
    return parse(text)


def split(digits: PenDigits) -> tuple[PenDigits, PenDigits]:
    """Return the digits to train on (25 writers) and those to choose on (5 others)."""
    choose = np.isin(digits.writers, WRITERS_TO_CHOOSE_ON)
    return digits.only(~choose), digits.only(choose)


def parse(unipen: str) -> PenDigits:
    """Read the set's UNIPEN text, whose y points up."""
    # Behind each `.SEGMENT` stands what belongs to one digit; its comment names digit, writer and place.
    digits = unipen.split(".SEGMENT")[1:]
    comments = [re.search(r"\.COMMENT\s+(\d+)\s+(\d+)", digit) for digit in digits]
    if not digits or not all(comments):
        raise DataError("this is not the UNIPEN text of the pen digits: a segment has no comment.")
    numbers = np.array([comment.groups() for comment in comments if comment], dtype=np.uint8)
    return PenDigits(tuple(Strokes(_strokes(digit)) for digit in digits), numbers[:, 0], numbers[:, 1])


def _strokes(digit: str) -> Iterator[NDArray[np.float64]]:
    for stroke in digit.split(".PEN_DOWN")[1:]:
        points, _, _ = stroke.partition(".PEN_UP")
        yield np.array(points.split(), dtype=np.float64).reshape(-1, 2) * (1, -1)
