"""Synthetic pages without end: numbers in one hand each, on any paper, with what else stands on paper beside them.

`page` makes one; `shard` makes some, always the same for the same seed and number; `stream` has worker processes make
them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ..data.glyphs import Affine
from .hands import Hands, Random, Split, load
from .labels import BOXES, SHAPE, Box, covered, labelled
from .layouts import lines_of_numbers, no_numbers, one_number
from .paper import Tone, paper, security_print, sheet_on_a_desk, texture
from .sheet import Scene, Sheet


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
    layouts = (
        [one_number] if alone else [no_numbers] if kind < 0.44 else [lines_of_numbers] * (1 + (kind > 0.9))
    )
    boxes: list[Box] = []
    height, strength, written = np.inf, 1.0, np.zeros(SHAPE, dtype=np.float32)
    for layout in layouts:
        sheet = Sheet.empty()
        height = min(height, layout(Scene(hands, camera, sheet, random)))
        if sheet.rules.any():
            ground *= 1 - sheet.rules * np.float32(random.uniform(0.05, 0.9) / 255)
        pen = float(
            np.exp(random.uniform(*np.log((0.15, 1.0)))) if random.random() < 0.25 else random.uniform(0.5, 1)
        )
        ground = ground * (1 - np.float32(pen) * _inked(sheet.ink, random))
        strength = min(strength, pen)
        boxes = covered(boxes, sheet.ink > 0.3) + covered(sheet.boxes, written > 0.3)
        np.maximum(written, sheet.ink, out=written)
    if random.random() < 0.12:
        before = ground
        ground = sheet_on_a_desk(ground, random)
        boxes = covered(boxes, np.abs(ground - before) > 0.02)
    return _photographed(ground, boxes, _Legible(height, strength), alone or random.random() < 0.1, random)


def _camera(tilt: float, random: Random) -> Affine:
    """Return the map of upright writing to the page: turned about its middle, slightly sheared and stretched."""
    cos, sin = np.cos(tilt), np.sin(tilt)
    linear = np.array([[cos, -sin], [sin, cos]]) @ np.array(
        [[random.normal(1, 0.03), random.normal(0, 0.03)], [0, 1]]
    )
    middle = np.array(SHAPE[::-1]) / 2
    return np.column_stack([linear, middle - linear @ middle])


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
        ink = ink * np.clip((holes - np.float32(random.uniform(0.05, 0.3))) * 8, 0, 1)
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
        image = np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE))
    return Page(image, labelled(boxes, cut))


def _bitmap(tone: Tone, legible: _Legible, random: Random) -> Tone:
    """Return black and white, as scanners and programs make of a page: darker than its surroundings, or not."""
    around: Tone = cv2.blur(cv2.dilate(tone, np.ones((9, 9))), (25, 25))
    level = 1 - np.float32(legible.strength * random.uniform(0.3, 0.6))
    bitmap: Tone = (tone > around * level).astype(np.float32)
    return bitmap


def _sharpened(tone: Tone, amount: float) -> Tone:
    sharpened: Tone = tone + np.float32(amount) * (tone - cv2.GaussianBlur(tone, (0, 0), 1.0))
    return sharpened


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


# ── many ─────────────────────────────────────────────────────────────────────────────────────────

SHARD = 256  # pages


class Shard(NamedTuple):
    """Some pages: `images` (256, 128, 256), uint8, and `boxes` (256, 192, 5), float32, filled up with class -1."""

    images: NDArray[np.uint8]
    boxes: NDArray[np.float32]


def shard(split: Split, seed: int, number: int, size: int = SHARD) -> Shard:
    """Make the pages of a shard: always the same for the same split, seed and number."""
    hands = load(split)
    images = np.empty((size, *SHAPE), dtype=np.uint8)
    boxes = np.full((size, *BOXES), -1, dtype=np.float32)
    for place in range(size):
        random = np.random.default_rng((seed, number, place))
        made = page(hands, random)
        images[place] = made.image
        boxes[place, : len(made.boxes)] = made.boxes
    return Shard(images, boxes)


def _task(task: tuple[Split, int, int]) -> Shard:
    cv2.setNumThreads(1)
    return shard(*task)


def stream(split: Split, seed: int, workers: int, *, ahead: int, first: int = 0) -> Iterator[Shard]:
    """Yield shards without end, in their order, made by worker processes `ahead` of them in advance."""
    with get_context("spawn").Pool(workers) as pool:
        waiting = [pool.apply_async(_task, ((split, seed, first + k),)) for k in range(ahead)]
        number = first + ahead
        while True:
            made = waiting.pop(0).get()
            waiting.append(pool.apply_async(_task, ((split, seed, number),)))
            number += 1
            yield made
