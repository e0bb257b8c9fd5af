"""Small pictures that came damaged are mended before their ink is looked for.

In a picture of MNIST's size a digit is too small to be told from its paper as in a photograph (see paper.py). What can
be told there are four kinds of damage: specks all over; paper in bands of two tones, or in fog; faint stains; and
strokes of which only the outlines are left. Each is mended where it is plain to see; other pictures stay as they are.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from .components import flooded
from .filters import Grey, Mask, grown, padded, stroke_width
from .paper import SMALL, Even
from .planes import Plane, full_range

_NOTHING = 0.03  # of the range: where no pixels differ more, nothing is written
SPECK = 0.5  # of the range: a pixel is a speck if it differs by more from each of its neighbours
_SPECKS = 0.01  # of all pixels, from which on it is no chance
_FEWEST = 5  # of them, in the smallest pictures
STEP, LONG = 0.6, 0.5  # of the range, and of the side: where two bands meet
BROAD = 0.4  # of the side: a narrower band is a stroke
_EVEN, _CALM = 0.05, 0.5  # of the contrast, and of the border: paper is even where as much differs no more
_HAZE = 0.15  # of the strongest ink: what is left of uneven paper
WRITTEN, FAINT = 0.2, 0.35  # of the strongest ink: a stain is above the one and throughout below the other
GREY = 0.01  # of all pixels, at most, where there are outlines and nothing else
_OUTLINE = 1.35  # pixels: an outline is no wider
_WIDEST = 6.5  # pixels: what is wider between its outlines is no stroke
_BESIDE = 0.8  # of the outlines have a stroke beside them


def mended(plane: Plane) -> Plane:
    """Mend a small picture; return the very same array where it is large, or not damaged."""
    if max(plane.shape) > SMALL or min(plane.shape) < 3:
        return plane
    grey = plane.astype(np.float32) / np.float32(full_range(plane))
    found = grey
    for mend in (_without_specks, _off_bands, _off_fog, without_stains, _filled):
        if np.ptp(found) < _NOTHING:
            break
        found = mend(found)
    return plane if found is grey else found


# ── specks ───────────────────────────────────────────────────────────────────────────────────────


def _without_specks(grey: Grey) -> Grey:
    """Take the median of nine pixels, if there are specks all over."""
    left, middle, right = grey[:, :-2], grey[:, 1:-1], grey[:, 2:]
    in_row = (middle - np.maximum(left, right) > SPECK) | (np.minimum(left, right) - middle > SPECK)
    if np.count_nonzero(in_row) < fewest_specks(grey.size):  # hardly a pixel differs from both beside it
        return grey
    nine = _nine(grey)
    others = np.delete(nine, 4, axis=0)
    specks = (grey - others.max(axis=0) > SPECK) | (others.min(axis=0) - grey > SPECK)
    if np.count_nonzero(specks) < fewest_specks(grey.size):
        return grey
    median: Grey = np.median(nine, axis=0)
    return median


def fewest_specks(pixels: int) -> float:
    """Return from how many specks on they are all over a picture of so many pixels."""
    return max(_FEWEST, _SPECKS * pixels)


def _nine(grey: Grey) -> Grey:
    """Return each pixel and its eight neighbours, (9, height, width)."""
    (height, width), wide = grey.shape, np.pad(grey, 1, mode="edge")
    return np.stack([wide[y : y + height, x : x + width] for y in range(3) for x in range(3)])


# ── paper ────────────────────────────────────────────────────────────────────────────────────────


def _off_bands(grey: Grey) -> Grey:
    """Hold each band from top to bottom against its own paper, be the ink dark there or light."""
    steps = (np.abs(np.diff(grey, axis=1)) > STEP).mean(axis=0)
    ends = [0, *(np.flatnonzero(steps >= LONG) + 1), grey.shape[1]]
    if max(np.diff(ends[1:-1]), default=0) < BROAD * grey.shape[1]:
        return grey
    paper = np.zeros_like(grey)
    for start, end in itertools.pairwise(ends):
        paper[:, start:end] = np.median(grey[[0, -1], start:end])
    ink: Grey = np.abs(grey - paper)
    return ink if np.ptp(paper) > STEP else grey


def _off_fog(grey: Grey) -> Grey:
    """Take away paper that is all shades, as it is between those at the picture's edges.

    Coons 1967, Surfaces for Computer-Aided Design of Space Forms.
    """
    border = np.concatenate((grey[0], grey[-1], grey[:, 0], grey[:, -1]))
    if (np.abs(border - np.median(border)) <= _EVEN * np.ptp(grey)).mean() >= _CALM:
        return grey
    ink: Grey = grey - _between_edges(grey)
    ink = ink if ink.max() > -ink.min() else -ink
    strongest = np.float32(ink.max())
    if not strongest:  # nothing but the slope
        return ink
    cleared: Grey = np.clip((ink - _HAZE * strongest) / ((1 - _HAZE) * strongest), 0, 1)
    return cleared


def _between_edges(grey: Grey) -> Grey:
    y, x = (np.linspace(0, 1, side, dtype=np.float32) for side in grey.shape)
    weights_y, weights_x = np.stack([1 - y, y]), np.stack([1 - x, x])
    edges: Grey = weights_y.T @ grey[[0, -1]] + grey[:, [0, -1]] @ weights_x
    corners: Grey = (weights_y.T @ grey[np.ix_((0, -1), (0, -1))] @ weights_x).astype(np.float32)
    between: Grey = edges - corners
    return between


# ── stains and outlines ──────────────────────────────────────────────────────────────────────────


def without_stains(grey: Grey) -> Grey:
    """Leave out what is faint throughout, where there is something stronger."""
    ink = Even.of(grey).strength(grey)
    if not ((ink > WRITTEN) & (_most_nearby(ink) < FAINT)).any():
        return grey
    written = ink > WRITTEN
    stained = written & ~flooded(written, ink >= FAINT)
    return np.where(stained, 0, ink) if stained.any() else grey


def _most_nearby(ink: Grey) -> Grey:
    """Return the strongest ink in the nine pixels about each."""
    wide = padded(ink, 1)
    rows = np.maximum(np.maximum(wide[:-2], wide[1:-1]), wide[2:])
    nearby: Grey = np.maximum(np.maximum(rows[:, :-2], rows[:, 1:-1]), rows[:, 2:])
    return nearby


def _filled(grey: Grey) -> Grey:
    """Fill the strokes between outlines: what lies an odd number of outlines within."""
    low, high = float(grey.min()), float(grey.max())
    tenth = (high - low) / 10
    if np.count_nonzero((grey > low + tenth) & (grey < high - tenth)) > GREY * grey.size:
        return grey
    on = Even.of(grey).strength(grey) > 0.5
    if stroke_width(on.astype(np.float32)) > _OUTLINE:
        return grey
    inside = _odd(on)
    solid = (on | inside).astype(np.float32)
    if (grown(inside) & on).sum() < _BESIDE * on.sum() or stroke_width(solid) > _WIDEST:
        return grey
    return solid


def _odd(outlines: Mask) -> Mask:
    """Return the paper that one comes to, from outside, across an odd number of outlines."""
    framed = np.pad(outlines, 2)
    paper = ~framed
    names = _regions(paper)
    across, odd = names == names[0, 0], np.zeros_like(framed)
    seen, inside = across.copy(), False
    while across.any():
        reached = np.unique(names[grown(grown(across)) & paper & ~seen])
        across, inside = np.isin(names, reached) & paper, not inside
        seen |= across
        odd |= across & inside
    result: Mask = odd[2:-2, 2:-2]
    return result


def _regions(paper: Mask) -> NDArray[np.intp]:
    """Number the parts of the paper that hang together, not by diagonals: so thin outlines part them."""
    height, width = paper.shape
    names = np.where(paper, np.arange(1, paper.size + 1).reshape(height, width), 0)
    while True:
        wide = np.pad(names, 1)
        sides = (names, wide[2:, 1:-1], wide[:-2, 1:-1], wide[1:-1, 2:], wide[1:-1, :-2])
        largest = np.where(paper, np.maximum.reduce(sides), 0)
        if np.array_equal(largest, names):
            return names
        names = largest
