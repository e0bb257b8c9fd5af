"""Whose writing stands on the pages: writers of MNIST, writers on a tablet, handwriting fonts, forms of other schools.

A hand gives a glyph for a character, a new one each time where the writer wrote it more than once. Signs that no hand
holds are drawn by strokes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...strokes import Points
from ..data import fonts, glyphs, mnist, pen
from ..data.by_hand import Lines
from ..data.forms import digit
from ..data.glyphs import Glyph
from ..outliers.letters import ALPHABET, letter

Random: TypeAlias = np.random.Generator
Split: TypeAlias = Literal["train", "valid"]


class Hand(Protocol):
    """Somebody's writing."""

    def write(self, character: str, random: Random) -> Glyph | None:
        """Return a glyph, or None where this hand has no such character."""


@dataclass(frozen=True, eq=False)
class Hands:
    """All hands of one split.

    Attributes
    ----------
    pictures, strokes, fonts, forms : tuple of Hand
        Digits of MNIST's writers; of the tablet's; digits, letters and marks of handwriting fonts; digits in forms of
        other schools.
    prints : tuple of Hand
        Printed fonts, for words.
    """

    pictures: tuple[Hand, ...]
    strokes: tuple[Hand, ...]
    fonts: tuple[Hand, ...]
    forms: tuple[Hand, ...]
    prints: tuple[Hand, ...]


@cache  # some seconds each time
def load(split: Split) -> Hands:
    """Return the hands of MNIST's 55,000 and 25 pen writers ("train"), or of the 5,000 and five others ("valid")."""
    return Hands(
        tuple(_mnist_hands(split)),
        tuple(_pen_hands(split)),
        tuple(FontHand(hand.glyphs) for hand in fonts.hands(split)),
        (FormHand(),),
        tuple(FontHand(hand.glyphs) for hand in fonts.hands("print")),
    )


# ── MNIST's writers ──────────────────────────────────────────────────────────────────────────────

_UNIT = 20  # pixels: a digit's longer side in MNIST
_ENLARGE = 3


@dataclass(frozen=True, eq=False)
class PictureHand:
    """Digits of one writer of MNIST: `images` (n, 28, 28) with their `labels` (n,)."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]

    def write(self, character: str, random: Random) -> Glyph | None:
        """Return one of the writer's digits."""
        places = np.flatnonzero(self.labels == int(character)) if character.isdecimal() else ()
        if not len(places):
            return None
        image = self.images[random.choice(places)]
        rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
        ink = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        return glyphs.from_coverage(ink, -len(ink), _UNIT, enlarge=_ENLARGE)


def _mnist_hands(split: Split) -> list[PictureHand]:
    images, labels = mnist.load("train")
    train, valid = mnist.split(labels)
    mine = train if split == "train" else valid
    writers = mnist.writers()[mine]
    order = np.argsort(writers, kind="stable")
    bounds = np.flatnonzero(np.diff(writers[order])) + 1
    return [PictureHand(images[places], labels[places]) for places in np.split(mine[order], bounds)]


# ── writers on a tablet ──────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class StrokeHand:
    """Digits of one writer on a tablet, in units: by digit the samples, each a list of strokes."""

    digits: Mapping[str, Sequence[Sequence[Points]]]

    def write(self, character: str, random: Random) -> Glyph | None:
        """Return one of the writer's digits."""
        samples = self.digits.get(character)
        return glyphs.from_strokes(samples[int(random.integers(len(samples)))]) if samples else None


def _pen_hands(split: Split) -> list[StrokeHand]:
    train, valid = pen.split(pen.load())
    digits = train if split == "train" else valid
    hands = []
    for writer in np.unique(digits.writers):
        mine = digits.only(digits.writers == writer)
        heights = [float(np.ptp(np.concatenate(sample.strokes)[:, 1])) for sample in mine.strokes]
        unit = float(np.median(heights))
        by_digit: dict[str, list[list[Points]]] = {}
        for sample, label in zip(mine.strokes, mine.labels.tolist(), strict=True):
            points = np.concatenate(sample.strokes)
            corner = np.array([points[:, 0].min(), points[:, 1].max()])
            by_digit.setdefault(str(label), []).append([(s - corner) / unit for s in sample.strokes])
        hands.append(StrokeHand(by_digit))
    return hands


# ── fonts ────────────────────────────────────────────────────────────────────────────────────────

_BEND = 0.012  # units: a font has one form of each character, a person never


class FontHand:
    """A font's characters, bent a little each time."""

    def __init__(self, characters: Mapping[str, fonts.Glyph]) -> None:
        self.characters = characters
        self._glyph = cache(self._made)

    def write(self, character: str, random: Random) -> Glyph | None:
        """Return the font's character."""
        if character not in self.characters:
            return None
        return glyphs.bent(self._glyph(character), _BEND, random)

    def _made(self, character: str) -> Glyph:
        held = self.characters[character]
        return glyphs.from_coverage(held.bitmap, held.top, glyphs.PIXELS)


