"""Measure the recogniser on labelled data of one's own: `digits evaluate`.

Three forms of data:

- single digits: a folder with folders `0` to `9`, and `not_a_digit` for what is to be rejected, of pictures or of pen
  strokes (.json);
- single digits in one .npz file: `label` (n,), and either `images` (n, h, w) uint8, or pen strokes as `points` (m, 2),
  x to the right and y down, `stroke_id` (m,) and `sample_id` (m,), ascending;
- numbers: a CSV file with the columns `file` and `text`, one row a picture, lines and numbers separated by white space.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .errors import DataError, DigitsError, InvalidStrokes
from .image.decode import Picture
from .recognizer import DigitRecognizer
from .strokes import Strokes

NOT_A_DIGIT = "not_a_digit"
LABELS = (*"0123456789", NOT_A_DIGIT)
_BATCH = 256

Progress: TypeAlias = Callable[[Iterable[Any]], Iterable[Any]]


class Item(NamedTuple):
    """A picture or strokes, what it is called, and what it shows: a label of `LABELS`, or a number's text."""

    source: Picture | Strokes
    name: str
    label: str


class Miss(NamedTuple):
    """An item that was not read as its label says; `read` is the reading, or what is wrong with the file."""

    name: str
    label: str
    read: str


@dataclass(frozen=True)
class Score:
    """What was measured.

    Attributes
    ----------
    kind : "digits" or "numbers"
    n : int
        Items.
    right : float
        The share that is read as labelled: the digit, or the whole text.
    closest : float or None
        Of single digits: the share whose most probable digit is right, rejected or not.
    rejected : float or None
        Of single digits: the share of digits with the status "not_a_digit" or "blank".
    errors_per_digit : float or None
        Of numbers: digits to insert, delete or replace until the texts are right, divided by the digits labelled.
    misses : tuple of Miss
    """

    kind: str
    n: int
    right: float
    closest: float | None = None
    rejected: float | None = None
    errors_per_digit: float | None = None
    misses: tuple[Miss, ...] = field(default=(), repr=False)

    def to_json(self) -> dict[str, Any]:
        """Return the figures, and the misses as objects."""
        figures = {key: value for key, value in vars(self).items() if value is not None and key != "misses"}
        return {**figures, "misses": [miss._asdict() for miss in self.misses]}


def evaluate(data: Path, recognizer: DigitRecognizer, progress: Progress = iter) -> Score:
    """Measure on a folder, an .npz file or a CSV file.

    Parameters
    ----------
    data : Path
    recognizer : DigitRecognizer
    progress : callable
        What items are counted by, for instance `tqdm`.

    Raises
    ------
    DataError
        If the data has another form, or holds nothing.
    """
    if data.is_dir():
        return _of_digits(list(_in_folders(data)), recognizer, progress)
    if data.suffix == ".npz":
        return _of_digits(list(_in_arrays(data)), recognizer, progress)
    if data.suffix == ".csv":
        return _of_numbers(list(_in_table(data)), recognizer, progress)
    raise DataError(
        f"{data}: expected a folder with folders 0 to 9, an .npz file, or a .csv file with file and text."
    )


# ── data ─────────────────────────────────────────────────────────────────────────────────────────


def _in_folders(folder: Path) -> Iterator[Item]:
    labelled = [folder / label for label in LABELS if (folder / label).is_dir()]
    files = [path for part in labelled for path in sorted(part.rglob("*")) if path.is_file()]
    if not files:
        raise DataError(f"{folder} holds no files in folders named 0 to 9 or {NOT_A_DIGIT}.")
    for path in files:
        name = path.relative_to(folder)
        yield Item(path, str(name), name.parts[0])


def _in_arrays(file: Path) -> Iterator[Item]:
    try:
        with np.load(file, allow_pickle=False) as held:
            arrays = {name: held[name] for name in held.files}
        labels = [str(label) for label in arrays["label"].tolist()]
        sources = list(arrays["images"]) if "images" in arrays else drawings(arrays)
    except (OSError, ValueError, TypeError, LookupError, zipfile.BadZipFile) as error:
        raise DataError(f"{file} cannot be read: {error}.") from None
    if not labels or len(sources) != len(labels):
        raise DataError(f"{file} holds {len(sources)} items and {len(labels)} labels.")
    if unknown := set(labels) - set(LABELS):
        raise DataError(f"{file}: invalid label {min(unknown)!r}: expected 0 to 9 or {NOT_A_DIGIT}.")
    for number, (source, label) in enumerate(zip(sources, labels, strict=True)):
        yield Item(source, f"#{number}", label)


