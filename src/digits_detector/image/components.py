"""Connected components of what is written."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .filters import Grey

Labels = NDArray[np.intp]


class Components(NamedTuple):
    """Connected parts of ink.

    Attributes
    ----------
    labels : ndarray of shape (height, width), intp
        Of each pixel, 0 to n - 1; -1 where there is nothing.
    ink : ndarray of shape (n,), float64
        How much there is.
    low, high : ndarray of shape (n, 2), intp
        The first row and column, and the last.
    """

    labels: Labels
    ink: NDArray[np.float64]
    low: NDArray[np.intp]
    high: NDArray[np.intp]


def components(ink: Grey) -> Components:
    """Find the connected components of all pixels above 0, by diagonals too.

    Each pixel points at a pixel of its component; where two neighbours' ends differ, the later end points at the
    earlier, and all pointers are cut short, until neighbours agree (Shiloach, Vishkin 1982, An O(log n) parallel
    connectivity algorithm).
    """
    height, width = ink.shape
    on = ink > 0
    framed = np.zeros((height + 1, width + 2), dtype=bool)
    framed[:height, 1:-1] = on
    pixels = np.flatnonzero(framed)
    ends = np.arange(len(pixels))
    places = np.full(framed.size, -1)
    places[pixels] = ends
    there = [places[pixels + step] for step in (1, width + 1, width + 2, width + 3)]
    ones = np.concatenate([ends[other >= 0] for other in there])
    others = np.concatenate([other[other >= 0] for other in there])
    while True:
        a, b = ends[ones], ends[others]
        if np.array_equal(a, b):
            break
        np.minimum.at(ends, np.maximum(a, b), np.minimum(a, b))
        while not np.array_equal(shorter := ends[ends], ends):
            ends = shorter
    names, numbers = np.unique(ends, return_inverse=True)
    labels = np.full(ink.shape, -1)
    labels[on] = numbers
    low = np.full((len(names), 2), max(height, width))
    high = np.zeros((len(names), 2), dtype=np.intp)
    corners = np.argwhere(on)
    np.minimum.at(low, numbers, corners)
    np.maximum.at(high, numbers, corners)
    return Components(labels, np.bincount(numbers, ink[on]).astype(np.float64), low, high)
