"""How whole numbers are read: `digits benchmark numbers [FOLDER]`.

Strings of two to six digits are composed of the pen digits of five writers that are never trained on, each string of
one writer's: with gaps, and overlapping; as strokes, and as pictures. Beside them real amounts from bank cheques, of
strings/cheque_amounts.npz in the folder, by default `$DIGITS_DATA`: `images` (n, height, width), uint8; `crop_yxhw`
(n, 4); `label` (n,); and `digit_box` (m, 6), a sample, a digit, x, y, width and height each.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ..errors import DataError
from ..ink import Picture
from ..models import ONNX
from ..reading import Place, Reading
from ..recognizer import DigitRecognizer
from ..strokes import Points, Strokes, rasterize
from ..training import pen
from ..training.pen import PenDigits

STRINGS = 500
SAME_PLACE = 0.5  # intersection over union, from which on a found box is the true one


@dataclass(frozen=True, eq=False)
class Number:
    """Something to read, and what stands in it: each digit and its box (x0, y0, x1, y1)."""

    source: Picture | Strokes
    digits: tuple[int, ...]
    boxes: tuple[Place, ...]


GAPS = {"with gaps of 0 to 50 % of the height": (0.0, 0.5), "overlapping by 0 to 5 %": (-0.05, 0.0)}


def run(folder: Path | None = None) -> dict[str, Any]:
    """Measure the shipped model.

    Raises
    ------
    DataError
        If the cheques' file is missing or broken.
    """
    folder = folder or Path(os.environ.get("DIGITS_DATA", ""))
    recognizer = DigitRecognizer(ONNX)
    _, writers = pen.split(pen.load())
    sets = {
        f"pen digits of writers 26–30, {name}, as {form}": make(writers, STRINGS, gaps)
        for form, make in (("strokes", as_strokes), ("pictures", as_pictures))
        for name, gaps in GAPS.items()
    }
    rows = [
        {"set": name, **measured(recognizer, list(numbers))}
        for name, numbers in {**sets, "amounts on cheques": cheques(folder)}.items()
    ]
    protocol = (
        f"right: all digits right, and nothing extra; precision, recall, F1: of single digits, at the right place "
        f"(intersection over union ≥ {SAME_PLACE}); edits: from what was read to the truth, mean; "
        f"milliseconds: after decoding, median, one thread"
    )
    return {"protocol": protocol, "rows": rows}


# ── figures ──────────────────────────────────────────────────────────────────────────────────────


def measured(recognizer: DigitRecognizer, numbers: Sequence[Number]) -> dict[str, Any]:
    """Read all numbers and return how well, and how fast."""
    readings, seconds = [], []
    for number in tqdm(numbers, unit="number", mininterval=1):
        start = time.perf_counter()
        readings.append(recognizer.read(number.source))
        seconds.append(time.perf_counter() - start)
    return {**figures(numbers, readings), "milliseconds": round(1000 * median(seconds), 1)}


def figures(numbers: Sequence[Number], readings: Sequence[Reading]) -> dict[str, Any]:
    """Return the share of strings read right, precision, recall and F1 of digits, and the mean edit distance."""
    truths = ["".join(map(str, number.digits)) for number in numbers]
    pairs = list(zip(truths, readings, strict=True))
    found = sum(found_digits(number, reading) for number, reading in zip(numbers, readings, strict=True))
    said, meant = sum(len(reading.digits) for reading in readings), sum(map(len, truths))
    return {
        "n": len(truths),
        "digits": meant,
        "right": round(sum(truth == reading.text for truth, reading in pairs) / len(truths), 6),
        "precision": round(found / max(said, 1), 6),
        "recall": round(found / meant, 6),
        "f1": round(2 * found / (said + meant), 6),
        "edits": round(sum(edits(truth, reading.text) for truth, reading in pairs) / len(truths), 6),
    }


def found_digits(number: Number, reading: Reading) -> int:
    """Count the digits that were found: the pairs of best overlap first, each digit once."""
    if not reading.digits:
        return 0
    overlap = _overlaps(np.array(number.boxes), np.array([digit.box for digit in reading.digits]))
    overlap[np.not_equal.outer(number.digits, [digit.digit for digit in reading.digits])] = 0
    count = 0
    while (best := overlap.max()) >= SAME_PLACE:
        row, column = np.unravel_index(np.argmax(overlap == best), overlap.shape)
        overlap[row], overlap[:, column] = 0, 0
        count += 1
    return count


def _overlaps(ones: NDArray[Any], others: NDArray[Any]) -> NDArray[np.float64]:
    """Return the intersection over union (n, m) of boxes (n, 4) and (m, 4); those of a line are a unit wide."""
    low = np.maximum(ones[:, None, :2], others[:, :2])
    high = np.minimum(ones[:, None, 2:], others[:, 2:])
    shared = np.maximum(high - low + 1, 0).prod(axis=2)
    one, other = ((boxes[:, 2:] - boxes[:, :2] + 1).prod(axis=1) for boxes in (ones, others))
    overlaps: NDArray[np.float64] = shared / (one[:, None] + other - shared)
    return overlaps


def edits(one: str, other: str) -> int:
    """Return how many digits must be put in, taken out or changed (Levenshtein 1966)."""
    row = list(range(len(other) + 1))
    for place, digit in enumerate(one, 1):
        before, row[0] = row[0], place
        for column, different in enumerate(other, 1):
            cheapest = min(row[column] + 1, row[column - 1] + 1, before + (digit != different))
            before, row[column] = row[column], cheapest
    return row[-1]


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
        yield Number(strokes, _labels(digits, chosen), tuple(_box(strokes, 0) for strokes in scaled))


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
            picture, _labels(digits, chosen), tuple(_box(strokes, brush * pixels) for strokes in placed)
        )


def _labels(digits: PenDigits, chosen: NDArray[np.intp]) -> tuple[int, ...]:
    return tuple(digits.labels[chosen].tolist())


def _box(strokes: Sequence[Points], width: float) -> Place:
    """Return the box of what a pen of that width draws."""
    points = np.concatenate(strokes)
    x0, y0 = (points.min(axis=0) - width / 2).tolist()
    x1, y1 = (points.max(axis=0) + width / 2).tolist()
    return x0, y0, x1, y1


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
        digits = tuple(mine[:, 1].astype(int).tolist())
        yield Number(image[y : y + h, x : x + w], digits, tuple(map(tuple, places.tolist())))


def table(result: dict[str, Any]) -> str:
    """Return the result as lines for a terminal."""
    lines = [
        f"{'':<74} {'n':>5} {'right':>8} {'precision':>10} {'recall':>8} {'F1':>8} {'edits':>6} {'ms':>6}"
    ]
    lines += [
        f"{row['set']:<74} {row['n']:5,} {row['right']:8.2%} {row['precision']:10.2%} {row['recall']:8.2%} "
        f"{row['f1']:8.2%} {row['edits']:6.3f} {row['milliseconds']:6.1f}"
        for row in result["rows"]
    ]
    return "\n".join([*lines, result["protocol"]])
