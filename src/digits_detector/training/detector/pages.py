"""Synthetic pages without end: numbers in one hand each, on any paper, with what else stands on paper beside them.

`page` makes one; `shard` makes some, always the same for the same seed and number; `stream` has worker processes make
them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import get_context
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from .. import doodles
from . import glyphs, text
from .glyphs import Affine, Glyph
from .hands import Hand, Hands, Random, Split, load, sign, stroke_letter
from .paper import Tone, line, paper, security_print, sheet_on_a_desk, texture

SHAPE = 128, 256  # height and width of a page, in pixels
CLASSES = "0123456789" + text.MARKS
FINER, IGNORED = len(CLASSES), len(CLASSES) + 1  # a digit that is too small; what the loss leaves out
HEIGHTS = 12.0, 48.0  # pixels: of digits that the detector is to find
FUZZY = 0.82, 1.2  # times these: between here and there a digit may be found or not
_BEND = 0.015  # heights of a digit: how far a character is bent at random
_BOXES = 192  # on a page, at most
BOXES = _BOXES, 5  # the shape of a page's boxes
_WRITTEN = 90  # characters of one pen on a page, from which on no more numbers are begun


class Box(NamedTuple):
    """A character on a page: its ink's box in pixels, its class, and a digit's height in its number."""

    x0: float
    y0: float
    x1: float
    y1: float
    kind: int
    height: float


class Page(NamedTuple):
    """A page and what stands on it.

    Attributes
    ----------
    image : ndarray of shape (128, 256), uint8
    boxes : ndarray of shape (n, 5), float32
        Of each character x0, y0, x1, y1 in pixels, and its class: a place in `CLASSES`, `FINER` or `IGNORED`.
    """

    image: NDArray[np.uint8]
    boxes: NDArray[np.float32]


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
class _Sheet:
    """What one pen writes on a page: its ink, lines that were there before, and the boxes of characters."""

    ink: NDArray[np.float32]
    rules: NDArray[np.uint8]
    boxes: list[Box] = field(default_factory=list)


@dataclass(frozen=True)
class _Legible:
    """What a camera must keep: the height of the smallest digits in pixels, and how much darker the palest ink is."""

    height: float
    strength: float


def page(hands: Hands, random: Random) -> Page:
    """Make one page."""
    kind = random.random()
    alone = kind < 0.18  # one number, cut out close
    ground = paper(SHAPE, random)
    if random.random() < (0.3 if alone else 0.1):
        contrast = random.uniform(0.04, 0.35)
        ground *= 1 - np.float32(contrast) * security_print(SHAPE, random)
    tilt = np.radians(random.normal(0, 3) if random.random() < 0.7 else random.uniform(-15, 15))
    camera = _camera(tilt, random)
    layouts = [_alone] if alone else [_words_only] if kind < 0.36 else [_writing] * (1 + (kind > 0.9))
    boxes: list[Box] = []
    height, strength, written = np.inf, 1.0, np.zeros(SHAPE, dtype=np.float32)
    for layout in layouts:
        sheet = _Sheet(np.zeros(SHAPE, dtype=np.float32), np.zeros(SHAPE, dtype=np.uint8))
        height = min(height, layout(hands, camera, sheet, random))
        if sheet.rules.any():
            ground *= 1 - sheet.rules * np.float32(random.uniform(0.05, 0.9) / 255)
        pen = float(
            np.exp(random.uniform(*np.log((0.15, 1.0)))) if random.random() < 0.25 else random.uniform(0.5, 1)
        )
        ground = ground * (1 - np.float32(pen) * _inked(sheet.ink, random))
        strength = min(strength, pen)
        boxes = _covered(boxes, sheet.ink > 0.3) + _covered(sheet.boxes, written > 0.3)
        np.maximum(written, sheet.ink, out=written)
    if random.random() < 0.12:
        before = ground
        ground = sheet_on_a_desk(ground, random)
        boxes = _covered(boxes, np.abs(ground - before) > 0.02)
    return _photographed(ground, boxes, _Legible(height, strength), alone or random.random() < 0.1, random)


def _camera(tilt: float, random: Random) -> Affine:
    """Return the map of upright writing to the page: turned about its middle, slightly sheared and stretched."""
    cos, sin = np.cos(tilt), np.sin(tilt)
    linear = np.array([[cos, -sin], [sin, cos]]) @ np.array(
        [[random.normal(1, 0.03), random.normal(0, 0.03)], [0, 1]]
    )
    middle = np.array(SHAPE[::-1]) / 2
    return np.column_stack([linear, middle - linear @ middle])


# ── what is written ──────────────────────────────────────────────────────────────────────────────


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
        uneven=random.uniform(0.01, 0.07),
        small_zeros=random.random() < 0.15,
        soft=float(random.uniform(0.8, 1.6)),
    )


def _hand(hands: Hands, random: Random) -> Hand:
    group = (hands.pictures, hands.strokes, hands.fonts)[random.choice(3, p=(0.5, 0.25, 0.25))]
    return group[random.integers(len(group))]


def _writing(hands: Hands, camera: Affine, sheet: _Sheet, random: Random) -> float:
    """Fill the page with lines of numbers, with a word here and there; return a digit's height."""
    height, hand = _height(random), _hand(hands, random)
    style = _style(height, random)
    spacing = height * random.uniform(1.15, 2.6)
    plan = random.random()  # few numbers; lines of them; columns
    tidy = random.random() < 0.25  # in columns, as in a table
    column = height * random.uniform(2.5, 7)
    indent = random.uniform(-0.15, 0.5) * SHAPE[1] if plan < 0.3 else random.uniform(-0.1, 0.1) * SHAPE[1]
    first = random.uniform(0.1, 1) * SHAPE[0] if plan < 0.2 else height + random.uniform(-0.3, 1.5) * spacing
    count = 1 if plan < 0.2 else int(random.integers(1, 9))
    words = random.choice([0.0, 0.1, 0.35], p=(0.5, 0.25, 0.25))
    ruled, boxed = random.random() < 0.2, random.random() < 0.06
    for row in range(count):
        baseline = first + row * spacing
        if baseline - height > SHAPE[0] * 1.15:
            break
        if ruled:
            _rule(sheet.rules, camera, baseline + random.uniform(0, 0.12) * height, random)
        x = indent + random.normal(0, 0.3) * height
        for _ in range(1 if plan < 0.1 else 12):
            if x > SHAPE[1] * 1.1 or len(sheet.boxes) > _WRITTEN:
                break
            if random.random() < 0.25:  # somebody else, or another mood
                hand, style = _hand(hands, random), _style(height, random)
            start = np.array([x, baseline + random.normal(0, 0.04) * height])
            if random.random() < words:
                x = _word(hands, camera, sheet, start, height, style, random)
            else:
                written = text.number(random)
                x = _number(hand, hands, written, camera, sheet, start, height, style, random, boxed=boxed)
            x += height * random.uniform(0.7, 3.5)
            if tidy:
                x = indent + np.ceil((x - indent) / column) * column
    if tidy and random.random() < 0.5:
        for x in np.arange(indent - 0.3 * height, SHAPE[1] * 1.2, column):
            _post(sheet.rules, camera, float(x), random)
    if random.random() < 0.1:
        _doodles(camera, sheet, height, random)
    if random.random() < 0.06:
        _squared(sheet.rules, camera, height * random.uniform(0.4, 1.3), random)
    return height


