"""What `python -m benchmarks.numbers` reads: strings of pen digits in several layouts, with marks, whole pages of them,
amounts on cheques, and people's own photographs of numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from digits_detector.errors import DataError
from digits_detector.image.ink import Picture
from digits_detector.results import Box as Place
from digits_detector.strokes import Points, Strokes, rasterize
from digits_detector.training.data.pen import PenDigits
from digits_detector.training.data.strings import MARKS, Layout, compose, standing
from digits_detector.training.outliers.letters import CLEAR

from .sketch import load_strokes


@dataclass(frozen=True, eq=False)
class Number:
    """Something to read, what stands in it, line by line, and where it is known each digit's box (x0, y0, x1, y1)."""

    source: Picture | Strokes
    text: str
    boxes: tuple[Place, ...]

    @property
    def digits(self) -> list[int]:
        """The digits of all lines."""
        return [int(digit) for digit in self.text if digit.isdecimal()]


# ── strings of pen digits ────────────────────────────────────────────────────────────────────────

_PIXELS = 24, 120  # the string's height in a picture
_BRUSHES = 0.04, 0.12  # in heights; not below a pixel and a half
_MARGIN = 0.3  # of paper about the string, in heights


def as_strokes(digits: PenDigits, n: int, layout: Layout) -> Iterator[Number]:
    """Yield n strings as strokes, 100 units high; always the same."""
    random = np.random.default_rng(0)
    for _ in range(n):
        chosen, written = compose(digits, random, layout)
        scaled = [[stroke * 100 for stroke in strokes] for strokes in written]
        strokes = Strokes(stroke for strokes in scaled for stroke in strokes)
        yield Number(strokes, _text(digits, *chosen), tuple(_box(strokes, 0) for strokes in scaled))


def as_pictures(digits: PenDigits, n: int, layout: Layout) -> Iterator[Number]:
    """Yield n strings as pictures, black on white, of several sizes and brushes; always the same."""
    random = np.random.default_rng(0)
    for _ in range(n):
        pixels = random.uniform(*_PIXELS)
        brush = max(random.uniform(*_BRUSHES), 1.5 / pixels)
        chosen, written = compose(digits, random, layout, brush)
        picture, shift = _picture([stroke for strokes in written for stroke in strokes], pixels, brush)
        placed = [[stroke * pixels + shift for stroke in strokes] for strokes in written]
        yield Number(
            picture, _text(digits, *chosen), tuple(_box(strokes, brush * pixels) for strokes in placed)
        )


def _picture(strokes: Sequence[Points], pixels: float, brush: float) -> tuple[NDArray[np.uint8], Points]:
    """Draw strokes a unit high, black on white; return the picture, and how far it shifted them."""
    margin = _MARGIN + brush / 2
    points = np.concatenate(strokes)
    shift = (margin - points.min(axis=0)) * pixels
    width, height = np.ceil((np.ptp(points, axis=0) + 2 * margin) * pixels).astype(int).tolist()
    ink = rasterize(
        [stroke * pixels + shift for stroke in strokes], width=brush * pixels, size=(height, width)
    )
    return 255 - np.rint(255 * ink).astype(np.uint8), shift


def _text(digits: PenDigits, *lines: NDArray[np.intp]) -> str:
    return "\n".join("".join(map(str, digits.labels[line])) for line in lines)


def _box(strokes: Sequence[Points], width: float) -> Place:
    """Return the box of what a pen of that width draws."""
    points = np.concatenate(strokes)
    x0, y0 = (points.min(axis=0) - width / 2).tolist()
    x1, y1 = (points.max(axis=0) + width / 2).tolist()
    return x0, y0, x1, y1


def lettered(folder: Path, n: int) -> Iterator[Number]:
    """Yield n strings of two digits and a clear letter in any order, as strokes, 100 units high; always the same."""
    random = np.random.default_rng(0)
    try:
        digits, labels = load_strokes(folder / "sketch" / "numberpad_digits.npz")
        letters, names = load_strokes(folder / "sketch" / "chars74k_letters.npz")
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{folder / 'sketch'} holds no drawings of digits and letters: {error}.") from None
    clear = np.flatnonzero([name in CLEAR for name in names])
    for _ in range(n):
        right, text, written = 0.0, "", []
        for letter in random.permutation([False, False, True]):
            place = random.choice(clear) if letter else random.integers(len(digits))
            text += "" if letter else str(labels[place])
            strokes = standing((letters if letter else digits)[place].strokes, 100)
            written += [stroke + np.array((right, 0)) for stroke in strokes]
            right += float(np.ptp(np.concatenate(strokes)[:, 0])) + random.uniform(10, 40)
        yield Number(Strokes(written), text, ())


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
            _text(digits, *chosen.reshape(_ROWS, _COLUMNS)),
            tuple(_box(strokes, brush) for strokes in written),
        )


