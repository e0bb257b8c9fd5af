"""What is written on a page: numbers in one hand each, words, lines, doodles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ...strokes import Points
from ..data import glyphs
from ..data.by_hand import unit
from ..data.glyphs import Affine, Glyph
from ..outliers import doodles
from . import text
from .hands import Hand, Hands, Random, sign, stroke_letter
from .labels import CLASSES, IGNORED, SHAPE, Box, covered
from .paper import line, texture

_WRITTEN = 90  # characters of one pen on a page, from which on no more numbers are begun
_BEND = 0.015  # heights of a digit: how far a character is bent at random


@dataclass(frozen=True)
class Style:
    """How somebody writes on a page; lengths in heights of a digit."""

    radius: float  # half the pen's width
    slant: float  # sideways a unit up
    gap: float  # between the ink of two digits; negative where they overlap
    uneven: float  # standard deviation of sizes, baselines and gaps
    small_zeros: bool
    soft: float  # pixels over which an edge goes from paper to ink


@dataclass(frozen=True, eq=False)
class Sheet:
    """What one pen writes on a page: its ink, lines that were there before, and the boxes of characters."""

    ink: NDArray[np.float32]
    rules: NDArray[np.uint8]
    boxes: list[Box] = field(default_factory=list)

    @classmethod
    def empty(cls) -> Sheet:
        """Return a sheet on which nothing is written."""
        return cls(np.zeros(SHAPE, dtype=np.float32), np.zeros(SHAPE, dtype=np.uint8))


@dataclass(frozen=True, eq=False)
class Scene:
    """Who writes, seen how, on which sheet."""

    hands: Hands
    camera: Affine
    sheet: Sheet
    random: Random


class _Spot(NamedTuple):
    """Where something is written: the left end of its baseline, a digit's height in pixels, and the style."""

    start: Points
    height: float
    style: Style

    def frame(self, camera: Affine) -> Affine:
        """Return the map from heights of a digit to pixels of the page."""
        x, y = self.start.tolist()
        slanted = np.array([[self.height, -self.style.slant * self.height, x], [0, self.height, y]])
        return glyphs.chain(camera, slanted)


# ── layouts: each returns a digit's height ───────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Plan:
    """Where the lines and numbers of a page stand, in pixels before the camera."""

    first: float  # baseline
    spacing: float  # from baseline to baseline
    lines: int
    indent: float
    numbers: int  # in a line, at most
    column: float | None  # from one column of a table to the next


def _plan(height: float, random: Random) -> _Plan:
    """Lay out a page: a number alone, a line, many lines, a table."""
    kind = random.random()
    spacing = height * random.uniform(1.15, 2.6)
    return _Plan(
        first=random.uniform(0.1, 1) * SHAPE[0]
        if kind < 0.2
        else height + random.uniform(-0.3, 1.5) * spacing,
        spacing=spacing,
        lines=1 if kind < 0.2 else int(random.integers(1, 9)),
        indent=SHAPE[1] * (random.uniform(-0.15, 0.5) if kind < 0.3 else random.uniform(-0.1, 0.1)),
        numbers=1 if kind < 0.1 else 12,
        column=height * random.uniform(2.5, 7) if random.random() < 0.25 else None,
    )


