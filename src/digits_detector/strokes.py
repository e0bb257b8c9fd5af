"""Pen strokes and the one rasteriser that draws them.

The rule, simple enough to repeat in any language: a pixel's ink is

    clip(width / 2 + 1 / 2 - distance, 0, 1)

where `distance` runs from the pixel's centre to the nearest segment of any stroke, all in pixels.
A stroke of one point is a segment of length zero: a round dot.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import InvalidStrokes

Points = NDArray[np.float64]

_PIXELS = 200_000  # times segments, at once: bounds the memory that a scribble of a million points takes
_STEP = 0.25  # pixels of path to a point: finer detail than this is not seen in 28×28


@dataclass(frozen=True, eq=False)
class Strokes:
    """What a pen drew: one array of points a stroke, in the order drawn.

    Parameters
    ----------
    strokes : iterable of array-like of shape (k, 2)
        x to the right, y down, in any unit. Strokes without a point are left out.

    Raises
    ------
    InvalidStrokes
        If an array has another shape, or holds a value that is no finite number.

    Examples
    --------
    >>> Strokes([[(10, 10), (90, 10), (40, 95)]]).strokes[0].shape
    (3, 2)
    """

    strokes: tuple[Points, ...]

    def __init__(self, strokes: Iterable[ArrayLike]) -> None:
        try:
            arrays = [_points(number, stroke) for number, stroke in enumerate(strokes)]
        except TypeError:
            raise InvalidStrokes(
                f"strokes are a list of (k, 2) arrays, not {type(strokes).__name__}."
            ) from None
        object.__setattr__(self, "strokes", tuple(array for array in arrays if len(array)))

    @classmethod
    def from_json(cls, document: Any) -> Strokes:
        """Read `{"strokes": [[[x, y], …], …]}`; raises `InvalidStrokes` on any other form."""
        if not isinstance(document, dict) or not isinstance(document.get("strokes"), list):
            raise InvalidStrokes('strokes in JSON look like {"strokes": [[[x, y], …], …]}.')
        return cls(document["strokes"])

    @classmethod
    def load(cls, source: Path | bytes) -> Strokes:
        """Read a JSON file, or its bytes; raises `InvalidStrokes` if it cannot be read or has another form."""
        try:
            data = source if isinstance(source, bytes) else source.read_bytes()
            document = json.loads(data.decode("utf-8-sig"))
        except OSError as error:
            raise InvalidStrokes(f"the file cannot be read: {error.strerror}.") from None
        except (ValueError, RecursionError):
            raise InvalidStrokes("the strokes are not valid JSON.") from None
        return cls.from_json(document)

    def to_json(self) -> dict[str, list[list[list[float]]]]:
        """Return `{"strokes": [[[x, y], …], …]}`."""
        return {"strokes": [stroke.tolist() for stroke in self.strokes]}

    def __len__(self) -> int:
        return len(self.strokes)


def _points(number: int, stroke: ArrayLike) -> Points:
    try:
        array = np.asarray(stroke, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise InvalidStrokes(f"stroke {number} is not a (k, 2) array of numbers.") from None
    if array.size == 0:
        return np.empty((0, 2))
    if array.ndim != 2 or array.shape[1] != 2:
        raise InvalidStrokes(f"stroke {number} has shape {array.shape}; a stroke is (k, 2): x and y a point.")
    # Beyond 1e100 squares overflow; no pad is that large.
    if not np.all(np.abs(array) < 1e100):
        raise InvalidStrokes(f"stroke {number} holds a value that is not a finite number.")
    return array


def segments(strokes: Iterable[Points]) -> tuple[Points, Points]:
    """Return the starts and ends, each (n, 2), of all segments; a stroke of one point gives one of length 0."""
    arrays = [stroke if len(stroke) > 1 else stroke.repeat(2, axis=0) for stroke in strokes]
    starts = np.concatenate([array[:-1] for array in arrays])
    ends = np.concatenate([array[1:] for array in arrays])
    return starts, ends


def thin_out(stroke: Points) -> Points:
    """Keep the first point of each quarter pixel of path, and the last point: what can be seen, no more."""
    if len(stroke) < 3:
        return stroke
    steps = np.diff(stroke, axis=0)
    path = np.floor(np.cumsum(np.hypot(steps[:, 0], steps[:, 1])) / _STEP)
    keep = np.ones(len(stroke), dtype=bool)
    keep[1:-1] = path[:-1] != np.concatenate(([0.0], path[:-2]))
    return stroke[keep]


def rasterize(
    strokes: Iterable[Points], *, width: float, size: int | tuple[int, int] = 28
) -> NDArray[np.float32]:
    """Draw strokes on pixels by the rule above.

    Parameters
    ----------
    strokes : iterable of ndarray of shape (k, 2)
        In pixels; the centre of the upper left pixel is at (0.5, 0.5).
    width : float
        Of the pen, in pixels.
    size : int or (int, int)
        Side of a square, or height and width, in pixels.

    Returns
    -------
    ndarray of shape (height, width), float32
        Ink in [0, 1].
    """
    shape = size if isinstance(size, tuple) else (size, size)
    starts, ends = segments([thin_out(stroke) for stroke in strokes])
    ys, xs = (np.arange(side, dtype=np.float32) + np.float32(0.5) for side in shape)
    nearest = np.full(shape, np.inf, dtype=np.float32)
    at_once = max(1, _PIXELS // (shape[0] * shape[1]))
    for first in range(0, len(starts), at_once):
        some = slice(first, first + at_once)
        down, across = _window(starts[some], ends[some], width / 2 + 0.5, shape)
        distance = _squared_distance(ys[down], xs[across], starts[some], ends[some])
        np.minimum(nearest[down, across], distance, out=nearest[down, across])
    return np.clip(np.float32(width / 2 + 0.5) - np.sqrt(nearest), 0, 1)


def _window(starts: Points, ends: Points, reach: float, shape: tuple[int, int]) -> tuple[slice, slice]:
    """Return the rows and the columns that segments with that reach may ink."""
    low = np.floor(np.minimum(starts, ends).min(axis=0) - reach).clip(0, shape[::-1]).astype(int)
    high = np.ceil(np.maximum(starts, ends).max(axis=0) + reach).clip(0, shape[::-1]).astype(int)
    return slice(low[1], high[1]), slice(low[0], high[0])


def _squared_distance(
    ys: NDArray[np.float32], xs: NDArray[np.float32], starts: Points, ends: Points
) -> NDArray[np.float32]:
    """Return (rows, columns): from each pixel's centre to the nearest of the segments, squared.

    In a frame that lies along a segment, a pixel is `along` from its start and `across` from its line;
    what `along` has beyond the segment's two ends is `beyond`.
    """
    lengths = np.hypot(*(ends - starts).T)
    # A segment without length has no direction; any will do.
    direction = (
        np.where(lengths[:, None] > 0, ends - starts, (1, 0)) / np.where(lengths > 0, lengths, 1)[:, None]
    )
    (ux, uy), (x, y) = direction.astype(np.float32).T[..., None], starts.astype(np.float32).T[..., None]
    right, down = xs - x, ys - y
    along = (uy * down)[:, :, None] + (ux * right)[:, None, :]
    across = (ux * down)[:, :, None] - (uy * right)[:, None, :]
    beyond = along - np.clip(along, 0, lengths.astype(np.float32)[:, None, None])
    np.square(across, out=across)
    np.square(beyond, out=beyond)
    across += beyond
    nearest: NDArray[np.float32] = across.min(axis=0)
    return nearest