# ── signs and letters drawn by strokes ───────────────────────────────────────────────────────────

# Corners in tenths of a digit's height, x to the right and y down from the baseline.
_SIGNS = {
    ".": ("0,0 0.3,-0.2", "0,0 0,0.1", "0,0 0.6,0.3"),
    ",": ("0.6,-0.5 0,1.4", "0.4,0 0.5,0.5 -0.4,1.8", "0.5,-1 0.5,0 -0.3,1.5"),
    "-": ("0,-4 3.5,-4", "0,-4.5 5,-4.3", "0,-3.5 2.5,-4", "0,-3 9,-4", "0,-2 4,-2", "0,-5.5 6,-6 6.5,-5"),
    "/": ("0,0.8 4,-10.5", "0,0 3,-10", "0,1.5 5.5,-11", "0,0 5.5,-9.5"),
    ":": (
        "0,-1 0.1,-1 | 0,-5.5 0.1,-5.4",
        "0,-0.5 0.2,-0.2 | 0.2,-6.5 0.3,-6.3",
        "0,-2 0.1,-2.1 | 0.2,-8 0.3,-7.9",
        "0,-3 0.2,-2.7 | 0,-6 0.2,-6.1",
        "0,0 0.2,0.2 | 0.3,-4.5 0.4,-4.3",
    ),
    "=": (
        "0,-5 5,-5 | 0,-2.5 5,-2.7",
        "0,-6.5 4,-6 | 0,-3.5 4,-3",
        "0,-2.5 4,-2.8 | 0.3,0 4.3,-0.2",
        "0,-4 6,-5 | 0,-2 6,-2.5",
        "0,-3 3,-3.3 | 0,-1.8 3,-1.7",
        "0,-5 5,-5.5 1,-3 5,-3",
    ),
    "#": ("2,1 4,-10 | 5,1 7,-10 | 0.5,-3 8,-3 | 1,-7 8.5,-7",),
    "+": ("0,-4 6,-4 | 3,-1 3,-7",),
    "x": ("0,0 5,-5 | 0,-5 5,0",),
    "*": ("0,-4 4,-7 | 0,-7 4,-4 | 2,-8 2,-3",),
    "(": ("3,1 0.5,-2 0.5,-7 3,-10",),
    ")": ("0,1 2.5,-2 2.5,-7 0,-10",),
    "$": ("5,-8 3,-9.5 0.5,-7.5 2.5,-5 5,-3 3,-0.5 0,-2 | 2.7,1 2.7,-11",),
    "€": ("6,-9 3,-9.5 1,-6 1,-3 3,0 6,-1 | -0.5,-5.7 4,-5.7 | -0.5,-3.8 3.5,-3.8",),
    "%": ("0,0 6,-10 | 1.5,-8 0.5,-9 1.5,-10 2.5,-9 1.5,-8 | 5,0 4,-1 5,-2 6,-1 5,0",),
    "'": ("0.3,-10 0,-8",),
}
LETTERS = sorted({name[0] for name, _ in ALPHABET})  # none of which looks like a digit


def sign(character: str, random: Random) -> Glyph:
    """Draw one of the signs above, its corners a little astray."""
    forms = _SIGNS[character]
    form = forms[random.integers(len(forms))]
    stretch = random.uniform(0.75, 1.25, 2) / 10
    strokes = []
    for stroke in form.split("|"):
        corners = np.array([corner.split(",") for corner in stroke.split()], dtype=np.float64)
        strokes.append((corners + random.normal(0, 0.25, corners.shape)) * stretch)
    low = min(float(stroke[:, 0].min()) for stroke in strokes)
    return glyphs.from_strokes([stroke - (low, 0.0) for stroke in strokes])


def stroke_letter(random: Random) -> Glyph:
    """Draw a letter of the alphabet of strokes, standing on the baseline."""
    return _standing(letter(random), random.uniform(0.6, 1.1))


class FormHand:
    """Digits in forms of other schools, each drawn again every time."""

    def write(self, character: str, random: Random) -> Glyph | None:
        """Return a digit."""
        return _standing(digit(character, random, alone=False), 1.0) if character.isdecimal() else None


def _standing(strokes: Lines, size: float) -> Glyph:
    """Return the glyph of a drawing that stands on the baseline, its longer side `size` units."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = size / max(float((high - low).max()), 1e-6)
    return glyphs.from_strokes([(stroke - (low[0], high[1])) * scale for stroke in strokes])