def lines_of_numbers(scene: Scene) -> float:
    """Fill the page with lines of numbers, with a word here and there."""
    sheet, random = scene.sheet, scene.random
    height = _height(random)
    plan = _plan(height, random)
    words = random.choice([0.0, 0.1, 0.35, 0.7], p=(0.45, 0.2, 0.2, 0.15))
    ruled, boxed = random.random() < 0.2, random.random() < 0.06
    writer = _hand(scene.hands, random), _style(height, random)
    for row in range(plan.lines):
        baseline = plan.first + row * plan.spacing
        if baseline - height > SHAPE[0] * 1.15:
            break
        if ruled:
            _rule(scene, baseline + random.uniform(0, 0.12) * height)
        x = plan.indent + random.normal(0, 0.3) * height
        for _ in range(plan.numbers):
            if x > SHAPE[1] * 1.1 or len(sheet.boxes) > _WRITTEN:
                break
            if random.random() < 0.25:  # somebody else, or another mood
                writer = _hand(scene.hands, random), _style(height, random)
            spot = _Spot(np.array([x, baseline + random.normal(0, 0.04) * height]), height, writer[1])
            x = (
                _word(scene, spot)
                if random.random() < words
                else _number(scene, spot, writer[0], boxed=boxed)
            )
            x += height * random.uniform(0.7, 3.5)
            if plan.column:
                x = plan.indent + np.ceil((x - plan.indent) / plan.column) * plan.column
    if plan.column and random.random() < 0.5:
        for x in np.arange(plan.indent - 0.3 * height, SHAPE[1] * 1.2, plan.column):
            _post(scene, float(x))
    if random.random() < 0.1:
        _doodle(scene, height)
    if random.random() < 0.06:
        _squared(scene, height * random.uniform(0.4, 1.3))
    return height


def one_number(scene: Scene) -> float:
    """Write one number, perhaps on a line or between two."""
    random = scene.random
    height = float(np.exp(random.uniform(*np.log((11.5, 60)))))
    start = np.array([random.uniform(0.02, 0.4) * SHAPE[1], random.uniform(0.5, 0.9) * SHAPE[0]])
    _number(scene, _Spot(start, height, _style(height, random)), _hand(scene.hands, random))
    if random.random() < 0.4:
        _rule(scene, start[1] + random.uniform(-0.05, 0.35) * height)
    if random.random() < 0.15:
        _rule(scene, start[1] - random.uniform(1.0, 1.4) * height)
    if random.random() < 0.1:
        _post(scene, start[0] - random.uniform(0.05, 0.5) * height)
    return height


def no_numbers(scene: Scene) -> float:
    """Fill the page with letters, doodles, blotches or shapes, without any digit."""
    random = scene.random
    height = _height(random)
    kind = random.random()
    if kind < 0.75:
        _lines_of_words(scene, height)
    if kind > 0.6:
        for _ in range(random.integers(1, 6)):
            _doodle(scene, height)
    if kind > 0.85:
        _shapes(scene)
    elif kind > 0.75:
        level = random.uniform(0.4, 0.8)
        blotches = (texture(SHAPE, random) - level) * random.uniform(2, 30)
        np.maximum(scene.sheet.ink, np.clip(blotches, 0, 1), out=scene.sheet.ink)
    if random.random() < 0.2:
        _squared(scene, height * random.uniform(0.4, 1.3))
    return height


def _lines_of_words(scene: Scene, height: float) -> None:
    random = scene.random
    style = _style(height, random)
    spacing = height * random.uniform(1.3, 2.5)
    for baseline in np.arange(height * random.uniform(0.5, 1.5), SHAPE[0] * 1.1, spacing):
        if random.random() < 0.3:
            style = _style(height, random)
        x = random.uniform(-0.1, 0.2) * SHAPE[1]
        while x < SHAPE[1]:
            x = _word(scene, _Spot(np.array([x, baseline]), height, style)) + height * random.uniform(0.4, 2)


def _height(random: Random) -> float:
    """Return a digit's height in pixels, most often within what is to be found."""
    kind = random.random()
    if kind < 0.8:
        return float(np.exp(random.uniform(*np.log((11.5, 52)))))
    return float(random.uniform(3.5, 12) if kind < 0.87 else np.exp(random.uniform(*np.log((48, 180)))))


