"""How whole numbers are read: `python -m benchmarks.numbers [FOLDER]`.

Strings of two to six digits are composed of the pen digits of five writers that are never trained on, each string of
one writer's, in several layouts, as strokes and as pictures; numbers with decimal points, minus signs, slashes and
colons; whole pages. Beside them are people's own pictures of numbers (strings/photos in the folder, by default
`$DIGITS_DATA`), real amounts from bank cheques (strings/cheque_amounts.npz: `images` (n, height, width), uint8;
`crop_yxhw` (n, 4); `digit_box` (m, 6), a sample, a digit, x, y, width and height each), and pictures without any digit.
None of these is trained on. Beside each row of pictures stands the plain method, see plain.py.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from digits_detector.evaluate import distance
from digits_detector.image.decode import Picture
from digits_detector.models import chosen
from digits_detector.networks.classifier import Classifier
from digits_detector.recognizer import DigitRecognizer
from digits_detector.results import Reading
from digits_detector.strokes import Strokes
from digits_detector.training.data import pen
from digits_detector.training.data.strings import LAYOUTS, Layout

from . import negatives, plain
from .command import main
from .strings import Number, as_pictures, as_strokes, cheques, large, lettered, marked, pages, photos, scans

STRINGS = 500  # of a set
PAGES = 50
LARGE_PAGES = 5
SCANS = 25
LETTER_PAGES = 60
OTHERS = 200  # pictures without a digit, of a kind
SAME_PLACE = 0.5  # intersection over union, from which on a found box is the true one

_WRITERS = "pen digits of writers 26–30"
PICTURES = ("with gaps of 0 to 50 % of the height", "overlapping by 0 to 5 %")  # layouts that are drawn, too


def run(folder: Path | None = None, sets: Sequence[str] = ()) -> dict[str, Any]:
    """Measure the shipped models, on all sets or on those whose name holds one of some words.

    Raises
    ------
    DataError
        If a file is missing or broken.
    """
    folder = folder or Path(os.environ.get("DIGITS_DATA", ""))
    recognizer, classifier = DigitRecognizer(), Classifier(chosen())
    wanted = {name: make for name, make in _sets(folder).items() if _named(name, sets)}
    rows = []
    for name, make in wanted.items():
        numbers = list(make())
        marks = name.endswith("with marks")
        row = {"set": name, **measured(recognizer, numbers, marks=marks)}
        if not isinstance(numbers[0].source, Strokes) and not marks:
            row["plain"] = measured_plainly(classifier, numbers)
        rows.append(row)
    for row in rows:
        if row["set"].startswith(("amounts", "people")):
            del row["misread"]  # what stands there is not ours to pass on
    without = [
        {"set": name, **without_digits(recognizer, classifier, list(make()))}
        for name, make in _sets_without_digits(folder).items()
        if _named(name, sets)
    ]
    protocol = (
        "right: all digits right, in reading order, and nothing extra; numbers: where one ends is right too; "
        "precision, recall, F1: of single digits, at the right place "
        f"(intersection over union ≥ {SAME_PLACE}); edits: from what was read to the truth, mean; "
        "milliseconds: after decoding, median, one thread; "
        "plain: adaptive threshold, contours, boxes by height, our classifier"
    )
    return {
        "protocol": protocol,
        "classifier": recognizer.checksum,
        "detector": recognizer.detector().checksum,
        "rows": rows,
        "without_digits": without,
    }


def _named(name: str, words: Sequence[str]) -> bool:
    return not words or any(word in name for word in words)


def _sets(folder: Path) -> dict[str, Callable[[], Iterable[Number]]]:
    _, writers = pen.split(pen.load())
    return {
        "people's own pictures of numbers": lambda: photos(folder),
        "amounts on cheques": lambda: cheques(folder),
        "two digits of numberpad_digits beside a clear letter, as strokes": lambda: lettered(folder, STRINGS),
        **composed(writers),
    }


def composed(writers: pen.PenDigits) -> dict[str, Callable[[], Iterable[Number]]]:
    """Return the sets that are put together from writers' digits; always the same."""

    def strings(
        make: Callable[[pen.PenDigits, int, Layout], Iterator[Number]], layout: Layout
    ) -> Callable[[], Iterator[Number]]:
        return lambda: make(writers, STRINGS, layout)

    return {
        **{f"{_WRITERS}, {name}, as pictures": strings(as_pictures, LAYOUTS[name]) for name in PICTURES},
        **{
            f"{_WRITERS}, {name}, as strokes": strings(as_strokes, layout) for name, layout in LAYOUTS.items()
        },
        f"{_WRITERS}, prices, dates, times and temperatures with marks": lambda: marked(writers, STRINGS),
        "twenty digits of theirs in four lines, 1 megapixel, uneven light": lambda: pages(writers, PAGES),
        "the same with 12 megapixels": lambda: map(large, pages(writers, LARGE_PAGES)),
        "four numbers of theirs, 2 to 6 mm high, on a scan of A4 at 300 dpi": lambda: scans(writers, SCANS),
    }


