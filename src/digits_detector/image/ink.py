"""Ink: light on dark, float32 in [0, 1], cropped to what is written."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .background import FAINTEST, INK_LEVEL, Even, lifted
from .components import components
from .decode import MAX_PIXELS, Channel, Picture, channels
from .filters import Grey, Mask, averaged, bounds, grown, scaled

__all__ = [
    "BLANK",
    "DETAIL",
    "MAX_PIXELS",
    "Box",
    "Ink",
    "Picture",
    "all_ink",
    "find_ink",
    "ink_in",
    "is_even",
    "off_the_edge",
    "plain_ink",
]

Box: TypeAlias = tuple[int, int, int, int]  # x0, y0, x1, y1

MIN_CONTRAST = 0.08  # of the full range: what differs less from an even background may be its own noise
DETAIL = 64  # pixels of the longer side: as fine as a hair line needs
CORNER = 0.15  # of the sides of what is written

_LARGE = 256  # pixels of the longer side: from here on reduced while ink still has 8 bits, as that is fast
_AROUND = 0.3  # of a box's longer side: what is looked at around it to know the background
_WHOLE = 0.8  # of a component within the box: it is taken whole
_MINE = 0.5  # of a component within the box: what has less is a neighbour's


@dataclass(frozen=True, eq=False)
class Ink:
    """What is written in a picture.

    Attributes
    ----------
    values : ndarray of shape (height, width), float32
        0 is background, 1 the strongest ink; of shape (0, 0) where nothing is written. As many pixels as the box has,
        or fewer: large ink is scaled down.
    box : tuple of int
        (x0, y0, x1, y1): where in the picture the values stand, in its pixels.
    """

    values: NDArray[np.float32]
    box: Box

    @property
    def blank(self) -> bool:
        """Whether nothing is written."""
        return self.values.size == 0


BLANK = Ink(np.empty((0, 0), dtype=np.float32), (0, 0, 0, 0))


def find_ink(picture: Picture, max_pixels: int = MAX_PIXELS) -> Ink:
    """Return all that is written in a picture, whatever its size, mode, orientation, polarity and light.

    Parameters
    ----------
    picture : path, bytes of an image file, PIL image, or array
        Arrays are (h, w), (h, w, 1), (h, w, 3) RGB or (h, w, 4) RGBA: bool, uint8, uint16, or float in [0, 1].
    max_pixels : int

    Raises
    ------
    InvalidPicture
        If it is not a picture, is broken, or has more than `max_pixels`.
    """
    return all_ink(channels(picture, max_pixels))


def all_ink(colours: Sequence[Channel]) -> Ink:
    """Return all that is written in the colours of a picture."""
    channel, background = _clearest(colours)
    if background.contrast < FAINTEST:
        return BLANK
    if background.contrast >= MIN_CONTRAST and background.fits(channel):
        return _cut_out(channel, background, _box(channel, background))
    reduced, scale = _reduced(channel)
    found = lifted(reduced)
    return BLANK if found is None else _masked(found.ink, found.ink > found.threshold, (0, 0), scale, channel)


def is_even(colours: Sequence[Channel]) -> bool:
    """Whether ink stands out from an even background."""
    channel, background = _clearest(colours)
    return background.contrast >= MIN_CONTRAST and background.fits(channel)


def plain_ink(colours: Sequence[Channel]) -> Ink | None:
    """Return what is written if it is of one piece on an even background, and no frame; or else None."""
    channel, background = _clearest(colours)
    if background.contrast < FAINTEST:
        return BLANK
    if background.contrast < MIN_CONTRAST or not background.fits(channel):
        return None
    box = _box(channel, background)
    return _cut_out(channel, background, box) if _of_one_piece(channel, background, box) else None


def ink_in(colours: Sequence[Channel], box: Sequence[float] | NDArray[np.float64]) -> Ink:
    """Return what is written inside a box, without what reaches into it from outside.

    Parameters
    ----------
    colours : sequence of ndarray of shape (h, w)
    box : sequence of float
        x0, y0, x1, y1 in the picture's pixels.
    """
    height, width = colours[0].shape
    side = max(box[2] - box[0], box[3] - box[1])
    x0, y0, x1, y1 = _grown_box(box, _AROUND * side, width, height)
    channel, background = _clearest([channel[y0:y1, x0:x1] for channel in colours])
    if background.contrast < FAINTEST:
        return BLANK
    reduced, scale = _reduced(channel)
    if background.contrast >= MIN_CONTRAST and background.fits(channel):
        ink, threshold = background.strength(reduced), INK_LEVEL
    else:
        found = lifted(reduced)
        if found is None:
            return BLANK
        ink, threshold = found
    within = [(edge - corner) / scale for edge, corner in zip(box, (x0, y0, x0, y0), strict=True)]
    u0, v0, u1, v1 = _grown_box(within, 0, ink.shape[1], ink.shape[0])
    inside = np.zeros(ink.shape, dtype=bool)
    inside[v0:v1, u0:u1] = True
    return _masked(ink, _belonging(ink > threshold, inside), (x0, y0), scale, channel)


def _grown_box(box: Any, margin: float, width: int, height: int) -> Box:
    x0, y0, x1, y1 = box
    low = max(0, math.floor(x0 - margin)), max(0, math.floor(y0 - margin))
    high = min(width, math.ceil(x1 + margin)), min(height, math.ceil(y1 + margin))
    return low[0], low[1], max(high[0], low[0] + 1), max(high[1], low[1] + 1)


def _belonging(written: Mask, inside: Mask) -> Mask:
    """Return what is written inside a box: components that lie in it are taken whole, of others what is inside.

    Components of which most lies outside are left out.
    """
    labels = components(written.astype(np.float32)).labels[written]
    if not len(labels):
        return written
    share = (np.bincount(labels, inside[written]) / np.bincount(labels))[labels]
    kept = written.copy()
    kept[written] = (share >= _WHOLE) | (inside[written] & (share >= _MINE))
    return kept if kept.any() else written & inside


def _clearest(colours: Sequence[Channel]) -> tuple[Channel, Even]:
    """Return the colour in which the ink stands out most: coloured ink can vanish in grey, red on green."""
    return max(((channel, Even.of(channel)) for channel in colours), key=lambda pair: pair[1].contrast)


def _reduced(channel: Channel) -> tuple[Channel, int]:
    scale = math.ceil(max(channel.shape) / _LARGE)
    return averaged(channel, scale), scale


def _masked(ink: Grey, mask: Mask, corner: tuple[int, int], scale: int, channel: Channel) -> Ink:
    """Cut out the ink under a mask, with its soft edge; both are of a channel reduced by `scale`."""
    if not mask.any():
        return BLANK
    x0, y0, x1, y1 = bounds(mask)
    values = np.where(grown(mask), ink, 0)[y0:y1, x0:x1]
    height, width = channel.shape
    left, top = corner
    box = left + x0 * scale, top + y0 * scale, left + min(x1 * scale, width), top + min(y1 * scale, height)
    return Ink(values.astype(np.float32), box)


# ── an even background ───────────────────────────────────────────────────────────────────────────


def _box(channel: Channel, background: Even) -> Box:
    threshold, dark = background.at(INK_LEVEL), background.ink < background.level
    xs = np.flatnonzero(channel.min(axis=0) < threshold if dark else channel.max(axis=0) > threshold)
    x0, x1 = int(xs[0]), int(xs[-1]) + 1
    within = channel[:, x0:x1]
    ys = np.flatnonzero(within.min(axis=1) < threshold if dark else within.max(axis=1) > threshold)
    return x0, int(ys[0]), x1, int(ys[-1]) + 1


def _of_one_piece(channel: Channel, background: Even, box: Box) -> bool:
    """Whether ink has no gap from side to side or from top to bottom, is no frame, and is whole.

    Ink that keeps off the edge is, and so is one component that reaches from edge to edge, as a digit does that was cut
    out close. Other ink at an edge may be a neighbour's, or a part of something that the edge cuts.
    """
    x0, y0, x1, y1 = box
    height, width = channel.shape
    threshold, dark = background.at(INK_LEVEL), background.ink < background.level
    cut = channel[y0:y1, x0:x1]
    lines = [cut.min(axis=axis) < threshold if dark else cut.max(axis=axis) > threshold for axis in (0, 1)]
    if not all(line.all() for line in lines):
        return False
    corners = _corners(cut)
    if all(corner.min() < threshold if dark else corner.max() > threshold for corner in corners):
        return False
    if off_the_edge(box, channel.shape):
        return True
    from_edge_to_edge = (x0 == 0 and x1 == width) or (y0 == 0 and y1 == height)
    return from_edge_to_edge and _is_one_component(background.strength(_reduced(cut)[0]) > INK_LEVEL)


def off_the_edge(box: Box, shape: tuple[int, ...]) -> bool:
    """Whether a box keeps off the edge of a picture (height, width), where what is written may be cut."""
    x0, y0, x1, y1 = box
    return min(x0, y0) > 0 and x1 < shape[1] and y1 < shape[0]


def _is_one_component(written: Mask) -> bool:
    return len(components(written.astype(np.float32)).ink) == 1


def _corners(cut: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    """Return the four corners of what was cut out; no digit has ink in all of them."""
    high, wide = (max(1, round(CORNER * side)) for side in cut.shape)
    return cut[:high, :wide], cut[:high, -wide:], cut[-high:, :wide], cut[-high:, -wide:]


def _cut_out(channel: Channel, background: Even, box: Box) -> Ink:
    x0, y0, x1, y1 = box
    cut = channel[y0:y1, x0:x1]
    return Ink(background.strength(scaled(cut, DETAIL) if max(cut.shape) >= _LARGE else cut), box)
