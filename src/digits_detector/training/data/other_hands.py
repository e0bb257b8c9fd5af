"""Digits in hands that neither MNIST nor the pen strokes hold: handwriting fonts, and forms of other schools."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...image.ink import find_ink
from ...normalize import normalize
from ...strokes import Strokes
from . import fonts, forms, glyphs
from .drawing import HAND, TINY, pencilled, turn, views

_BEND = 0.02  # units: a font has one form of each digit, a person never
_BOLDER = -0.5, 0.7  # the logarithm of what a font's stroke is widened by
_PAPER = 4  # pixels around a digit


def digit(label: str, hands: Sequence[fonts.Hand], random: np.random.Generator) -> NDArray[np.uint8]:
    """Write a digit, "0" to "9", half of them with one of the fonts.

    Returns
    -------
    ndarray of shape (28, 28, 2), uint8
        Two views, as `drawing.views` gives them; of a font, two pictures.
    """
    if random.random() < 0.5:
        return views(Strokes(forms.digit(label, random)), random)
    hand = hands[int(random.integers(len(hands)))]
    return np.stack([normalize(find_ink(picture(hand, label, random))) for _ in range(2)], axis=-1)


def having(characters: str, hands: Sequence[fonts.Hand]) -> list[fonts.Hand]:
    """Return the fonts that hold all of these characters."""
    return [hand for hand in hands if all(character in hand.glyphs for character in characters)]


def picture(hand: fonts.Hand, character: str, random: np.random.Generator) -> NDArray[np.uint8]:
    """Draw a font's character, white on black: bent, turned, bolder or lighter, of any size, (h, w)."""
    held = hand.glyphs[character]
    glyph = glyphs.bent(glyphs.from_coverage(held.bitmap, held.top, fonts.PIXELS), _BEND, random)
    tiny = random.random() < HAND.pencil
    size = random.uniform(*TINY) if tiny else random.uniform(40, 90)
    radius = max(glyph.radius * np.exp(random.uniform(*_BOLDER)), 0.5 / size)
    linear = turn(random).T * size
    x0, y0, x1, y1 = glyphs.box(glyph, np.column_stack([linear, (0, 0)]), radius)
    layer = np.zeros((round(y1 - y0) + 2 * _PAPER, round(x1 - x0) + 2 * _PAPER), dtype=np.float32)
    glyphs.draw(layer, glyph, np.column_stack([linear, (_PAPER - x0, _PAPER - y0)]), radius, 1.0)
    grey = np.rint(layer * 255).astype(np.uint8)
    return pencilled(grey, random) if tiny else grey
