"""What is in a picture beside the digit: rules of the paper, a frame, specks, a piece of the neighbour at the edge."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .components import Components, components
from .filters import Grey, Mask, bounds, closing_of_columns, opening_of_columns
from .paper import SMALL


def digit_alone(ink: Grey, threshold: Grey) -> tuple[Grey, Mask]:
    """Return the ink without the paper's rules, and what of it belongs to the digit.

    Parameters
    ----------
    ink : ndarray of shape (height, width), float32
        How strong it is, 0 for paper.
    threshold : ndarray of shape (height, width), float32
        What is stronger counts as written.

    Returns
    -------
    ink : ndarray of shape (height, width), float32
        The very same array where there are no rules.
    mask : ndarray of shape (height, width), bool
        Something of it is true, if anything of the ink is above the threshold.
    """
    written = ink > threshold
    unruled = _without_rules(ink, written, float(threshold.mean()))
    if unruled is not ink:
        mask = belonging(unruled, unruled > threshold)
        if _inside(mask):
            return unruled, mask
    return ink, belonging(ink, written)


def _inside(mask: Mask) -> bool:
    """Whether there is room about a digit: one that was cut out closely has bars that look like rules."""
    if not mask.any():
        return False
    (x0, y0, x1, y1), (height, width) = bounds(mask), mask.shape
    return bool(min(x0, width - x1) > _ROOM * width and min(y0, height - y1) > _ROOM * height)


# ── rules ────────────────────────────────────────────────────────────────────────────────────────

_RULED = 32  # pixels of the shorter side: in a smaller picture a rule cannot be told from a stroke
_ROOM = 0.05  # of the picture's side
_STRIPS = 16  # that a picture is cut into, of which a rule crosses nearly all
_TILT = 0.09  # of the width: how far a rule may rise or fall
_THICKNESS = 0.03  # of the height, either way from its middle
_CROSSING = 11  # pixels: a gap narrower than this is bridged where a rule crossed a stroke


def _without_rules(ink: Grey, written: Mask, threshold: float) -> Grey:
    """Take away straight thin lines from edge to edge; return the very same array where there are none."""
    if min(ink.shape) < _RULED or not written.any():
        return ink
    (x0, y0, x1, y1), (height, width) = bounds(written), ink.shape
    if x0 <= _ROOM * width and x1 >= (1 - _ROOM) * width:
        ink = _without_rules_across(ink, threshold)
    if y0 <= _ROOM * height and y1 >= (1 - _ROOM) * height:
        turned = ink.T
        unruled = _without_rules_across(turned, threshold)
        ink = ink if unruled is turned else unruled.T
    return ink


def _without_rules_across(ink: Grey, threshold: float) -> Grey:
    rules = _rules(ink, threshold / 4)  # a long line is seen better than a spot
    if not rules.any():
        return ink
    left = np.maximum(ink - np.float32(1.2) * rules, 0)
    bridged = np.minimum(closing_of_columns(left, _CROSSING), ink)
    return np.where(rules > 0, np.maximum(left, bridged), left)


def _rules(ink: Grey, threshold: float) -> Grey:
    """Return how strong the rules across are at each pixel.

    A Hough transform (Duda, Hart 1972) that asks for the weakest parts of a line, not for their sum: so a stroke,
    which is shorter, is none, however strong. The picture is cut into strips, of whose columns the median is taken.
    Of a rule nearly all strips have something, and half of them no more than it.
    """
    height, width = ink.shape
    strips = np.stack([np.median(strip, axis=1) for strip in np.array_split(ink, _STRIPS, axis=1)], axis=1)
    thick = opening_of_columns(strips, 2 * max(1, round(_THICKNESS * height)) + 1)
    strips = np.where(
        thick > threshold, np.float32(np.inf), strips - thick
    )  # beneath a stroke a rule may go on
    reach = int(_TILT * width)
    padded = np.pad(strips, ((reach, reach), (0, 0)))
    places = (np.arange(_STRIPS) + 0.5) / _STRIPS - 0.5
    rises = np.arange(-reach, reach + 1)
    rows = np.arange(height)[:, None, None] + reach + np.rint(rises[:, None] * places).astype(int)
    lines = np.sort(padded[rows, np.arange(_STRIPS)], axis=2)  # (height, rises, strips)
    weakest, middle = lines[..., _STRIPS // 5], lines[..., _STRIPS // 2]
    weakest = np.where(np.isfinite(middle), weakest, 0)
    best = weakest.argmax(axis=1)
    rules = np.zeros((height + 2 * reach + 2, width), dtype=np.float32)
    along, columns = (np.arange(width) + 0.5) / width - 0.5, np.arange(width)
    for y in np.flatnonzero(weakest.max(axis=1) > threshold):
        path = y + reach + 1 + np.rint(rises[best[y]] * along).astype(int)
        for row in (path - 1, path, path + 1):  # its soft edges too
            rules[row, columns] = np.maximum(rules[row, columns], middle[y, best[y]])
    return rules[reach + 1 : reach + 1 + height]


# ── specks and fragments ─────────────────────────────────────────────────────────────────────────

_CELLS = 64  # along the longer side of what is written: parts nearer than a cell are one
_SPECK = 0.05  # of the main part's ink: what has less is none of the digit's, unless it lies within
_CUT = 0.3  # what ink at the picture's edge counts when the main part is chosen
_BESIDE = 0.1  # of the ink of a slice at the picture's edge: what has less beside it is no digit
_FLAT = 0.6  # of its length along the edge: a slice of something larger is no higher
_ALONG = 0.8  # of the same: what of it lies on the edge
_SIDES = 0.1  # of a frame's width and height: all of it is as near to its box
_FRAMED = 0.25  # of its width or height, at least, is what it goes about


def belonging(ink: Grey, written: Mask) -> Mask:
    """Leave out specks, a frame, and what is cut by the picture's edge beside a main part that is not.

    Returns
    -------
    ndarray of shape (height, width), bool
        The very same mask where all belongs to the digit; empty where there is none.
    """
    if not written.any():
        return written
    x0, y0, x1, y1 = bounds(written)
    inner = slice(y0, y1), slice(x0, x1)
    size = math.ceil(max(y1 - y0, x1 - x0) / _CELLS)
    parts = _unframed(components(_cells(np.where(written, ink, 0)[inner], size)))
    edge = np.array([(y0, x0), (written.shape[0] - y1, written.shape[1] - x1)]) < max(1, size)
    last = np.array(parts.labels.shape) - 1
    cut = ((parts.low == 0) & edge[0] | (parts.high == last) & edge[1]).any(axis=1)
    weight = parts.ink * np.where(cut, _CUT, 1)
    main = int(np.argmax(weight))
    if max(written.shape) > SMALL and _is_slice(parts.labels == main, edge):
        weight[cut] = 0
        main = int(np.argmax(weight))
        if weight[main] < _BESIDE * parts.ink.max():
            return np.zeros_like(written)
    keep = parts.ink >= _SPECK * parts.ink[main]
    if not cut[main]:
        keep &= ~cut
    low, high = parts.low[keep].min(axis=0), parts.high[keep].max(axis=0)
    keep |= ((parts.low >= low) & (parts.high <= high)).all(axis=1) & ~cut
    if keep.all():
        return written
    kept = np.append(keep, False)[parts.labels].repeat(size, axis=0).repeat(size, axis=1)
    mask = np.zeros_like(written)
    mask[inner] = written[inner] & kept[: y1 - y0, : x1 - x0]
    return mask


def _is_slice(part: Mask, edge: NDArray[np.bool_]) -> bool:
    """Whether a part lies flat along an edge of the picture: it is of something larger, most of which is beyond.

    What meets two opposite edges may be a digit that was cut out closely. `edge` tells which of the part's sides are
    the picture's: the upper and the left one, then the lower and the right one.
    """
    x0, y0, x1, y1 = bounds(part)
    met = edge & np.array([(y0 == 0, x0 == 0), (y1 == part.shape[0], x1 == part.shape[1])])
    cut = part[y0:y1, x0:x1]
    for axis in (0, 1):
        across, along = cut.shape[axis], cut.shape[1 - axis]
        on_the_edge = cut.take(-1 if met[1, axis] else 0, axis).sum()
        if met[:, axis].sum() == 1 and across <= _FLAT * along and on_the_edge >= _ALONG * along:
            return True
    return False


def _unframed(parts: Components) -> Components:
    """Take the ink away from what is a frame: a box's four sides, with something else of some size within."""
    ink = parts.ink.copy()
    for name, (low, high) in enumerate(zip(parts.low, parts.high, strict=True)):
        within = ((parts.low > low) & (parts.high < high)).all(axis=1)
        if (within[:, None] & (parts.high - parts.low >= _FRAMED * (high - low))).any():
            places = np.argwhere(parts.labels == name)
            if _is_frame((places - low) / (high - low)):
                ink[name] = 0
    return parts._replace(ink=ink)


def _is_frame(places: NDArray[np.float64]) -> bool:
    """Whether places (n, 2) in a box from 0 to 1 all lie along its sides, and some in each of its corners."""
    first, last = places <= _SIDES, places >= 1 - _SIDES
    corners = (
        first[:, 0] & first[:, 1],
        first[:, 0] & last[:, 1],
        last[:, 0] & first[:, 1],
        last.all(axis=1),
    )
    return bool((first | last).any(axis=1).all()) and all(corner.any() for corner in corners)


def _cells(ink: Grey, size: int) -> Grey:
    """Sum up blocks of size×size pixels."""
    height, width = (-(-side // size) for side in ink.shape)
    padded = np.zeros((height * size, width * size), dtype=np.float32)
    padded[: ink.shape[0], : ink.shape[1]] = ink
    sums: Grey = padded.reshape(height, size, width, size).sum(axis=(1, 3))
    return sums