def _style(height: float, random: Random) -> Style:
    kind = random.random()
    if kind < 0.22:
        gap = random.uniform(-0.15, 0.02)
    elif kind < 0.55:
        gap = random.uniform(0.0, 0.15)
    elif kind < 0.85:
        gap = random.uniform(0.1, 0.5)
    else:
        gap = random.uniform(0.5, 2.5)
    radius = np.exp(random.uniform(*np.log((0.018, 0.105))))
    return Style(
        radius=max(float(radius), 0.45 / height),
        slant=random.normal(0.1, 0.2) if random.random() < 0.85 else random.uniform(0.25, 0.6),
        gap=gap,
        uneven=random.uniform(0.01, 0.07) if random.random() < 0.8 else random.uniform(0.07, 0.18),
        small_zeros=random.random() < 0.15,
        soft=float(random.uniform(0.8, 1.6)),
    )


def _hand(hands: Hands, random: Random) -> Hand:
    groups = hands.pictures, hands.strokes, hands.fonts, hands.forms, hands.prints
    group = groups[random.choice(5, p=(0.4, 0.2, 0.18, 0.18, 0.04))]
    return group[random.integers(len(group))]


# ── numbers and words ────────────────────────────────────────────────────────────────────────────


def _number(scene: Scene, spot: _Spot, hand: Hand, *, boxed: bool = False) -> float:
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
        if random.random() < 0.3:
            glyph = glyphs.bent(glyph, _BEND, random)
        size = first if x == 0 and character.isdecimal() else 1.0
        x += size * _put(scene, glyph, character, frame @ _shift(x) @ np.diag([size, size, 1]), spot.style)
        if boxed:
            _cell(sheet.rules, frame, x - spot.style.gap - glyph.width / 2)
    ends = glyphs.transform(frame, np.array([[0.0, 0.0], [x, 0.0]]))
    kind = random.random()
    if kind < 0.06:  # underlined
        _stroke(scene, ends + np.array([0, spot.height * random.uniform(0.12, 0.35)]), spot)
    elif kind < 0.08:  # crossed out
        _stroke(scene, ends - np.array([0, spot.height * random.uniform(0.3, 0.6)]), spot)
        sheet.boxes[noted:] = [box._replace(kind=IGNORED) for box in sheet.boxes[noted:]]
    return float(spot.start[0] + x * spot.height)


def _shift(x: float) -> NDArray[np.float64]:
    """Return the map (3, 3) that moves to the right."""
    return np.array([[1, 0, x], [0, 1, 0], [0, 0, 1]])


def _other(character: str, letters: Hand, random: Random) -> Glyph | None:
    """Return a character that the hand lacks: of a font, or drawn by strokes."""
    if character.isdecimal():
        return None
    if character.isalpha():
        return stroke_letter(random) if random.random() < 0.5 else letters.write(character, random)
    return sign(character, random)


def _word(scene: Scene, spot: _Spot) -> float:
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
            x += _put(scene, glyph, character, frame @ _shift(x), style)
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
    turn = random.normal(0, 0.04)
    left = float(glyph.outline[:, 0].min())
    linear = size * np.array([[np.exp(random.normal(0, 0.06)), -turn], [turn, 1]])
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


# ── lines and doodles ────────────────────────────────────────────────────────────────────────────


def _rule(scene: Scene, y: float) -> None:
    ends = glyphs.transform(scene.camera, np.array([[-SHAPE[1], y], [2 * SHAPE[1], y]], dtype=np.float64))
    line(scene.sheet.rules, ends[0], ends[1], int(scene.random.choice([1, 1, 1, 2])))


def _post(scene: Scene, x: float) -> None:
    ends = glyphs.transform(scene.camera, np.array([[x, -SHAPE[0]], [x, 2 * SHAPE[0]]], dtype=np.float64))
    line(scene.sheet.rules, ends[0], ends[1], int(scene.random.choice([1, 1, 1, 2])))


