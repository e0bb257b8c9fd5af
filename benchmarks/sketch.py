"""How what people draw is read: `python -m benchmarks.sketch [FOLDER|FILE]`.

Each drawing is read as strokes, and as four pictures of it, 520×520, black on white. Beside it the plain method: the
whole canvas squeezed to 28×28, the same network.

Without a path: the pen digits of five writers that are never trained on, and what `$DIGITS_DATA/sketch` holds. A file
is a .npz of `points` (m, 2), x to the right and y down; `stroke_id` (m,) and `sample_id` (m,), ascending; and `label`
(n,), whole numbers from 0 to 9.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from digits_detector import evaluate
from digits_detector.errors import DataError
from digits_detector.image.ink import Picture
from digits_detector.models import chosen
from digits_detector.networks.classifier import Classifier
from digits_detector.recognizer import DigitRecognizer
from digits_detector.results import Prediction
from digits_detector.strokes import Strokes, rasterize
from digits_detector.training.data import pen
from digits_detector.training.scores import Labels, expected_calibration_error, reliability

from .command import main

CANVAS = 520
BATCH = 250


@dataclass(frozen=True)
class Drawings:
    """Drawings (n) and the digits that they are meant to be (n,)."""

    name: str
    strokes: tuple[Strokes, ...]
    labels: Labels


@dataclass(frozen=True)
class Way:
    """How a drawing is laid on the canvas: brush in pixels, longer side as shares of the canvas."""

    name: str
    brush: float
    smallest: float
    largest: float
    anywhere: bool


WAYS = (
    Way("brush 6, centred, 75 % of the canvas", 6, 0.75, 0.75, anywhere=False),
    Way("brush 20, centred, 75 % of the canvas", 20, 0.75, 0.75, anywhere=False),
    Way("brush 12, anywhere, 25–75 % of the canvas", 12, 0.25, 0.75, anywhere=True),
    Way("brush 6, anywhere, 15–30 % of the canvas", 6, 0.15, 0.3, anywhere=True),
)


def run(path: Path | None = None) -> dict[str, Any]:
    """Measure the drawings of a file, of each .npz in a folder, or of all that is at hand.

    Raises
    ------
    DataError
        If there is no such file, or it holds no drawings of digits.
    """
    recognizer, network = DigitRecognizer(), Classifier(chosen())
    rows = []
    for drawings in at_hand() if path is None else load(path):
        named = {"set": drawings.name, "n": len(drawings.labels)}
        predictions = read(recognizer, drawings.strokes)
        of_strokes = {"way": "strokes, as strokes", **figures(predictions, drawings.labels)}
        rows.append({**named, **of_strokes, "misread": _misread(predictions, drawings.labels)})
        for way in WAYS:
            bar = tqdm(drawings.strokes, desc=f"{drawings.name}, {way.name}", unit="drawing", mininterval=1)
            pictures = list(on_canvas(bar, way))
            plain = network(np.stack([squeezed(picture) for picture in pictures])).logits.argmax(axis=1)
            measured = figures(read(recognizer, pictures), drawings.labels)
            rows.append({**named, "way": way.name, **measured, "plain": share(plain == drawings.labels)})
    protocol = (
        "right: the digit that is said; rejected: said to be not a digit, whatever it is closest to; "
        "plain: the whole canvas squeezed to 28×28, the same network"
    )
    return {"protocol": protocol, "rows": rows}


def read(recognizer: DigitRecognizer, items: Sequence[Strokes] | Sequence[Picture]) -> list[Prediction]:
    """Read all, some at a time."""
    return [
        prediction
        for first in range(0, len(items), BATCH)
        for prediction in recognizer.predict_batch(items[first : first + BATCH])
    ]


def figures(predictions: Sequence[Prediction], labels: Labels) -> dict[str, Any]:
    """Return the shares read right, rejected, and closest to the truth, and how believable the probabilities are."""
    served = np.stack([prediction.probabilities for prediction in predictions])
    accepted = np.array([prediction.status == "digit" for prediction in predictions])
    right = served.argmax(axis=1) == labels
    bins = reliability(served, labels)
    return {
        "accuracy": share(accepted & right),
        "rejected": share(~accepted),
        "closest": share(right),
        "ece": round(expected_calibration_error(bins), 6),
        "reliability": bins,
    }


def _misread(predictions: Sequence[Prediction], labels: Labels) -> list[dict[str, Any]]:
    return [
        {
            "index": place,
            "label": int(label),
            "reading": int(prediction.probabilities.argmax()),
            "confidence": round(prediction.confidence, 6),
            "status": prediction.status,
        }
        for place, (prediction, label) in enumerate(zip(predictions, labels, strict=True))
        if prediction.digit != label
    ]


def share(right: NDArray[np.bool_]) -> float:
    """Return the share that is right, to six decimals."""
    return round(float(right.mean()), 6)


# ── drawings ─────────────────────────────────────────────────────────────────────────────────────


def on_canvas(drawings: Iterable[Strokes], way: Way) -> Iterator[NDArray[np.uint8]]:
    """Yield a picture (520, 520) of each drawing, black on white; always the same."""
    random = np.random.default_rng(0)
    for drawing in drawings:
        points = np.concatenate(drawing.strokes)
        low, high = points.min(axis=0), points.max(axis=0)
        extent = CANVAS * random.uniform(way.smallest, way.largest)
        scale = extent / max(float((high - low).max()), 1e-9)
        size = (high - low) * scale + way.brush
        place = random.uniform(0, CANVAS - size) if way.anywhere else (CANVAS - size) / 2
        placed = [(stroke - low) * scale + place + way.brush / 2 for stroke in drawing.strokes]
        ink = rasterize(placed, width=way.brush, size=CANVAS)
        yield 255 - np.rint(255 * ink).astype(np.uint8)


def squeezed(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the plain method's 28×28: the whole picture, inverted."""
    return np.asarray(Image.fromarray(255 - picture).resize((28, 28), Image.Resampling.BOX))