def _sets_without_digits(folder: Path) -> dict[str, Callable[[], Iterable[Picture]]]:
    return {
        "pages of about 80 clear letters": lambda: negatives.letter_pages(folder, LETTER_PAGES),
        "noise of four kinds": lambda: negatives.textures(OTHERS),
        "two photographs and parts of them": lambda: negatives.photographs(OTHERS),
    }


# ── figures ──────────────────────────────────────────────────────────────────────────────────────


def measured(
    recognizer: DigitRecognizer, numbers: Sequence[Number], *, marks: bool = False
) -> dict[str, Any]:
    """Read all numbers and return how well, and how fast."""
    readings, seconds = [], []
    for number in tqdm(numbers, unit="number", mininterval=1):
        start = time.perf_counter()
        readings.append(recognizer.read(number.source, marks=marks))
        seconds.append(time.perf_counter() - start)
    return {**figures(numbers, readings), "milliseconds": round(1000 * median(seconds), 1)}


def measured_plainly(classifier: Classifier, numbers: Sequence[Number]) -> dict[str, Any]:
    """Return how many numbers the plain method reads right, and how fast."""
    right, seconds = 0, []
    for number in numbers:
        start = time.perf_counter()
        read = plain.read(number.source, classifier)  # type: ignore[arg-type]
        seconds.append(time.perf_counter() - start)
        right += _digits(read.text) == _digits(number.text)
    return {"right": round(right / len(numbers), 6), "milliseconds": round(1000 * median(seconds), 1)}


def without_digits(
    recognizer: DigitRecognizer, classifier: Classifier, pictures: Sequence[Picture]
) -> dict[str, Any]:
    """Return how many digits are read where there are none."""
    found = np.array([len(recognizer.read(picture).digits) for picture in tqdm(pictures, unit="picture")])
    plainly = np.array([len(plain.read(picture, classifier).boxes) for picture in pictures])
    return {
        "n": len(pictures),
        "digits": round(float(found.mean()), 6),
        "none": round(float((found == 0).mean()), 6),
        "plain": {"digits": round(float(plainly.mean()), 6), "none": round(float((plainly == 0).mean()), 6)},
    }


def _digits(text: str) -> str:
    return "".join(text.split())


def figures(numbers: Sequence[Number], readings: Sequence[Reading]) -> dict[str, Any]:
    """Return how many strings and digits are read right, how far off the others are, and which those are."""
    pairs = [(number.text, reading.text) for number, reading in zip(numbers, readings, strict=True)]
    edited = [distance(_digits(truth), _digits(read)) for truth, read in pairs]
    row = {
        "n": len(pairs),
        "digits": sum(len(number.digits) for number in numbers),
        "right": round(sum(_digits(truth) == _digits(read) for truth, read in pairs) / len(pairs), 6),
        "numbers": round(sum(truth.split() == read.split() for truth, read in pairs) / len(pairs), 6),
        "edits": round(sum(edited) / len(pairs), 6),
        "misread": [
            {"index": index, "text": truth, "read": read}
            for index, (truth, read) in enumerate(pairs)
            if _digits(truth) != _digits(read)
        ],
    }
    return {**row, **_found(numbers, readings)} if all(number.boxes for number in numbers) else row


def _found(numbers: Sequence[Number], readings: Sequence[Reading]) -> dict[str, float]:
    found = sum(found_digits(number, reading) for number, reading in zip(numbers, readings, strict=True))
    said = sum(len(reading.digits) for reading in readings)
    meant = sum(len(number.digits) for number in numbers)
    return {
        "precision": round(found / max(said, 1), 6),
        "recall": round(found / meant, 6),
        "f1": round(2 * found / (said + meant), 6),
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


def table(result: dict[str, Any]) -> str:
    """Return the result as lines for a terminal."""
    lines = [
        f"{'':<76} {'n':>5} {'right':>8} {'numbers':>8} {'F1':>8} {'edits':>6} {'ms':>7} {'plain':>8} {'ms':>7}"
    ]
    for row in result["rows"]:
        f1 = f"{row['f1']:8.2%}" if "f1" in row else f"{'–':>8}"
        beside = row.get("plain")
        plainly = f"{beside['right']:8.2%} {beside['milliseconds']:7.1f}" if beside else f"{'–':>8} {'–':>7}"
        lines.append(
            f"{row['set']:<76} {row['n']:5,} {row['right']:8.2%} {row['numbers']:8.2%} {f1} {row['edits']:6.3f} "
            f"{row['milliseconds']:7.1f} {plainly}"
        )
    lines += ["", f"{'without any digit':<76} {'n':>5} {'digits':>8} {'none':>8} {'plain':>8} {'none':>8}"]
    lines += [
        f"{row['set']:<76} {row['n']:5,} {row['digits']:8.3f} {row['none']:8.2%} {row['plain']['digits']:8.3f} "
        f"{row['plain']['none']:8.2%}"
        for row in result["without_digits"]
    ]
    return "\n".join([*lines, result["protocol"]])


if __name__ == "__main__":
    main("numbers", run, table, ["data", "set"])