def _alone(hands: Hands, camera: Affine, sheet: _Sheet, random: Random) -> float:
    """Write one number, perhaps on a line or between two; return a digit's height."""
    height = float(np.exp(random.uniform(*np.log((11.5, 60)))))
    style = _style(height, random)
    start = np.array([random.uniform(0.02, 0.4) * SHAPE[1], random.uniform(0.5, 0.9) * SHAPE[0]])
    _number(_hand(hands, random), hands, text.number(random), camera, sheet, start, height, style, random)
    if random.random() < 0.4:
        _rule(sheet.rules, camera, start[1] + random.uniform(-0.05, 0.35) * height, random)
    if random.random() < 0.15:
        _rule(sheet.rules, camera, start[1] - random.uniform(1.0, 1.4) * height, random)
    if random.random() < 0.1:
        _post(sheet.rules, camera, start[0] - random.uniform(0.05, 0.5) * height, random)
    return height


def _words_only(hands: Hands, camera: Affine, sheet: _Sheet, random: Random) -> float:
    """Fill the page with letters, doodles, blotches, without any digit; return a digit's height."""
    height = _height(random)
    style = _style(height, random)
    spacing = height * random.uniform(1.3, 2.5)
    kind = random.random()
    if kind < 0.75:
        for baseline in np.arange(height * random.uniform(0.5, 1.5), SHAPE[0] * 1.1, spacing):
            if random.random() < 0.3:
                style = _style(height, random)
            x = random.uniform(-0.1, 0.2) * SHAPE[1]
            while x < SHAPE[1]:
                x = _word(hands, camera, sheet, np.array([x, baseline]), height, style, random)
                x += height * random.uniform(0.4, 2)
    if kind > 0.6:
        for _ in range(random.integers(1, 6)):
            _doodles(camera, sheet, height, random)
    if kind > 0.9:
        _shapes(sheet, random)
    elif kind > 0.8:
        blotches = texture(SHAPE, random)
        level = random.uniform(0.4, 0.8)
        np.maximum(sheet.ink, np.clip((blotches - level) * random.uniform(2, 30), 0, 1), out=sheet.ink)
    if random.random() < 0.2:
        _squared(sheet.rules, camera, height * random.uniform(0.4, 1.3), random)
    return height


