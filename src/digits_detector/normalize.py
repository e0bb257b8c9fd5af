"""Ink or strokes become the 28×28 that MNIST would have made of them.

MNIST's makers fitted each digit into 20×20 pixels, keeping its aspect, and placed it by its centre of mass
in 28×28 (LeCun et al. 1998, Gradient-Based Learning Applied to Document Recognition, section III.A).
Here the stroke's width is normalised too, so that it does not matter how thick the pen was.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from .fit import FIT, SIZE, STROKE_WIDTHS, fitted
from .image.ink import Ink
from .strokes import Points, Strokes, rasterize, segments

Digit: TypeAlias = NDArray[np.uint8]  # (28, 28), white ink on black, as in MNIST's files

STROKE_WIDTH = 2.5  # of drawn strokes: the mean of MNIST's training digits, as `stroke_width` measures it


def normalize(source: Ink | Strokes, widths: tuple[float, float] = STROKE_WIDTHS) -> Digit:
    """Return ink or strokes as MNIST would hold them; all zero where there is nothing.

    Parameters
    ----------
    source : Ink or Strokes
    widths : (float, float)
        What the width of ink's strokes is brought into, in pixels of the result; (0, inf) leaves it as it is.

    Returns
    -------
    ndarray of shape (28, 28), uint8
        White ink on black.
    """
    if isinstance(source, Strokes):
        return draw(source)
    return _blank() if source.blank else fitted(source.values[None], widths)[0]


def _blank() -> Digit:
    return np.zeros((SIZE, SIZE), dtype=np.uint8)


def _levels(drawn: NDArray[np.float32]) -> Digit:
    return np.rint(drawn * 255).astype(np.uint8)


# ── strokes ──────────────────────────────────────────────────────────────────────────────────────


def draw(strokes: Strokes, width: float = STROKE_WIDTH) -> Digit:
    """Scale the strokes to the box, centre them by the mass of their lines, and draw them.

    Parameters
    ----------
    strokes : Strokes
    width : float
        Of the pen, in pixels of the result; training varies it.

    Returns
    -------
    ndarray of shape (28, 28), uint8
        White ink on black; all zero without strokes.
    """
    if not len(strokes):
        return _blank()
    starts, ends = segments(strokes.strokes)
    low, high = np.minimum(starts, ends).min(axis=0), np.maximum(starts, ends).max(axis=0)
    extent = float((high - low).max())
    dot = extent < 1e-9  # nothing to scale up
    scale = 0.0 if dot else (FIT - width) / extent
    lengths = np.hypot(*(ends - starts).T)
    middle = (low + high) / 2
    mass = np.average((starts + ends) / 2, axis=0, weights=lengths if lengths.any() else None)
    shift = _held_inside((middle - mass) * scale, (high - low) * scale + width)
    placed = [(stroke - middle) * scale + shift + SIZE / 2 for stroke in strokes.strokes]
    return _levels(rasterize(placed, width=width))


def _held_inside(shift: Points, extent: Points) -> Points:
    """Limit a shift off the middle so that a box of that extent stays inside the picture."""
    room = (SIZE - extent) / 2
    return np.clip(shift, -room, room)
