"""Ink or strokes become the 28×28 that MNIST would have made of them.

MNIST's makers fitted each digit into 20×20 pixels, keeping its aspect, and placed it by its centre of mass
in 28×28 (LeCun et al. 1998, Gradient-Based Learning Applied to Document Recognition, section III.A).
Here the stroke's width is normalised too, so that it does not matter how thick the pen was.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .filters import padded, scaled, stroke_width, total
from .ink import DETAIL, Ink
from .strokes import Points, Strokes, rasterize, segments

Digit: TypeAlias = NDArray[np.uint8]  # (28, 28), white ink on black, as in MNIST's files
Numbers: TypeAlias = Any  # a float, or an ndarray of shape (n,), float64: one of each piece of ink

SIZE = 28
FIT = 20.0  # the digit's longer side, stroke included
STROKE_WIDTH = 2.5  # of drawn strokes: the mean of MNIST's training digits, as `stroke_width` measures it
STROKE_WIDTHS = 2.0, 3.0  # what ink is brought into, with the least change: MNIST's own vary as much
LEVEL = 0.8  # MNIST's typical ink, weighted by the ink itself

_NONE = 1e-9  # pixels: by as little no edge is moved


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
    return _blank() if source.blank else _levels(_fit(source.values, widths))


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


# ── ink ──────────────────────────────────────────────────────────────────────────────────────────


def _fit(values: NDArray[np.float32], widths: tuple[float, float]) -> NDArray[np.float32]:
    """Scale ink to the box, set its stroke's width, centre it by mass; one interpolation at the end."""
    detailed = as_dark(scaled(values, DETAIL))
    width = stroke_width(detailed)
    target, pixel, radius = measures(width, widths)
    thickened = thicken(padded(detailed, math.ceil(target * pixel)), radius)
    height, across = ((side - width) / pixel + target for side in detailed.shape)
    return _placed(thickened, (height, across), pixel)


def as_dark(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """Strengthen ink whose typical level, weighted by the ink itself, is below LEVEL: a hair line scaled down.

    Of shape (…, height, width), as in the following functions: of one piece, or of several at once.
    """
    level = total(np.square(ink)) / total(ink)
    dark: NDArray[np.float32] = np.minimum(ink * _each(np.maximum(LEVEL / level, 1)), 1)
    return dark


def _each(numbers: Numbers) -> Any:
    """Return one number of each piece so that it goes with the pixels."""
    return np.asarray(numbers, dtype=np.float32)[..., None, None]


def measures(width: Numbers, widths: tuple[float, float]) -> tuple[Numbers, Numbers, Numbers]:
    """Return the stroke's width and the size of a pixel in the result, and by how much to thicken.

    All but the first in pixels of `detailed`.
    """
    target = np.clip(width * FIT / DETAIL, *widths)
    # The box holds the pen's own width, so a wider pen makes it larger: between the lines' middles it does not.
    pixel = (DETAIL - width) / (FIT - target)
    radius = (target * pixel - width) / 2
    return target, pixel, np.where(np.abs(radius) < _NONE, 0, radius)


def thicken(ink: NDArray[np.float32], radius: Numbers) -> NDArray[np.float32]:
    """Move the edges of ink outwards by a radius in pixels (inwards where negative).

    Grey dilation (erosion) with a disc; between whole radii, the mean of both neighbours. Several pieces have radii
    between the same two whole numbers.
    """
    radius = np.asarray(radius)
    if not radius.any():
        return ink
    if (radius < 0).any():
        return 1 - thicken(1 - ink, -radius)
    larger = math.ceil(radius.max())
    part = _each(radius - (larger - 1))
    rows = [ink]  # the maximum over 1, 3, 5, … pixels of a row
    for _ in range(larger):
        wider = rows[-1].copy()
        np.maximum(wider[..., 1:], rows[-1][..., :-1], out=wider[..., 1:])
        np.maximum(wider[..., :-1], rows[-1][..., 1:], out=wider[..., :-1])
        rows.append(wider)
    thick: NDArray[np.float32] = (1 - part) * _dilate(rows, larger - 1) + part * _dilate(rows, larger)
    return thick


def _dilate(rows: list[NDArray[np.float32]], radius: int) -> NDArray[np.float32]:
    """Take the maximum over a disc, row by row of the disc."""
    dilated = rows[radius].copy()
    for y in range(1, radius + 1):
        row = rows[math.floor(math.sqrt((radius + 0.5) ** 2 - y * y))]
        np.maximum(dilated[..., y:, :], row[..., :-y, :], out=dilated[..., y:, :])
        np.maximum(dilated[..., :-y, :], row[..., y:, :], out=dilated[..., :-y, :])
    return dilated


def _placed(ink: NDArray[np.float32], extent: tuple[float, float], pixel: float) -> NDArray[np.float32]:
    """Cut out 28×28 pixels of the given size around the centre of mass, by area averaging."""
    y = _centre(ink.sum(axis=1, dtype=np.float64), extent[0], pixel)
    x = _centre(ink.sum(axis=0, dtype=np.float64), extent[1], pixel)
    half = SIZE / 2 * pixel
    # Room for the window where it reaches beyond the ink.
    height, width = ink.shape
    margin = math.ceil(max(0.0, half - y, half - x, y + half - height, x + half - width))
    window = (x - half + margin, y - half + margin, x + half + margin, y + half + margin)
    canvas = Image.fromarray(padded(ink, margin))
    return np.asarray(canvas.resize((SIZE, SIZE), Image.Resampling.BOX, box=window))


def _centre(profile: NDArray[np.float32], extent: float, pixel: float) -> float:
    """Return the centre of mass along an axis, or as near to it as keeps the ink's extent inside the picture."""
    middle = len(profile) / 2
    mass = float(profile @ np.arange(0.5, len(profile)) / profile.sum())
    room = (SIZE - extent) / 2
    return middle - min(max((middle - mass) / pixel, -room), room) * pixel