def _number(
    hand: Hand,
    hands: Hands,
    written: str,
    camera: Affine,
    sheet: _Sheet,
    start: NDArray[np.float64],
    height: float,
    style: Style,
    random: Random,
    boxed: bool = False,
) -> float:
    """Write a number and note where its characters are; return where the next one may begin."""
    frame = glyphs.chain(camera, np.array([[height, -style.slant * height, start[0]], [0, height, start[1]]]))
    x, noted = 0.0, len(sheet.boxes)
    letters = hands.fonts[random.integers(len(hands.fonts))]
    for character in written:
        if character == " ":
            x += random.uniform(0.4, 1)
            continue
        glyph = hand.write(character, random) or _other(character, letters, random)
        if glyph is None:
            continue
        if random.random() < 0.3:
            glyph = glyphs.bent(glyph, _BEND, random)
        x = _place(sheet, glyph, character, x, frame, style, random)
        if boxed:
            _cell(sheet.rules, frame, x - style.gap - glyph.width / 2)
    end = glyphs.transform(frame, np.array([[0.0, 0.0], [x, 0.0]]))
    kind = random.random()
    if kind < 0.06:  # underlined
        _stroke(sheet, end + (0, height * random.uniform(0.12, 0.35)), height, style, random)
    elif kind < 0.08:  # crossed out
        _stroke(sheet, end - (0, height * random.uniform(0.3, 0.6)), height, style, random)
        sheet.boxes[noted:] = [box._replace(kind=IGNORED) for box in sheet.boxes[noted:]]
    return float(start[0] + x * height)


def _other(character: str, letters: Hand, random: Random) -> Glyph | None:
    """Return a character that the hand lacks: of a font, or drawn by strokes."""
    if character.isdecimal():
        return None
    if character.isalpha():
        return stroke_letter(random) if random.random() < 0.5 else letters.write(character, random)
    return sign(character, random)


def _place(
    sheet: _Sheet, glyph: Glyph, character: str, x: float, frame: Affine, style: Style, random: Random
) -> float:
    """Draw a character on the line at x, and return where the next one begins; lengths in heights of a digit."""
    size = float(np.exp(random.normal(0, style.uneven)))
    rise = random.normal(0, style.uneven) * 0.7
    if character == "0" and style.small_zeros:
        size *= random.uniform(0.5, 0.8)
        rise -= random.uniform(0, 0.3)
    turn = random.normal(0, 0.04)
    left = float(glyph.outline[:, 0].min())
    linear = size * np.array([[np.exp(random.normal(0, 0.06)), -turn], [turn, 1]])
    pen = style.radius * float(np.exp(random.normal(0, 0.05)))
    shift = np.array([x + (0 if glyph.radius else pen) - linear[0, 0] * left, rise])
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
    return float(x + advance + (max(gap, 0.02) if character in text.MARKS else max(gap, -0.2)))


def _word(
    hands: Hands,
    camera: Affine,
    sheet: _Sheet,
    start: NDArray[np.float64],
    height: float,
    style: Style,
    random: Random,
) -> float:
    """Write a word, by hand or in print, which holds nothing to find."""
    kind = random.random()
    group = hands.fonts if kind < 0.6 else hands.prints
    hand = group[random.integers(len(group))]
    by_strokes = kind > 0.78
    frame = glyphs.chain(camera, np.array([[height, -style.slant * height, start[0]], [0, height, start[1]]]))
    x, gap = 0.0, random.uniform(0.02, 0.2)
    bend = random.choice([0.0, 0.015, 0.03])
    for character in text.word(random):
        glyph = stroke_letter(random) if by_strokes else hand.write(character, random)
        if glyph is not None:
            if bend:
                glyph = glyphs.bent(glyph, bend, random)
            x = _place(sheet, glyph, character, x, frame, Style(**{**style.__dict__, "gap": gap}), random)
    return float(start[0] + x * height)


