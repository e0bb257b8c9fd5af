"""Where a wide piece of ink may be cut into digits: seams from top to bottom that cross little ink."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .filters import Grey

_STEPS = np.array([0, -1, 1])  # sideways
_LEAN = np.float32(0.1)  # what a step aside costs, in ink


class Seams(NamedTuple):
    """Cuts through a piece of ink, from left to right.

    Attributes
    ----------
    columns : ndarray of shape (k, height), intp
        The first column behind each cut, a row.
    torn : ndarray of shape (k,), float32
        How much ink each crosses, in pixels.
    """

    columns: NDArray[np.intp]
    torn: NDArray[np.float32]


def seams(ink: Grey, *, apart: float, deepest: float) -> Seams:
    """Find the seams that cross less ink than others near them.

    Through each pixel of the middle row runs the best seam from top to bottom, of steps straight down or aslant
    (Avidan, Shamir 2007, Seam Carving, section 3): so a cut follows slanted writing by itself.

    Parameters
    ----------
    ink : ndarray of shape (height, width), float32
    apart : float
        Pixels between two seams in the middle row, at least.
    deepest : float
        Pixels of ink that a seam crosses, at most.
    """
    middle = len(ink) // 2
    above, ways_up = _downwards(ink[: middle + 1])
    below, ways_down = _downwards(ink[: middle - 1 : -1] if middle else ink[::-1])
    cost = above + below - ink[middle]
    chosen: list[int] = []
    for column in np.argsort(cost, kind="stable").tolist():
        if cost[column] > deepest:
            break
        if all(abs(column - other) >= apart for other in chosen):
            chosen.append(column)
    chosen.sort()
    up = _back(ways_up, chosen)[:, ::-1]
    down = _back(ways_down, chosen)
    return Seams(np.concatenate([up, down[:, 1:]], axis=1), cost[chosen])


def _downwards(ink: Grey) -> tuple[Grey, list[NDArray[np.intp]]]:
    """Return what the best seam from the top to each pixel of the last row costs, and each row's best steps."""
    cost = np.full(ink.shape[1] + 2, np.inf, dtype=np.float32)  # with what lies beyond either side
    cost[1:-1] = ink[0]
    ways = []
    steps = np.empty((3, ink.shape[1]), dtype=np.float32)
    for row in ink[1:]:
        steps[0] = cost[1:-1]
        np.add(cost[:-2], _LEAN, out=steps[1])
        np.add(cost[2:], _LEAN, out=steps[2])
        ways.append(_STEPS[steps.argmin(axis=0)])
        np.add(row, steps.min(axis=0), out=cost[1:-1])
    return cost[1:-1], ways


def _back(ways: list[NDArray[np.intp]], columns: list[int]) -> NDArray[np.intp]:
    """Return the columns (k, height) of the seams that end there, from the last row to the first."""
    path = [np.array(columns, dtype=np.intp)]
    for way in reversed(ways):
        path.append(path[-1] + way[path[-1]])
    return np.stack(path, axis=1)
