"""Ink in a picture becomes lines of pieces: connected components, the wide ones cut wherever they may be two digits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .components import Labels, components
from .filters import Grey, Mask, bounds, grown, runs_of_columns, stroke_width
from .ink import FAINTEST, MIN_CONTRAST, Ink
from .lines import MOST, lines, text_height
from .paper import Even, Sheet, lift_finely
from .planes import Picture, planes
from .rules import rules
from .seams import seams
from .segment import Boxes, Pieces

SIDE = 1024  # pixels of the longer side at which a picture is looked at: bounds time and memory

_ACROSS = 0.6  # of the picture's width: nothing written has a stroke as long
_DOWN = 0.95  # of its height, which a 1 may nearly fill
_STRONG = 0.95  # somewhere in a component; what is weaker throughout is a shadow or a pattern
_SPECK = 0.12  # of the line's height: what is smaller is not even a dot
_WIDE = 0.5  # of the line's height: what is wider may be two digits
_APART = 0.18  # of the line's height: two cuts, at least
_DOUBLE = 1.4, 3.0  # widths of the stroke across, from and to, of a wall that two digits share
_WALL = 0.15  # of its ink counts for a cut
_CLEAN = 0.5  # see `Pieces`
_SHARED = 0.75  # widths of the stroke beyond a cut that belong to both sides: touching digits share a wall
_DEEPEST = 2.2  # widths of the stroke that a cut goes through


def lines_of_ink(picture: Picture) -> Iterator[Pieces]:
    """Yield the lines that are written in a picture, whatever its size, mode, light and paper.

    Parameters
    ----------
    picture : what `find_ink` takes

    Raises
    ------
    InvalidPicture
        If it is no picture, is broken, or has more than 64 million pixels.
    """
    sheet = _sheet(picture)
    if sheet is None:
        return
    written = sheet.ink > sheet.threshold
    written &= ~rules(written, _ACROSS)
    written &= ~rules(written.T, _DOWN).T
    if not written.any():
        return
    ink = np.where(written, sheet.ink, 0)
    labels, boxes = _components(ink)
    width = stroke_width(ink)
    for places in lines(boxes):
        yield _line(sheet, labels, boxes, places, width)


def _sheet(picture: Picture) -> Sheet | None:
    papers = [(plane, Even.of(plane)) for plane in planes(picture)]
    plane, paper = max(papers, key=lambda pair: pair[1].contrast)
    if paper.contrast < FAINTEST:
        return None
    uneven = paper.contrast < MIN_CONTRAST or not paper.fits(plane)
    return lift_finely(plane, SIDE) if uneven else paper.sheet(plane, SIDE)


def _components(ink: Grey) -> tuple[Labels, Boxes]:
    """Return a label for each pixel, -1 for none, and the boxes (n, 4) of all components but specks and shadows."""
    found = components(ink)
    boxes = np.concatenate([found.low[:, ::-1], found.high[:, ::-1] + 1], axis=1)
    strongest = np.zeros(len(boxes))
    on = found.labels >= 0
    np.maximum.at(strongest, found.labels[on], ink[on])
    sizes = (boxes[:, 2:] - boxes[:, :2]).max(axis=1) * (strongest >= min(_STRONG, strongest.max()))
    keep = np.argsort(-sizes, kind="stable")[:MOST]
    keep = keep[sizes[keep] >= _SPECK * text_height(boxes[keep])]
    names = np.full(len(boxes) + 1, -1)
    names[keep] = np.arange(len(keep))
    return names[found.labels], boxes[keep]


# ── pieces of a line ─────────────────────────────────────────────────────────────────────────────


def _line(sheet: Sheet, labels: Labels, boxes: Boxes, places: NDArray[np.intp], width: float) -> Pieces:
    """Cut up the components of a line.

    Parameters
    ----------
    labels : ndarray of shape (height, width), intp
        Of each pixel's component.
    boxes : ndarray of shape (n, 4), intp
        Of the components.
    places : ndarray of shape (k,), intp
        Of those on the line.
    width : float
        Of the stroke, in pixels.
    """
    height = text_height(boxes[places])
    left, top = boxes[places, :2].min(axis=0)
    right, bottom = boxes[places, 2:].max(axis=0)
    ink, numbers = sheet.ink[top:bottom, left:right], np.full((bottom - top, right - left), -1)
    found: list[
        tuple[tuple[int, int, int, int], float]
    ] = []  # each piece's box, and what was torn on its left
    for place in places:
        x0, y0, x1, y1 = boxes[place] - (left, top, left, top)
        mine = labels[y0 + top : y1 + top, x0 + left : x1 + left] == place
        inside = numbers[y0:y1, x0:x1]
        for piece, torn in _cut(np.where(mine, ink[y0:y1, x0:x1], 0), height, width):
            u0, v0, u1, v1 = bounds(piece)
            inside[piece] = len(found)
            found.append(((x0 + u0, y0 + v0, x0 + u1, y0 + v1), torn))
    pieces = np.array([box for box, _ in found])
    order = np.argsort(pieces[:, 0] + pieces[:, 2], kind="stable")
    ranks = np.append(np.argsort(order), -1)
    return Pieces(
        (pieces[order] + (left, top, left, top)) * float(sheet.scale),
        height * sheet.scale,
        _Cuttings(ink, ranks[numbers], pieces[order], round(_SHARED * width)).together,
        np.append([found[place][1] for place in order], 0.0),
        _CLEAN,
    )


def _cut(ink: Grey, height: float, width: float) -> Iterator[tuple[Mask, float]]:
    """Yield the pieces of a component, from left to right, with the strokes torn on the left of each."""
    if ink.shape[1] <= _WIDE * height:
        yield ink > 0, 0.0
        return
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