# ── lines and doodles ────────────────────────────────────────────────────────────────────────────


def _rule(rules: NDArray[np.uint8], camera: Affine, y: float, random: Random) -> None:
    ends = glyphs.transform(camera, np.array([[-SHAPE[1], y], [2 * SHAPE[1], y]], dtype=np.float64))
    line(rules, ends[0], ends[1], int(random.choice([1, 1, 1, 2])))


def _post(rules: NDArray[np.uint8], camera: Affine, x: float, random: Random) -> None:
    ends = glyphs.transform(camera, np.array([[x, -SHAPE[0]], [x, 2 * SHAPE[0]]], dtype=np.float64))
    line(rules, ends[0], ends[1], int(random.choice([1, 1, 1, 2])))


def _squared(rules: NDArray[np.uint8], camera: Affine, step: float, random: Random) -> None:
    """Draw squared paper, or ruled paper."""
    step = max(step, 4.0)
    for y in np.arange(-SHAPE[0], 2 * SHAPE[0], step):
        _rule(rules, camera, float(y), random)
    if random.random() < 0.7:
        for x in np.arange(-SHAPE[1], 2 * SHAPE[1], step):
            _post(rules, camera, float(x), random)


def _cell(rules: NDArray[np.uint8], frame: Affine, middle: float) -> None:
    """Draw a box of a form around a digit."""
    corners = np.array([(-0.6, 0.2), (0.6, 0.2), (0.6, -1.25), (-0.6, -1.25)]) + (middle, 0)
    corners = glyphs.transform(frame, corners)
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        line(rules, start, end, 1)


def _stroke(sheet: _Sheet, ends: NDArray[np.float64], height: float, style: Style, random: Random) -> None:
    """Draw a line by hand, in the pen of the writing."""
    places = np.linspace(0, 1, 8)[:, None]
    points = ends[0] + places * (ends[1] - ends[0]) + random.normal(0, 0.03 * height, (8, 2))
    mask = np.zeros(SHAPE, dtype=np.uint8)
    width = max(1, round(2 * style.radius * height))
    cv2.polylines(mask, [np.rint(points * 16).astype(np.int32)], False, 255, width, cv2.LINE_AA, 4)
    np.maximum(sheet.ink, mask * np.float32(1 / 255), out=sheet.ink)


_DOODLES = (
    doodles.scribble,
    doodles.wandering,
    doodles.sign,
    doodles.sign,
    doodles.composition,
    doodles.zigzag,
)


def _doodles(camera: Affine, sheet: _Sheet, height: float, random: Random) -> None:
    """Draw a scribble, a tick, a sign somewhere; what it crosses can't be read."""
    drawn = doodles.unit(_DOODLES[random.integers(len(_DOODLES))](random))
    size = height * np.exp(random.uniform(-0.3, 1.2))
    middle = random.uniform(0, 1, 2) * SHAPE[::-1]
    mask = np.zeros(SHAPE, dtype=np.uint8)
    width = max(1, round(height * random.uniform(0.04, 0.2)))
    lines = [
        np.rint(np.clip(glyphs.transform(camera, s * size + middle), -2e3, 2e3) * 16).astype(np.int32)
        for s in drawn
    ]
    cv2.polylines(mask, lines, False, 255, width, cv2.LINE_AA, 4)
    sheet.boxes[:] = _covered(sheet.boxes, mask > 64)
    np.maximum(sheet.ink, mask * np.float32(1 / 255), out=sheet.ink)


