"""Characters as signed distance fields: one form for pictures of digits, pen strokes and fonts.

A distance field can be turned, sheared, scaled and made bolder or lighter, and its edge stays sharp at any size (Green
2007, Improved Alpha-Tested Magnification for Vector Textures and Special Effects). The unit is the height of a digit;
y points down, and the baseline is y = 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from ...strokes import Points

Affine: TypeAlias = NDArray[np.float64]  # (2, 3)

PIXELS = 64  # of a field, to a digit's height
_MARGIN = 12  # pixels of a field around the ink: a pen may be made bolder by as much


@dataclass(frozen=True, eq=False)
class Glyph:
    """One character.

    Attributes
    ----------
    field : ndarray of shape (h, w), float32
        Distance to the edge of the ink in pixels of the field, positive inside. Of strokes: minus the distance to
        their middle line.
    origin : (float, float)
        Where the left end of the baseline lies, x and y in pixels of the field.
    pixels : float
        Of the field, to one unit.
    outline : ndarray of shape (k, 2), float64
        The convex hull of the ink, in units; of strokes that of their middle line.
    radius : float
        Half the stroke's width, in units; 0 of strokes.
    """

    field: NDArray[np.float32]
    origin: tuple[float, float]
    pixels: float
    outline: Points
    radius: float

    @property
    def width(self) -> float:
        """The ink's extent along the baseline, in units."""
        return float(np.ptp(self.outline[:, 0]))


