"""What `digits benchmark numbers` reads: strings of pen digits, whole pages of them, and amounts on cheques."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError
from ..image.ink import Picture
from ..results import Box as Place
from ..strokes import Points, Strokes, rasterize
from ..training.pen import PenDigits


@dataclass(frozen=True, eq=False)
class Number:
    """Something to read, what stands in it, line by line, and each digit's box (x0, y0, x1, y1)."""

    source: Picture | Strokes
    text: str
    boxes: tuple[Place, ...]

    @property
    def digits(self) -> list[int]:
        """The digits of all lines."""
        return [int(digit) for line in self.text.split() for digit in line]


# ── strings of pen digits ────────────────────────────────────────────────────────────────────────

_LENGTHS = 2, 6
_HEIGHTS = 0.85, 1.1  # of a digit, in heights of the string
_RISE = 0.05  # of a digit off the string's line, either way, in the same
_PIXELS = 24, 120  # the string's height in a picture
_BRUSHES = 0.04, 0.12  # in heights; not below a pixel and a half
_MARGIN = 0.3  # of paper about the string, in heights


def compose(
    digits: PenDigits, random: np.random.Generator, gaps: tuple[float, float], brush: float = 0
) -> tuple[NDArray[np.intp], list[list[Points]]]:
    """Write a string of one writer's digits, a unit high, with gaps between the boxes of neighbours' ink.

    Returns
    -------
    chosen : ndarray of shape (k,)
        The digits' places among all.
    written : list of k lists of ndarray of shape (m, 2)
        The strokes of each.
    """
    writer = random.choice(np.unique(digits.writers))
    chosen = random.choice(
        np.flatnonzero(digits.writers == writer), random.integers(_LENGTHS[0], _LENGTHS[1] + 1)
    )
    written, right = [], 0.0
    for place in chosen:
        strokes = digits.strokes[place].strokes
        points = np.concatenate(strokes)
        low, high = points.min(axis=0), points.max(axis=0)
        scale = random.uniform(*_HEIGHTS) / max(high[1] - low[1], 1e-9)
        shift = (right, random.uniform(-_RISE, _RISE) - scale * (high[1] - low[1]))
        written.append([(stroke - low) * scale + shift for stroke in strokes])
        right += scale * (high[0] - low[0]) + brush + random.uniform(*gaps)
    return chosen, written


def as_strokes(digits: PenDigits, n: int, gaps: tuple[float, float]) -> Iterator[Number]:
    """Yield n strings as strokes, 100 units high; always the same."""
    random = np.random.default_rng(0)
    for _ in range(n):
        chosen, written = compose(digits, random, gaps)
        scaled = [[stroke * 100 for stroke in strokes] for strokes in written]
        strokes = Strokes(stroke for strokes in scaled for stroke in strokes)
        yield Number(strokes, _text(digits, chosen), tuple(_box(strokes, 0) for strokes in scaled))


def as_pictures(digits: PenDigits, n: int, gaps: tuple[float, float]) -> Iterator[Number]:
    """Yield n strings as pictures, black on white, of several sizes and brushes; always the same."""
    random = np.random.default_rng(0)
    for _ in range(n):
        pixels = random.uniform(*_PIXELS)
        brush = max(random.uniform(*_BRUSHES), 1.5 / pixels)
        chosen, written = compose(digits, random, gaps, brush)
        corner = np.concatenate([stroke for strokes in written for stroke in strokes]).min(axis=0)
        margin = _MARGIN + brush / 2
        placed = [[(stroke - corner + margin) * pixels for stroke in strokes] for strokes in written]
        far = (
            np.concatenate([stroke for strokes in placed for stroke in strokes]).max(axis=0) + margin * pixels
        )
        width, height = np.ceil(far).astype(int)
        ink = rasterize(
            [stroke for strokes in placed for stroke in strokes], width=brush * pixels, size=width
        )
        picture = np.pad(
            255 - np.rint(255 * ink[:height]).astype(np.uint8),
            ((0, max(0, height - width)), (0, 0)),
            constant_values=255,
        )
        yield Number(
            picture, _text(digits, chosen), tuple(_box(strokes, brush * pixels) for strokes in placed)
        )