def _shapes(sheet: _Sheet, random: Random) -> None:
    """Fill the page with shapes of several tones, as things in a photograph are."""
    scene = np.zeros(SHAPE, dtype=np.uint8)
    for _ in range(random.integers(3, 40)):
        tone, x, y = (
            int(random.integers(0, 256)),
            *(random.uniform(-0.1, 1.1, 2) * SHAPE[::-1]).astype(int).tolist(),
        )
        size = np.exp(random.uniform(*np.log((3, 90)), 2)).astype(int).tolist()
        kind = random.integers(3)
        if kind == 0:
            cv2.ellipse(scene, (x, y), size, float(random.uniform(0, 180)), 0, 360, tone, -1, cv2.LINE_AA)
        elif kind == 1:
            corners = np.array([x, y]) + random.normal(0, 1, (random.integers(3, 7), 2)) * size
            cv2.fillPoly(scene, [np.rint(corners).astype(np.int32)], tone, cv2.LINE_AA)
        else:
            line(
                scene,
                np.array([x, y]),
                np.array([x, y]) + random.normal(0, 1, 2) * size,
                int(random.integers(1, 9)),
            )
    if random.random() < 0.5:
        scene = cv2.GaussianBlur(scene, (0, 0), float(random.uniform(0.5, 3)))
    np.maximum(sheet.ink, scene * np.float32(1 / 255), out=sheet.ink)


def _covered(boxes: list[Box], mask: NDArray[np.bool_]) -> list[Box]:
    """Have the loss leave out what lies under the mask."""
    kept = []
    for box in boxes:
        part = mask[
            max(int(box.y0), 0) : max(int(box.y1) + 1, 0), max(int(box.x0), 0) : max(int(box.x1) + 1, 0)
        ]
        kept.append(box._replace(kind=IGNORED) if part.size and part.mean() > 0.02 else box)
    return kept


# ── ink and camera ───────────────────────────────────────────────────────────────────────────────