def _squared(scene: Scene, step: float) -> None:
    """Draw squared paper, or ruled paper."""
    step = max(step, 4.0)
    for y in np.arange(-SHAPE[0], 2 * SHAPE[0], step):
        _rule(scene, float(y))
    if scene.random.random() < 0.7:
        for x in np.arange(-SHAPE[1], 2 * SHAPE[1], step):
            _post(scene, float(x))


def _cell(rules: NDArray[np.uint8], frame: Affine, middle: float) -> None:
    """Draw a box of a form around a digit."""
    square = np.array([(-0.6, 0.2), (0.6, 0.2), (0.6, -1.25), (-0.6, -1.25)])
    corners = glyphs.transform(frame @ _shift(middle), square)
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        line(rules, start, end, 1)


def _stroke(scene: Scene, ends: Points, spot: _Spot) -> None:
    """Draw a line by hand, in the pen of the writing."""
    places = np.linspace(0, 1, 8)[:, None]
    wavy = scene.random.normal(0, 0.03 * spot.height, (8, 2))
    _ink(scene.sheet, [ends[0] + places * (ends[1] - ends[0]) + wavy], 2 * spot.style.radius * spot.height)


_DOODLES = (
    doodles.scribble,
    doodles.wandering,
    doodles.sign,
    doodles.sign,
    doodles.composition,
    doodles.zigzag,
)


def _doodle(scene: Scene, height: float) -> None:
    """Draw a scribble, a tick, a sign somewhere; what it crosses can't be read."""
    random = scene.random
    drawn = unit(_DOODLES[random.integers(len(_DOODLES))](random))
    size = height * np.exp(random.uniform(-0.3, 1.2))
    middle = random.uniform(0, 1, 2) * SHAPE[::-1]
    strokes = [glyphs.transform(scene.camera, stroke * size + middle) for stroke in drawn]
    _ink(scene.sheet, strokes, height * random.uniform(0.04, 0.2), covers=True)


def _ink(sheet: Sheet, strokes: Sequence[Points], width: float, *, covers: bool = False) -> None:
    """Draw strokes in pixels of the page; the loss leaves out what they cover if they do."""
    mask = np.zeros(SHAPE, dtype=np.uint8)
    points = [np.rint(np.clip(stroke, -2e3, 2e3) * 16).astype(np.int32) for stroke in strokes]
    cv2.polylines(mask, points, False, 255, max(1, round(width)), cv2.LINE_AA, 4)
    if covers:
        sheet.boxes[:] = covered(sheet.boxes, mask > 64)
    np.maximum(sheet.ink, mask * np.float32(1 / 255), out=sheet.ink)


def _shapes(scene: Scene) -> None:
    """Fill the page with shapes of several tones, as things in a photograph are."""
    random = scene.random
    picture = np.zeros(SHAPE, dtype=np.uint8)
    for _ in range(int(np.exp(random.uniform(*np.log((3, 150)))))):
        tone = int(random.integers(0, 256))
        x, y = (random.uniform(-0.1, 1.1, 2) * SHAPE[::-1]).astype(int).tolist()
        size = np.exp(random.uniform(np.log(3), np.log(90), 2)).astype(int).tolist()
        kind = random.integers(3)
        if kind == 0:
            cv2.ellipse(picture, (x, y), size, float(random.uniform(0, 180)), 0, 360, tone, -1, cv2.LINE_AA)
        elif kind == 1:
            corners = np.array([x, y]) + random.normal(0, 1, (random.integers(3, 7), 2)) * size
            cv2.fillPoly(picture, [np.rint(corners).astype(np.int32)], tone, cv2.LINE_AA)
        else:
            line(
                picture,
                np.array([x, y]),
                np.array([x, y]) + random.normal(0, 1, 2) * size,
                int(random.integers(1, 9)),
            )
    if random.random() < 0.5:
        picture = cv2.GaussianBlur(picture, (0, 0), float(random.uniform(0.5, 3)))
    np.maximum(scene.sheet.ink, picture * np.float32(1 / 255), out=scene.sheet.ink)