def drawings(arrays: Mapping[str, NDArray[Any]]) -> tuple[Strokes, ...]:
    """Return the drawing of each label from `points`, `stroke_id` and `sample_id`; without points it has no strokes."""
    points, stroke, sample = (arrays[name] for name in ("points", "stroke_id", "sample_id"))
    # A new stroke begins where either number changes.
    breaks = np.flatnonzero(np.diff(sample) | np.diff(stroke)) + 1
    strokes = np.split(points, breaks)
    owner = sample[np.concatenate([[0], breaks])]
    return tuple(
        Strokes(strokes[place] for place in np.flatnonzero(owner == number))
        for number in range(len(arrays["label"]))
    )


def _in_table(file: Path) -> Iterator[Item]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = [(row["file"], row["text"]) for row in csv.DictReader(lines)]
    except (OSError, UnicodeDecodeError, csv.Error, KeyError) as error:
        raise DataError(
            f"{file} cannot be read: expected a table with columns file and text ({error})."
        ) from None
    if not rows:
        raise DataError(f"{file} holds no rows.")
    for name, text in rows:
        yield Item(file.parent / name, name, " ".join((text or "").split()))


# ── scores ───────────────────────────────────────────────────────────────────────────────────────


def _of_digits(items: Sequence[Item], recognizer: DigitRecognizer, progress: Progress) -> Score:
    misses, closest, digits, rejected = [], 0, 0, 0
    waiting = iter(progress(items))
    while batch := list(islice(waiting, _BATCH)):
        read = recognizer.predict_batch(map(_opened, batch), on_error="return")
        for place, (item, prediction) in enumerate(zip(batch, read, strict=True)):
            said = NOT_A_DIGIT if prediction.digit is None else str(prediction.digit)
            if place in read.errors:
                misses.append(Miss(item.name, item.label, str(read.errors[place])))
            elif said != item.label:
                misses.append(Miss(item.name, item.label, said))
            if item.label != NOT_A_DIGIT:
                digits += 1
                rejected += prediction.digit is None
                closest += str(prediction.probabilities.argmax()) == item.label and place not in read.errors
    return Score(
        "digits",
        len(items),
        1 - len(misses) / len(items),
        closest=closest / digits if digits else None,
        rejected=rejected / digits if digits else None,
        misses=tuple(misses),
    )


def _opened(item: Item) -> Picture | Strokes:
    """Return the strokes of a JSON file; one that holds no strokes is left for the recogniser to refuse."""
    source = item.source
    if not (isinstance(source, Path) and source.suffix.lower() == ".json"):
        return source
    try:
        return Strokes.load(source)
    except InvalidStrokes:
        return source


def _of_numbers(items: Sequence[Item], recognizer: DigitRecognizer, progress: Progress) -> Score:
    misses, errors, digits = [], 0, 0
    for item in progress(items):
        wanted = item.label.replace(" ", "")
        digits += len(wanted)
        try:
            read = " ".join(recognizer.read(_opened(item)).text.split())
        except DigitsError as error:
            misses.append(Miss(item.name, item.label, str(error)))
            errors += len(wanted)
            continue
        if read != item.label:
            misses.append(Miss(item.name, item.label, read))
            errors += distance(read.replace(" ", ""), wanted)
    return Score(
        "numbers",
        len(items),
        1 - len(misses) / len(items),
        errors_per_digit=errors / max(digits, 1),
        misses=tuple(misses),
    )


def distance(one: str, other: str) -> int:
    """Return how many characters must be inserted, deleted or replaced (Levenshtein 1966)."""
    row = list(range(len(other) + 1))
    for above, character in enumerate(one, start=1):
        left = [above]
        for column, wanted in enumerate(other, start=1):
            left.append(min(row[column] + 1, left[-1] + 1, row[column - 1] + (character != wanted)))
        row = left
    return row[-1]