def large(page: Number) -> Number:
    """Return a page as a camera of twelve megapixels takes it."""
    picture = Image.fromarray(np.asarray(page.source)).resize((4000, 2777), Image.Resampling.BILINEAR)
    times = 4000 / _PAGE[0]
    return Number(np.asarray(picture), page.text, tuple(tuple(times * np.array(box)) for box in page.boxes))


_SCAN = 3508, 2480  # pixels down and across: A4 at 300 dpi
_MILLIMETRE = 300 / 25.4  # pixels
_SMALL, _PEN = (2.0, 6.0), (0.3, 0.7)  # millimetres: how high the strings are, and how wide the pen


def scans(digits: PenDigits, n: int) -> Iterator[Number]:
    """Yield n white pages as a scanner sees them: four small strings on each, anywhere in their quarter."""
    random = np.random.default_rng(0)
    height, width = _SCAN
    for _ in range(n):
        page = np.full(_SCAN, 255, dtype=np.uint8)
        lines: list[NDArray[np.intp]] = []
        boxes: list[Place] = []
        for quarter in range(4):
            pixels, pen = (random.uniform(*range_) * _MILLIMETRE for range_ in (_SMALL, _PEN))
            chosen, written = compose(digits, random, Layout(), pen / pixels)
            picture, shift = _picture(
                [stroke for strokes in written for stroke in strokes], pixels, pen / pixels
            )
            down, across = picture.shape
            x = int(random.integers(0, width - across))
            y = int(random.integers(0, height // 4 - down)) + quarter * height // 4
            page[y : y + down, x : x + across] = picture
            lines += chosen
            boxes += [
                _box([stroke * pixels + shift + (x, y) for stroke in strokes], pen) for strokes in written
            ]
        yield Number(page, _text(digits, *lines), tuple(boxes))


def _lit(strokes: Sequence[Points], brush: float, random: np.random.Generator) -> NDArray[np.uint8]:
    width, height = _PAGE
    ink = rasterize(strokes, width=brush, size=width)[:height]
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    paper = _LIGHT[0] * (1 - _LIGHT[1] * (x + y) / 2) + random.normal(0, _GRAIN, ink.shape)
    lit: NDArray[np.uint8] = np.clip(paper * (1 - 0.8 * ink), 0, 255).astype(np.uint8)
    return lit


# ── numbers with marks ───────────────────────────────────────────────────────────────────────────


def marked(digits: PenDigits, n: int) -> Iterator[Number]:
    """Yield n prices, dates, times and temperatures of one writer's digits each, as pictures; always the same."""
    random = np.random.default_rng(0)
    for _ in range(n):
        writer = random.choice(np.unique(digits.writers))
        mine = digits.only(digits.writers == writer)
        text = _MARKED[random.integers(len(_MARKED))](random)
        pixels = random.uniform(*_PIXELS)
        brush = max(random.uniform(*_BRUSHES), 1.5 / pixels)
        right, written = 0.0, []
        for character in text:
            strokes = MARKS.get(character) or _digit(mine, int(character), random)
            lines = [np.array(stroke, dtype=np.float64) + random.normal(0, 0.01, 2) for stroke in strokes]
            points = np.concatenate(lines)
            written += [line + np.array([right - points[:, 0].min(), 0]) for line in lines]
            right += float(np.ptp(points[:, 0])) + brush + random.uniform(0.08, 0.25)
        picture, _ = _picture(written, pixels, brush)
        yield Number(picture, text, ())


def _digit(digits: PenDigits, digit: int, random: np.random.Generator) -> list[Points]:
    strokes = digits.strokes[random.choice(np.flatnonzero(digits.labels == digit))].strokes
    return standing(strokes, random.uniform(0.9, 1.05))


def _price(random: np.random.Generator) -> str:
    return f"{random.integers(1, 1000)}{'.,'[random.integers(2)]}{random.integers(100):02d}"


def _date(random: np.random.Generator) -> str:
    return f"{random.integers(1, 32)}/{random.integers(1, 13)}/{random.integers(1950, 2030)}"


def _time(random: np.random.Generator) -> str:
    return f"{random.integers(24)}:{random.integers(60):02d}"


def _temperature(random: np.random.Generator) -> str:
    return f"-{random.integers(1, 40)}" + (f".{random.integers(10)}" if random.random() < 0.5 else "")


_MARKED = (_price, _date, _time, _temperature)


# ── people's own pictures ────────────────────────────────────────────────────────────────────────


def photos(folder: Path) -> Iterator[Number]:
    """Yield the photographs, scans and drawings of numbers in strings/photos, as they are."""
    index = folder / "strings" / "photos" / "index.tsv"
    try:
        lines = index.read_text().splitlines()
    except OSError as error:
        raise DataError(f"{index} can't be read: {error.strerror}.") from None
    for line in lines:
        name, text = line.split("\t")
        with Image.open(index.with_name(name)) as image:
            yield Number(ImageOps.exif_transpose(image).convert("RGB"), text, ())


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