def at_hand() -> list[Drawings]:
    """Return the drawings of the five writers, and those in `$DIGITS_DATA/sketch`."""
    _, writers = pen.split(pen.load())
    five = Drawings("pen writers 26–30", writers.strokes, writers.labels)
    folder = Path(os.environ.get("DIGITS_DATA", "")) / "sketch"
    return [five, *load(folder)] if folder.is_dir() else [five]


def load(path: Path) -> list[Drawings]:
    """Read a file, or each .npz in a folder that holds drawings of digits."""
    if not path.is_dir():
        return [_load_file(path)]
    found = [_load_file(file) for file in sorted(path.glob("*.npz")) if _holds_digits(file)]
    if not found:
        raise DataError(f"{path} holds no .npz file of drawn digits.")
    return found


def _holds_digits(path: Path) -> bool:
    with np.load(path) as arrays:
        return {"points", "label"} <= set(arrays) and arrays["label"].dtype.kind in "iu"


def _load_file(path: Path) -> Drawings:
    try:
        strokes, labels = load_strokes(path)
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{path} holds no drawings: {error}.") from None
    if labels.dtype.kind not in "iu" or not all(map(len, strokes)):
        raise DataError(
            f"{path} holds no drawings of digits: each sample has points, and a label from 0 to 9."
        )
    return Drawings(path.stem, strokes, labels)


def load_strokes(path: Path) -> tuple[tuple[Strokes, ...], NDArray[Any]]:
    """Read a file's drawings and labels (n,), whatever they are of; a sample without points has no strokes."""
    with np.load(path) as arrays:
        return evaluate.drawings(arrays), arrays["label"]


def table(result: dict[str, Any]) -> str:
    """Return the result as lines for a terminal."""
    lines = [f"{'':<44} {'right':>9} {'rejected':>12} {'plain':>9}"]
    named = None
    for row in result["rows"]:
        if row["set"] != named:
            named = row["set"]
            lines.append(f"{named}, n = {row['n']:,}")
        plain = f"{row['plain']:9.2%}" if "plain" in row else " " * 9
        lines.append(f"  {row['way']:<42} {row['accuracy']:9.2%} {row['rejected']:12.2%} {plain}")
    return "\n".join([*lines, result["protocol"]])


if __name__ == "__main__":
    main("sketch", run, table, ["data"])
