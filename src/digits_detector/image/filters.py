"""Filters of grey pictures, in NumPy: box means, closings, and Otsu's threshold."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grey: TypeAlias = NDArray[np.float32]  # (height, width)
Mask: TypeAlias = NDArray[np.bool_]  # (height, width)


def averaged(channel: NDArray[Any], factor: int) -> NDArray[Any]:
    """Average blocks of factor×factor pixels; where factor is 1, return the very same array."""
    return channel if factor == 1 else np.asarray(_image(channel).reduce(factor))


def scaled(channel: NDArray[Any], side: int) -> NDArray[Any]:
    """Scale so that the longer side has `side` pixels, by area averaging where that shrinks it."""
    height, width = channel.shape
    factor = side / max(height, width)
    size = max(1, round(width * factor)), max(1, round(height * factor))
    if size == (width, height):
        return channel
    method = Image.Resampling.BOX if factor < 1 else Image.Resampling.BILINEAR
    return np.asarray(_image(channel).resize(size, method, reducing_gap=2.0))


def _image(channel: NDArray[Any]) -> Image.Image:
    """Return the channel as a Pillow image of a kind that it can average."""
    return Image.fromarray(channel if channel.dtype in (np.uint8, np.float32) else channel.astype(np.float32))


def box_mean(grey: Grey, width: int) -> Grey:
    """Return the mean of the `width`×`width` pixels about each pixel; at the edges, of those that there are.

    From running sums, in the same time for any width (Crow 1984, Summed-area tables for texture mapping).
    """
    return _mean_of_rows(_mean_of_rows(grey, width).T, width).T


def _mean_of_rows(grey: Grey, width: int) -> Grey:
    n, half = len(grey), width // 2
    sums = np.zeros((n + 1, grey.shape[1]))
    np.cumsum(grey, axis=0, out=sums[1:])
    first, last = np.maximum(np.arange(n) - half, 0), np.minimum(np.arange(n) + half + 1, n)
    means: Grey = ((sums[last] - sums[first]) / (last - first)[:, None]).astype(np.float32)
    return means


def closing(grey: Grey, width: int) -> Grey:
    """Fill what is darker than its surroundings and narrower than `width`; keep edges and slopes as they are.

    The minimum over all windows about a pixel of their maximum (Serra 1982, Image Analysis and Mathematical
    Morphology). At a window cut by the edge nothing is known of what lies beyond.
    """
    widest = _extreme(_extreme(grey, width, np.maximum).T, width, np.maximum)
    return _extreme(_extreme(widest, width, np.minimum).T, width, np.minimum)


def _extreme(grey: Grey, width: int, extreme: np.ufunc) -> Grey:
    """Return the maximum or minimum of `width` (odd) pixels above and below each, by doubling windows."""
    half = width // 2
    reach = 2 * half + 1
    beyond = -np.inf if extreme is np.maximum else np.inf
    taken = np.full((len(grey) + 2 * half, grey.shape[1]), beyond, dtype=np.float32)
    taken[half : half + len(grey)] = grey
    size = 1
    while size < reach:
        step = min(size, reach - size)
        taken = extreme(taken[:-step], taken[step:])
        size += step
    return taken


class Halves(NamedTuple):
    """A threshold, and the means of what is below and above it."""

    threshold: float
    below: float
    above: float


def otsu(grey: Grey, bins: int = 256) -> Halves:
    """Return the threshold that splits levels into two classes of greatest variance between them.

    Otsu 1979, A Threshold Selection Method from Gray-Level Histograms.
    """
    counts, edges = np.histogram(grey, bins)
    sums = np.cumsum(counts * (edges[:-1] + edges[1:]) / 2)
    below = np.cumsum(counts)[:-1]
    above = grey.size - below
    mean_below, mean_above = sums[:-1] / np.maximum(below, 1), (sums[-1] - sums[:-1]) / np.maximum(above, 1)
    cut = int(np.argmax(below * above * np.square(mean_above - mean_below)))
    return Halves(float(edges[cut + 1]), float(mean_below[cut]), float(mean_above[cut]))


def grown(mask: Mask) -> Mask:
    """Return the mask with all eight neighbours of its pixels."""
    rows = mask.copy()
    rows[1:] |= mask[:-1]
    rows[:-1] |= mask[1:]
    wide = rows.copy()
    wide[:, 1:] |= rows[:, :-1]
    wide[:, :-1] |= rows[:, 1:]
    return wide


def bounds(mask: Mask) -> tuple[int, int, int, int]:
    """Return (x0, y0, x1, y1) of what is true in a mask, of which something is."""
    ys, xs = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(xs[0]), int(ys[0]), int(xs[-1]) + 1, int(ys[-1]) + 1


def stroke_width(ink: Grey) -> Any:
    """Estimate the width of the strokes in pixels: twice the area over the perimeter.

    A stroke of length l and width w has the area l·w and a perimeter of nearly 2·l. The perimeter of grey ink
    is its total variation (coarea formula; Rudin, Osher, Fatemi 1992).

    Parameters
    ----------
    ink : ndarray of shape (…, height, width), float32

    Returns
    -------
    ndarray of shape (…), float64
    """
    return width_of_strokes(padded(ink, 1))


def width_of_strokes(wide: Grey) -> Any:
    """Estimate the width of the strokes in ink that has paper all around it, as `stroke_width` does."""
    down = wide[..., 1:, :-1] - wide[..., :-1, :-1]
    right = wide[..., :-1, 1:] - wide[..., :-1, :-1]
    down *= down
    right *= right
    down += right
    return 2 * total(wide) / np.maximum(total(np.sqrt(down, out=down)), 1e-9)


def total(ink: Grey) -> Any:
    """Return the sum (…) of each picture (…, height, width)."""
    return ink.reshape(*ink.shape[:-2], -1).sum(axis=-1).astype(np.float64)


def padded(ink: Grey, margin: int) -> Grey:
    """Return ink (…, height, width) with paper around it: `np.pad`, in a tenth of its time."""
    if not margin:
        return ink.copy()
    *n, height, width = ink.shape
    wide = np.zeros((*n, height + 2 * margin, width + 2 * margin), dtype=np.float32)
    wide[..., margin : margin + height, margin : margin + width] = ink
    return wide
