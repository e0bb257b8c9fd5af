"""Ink or strokes become the 28×28 that MNIST would have made of them.

MNIST's makers fitted each digit into 20×20 pixels, keeping its aspect, and placed it by its centre of mass
in 28×28 (LeCun et al. 1998, Gradient-Based Learning Applied to Document Recognition, section III.A).
Here the stroke's width is normalised too, so that it does not matter how thick the pen was.
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .ink import Ink
from .strokes import Points, Strokes, rasterize, segments

Digit: TypeAlias = NDArray[np.uint8]  # (28, 28), white ink on black, as in MNIST's files

SIZE = 28
FIT = 20.0  # the digit's longer side, stroke included
STROKE_WIDTH = 2.5  # of drawn strokes: the mean of MNIST's training digits, as `stroke_width` measures it
STROKE_WIDTHS = 2.0, 3.0  # what ink is brought into, with the least change: MNIST's own vary as much
LEVEL = 0.8  # MNIST's typical ink, weighted by the ink itself
DETAIL = 64  # pixels of the longer side while the stroke's width is set: fine enough for a hair line


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
    detailed = _as_dark(_scaled(values))
    width = stroke_width(detailed)
    target = float(np.clip(width * FIT / DETAIL, *widths))
    # The box holds the pen's own width, so a wider pen makes it larger: between the lines' middles it does not.
    pixel = (DETAIL - width) / (FIT - target)  # of 28×28, in pixels of `detailed`
    margin = math.ceil(target * pixel)
    thickened = thicken(_padded(detailed, margin), (target * pixel - width) / 2)
    extent = (np.array(detailed.shape) - width) / pixel + target
    return _placed(thickened, extent, pixel)


def _scaled(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale so that the longer side has DETAIL pixels, by area averaging where that shrinks."""
    height, width = values.shape
    factor = DETAIL / max(height, width)
    size = max(1, round(width * factor)), max(1, round(height * factor))
    method = Image.Resampling.BOX if factor < 1 else Image.Resampling.BILINEAR
    return np.asarray(Image.fromarray(values).resize(size, method, reducing_gap=2.0))


def _as_dark(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """Strengthen ink whose typical level, weighted by the ink itself, is below LEVEL: a hair line scaled down."""
    level = float(np.square(ink).sum()) / float(ink.sum())
    return ink if level >= LEVEL else np.minimum(ink * np.float32(LEVEL / level), 1)


def stroke_width(ink: NDArray[np.float32]) -> float:
    """Estimate the width of the strokes in pixels: twice the area over the perimeter.

    A stroke of length l and width w has the area l·w and a perimeter of nearly 2·l. The perimeter of grey ink
    is its total variation (coarea formula; Rudin, Osher, Fatemi 1992).
    """
    padded = _padded(ink, 1)
    down, right = padded[1:, :-1] - padded[:-1, :-1], padded[:-1, 1:] - padded[:-1, :-1]
    perimeter = float(np.sqrt(down * down + right * right).sum())
    return 2 * float(ink.sum()) / perimeter


def thicken(ink: NDArray[np.float32], radius: float) -> NDArray[np.float32]:
    """Move the edges of ink outwards by a radius in pixels (inwards where negative).

    Grey dilation (erosion) with a disc; between whole radii, the mean of both neighbours.
    """
    if radius < 0:
        return 1 - thicken(1 - ink, -radius)
    whole = int(radius)
    part = np.float32(radius - whole)
    return (1 - part) * _dilate(ink, whole) + part * _dilate(ink, whole + 1)


def _dilate(ink: NDArray[np.float32], radius: int) -> NDArray[np.float32]:
    """Take the maximum over a disc: row by row of the disc, the longer rows grown from the shorter."""
    dilated, row, reach = ink.copy(), ink, 0
    for y in range(radius, -1, -1):
        while reach < math.floor(math.sqrt((radius + 0.5) ** 2 - y * y)):
            wider = row.copy()
            np.maximum(wider[:, 1:], row[:, :-1], out=wider[:, 1:])
            np.maximum(wider[:, :-1], row[:, 1:], out=wider[:, :-1])
            row, reach = wider, reach + 1
        below, above = dilated[y:], dilated[: len(dilated) - y]
        np.maximum(below, row[: len(row) - y], out=below)
        np.maximum(above, row[y:], out=above)
    return dilated


def _placed(ink: NDArray[np.float32], extent: Points, pixel: float) -> NDArray[np.float32]:
    """Cut out 28×28 pixels of the given size around the centre of mass, by area averaging."""
    middle = np.array(ink.shape) / 2
    down, across = ink.sum(axis=1), ink.sum(axis=0)
    y, x = float(down @ np.arange(0.5, len(down))), float(across @ np.arange(0.5, len(across)))
    shift = _held_inside((middle - np.array([y, x]) / float(down.sum())) / pixel, extent)
    centre, half = middle - shift * pixel, SIZE / 2 * pixel
    # Room for the window where it reaches beyond the ink.
    margin = math.ceil(max(0.0, float((half - centre).max()), float((centre + half - ink.shape).max())))
    y, x = centre + margin
    window = (x - half, y - half, x + half, y + half)
    canvas = Image.fromarray(_padded(ink, margin))
    return np.asarray(canvas.resize((SIZE, SIZE), Image.Resampling.BOX, box=window))


def _padded(ink: NDArray[np.float32], margin: int) -> NDArray[np.float32]:
    """Return the ink with paper around it: `np.pad`, in a tenth of its time."""
    height, width = ink.shape
    padded = np.zeros((height + 2 * margin, width + 2 * margin), dtype=np.float32)
    padded[margin : margin + height, margin : margin + width] = ink
    return padded
