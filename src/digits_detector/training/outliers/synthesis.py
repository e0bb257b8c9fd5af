"""Synthetic outliers, for a network to learn to reject them.

Outlier exposure (Hendrycks, Mazeika, Dietterich 2019, Deep Anomaly Detection with Outlier Exposure) wants outliers of
many kinds. These are composed at random: doodles, letters, pieces of pen strokes, mirrored, turned, cut and joined
digits, blobs, noise, and textures like those of photographs. What a person would read as a digit all the same (a turned
6, a mirrored 8) is left out where that is known beforehand; what looks like a digit by chance is rare beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from tqdm import tqdm

from ...errors import DataError
from ...image.ink import find_ink
from ...normalize import Digit, draw, normalize
from ...strokes import Strokes
from ..data import other_hands
from ..data.by_hand import Lines, Random, by_hand, turned, unit
from ..data.drawing import HAND, picture
from ..data.fonts import Hand
from ..data.mnist import Images, Labels
from ..data.pen import PenDigits
from . import doodles, neighbours, textures
from .letters import CLEAR, letter

Picture: TypeAlias = NDArray[np.uint8]  # (height, width)


@dataclass(frozen=True, eq=False)
class Sources:
    """Digits to make outliers of, all of which may be trained on.

    Attributes
    ----------
    pen : PenDigits
    images : ndarray of shape (n, 28, 28), uint8
        MNIST's.
    labels : ndarray of shape (n,), uint8
    hands : sequence of Hand
        Fonts with the letters of `letters.CLEAR`, as `letters.lettered_hands` returns them.
    """

    pen: PenDigits
    images: Images
    labels: Labels
    hands: Sequence[Hand]


def outliers(n: int, sources: Sources, random: Random) -> Images:
    """Make n outliers, as preprocessing would give them.

    Parameters
    ----------
    n : int
    sources : Sources
    random : numpy.random.Generator

    Returns
    -------
    ndarray of shape (n, 28, 28), uint8
        White ink on black; not one is blank.

    Raises
    ------
    DataError
        If the sources are so few that some digit is missing.
    """
    kinds, weights = list(KINDS), np.array(list(KINDS.values()))
    chosen = random.choice(len(kinds), size=n, p=weights / weights.sum())
    bar = tqdm(chosen, desc="outliers", unit="outlier", mininterval=1)
    return np.array([_seen(kinds[kind], sources, random) for kind in bar], dtype=np.uint8).reshape(n, 28, 28)


def _seen(kind: Kind, sources: Sources, random: Random) -> Digit:
    while not (seen := _through_the_door(kind(sources, random), random)).any():
        pass  # flat noise is blank, no outlier
    return seen


def _through_the_door(outlier: Lines | Picture, random: Random) -> Digit:
    """Pass on a picture as it is, and lines as strokes or as a picture, with a pen as digits are drawn with."""
    if isinstance(outlier, np.ndarray):
        return normalize(find_ink(outlier))
    strokes = Strokes(outlier)
    if random.random() < 0.5:
        return draw(strokes, random.uniform(*HAND.width))
    extent = random.uniform(28, 64)
    brush = max(1.0, extent * np.exp(random.uniform(*np.log(HAND.brush))))
    return normalize(find_ink(picture(strokes, extent, brush)))


# ── made of digits ───────────────────────────────────────────────────────────────────────────────

# Quarter turns, mirrored before, and the digits that are not digits any more after it.
TURNS = (
    (0, True, (3, 6, 7, 9)),
    (1, False, (2, 3, 4, 5, 6, 7, 9)),
    (1, True, (2, 3, 5, 6, 7, 9)),
    (2, False, (3, 4)),
    (2, True, (4, 6, 9)),
    (3, False, (2, 3, 4, 5, 6, 7, 9)),
    (3, True, (2, 3, 4, 5, 6, 7, 9)),
)
# The half that is kept (an axis, x or y, and a side of it), and the digits that are not digits any more after it.
HALVES = ((1, -1, (0, 2)), (1, 1, (5,)), (0, -1, (3, 8)))


def _of(labels: Labels, digits: tuple[int, ...], random: Random) -> int:
    """Return the place of some sample of one of the digits."""
    places = np.flatnonzero(np.isin(labels, digits))
    if not len(places):
        raise DataError(f"outliers are made of all ten digits; there is no {digits}.")
    return int(random.choice(places))


def _pen_digit(sources: Sources, random: Random, digits: tuple[int, ...] = tuple(range(10))) -> Lines:
    return unit(sources.pen.strokes[_of(sources.pen.labels, digits, random)].strokes)


def turned_pen_digit(sources: Sources, random: Random) -> Lines:
    """A pen digit, mirrored or turned until it is not a digit."""
    quarters, mirrored, digits = TURNS[random.integers(len(TURNS))]
    lines = _pen_digit(sources, random, digits)
    return by_hand(turned([line * (-1 if mirrored else 1, 1) for line in lines], 90 * quarters), random)


def turned_image(sources: Sources, random: Random) -> Picture:
    """An MNIST digit, mirrored or turned until it is not a digit."""
    quarters, mirrored, digits = TURNS[random.integers(len(TURNS))]
    image = sources.images[_of(sources.labels, digits, random)]
    turned: Picture = np.rot90(image[:, ::-1] if mirrored else image, -quarters)
    return turned


def half_a_digit(sources: Sources, random: Random) -> Lines:
    """A pen digit of which one half was cut off."""
    axis, side, digits = HALVES[random.integers(len(HALVES))]
    kept = neighbours.cut(_pen_digit(sources, random, digits), axis, random.uniform(-0.1, 0.1), side)
    return by_hand(unit(kept), random) if kept else doodles.scribble(random)


def pieces(sources: Sources, random: Random) -> Lines:
    """Two to four pieces of pen strokes, mirrored, turned, and put beside or across each other."""
    joined = []
    for _ in range(random.integers(2, 5)):
        line = max(_pen_digit(sources, random), key=len)
        length = max(4, int(len(line) * random.uniform(0.25, 0.7)))
        start = random.integers(max(1, len(line) - length))
        (piece,) = turned(unit([line[start : start + length]]), 90 * int(random.integers(4)))
        joined.append(
            piece * random.uniform(0.5, 1) * (random.choice([-1, 1]), 1) + random.uniform(-0.4, 0.4, 2)
        )
    return by_hand(unit(joined), random)


def several_pen_digits(sources: Sources, random: Random) -> Lines:
    """Two or three pen digits beside, above, or across each other."""
    steps = np.array([(1, 0), (1, 0), (0, 1), (0.6, 0.6)])
    step = random.uniform(0.3, 1.1) * steps[random.integers(4)]
    digits = [_pen_digit(sources, random) for _ in range(random.choice([2, 2, 3]))]
    return [
        line * random.uniform(0.8, 1.1) + place * step for place, digit in enumerate(digits) for line in digit
    ]


def touching_pen_digits(sources: Sources, random: Random) -> Lines:
    """Two pen digits side by side that touch, or nearly; often a 1 behind, which adds least to what is before it."""
    second = _pen_digit(sources, random, (1,)) if random.random() < 0.5 else _pen_digit(sources, random)
    first, second = neighbours.beside(_pen_digit(sources, random), second, random)
    return [*first, *second]


def several_images(sources: Sources, random: Random) -> Picture:
    """Two MNIST digits beside, above, or across each other."""
    apart = int(random.integers(8, 24))
    down, across = [(0, apart), (0, apart), (apart, 0)][random.integers(3)]
    first, second = sources.images[random.integers(len(sources.images), size=2)]
    picture = np.zeros((28 + down, 28 + across), dtype=np.uint8)
    picture[:28, :28] = first
    np.maximum(picture[down:, across:], second, out=picture[down:, across:])
    return picture


# ── pictures ─────────────────────────────────────────────────────────────────────────────────────


def blobs(_: Sources, random: Random) -> Picture:
    """A filled block, wider than a stroke is; or one to three filled ellipses and polygons."""
    image = Image.new("L", (64, 64))
    draw = ImageDraw.Draw(image)
    if random.random() < 0.3:
        width, height = random.uniform(0.4, 1, 2) * 60
        draw.rectangle((2, 2, 2 + width, 2 + height), fill=255)
        return np.asarray(image)
    for _blob in range(random.integers(1, 4)):
        corners = random.integers(4, 60, (int(random.integers(3, 6)), 2))
        if random.random() < 0.5:
            low, high = corners.min(axis=0), corners.max(axis=0)
            draw.ellipse((*low.tolist(), *high.tolist()), fill=255)
        else:
            draw.polygon([tuple(corner) for corner in corners.tolist()], fill=255)
    return np.asarray(image)


def font_letter(sources: Sources, random: Random) -> Picture:
    """A letter of a handwriting font."""
    hand = sources.hands[int(random.integers(len(sources.hands)))]
    return other_hands.picture(hand, CLEAR[int(random.integers(len(CLEAR)))], random)


def noise(_: Sources, random: Random) -> Picture:
    """Noise of one of five kinds, fine or coarse, square or up to ten times as long as wide."""
    stretch = 10 ** random.uniform(-0.5, 0.5) if random.random() < 0.5 else 1.0
    side = random.uniform(20, 90)
    height, width = (max(4, round(side * each)) for each in (stretch, 1 / stretch))
    plain = random.random((height, width))
    density = random.uniform(0.02, 0.6)
    levels = [
        plain,
        random.normal(0.5, random.uniform(0.05, 0.5), (height, width)),
        plain < density,
        np.where(plain < density, random.integers(2, size=(height, width)), random.random()),
        plain ** random.uniform(2, 12),
    ][random.integers(5)]
    picture = (np.clip(levels, 0, 1) * 255).astype(np.uint8)
    coarseness = int(random.integers(1, 4))
    coarse: Picture = picture.repeat(coarseness, axis=0).repeat(coarseness, axis=1)
    return coarse


def texture(_: Sources, random: Random) -> Picture:
    """What part of a photograph may look like."""
    side = int(random.integers(28, 90))
    shaded: Picture = (textures.photo_like((side, side), 1, random) * 255).astype(np.uint8)
    return shaded


# ── all kinds ────────────────────────────────────────────────────────────────────────────────────

Kind: TypeAlias = Callable[[Sources, Random], Lines | Picture]


def _doodle(draw: Callable[[Random], Lines]) -> Kind:
    return lambda _, random: draw(random)


# Each with its weight. Those most like digits need most examples, and what runs took for digits.
KINDS: dict[Kind, float] = {
    _doodle(doodles.composition): 30,
    _doodle(letter): 24,
    font_letter: 16,
    _doodle(doodles.zigzag): 4,
    _doodle(doodles.sign): 12,
    _doodle(doodles.scribble): 6,
    _doodle(doodles.wandering): 4,
    pieces: 8,
    turned_pen_digit: 8,
    turned_image: 3,
    half_a_digit: 3,
    several_pen_digits: 4,
    touching_pen_digits: 7,
    several_images: 3,
    blobs: 5,
    noise: 12,
    texture: 18,
}
