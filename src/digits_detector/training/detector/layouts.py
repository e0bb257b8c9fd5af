"""How a page is laid out: one number, lines or a table of them, or no number at all. Each returns a digit's height."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..outliers import textures
from .hands import Hand, Hands, Random
from .labels import SHAPE
from .paper import texture
from .sheet import Scene, Spot, Style, doodle, post, rule, shapes, squared
from .writing import number, word

_WRITTEN = 90  # characters of one pen on a page, from which on no more numbers are begun


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
    if height > SHAPE[0]:  # a part of it is in view
        return _Plan(
            first=random.uniform(0, SHAPE[0] + height),
            spacing=spacing,
            lines=1,
            indent=-height * random.uniform(0, 3),
            numbers=1,
            column=None,
        )
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
            rule(scene, baseline + random.uniform(0, 0.12) * height)
        x = plan.indent + random.normal(0, 0.3) * height
        for _ in range(plan.numbers):
            if x > SHAPE[1] * 1.1 or len(sheet.boxes) > _WRITTEN:
                break
            if random.random() < 0.25:  # somebody else, or another mood
                writer = _hand(scene.hands, random), _style(height, random)
            spot = Spot(np.array([x, baseline + random.normal(0, 0.04) * height]), height, writer[1])
            x = word(scene, spot) if random.random() < words else number(scene, spot, writer[0], boxed=boxed)
            x += height * random.uniform(0.7, 3.5)
            if plan.column:
                x = plan.indent + np.ceil((x - plan.indent) / plan.column) * plan.column
    if plan.column and random.random() < 0.5:
        for x in np.arange(plan.indent - 0.3 * height, SHAPE[1] * 1.2, plan.column):
            post(scene, float(x))
    if random.random() < 0.1:
        doodle(scene, height)
    if random.random() < 0.06:
        squared(scene, height * random.uniform(0.4, 1.3))
    return height


def one_number(scene: Scene) -> float:
    """Write one number, perhaps on a line or between two."""
    random = scene.random
    height = float(np.exp(random.uniform(*np.log((11.5, 60)))))
    start = np.array([random.uniform(0.02, 0.4) * SHAPE[1], random.uniform(0.5, 0.9) * SHAPE[0]])
    number(scene, Spot(start, height, _style(height, random)), _hand(scene.hands, random))
    if random.random() < 0.4:
        rule(scene, start[1] + random.uniform(-0.05, 0.35) * height)
    if random.random() < 0.15:
        rule(scene, start[1] - random.uniform(1.0, 1.4) * height)
    if random.random() < 0.1:
        post(scene, start[0] - random.uniform(0.05, 0.5) * height)
    return height


def no_numbers(scene: Scene) -> float:
    """Fill the page with letters, doodles, blotches, shapes or textures, without any digit."""
    random = scene.random
    height = _height(random)
    kind = random.random()
    if kind < 0.68:
        _lines_of_words(scene, height)
    if 0.58 < kind < 0.8:
        for _ in range(random.integers(1, 6)):
            doodle(scene, height)
    if kind > 0.87:
        shapes(scene)
    if kind > 0.94 or 0.74 < kind < 0.87:
        tones = textures.photo_like(SHAPE, float(np.exp(random.uniform(-1, 2))), random)
        np.maximum(scene.sheet.ink, tones.astype(np.float32), out=scene.sheet.ink)
    elif 0.68 < kind < 0.74:
        level = random.uniform(0.4, 0.8)
        blotches = (texture(SHAPE, random) - level) * random.uniform(2, 30)
        np.maximum(scene.sheet.ink, np.clip(blotches, 0, 1), out=scene.sheet.ink)
    if random.random() < 0.2:
        squared(scene, height * random.uniform(0.4, 1.3))
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
            x = word(scene, Spot(np.array([x, baseline]), height, style)) + height * random.uniform(0.4, 2)


def _height(random: Random) -> float:
    """Return a digit's height in pixels, most often within what is to be found."""
    kind = random.random()
    if kind < 0.8:
        return float(np.exp(random.uniform(*np.log((11.5, 52)))))
    if kind < 0.87:
        return float(random.uniform(3.5, 12))
    return float(np.exp(random.uniform(*np.log((48, 128) if kind < 0.94 else (128, 600)))))


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
        wide=float(np.exp(random.normal(0, 0.2))),
        bend=random.uniform(0, 0.035),
        gap=gap,
        uneven=random.uniform(0.01, 0.07) if random.random() < 0.8 else random.uniform(0.07, 0.18),
        small_zeros=random.random() < 0.15,
        soft=float(random.uniform(0.8, 1.6)),
    )


def _hand(hands: Hands, random: Random) -> Hand:
    groups = hands.pictures, hands.strokes, hands.fonts, hands.forms, hands.prints
    group = groups[random.choice(5, p=(0.4, 0.2, 0.18, 0.18, 0.04))]
    return group[random.integers(len(group))]