def from_coverage(coverage: NDArray[np.uint8], top: float, pixels: float, *, enlarge: int = 1) -> Glyph:
    """Make a glyph of a picture of its ink.

    Parameters
    ----------
    coverage : ndarray of shape (h, w), uint8
        0 is paper, 255 ink; cropped to the ink.
    top : float
        Of the picture over the baseline, in its pixels: negative above.
    pixels : float
        Of the picture, to one unit.
    enlarge : int
        How many times the picture is enlarged first, so that the edge between its pixels is found.
    """
    margin = -(-_MARGIN // enlarge)
    padded = np.pad(coverage, margin)
    if enlarge > 1:
        padded = cv2.resize(padded, None, fx=enlarge, fy=enlarge, interpolation=cv2.INTER_CUBIC)
    ink = (padded >= 128).astype(np.uint8)
    if not ink.any():
        ink = (padded >= padded.max()).astype(np.uint8)
    inside = cv2.distanceTransform(ink, cv2.DIST_L2, 3)
    field = inside - cv2.distanceTransform(1 - ink, cv2.DIST_L2, 3)
    scale = pixels * enlarge
    origin = margin * enlarge, (margin - top) * enlarge
    rows = np.flatnonzero(ink.any(axis=1))
    ends = ink[rows].argmax(axis=1), ink.shape[1] - 1 - ink[rows, ::-1].argmax(axis=1)
    extremes = np.stack([np.concatenate(ends), np.tile(rows, 2)], axis=1).astype(np.float32)
    hull = cv2.convexHull(extremes)[:, 0] + 0.5
    # Across a stroke of half width r the distance to the edge is r / 2 on average.
    radius = 2 * float(inside[ink > 0].mean()) / scale
    return Glyph(field, origin, scale, (hull - origin) / scale, radius)


def from_strokes(strokes: Sequence[Points]) -> Glyph:
    """Make a glyph of strokes in units, each of shape (k, 2)."""
    points = np.concatenate(strokes)
    low = points.min(axis=0)
    width, height = np.ceil(np.ptp(points, axis=0) * PIXELS).astype(int) + 2 * _MARGIN + 1
    paper = np.full((height, width), 255, dtype=np.uint8)
    lines = [np.rint(((stroke - low) * PIXELS + _MARGIN) * 16).astype(np.int32) for stroke in strokes]
    cv2.polylines(paper, lines, False, 0, 1, cv2.LINE_8, 4)
    field = -cv2.distanceTransform((paper > 0).astype(np.uint8), cv2.DIST_L2, 3)
    outline = cv2.convexHull(points.astype(np.float32))[:, 0].astype(np.float64)
    origin = _MARGIN - low * PIXELS + 0.5
    return Glyph(field, (float(origin[0]), float(origin[1])), PIXELS, outline, 0.0)


def bent(glyph: Glyph, strength: float, random: np.random.Generator) -> Glyph:
    """Bend a glyph smoothly; `strength` is the standard deviation of the shift, in units."""
    shifts = random.normal(0, strength, (2, 4, 4)).astype(np.float32)
    height, width = glyph.field.shape
    x, y = (cv2.resize(shift, (width, height), interpolation=cv2.INTER_CUBIC) for shift in shifts)
    columns = np.arange(width, dtype=np.float32) + x * glyph.pixels
    rows = np.arange(height, dtype=np.float32)[:, None] + y * glyph.pixels
    field = cv2.remap(glyph.field, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    at = np.rint(glyph.outline * glyph.pixels + glyph.origin).astype(int)
    column, row = np.clip(at[:, 0], 0, width - 1), np.clip(at[:, 1], 0, height - 1)
    moved = glyph.outline - np.stack([x[row, column], y[row, column]], axis=1)
    return Glyph(field, glyph.origin, glyph.pixels, moved, glyph.radius)


def draw(layer: NDArray[np.float32], glyph: Glyph, to_page: Affine, radius: float, soft: float) -> None:
    """Draw a glyph on a layer of ink in [0, 1], over what is there.

    Parameters
    ----------
    layer : ndarray of shape (h, w), float32
    to_page : ndarray of shape (2, 3)
        From units to the layer's pixels.
    radius : float
        Half the width of the pen, in units.
    soft : float
        Pixels of the layer over which an edge goes from paper to ink.
    """
    corners = transform(to_page, _corners(glyph))
    x0, y0 = np.maximum(np.floor(corners.min(axis=0)).astype(int), 0)
    x1, y1 = np.minimum(np.ceil(corners.max(axis=0)).astype(int), layer.shape[::-1])
    if x0 >= x1 or y0 >= y1:
        return
    linear = to_page[:, :2] / glyph.pixels
    shift = to_page[:, 2] - linear @ glyph.origin - (x0, y0)
    # Pixels are points at their centres in the warp.
    shift = shift + linear @ (0.5, 0.5) - 0.5
    # What lies outside the field is far outside the ink.
    distance = cv2.warpAffine(
        glyph.field,
        np.column_stack([linear, shift]),
        (int(x1 - x0), int(y1 - y0)),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=-1e3,
    )
    bolder = max(radius - glyph.radius, -0.6 * glyph.radius)  # no stroke is thinned until it breaks
    scale = float(np.sqrt(abs(np.linalg.det(linear))))
    ink = (distance + bolder * glyph.pixels) * (scale / soft) + 0.5
    target = layer[y0:y1, x0:x1]
    np.maximum(target, np.clip(ink, 0, 1, out=ink), out=target)


def box(glyph: Glyph, to_page: Affine, radius: float) -> tuple[float, float, float, float]:
    """Return the box (x0, y0, x1, y1) of a glyph's ink as `draw` draws it, in the layer's pixels."""
    reach = max(radius - glyph.radius, -0.6 * glyph.radius) * float(
        np.sqrt(abs(np.linalg.det(to_page[:, :2])))
    )
    points = transform(to_page, glyph.outline)
    x0, y0 = (points.min(axis=0) - reach).tolist()
    x1, y1 = (points.max(axis=0) + reach).tolist()
    return x0, y0, x1, y1


def transform(affine: Affine, points: Points) -> Points:
    """Return points (k, 2) after an affine map."""
    moved: Points = points @ affine[:, :2].T + affine[:, 2]
    return moved


def chain(outer: Affine, inner: Affine) -> Affine:
    """Return the map that does `inner` first, then `outer`."""
    linear = outer[:, :2] @ inner[:, :2]
    return np.column_stack([linear, outer[:, :2] @ inner[:, 2] + outer[:, 2]])


def _corners(glyph: Glyph) -> Points:
    height, width = glyph.field.shape
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float64)
    units: Points = (corners - glyph.origin) / glyph.pixels
    return units