def _inked(ink: NDArray[np.float32], random: Random) -> NDArray[np.float32]:
    """Return ink as a pen leaves it: even, grainy as a pencil's, pressed more here than there, or broken."""
    kind = random.random()
    if kind < 0.2:
        grain = random.random(SHAPE, dtype=np.float32)
        if random.random() < 0.5:
            grain = cv2.GaussianBlur(grain, (0, 0), 0.7)
        return ink * (1 - np.float32(random.uniform(0.1, 0.8)) * grain)
    if kind < 0.35:
        return ink * (1 - np.float32(random.uniform(0.2, 0.7)) * texture(SHAPE, random))
    if kind < 0.4:
        holes = cv2.resize(random.random((SHAPE[0] // 3, SHAPE[1] // 3), dtype=np.float32), SHAPE[::-1])
        return ink * np.clip((holes - np.float32(random.uniform(0.05, 0.3))) * 8, 0, 1)
    return ink


def _photographed(tone: Tone, boxes: list[Box], legible: _Legible, close: bool, random: Random) -> Page:
    """Take the picture: blur, noise, contrast, polarity, JPEG; perhaps cut close around the writing."""
    kind = random.random()
    if kind < 0.45:
        tone = cv2.GaussianBlur(
            tone, (0, 0), float(random.uniform(0.25, max(0.4, min(0.05 * legible.height, 2.5))))
        )
    elif kind < 0.55:
        small = cv2.resize(
            tone, None, fx=(f := random.uniform(0.45, 0.85)), fy=f, interpolation=cv2.INTER_AREA
        )
        tone = cv2.resize(small, SHAPE[::-1], interpolation=cv2.INTER_LINEAR)
    elif kind < 0.63:
        tone = _sharpened(tone, random.uniform(0.3, 1.5))
    elif kind < 0.68 and legible.strength > 0.4:
        tone = _bitmap(tone, legible, random)
    if random.random() < 0.4:
        low, high = random.uniform(0, 0.35), random.uniform(0.65, 1)
        tone = np.float32(low) + tone * np.float32(high - low)
        legible = _Legible(legible.height, legible.strength * (high - low))
    if random.random() < 0.5:
        noise = random.normal(0, 1, SHAPE).astype(np.float32)
        if random.random() < 0.3:
            noise = 2 * cv2.GaussianBlur(noise, (0, 0), 0.8)
        most = 0.25 * legible.strength * float(tone.mean())
        tone = tone + np.float32(np.exp(random.uniform(np.log(0.003), np.log(max(most, 0.004))))) * noise
    tone = np.clip(tone, 0, 1)
    if random.random() < 0.25:
        tone = 1 - tone
    image = np.rint(tone * 255).astype(np.uint8)
    cut = (0, 0, SHAPE[1], SHAPE[0])
    if close:
        image, cut = _cut_out(image, boxes, random)
    if random.random() < 0.4:
        _, coded = cv2.imencode(".jpg", image, (cv2.IMWRITE_JPEG_QUALITY, int(random.integers(15, 95))))
        image = cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE)
    return Page(image, _labelled(boxes, cut))


def _bitmap(tone: Tone, legible: _Legible, random: Random) -> Tone:
    """Return black and white, as scanners and programs make of a page: darker than its surroundings, or not."""
    around = cv2.blur(cv2.dilate(tone, np.ones((9, 9))), (25, 25))
    level = 1 - np.float32(legible.strength * random.uniform(0.3, 0.6))
    return (tone > around * level).astype(np.float32)


def _sharpened(tone: Tone, amount: float) -> Tone:
    return tone + np.float32(amount) * (tone - cv2.GaussianBlur(tone, (0, 0), 1.0))


def _cut_out(
    image: NDArray[np.uint8], boxes: list[Box], random: Random
) -> tuple[NDArray[np.uint8], tuple[int, int, int, int]]:
    """Cut close around some of the writing; beyond it the edge is repeated, as where the detector reads."""
    within = [
        b for b in boxes if b.x0 >= 0 and b.y0 >= 0 and b.x1 <= SHAPE[1] and b.y1 <= SHAPE[0] and b.kind < 10
    ]
    if not within:
        return image, (0, 0, SHAPE[1], SHAPE[0])
    some = np.array(within)[:, :4]
    if random.random() < 0.4:
        some = some[random.integers(len(some))][None]
    margin = random.uniform(0, 6, 4)
    x0, y0 = np.floor(np.maximum(some[:, :2].min(axis=0) - margin[:2], 0)).astype(int).tolist()
    x1, y1 = np.ceil(np.minimum(some[:, 2:].max(axis=0) + margin[2:], SHAPE[::-1])).astype(int).tolist()
    padding = (y0, SHAPE[0] - y1), (x0, SHAPE[1] - x1)
    return np.pad(image[y0:y1, x0:x1], padding, mode="edge"), (x0, y0, x1, y1)


def _labelled(boxes: list[Box], cut: tuple[int, int, int, int]) -> NDArray[np.float32]:
    """Say what the detector is to make of each character: find it, call it too small, or nothing is asked."""
    labelled = []
    for x0, y0, x1, y1, kind, height in boxes:
        u0, v0, u1, v1 = max(x0, cut[0]), max(y0, cut[1]), min(x1, cut[2]), min(y1, cut[3])
        if u1 <= u0 or v1 <= v0:
            continue
        if (u1 - u0) * (v1 - v0) < 0.95 * (x1 - x0) * (y1 - y0):
            kind = IGNORED
        elif kind != IGNORED and not HEIGHTS[0] <= height <= HEIGHTS[1]:
            if FUZZY[0] * HEIGHTS[0] <= height <= FUZZY[1] * HEIGHTS[1]:
                kind = IGNORED
            elif height > HEIGHTS[1] or kind >= 10:
                continue  # silence is right
            else:
                kind = FINER
        labelled.append((u0, v0, u1, v1, kind))
    return np.array(labelled[:_BOXES], dtype=np.float32).reshape(-1, 5)


# ── many ─────────────────────────────────────────────────────────────────────────────────────────

SHARD = 256  # pages


class Shard(NamedTuple):
    """Some pages: `images` (256, 128, 256), uint8, and `boxes` (256, 192, 5), float32, filled up with class -1."""

    images: NDArray[np.uint8]
    boxes: NDArray[np.float32]


@cache
def _hands(split: Split) -> Hands:
    return load(split)


def shard(split: Split, seed: int, number: int, size: int = SHARD) -> Shard:
    """Make the pages of a shard: always the same for the same split, seed and number."""
    hands = _hands(split)
    images = np.empty((size, *SHAPE), dtype=np.uint8)
    boxes = np.full((size, _BOXES, 5), -1, dtype=np.float32)
    for place in range(size):
        random = np.random.default_rng((seed, number, place))
        made = page(hands, random)
        images[place] = made.image
        boxes[place, : len(made.boxes)] = made.boxes
    return Shard(images, boxes)


def _task(task: tuple[Split, int, int]) -> Shard:
    cv2.setNumThreads(1)
    return shard(*task)


def stream(split: Split, seed: int, workers: int, first: int = 0) -> Iterator[Shard]:
    """Yield shards without end, in their order, made by worker processes some shards ahead."""
    with get_context("spawn").Pool(workers) as pool:
        waiting = [pool.apply_async(_task, ((split, seed, first + k),)) for k in range(2 * workers)]
        number = first + 2 * workers
        while True:
            made = waiting.pop(0).get()
            waiting.append(pool.apply_async(_task, ((split, seed, number),)))
            number += 1
            yield made
