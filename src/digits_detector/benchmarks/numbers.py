"""How whole numbers are read: `digits benchmark numbers [FOLDER]`.

Strings of two to six digits are composed of the pen digits of five writers that are never trained on, each string of
one writer's: with gaps, and overlapping; as strokes, and as pictures; and whole pages of theirs. Beside them real
amounts from bank cheques, of strings/cheque_amounts.npz in the folder, by default `$DIGITS_DATA`: `images`
(n, height, width), uint8; `crop_yxhw` (n, 4); and `digit_box` (m, 6), a sample, a digit, x, y, width and height each.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ..models import ONNX
from ..recognizer import DigitRecognizer
from ..results import Reading
from ..training import pen
from .strings import Number, as_pictures, as_strokes, cheques, pages

STRINGS = 500
PAGES = 50
SAME_PLACE = 0.5  # intersection over union, from which on a found box is the true one


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
    sets = {**composed(), "amounts on cheques": cheques(folder)}
    rows = [{"set": name, **measured(recognizer, list(numbers))} for name, numbers in sets.items()]
    del rows[-1]["misread"]  # what stands on the cheques is not ours to pass on
    protocol = (
        f"right: all digits right, and nothing extra; precision, recall, F1: of single digits, at the right place "
        f"(intersection over union ≥ {SAME_PLACE}); edits: from what was read to the truth, mean; "
        f"milliseconds: after decoding, median, one thread"
    )
    return {"protocol": protocol, "rows": rows}


def composed() -> dict[str, Iterator[Number]]:
    """Return the numbers that are put together from the five writers' digits; always the same."""
    _, writers = pen.split(pen.load())
    strings = {
        f"pen digits of writers 26–30, {name}, as {form}": make(writers, STRINGS, gaps)
        for form, make in (("strokes", as_strokes), ("pictures", as_pictures))
        for name, gaps in GAPS.items()
    }
    return {
        **strings,
        "twenty digits of theirs in four lines, 1 megapixel, uneven light": pages(writers, PAGES),
    }


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
    """Return how many strings and digits are read right, how far off the others are, and which those are."""
    pairs = [(number.text, reading.text) for number, reading in zip(numbers, readings, strict=True)]
    found = sum(found_digits(number, reading) for number, reading in zip(numbers, readings, strict=True))
    said = sum(len(reading.digits) for reading in readings)
    meant = sum(len(number.digits) for number in numbers)
    return {
        "n": len(pairs),
        "digits": meant,
        "right": round(sum(truth == read for truth, read in pairs) / len(pairs), 6),
        "precision": round(found / max(said, 1), 6),
        "recall": round(found / meant, 6),
        "f1": round(2 * found / (said + meant), 6),
        "edits": round(sum(edits(truth, read) for truth, read in pairs) / len(pairs), 6),
        "misread": [
            {"index": index, "text": truth, "read": read}
            for index, (truth, read) in enumerate(pairs)
            if truth != read
        ],
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