def _text(digits: PenDigits, chosen: NDArray[np.intp]) -> str:
    return "".join(map(str, digits.labels[chosen]))


def _box(strokes: Sequence[Points], width: float) -> Place:
    """Return the box of what a pen of that width draws."""
    points = np.concatenate(strokes)
    x0, y0 = (points.min(axis=0) - width / 2).tolist()
    x1, y1 = (points.max(axis=0) + width / 2).tolist()
    return x0, y0, x1, y1


# ── pages ────────────────────────────────────────────────────────────────────────────────────────

_PAGE = 1200, 833  # pixels across and down: one megapixel
_ROWS, _COLUMNS = 4, 5
_LIGHT = 235.0, 0.35  # the paper's, at its brightest, and how much of it is missing in the far corner
_GRAIN = 3.0  # of 255, the standard deviation of the picture's noise


def pages(digits: PenDigits, n: int) -> Iterator[Number]:
    """Yield n pictures of a megapixel: twenty digits of one writer in four lines, on paper in uneven light."""
    random = np.random.default_rng(0)
    across, down = np.array(_PAGE) / (_COLUMNS, _ROWS)
    for _ in range(n):
        writer = random.choice(np.unique(digits.writers))
        chosen = random.choice(np.flatnonzero(digits.writers == writer), _ROWS * _COLUMNS)
        written = []
        for place, digit in enumerate(chosen):
            strokes = digits.strokes[digit].strokes
            points = np.concatenate(strokes)
            low, size = points.min(axis=0), np.ptp(points, axis=0)
            scale = min(down * random.uniform(0.45, 0.65) / size[1], 0.7 * across / max(size[0], 1e-9))
            cell = (place % _COLUMNS * across, place // _COLUMNS * down)
            corner = cell + ((across, down) - size * scale) / 2 + random.uniform(-8, 8, 2)
            written.append([(stroke - low) * scale + corner for stroke in strokes])
        brush = random.uniform(5, 12)
        yield Number(
            _lit([stroke for strokes in written for stroke in strokes], brush, random),
            "\n".join(_text(digits, line) for line in chosen.reshape(_ROWS, _COLUMNS)),
            tuple(_box(strokes, brush) for strokes in written),
        )


def _lit(strokes: Sequence[Points], brush: float, random: np.random.Generator) -> NDArray[np.uint8]:
    width, height = _PAGE
    ink = rasterize(strokes, width=brush, size=width)[:height]
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    paper = _LIGHT[0] * (1 - _LIGHT[1] * (x + y) / 2) + random.normal(0, _GRAIN, ink.shape)
    lit: NDArray[np.uint8] = np.clip(paper * (1 - 0.8 * ink), 0, 255).astype(np.uint8)
    return lit


# ── cheques ──────────────────────────────────────────────────────────────────────────────────────


def cheques(folder: Path) -> Iterator[Number]:
    """Yield the amounts on cheques."""
    path = folder / "strings" / "cheque_amounts.npz"
    try:
        with np.load(path) as arrays:
            images, crops, boxes = arrays["images"], arrays["crop_yxhw"], arrays["digit_box"]
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{path} holds no amounts on cheques: {error}.") from None
    for sample, (image, (y, x, h, w)) in enumerate(zip(images, crops, strict=True)):
        mine = boxes[boxes[:, 0] == sample]
        low = mine[:, 2:4] - (x, y)
        places = np.concatenate([low, low + mine[:, 4:]], axis=1)
        text = "".join(map(str, mine[:, 1].astype(int)))
        yield Number(image[y : y + h, x : x + w], text, tuple(map(tuple, places.tolist())))
