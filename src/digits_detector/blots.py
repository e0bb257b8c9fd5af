"""Ink in a picture becomes lines of pieces: connected components, the wide ones cut wherever they may be two digits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .components import Labels, components
from .filters import Grey, Mask, bounds, grown, runs_of_columns, stroke_width
from .ink import FAINTEST, MIN_CONTRAST, Box, Ink
from .lines import MOST, lines, text_height
from .paper import Even, Sheet, lift_finely
from .planes import MAX_PIXELS, Picture, planes
from .rules import rules
from .seams import seams
from .segment import Pieces

SIDE = 1024  # pixels of the longer side at which a picture is looked at: bounds time and memory

_ACROSS = 0.5  # of the picture's width: nothing written has a stroke as long
_DOWN = 0.95  # of its height, which a 1 may nearly fill
_STRONG = 0.95  # somewhere in a component; what is weaker throughout is a shadow or a pattern
_SPECK = 0.12  # of the line's height: what is smaller is not even a dot
_WIDE = 0.5  # of the line's height: what is wider may be two digits
_ONE = 0.8  # of the line's height: what is wider is not taken for one digit without a trial
_APART = 0.14  # of the line's height: two cuts, at least
_DOUBLE = 1.4, 3.0  # widths of the stroke across, from and to, of a wall that two digits share
_WALL = 0.1  # of its ink counts for a cut
_CLEAN = 0.5  # see `Pieces`
_SHARED = 0.75  # widths of the stroke beyond a cut that belong to both sides: touching digits share a wall
_DEEPEST = 2.2  # widths of the stroke that a cut goes through


def lines_of_ink(
    picture: Picture, are_clear: Callable[[list[Ink]], Mask], max_pixels: int = MAX_PIXELS
) -> Iterator[Pieces]:
    """Yield the lines that are written in a picture, whatever its size, mode, light and paper.

    Parameters
    ----------
    picture : what `find_ink` takes
    are_clear : callable
        Says which of some components (n,) are each one digit beyond doubt, and not to be cut up.
    max_pixels : int

    Raises
    ------
    InvalidPicture
        If it is no picture, is broken, or has more than `max_pixels`.
    """
    sheet = _sheet(picture, max_pixels)
    if sheet is None:
        return
    written = sheet.ink > sheet.threshold
    written &= ~rules(written, _ACROSS)
    written &= ~rules(written.T, _DOWN).T
    if not written.any():
        return
    blots = _Blots.of(sheet, written)
    found = lines(blots.boxes)
    share = np.zeros(len(blots.boxes))  # of the line's height, that each component is wide
    for places in found:
        boxes = blots.boxes[places]
        share[places] = (boxes[:, 2] - boxes[:, 0]) / text_height(boxes)
    doubtful = share > _WIDE
    one = np.flatnonzero(doubtful & (share <= _ONE))
    doubtful[one] = ~are_clear([blots.alone(name) for name in one.tolist()])
    for places in found:
        yield _line(blots, places, doubtful)


def _sheet(picture: Picture, max_pixels: int) -> Sheet | None:
    papers = [(plane, Even.of(plane)) for plane in planes(picture, max_pixels)]
    plane, paper = max(papers, key=lambda pair: pair[1].contrast)
    if paper.contrast < FAINTEST:
        return None
    uneven = paper.contrast < MIN_CONTRAST or not paper.fits(plane)
    return lift_finely(plane, SIDE) if uneven else paper.sheet(plane, SIDE)


@dataclass(frozen=True, eq=False)
class _Blots:
    """The connected components of what is written in a picture, but for specks and shadows.

    Attributes
    ----------
    ink : ndarray of shape (height, width), float32
        With soft edges.
    labels : ndarray of shape (height, width), intp
        Of each pixel's component, 0 to n - 1; -1 for none.
    boxes : ndarray of shape (n, 4), intp
    scale : int
        Pixels of the picture to a pixel of these.
    width : float
        Of the strokes, in pixels of these.
    """

    ink: Grey
    labels: Labels
    boxes: NDArray[np.intp]
    scale: int
    width: float

    @classmethod
    def of(cls, sheet: Sheet, written: Mask) -> _Blots:
        ink = np.where(written, sheet.ink, 0)
        found = components(ink)
        boxes = np.concatenate([found.low[:, ::-1], found.high[:, ::-1] + 1], axis=1)
        strongest = np.zeros(len(boxes))
        np.maximum.at(strongest, found.labels[written], ink[written])
        sizes = (boxes[:, 2:] - boxes[:, :2]).max(axis=1) * (strongest >= min(_STRONG, strongest.max()))
        keep = np.argsort(-sizes, kind="stable")[:MOST]
        keep = keep[sizes[keep] >= _SPECK * text_height(boxes[keep])]
        names = np.full(len(boxes) + 1, -1)
        names[keep] = np.arange(len(keep))
        return cls(sheet.ink, names[found.labels], boxes[keep], sheet.scale, stroke_width(ink))

    def alone(self, name: int) -> Ink:
        """Return one component."""
        x0, y0, x1, y1 = self.boxes[name].tolist()
        inner = slice(y0, y1), slice(x0, x1)
        return Ink(np.where(self.labels[inner] == name, self.ink[inner], 0), (x0, y0, x1, y1))


# ── pieces of a line ─────────────────────────────────────────────────────────────────────────────


def _line(blots: _Blots, places: NDArray[np.intp], doubtful: Mask) -> Pieces:
    """Return the pieces of some components (k,), of which those that are doubtful (n,) are cut up."""
    boxes = blots.boxes[places]
    height = text_height(boxes)
    (left, top), (right, bottom) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    numbers = np.full((bottom - top, right - left), -1)
    found: list[tuple[Box, float]] = []  # of each piece, and what was torn on its left
    for place in places.tolist():
        ink = blots.alone(place)
        x0, y0, x1, y1 = np.subtract(ink.box, (left, top, left, top)).tolist()
        inside = numbers[y0:y1, x0:x1]
        cut = _cut(ink.values, height, blots.width) if doubtful[place] else [(ink.values > 0, 0.0)]
        for piece, torn in cut:
            u0, v0, u1, v1 = bounds(piece)
            inside[piece] = len(found)
            found.append(((x0 + u0, y0 + v0, x0 + u1, y0 + v1), torn))
    pieces = np.array([box for box, _ in found])
    order = np.argsort(pieces[:, 0] + pieces[:, 2], kind="stable")
    ranks = np.append(np.argsort(order), -1)
    return Pieces(
        (pieces[order] + (left, top, left, top)) * float(blots.scale),
        height * blots.scale,
        _Cuttings(
            blots.ink[top:bottom, left:right], ranks[numbers], pieces[order], round(_SHARED * blots.width)
        ).together,
        np.append([found[place][1] for place in order], 0.0),
        _CLEAN,
    )


def _cut(ink: Grey, height: float, width: float) -> Iterator[tuple[Mask, float]]:
    """Yield the pieces of a component, from left to right, with the strokes torn on the left of each."""
    cuts = seams(_thin_walls(ink, width), apart=_APART * height, deepest=_DEEPEST * width)
    behind = (cuts.columns[:, :, None] <= np.arange(ink.shape[1])).sum(axis=0)
    for number, torn in enumerate([0.0, *cuts.torn.tolist()]):
        piece = (ink > 0) & (behind == number)
        if piece.any():
            yield piece, torn / width


def _thin_walls(ink: Grey, width: float) -> Grey:
    """Weaken walls that two digits share, upright and about twice as wide as a stroke, so that a seam may follow."""
    on = ink > 0
    across, down = runs_of_columns(on.T).T / width, runs_of_columns(on) / width
    wall = (across >= _DOUBLE[0]) & (across <= _DOUBLE[1]) & (down >= _DOUBLE[1])
    return np.where(wall, np.float32(_WALL) * ink, ink)


@dataclass(frozen=True, eq=False)
class _Cuttings:
    """The pieces of a line as ink: of each pixel the piece's place in the line, -1 for none; and each piece's box."""

    ink: Grey
    places: Labels
    boxes: NDArray[np.intp]
    shared: int  # pixels beyond a cut

    def together(self, first: int, last: int) -> Ink:
        """Return some neighbouring pieces, with their soft edge, and what they share with the pieces beside them."""
        x0, y0 = np.maximum(self.boxes[first:last, :2].min(axis=0) - self.shared, 0).tolist()
        x1, y1 = (self.boxes[first:last, 2:].max(axis=0) + self.shared).tolist()
        places = self.places[y0:y1, x0:x1]
        mine: Mask = (places >= first) & (places < last)
        for _ in range(self.shared):
            mine = grown(mine) & (places >= 0)
        mine |= grown(mine) & (places < 0)
        left, top, right, bottom = bounds(mine)
        values = np.where(mine, self.ink[y0:y1, x0:x1], 0)[top:bottom, left:right]
        return Ink(values, (x0 + left, y0 + top, x0 + right, y0 + bottom))
