"""What is written on a sheet: a number in one hand, or a word, character by character."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..data import glyphs
from ..data.glyphs import Affine, Glyph
from . import text
from .hands import Hand, Random, sign, stroke_letter
from .labels import CLASSES, IGNORED, Box
from .sheet import Scene, Spot, Style, cell, shift_right, stroke_along


def number(scene: Scene, spot: Spot, hand: Hand, *, boxed: bool = False) -> float:
    """Write a number and note where its characters are; return where it ends, in pixels before the camera."""
    sheet, random = scene.sheet, scene.random
    frame = spot.frame(scene.camera)
    x, noted = 0.0, len(sheet.boxes)
    first = random.uniform(1.15, 1.8) if random.random() < 0.12 else 1.0  # larger than the rest
    letters = scene.hands.fonts[random.integers(len(scene.hands.fonts))]
    for character in text.number(random):
        if character == " ":
            x += random.uniform(0.4, 1)
            continue
        glyph = hand.write(character, random) or _other(character, letters, random)
        if glyph is None:
            continue
        glyph = glyphs.bent(glyph, spot.style.bend, random)
        size = first if x == 0 and character.isdecimal() else 1.0
        x += size * _put(
            scene, glyph, character, frame @ shift_right(x) @ np.diag([size, size, 1]), spot.style
        )
        if boxed:
            cell(sheet.rules, frame, x - spot.style.gap - glyph.width / 2)
    ends = glyphs.transform(frame, np.array([[0.0, 0.0], [x, 0.0]]))
    kind = random.random()
    if kind < 0.06:  # underlined
        stroke_along(scene, ends + np.array([0, spot.height * random.uniform(0.12, 0.35)]), spot)
    elif kind < 0.08:  # crossed out
        stroke_along(scene, ends - np.array([0, spot.height * random.uniform(0.3, 0.6)]), spot)
        sheet.boxes[noted:] = [box._replace(kind=IGNORED) for box in sheet.boxes[noted:]]
    return float(spot.start[0] + x * spot.height)


def _other(character: str, letters: Hand, random: Random) -> Glyph | None:
    """Return a character that the hand lacks: of a font, or drawn by strokes."""
    if character.isdecimal():
        return None
    if character.isalpha():
        return stroke_letter(random) if random.random() < 0.5 else letters.write(character, random)
    return sign(character, random)


def word(scene: Scene, spot: Spot) -> float:
    """Write a word, by hand or in print, which holds nothing to find; return where it ends."""
    random = scene.random
    kind = random.random()
    group: Sequence[Hand] = scene.hands.prints if kind < 0.15 else scene.hands.fonts
    hand = group[int(random.integers(len(group)))]
    by_strokes, by_many = kind > 0.6, 0.45 < kind < 0.6
    frame = spot.frame(scene.camera)
    style = replace(spot.style, gap=random.uniform(0.02, 0.4))
    x, bend = 0.0, random.choice([0.0, 0.015, 0.03])
    for character in text.word(random):
        if by_many:  # each letter in a hand of its own
            hand = group[int(random.integers(len(group)))]
        glyph = stroke_letter(random) if by_strokes else hand.write(character, random)
        if glyph is not None:
            glyph = glyphs.bent(glyph, bend, random) if bend else glyph
            x += _put(scene, glyph, character, frame @ shift_right(x), style)
    return float(spot.start[0] + x * spot.height)


def _put(scene: Scene, glyph: Glyph, character: str, frame: Affine, style: Style) -> float:
    """Draw a character with its left edge at the frame's origin; return how far on the next one begins.

    Lengths are in heights of a digit.
    """
    sheet, random = scene.sheet, scene.random
    size = float(np.exp(random.normal(0, style.uneven)))
    rise = random.normal(0, style.uneven) * 0.7
    if character == "0" and style.small_zeros:
        size *= random.uniform(0.5, 0.8)
        rise -= random.uniform(0, 0.3)
    turn = random.normal(0, 0.05)
    left = float(glyph.outline[:, 0].min())
    linear = size * np.array([[style.wide * np.exp(random.normal(0, 0.08)), -turn], [turn, 1]])
    pen = style.radius * float(np.exp(random.normal(0, 0.05)))
    shift = np.array([(0 if glyph.radius else pen) - linear[0, 0] * left, rise])
    to_page = glyphs.chain(frame, np.column_stack([linear, shift]))
    radius = pen / size
    if character in ".:" and random.random() < 0.6:
        radius *= random.uniform(1, 1.6)
    glyphs.draw(sheet.ink, glyph, to_page, radius, style.soft)
    if character in CLASSES:
        edges = glyphs.box(glyph, to_page, radius)
        height = edges[3] - edges[1] if character.isdecimal() else float(np.hypot(*to_page[:, 1]))
        sheet.boxes.append(Box(*edges, CLASSES.index(character), height))
    advance = glyph.width * linear[0, 0] + (0 if glyph.radius else 2 * pen)
    gap = style.gap * random.uniform(0.6, 1.4) + random.normal(0, style.uneven)
    return float(advance + (max(gap, 0.02) if character in text.MARKS else max(gap, -0.2)))
