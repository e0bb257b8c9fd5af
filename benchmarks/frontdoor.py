"""What the way from a picture to 28×28 costs: `python -m benchmarks.frontdoor`.

MNIST's digits are read as raw arrays, straight by the network, and then as pictures through the recogniser: as they
are, enlarged, inverted, and pasted anywhere on a canvas. Nothing but the door differs, so neither should the readings:
the accuracy is that of the closest digit, since raw arrays are not judged; beside it what the judge would turn away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from digits_detector.models import chosen
from digits_detector.networks.classifier import Classifier
from digits_detector.recognizer import DigitRecognizer
from digits_detector.training.evaluate import Part, digits, in_words

from .command import main

CANVAS = 520
BATCH = 250

Digit = NDArray[np.uint8]
Door = Callable[[Digit, np.random.Generator], Digit]


def _as_it_is(digit: Digit, _: np.random.Generator) -> Digit:
    return digit


def _enlarged(digit: Digit, _: np.random.Generator) -> Digit:
    return _resized(digit, 280)


def _inverted(digit: Digit, _: np.random.Generator) -> Digit:
    return 255 - digit


def _pasted(digit: Digit, random: np.random.Generator) -> Digit:
    side = round(CANVAS * random.uniform(0.25, 0.9))
    x, y = random.integers(0, CANVAS - side, size=2, endpoint=True)
    canvas = np.zeros((CANVAS, CANVAS), dtype=np.uint8)
    canvas[y : y + side, x : x + side] = _resized(digit, side)
    return canvas


def _resized(digit: Digit, side: int) -> Digit:
    return np.asarray(Image.fromarray(digit).resize((side, side), Image.Resampling.BICUBIC))


DOORS: dict[str, Door] = {
    "as they are, 28×28": _as_it_is,
    "enlarged to 280×280, bicubic": _enlarged,
    "inverted to black on white": _inverted,
    "anywhere on 520×520, at 25–90 % of its side": _pasted,
}


def run(part: Part = "valid") -> dict[str, Any]:
    """Measure each door on the 5,000 digits to choose on ("valid") or on MNIST's test digits ("test")."""
    images, labels, _ = digits(part)
    logits = Classifier(chosen())(images).logits
    rows = [
        {
            "door": "raw arrays, without a door",
            "n": len(labels),
            "accuracy": _share(logits.argmax(axis=1) == labels),
        }
    ]
    recognizer = DigitRecognizer()
    for name, door in DOORS.items():
        bar = tqdm(images, desc=name, unit="digit", mininterval=1)
        closest, accepted = np.array(list(_readings(recognizer, door, bar))).T
        rows.append(
            {
                "door": name,
                "n": len(labels),
                "accuracy": _share(closest == labels),
                "turned_away": _share(accepted == 0),
            }
        )
    return {"protocol": in_words(part), "rows": rows}


def _readings(recognizer: DigitRecognizer, door: Door, images: Any) -> Iterator[tuple[int, bool]]:
    """Yield the closest digit, and whether it is taken for one."""
    random = np.random.default_rng(0)
    pictures = [door(digit, random) for digit in images]
    for first in range(0, len(pictures), BATCH):
        for prediction in recognizer.predict_batch(pictures[first : first + BATCH]):
            yield int(prediction.probabilities.argmax()), prediction.status == "digit"


def _share(right: NDArray[np.bool_]) -> float:
    return round(float(right.mean()), 6)


def table(result: dict[str, Any]) -> str:
    """Return the result as lines for a terminal."""
    raw = result["rows"][0]["accuracy"]
    lines = [
        f"{row['door']:<45} {row['accuracy']:8.2%} {100 * (row['accuracy'] - raw):+6.2f}"
        + (f"  rejected {row['turned_away']:6.2%}" if "turned_away" in row else "")
        for row in result["rows"]
    ]
    return "\n".join([f"{result['protocol']}, n = {result['rows'][0]['n']:,}", *lines])


if __name__ == "__main__":
    main("frontdoor", run, table, ["part"])
