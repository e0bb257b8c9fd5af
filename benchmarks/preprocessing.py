"""What the way from a picture to 28×28 costs: `python -m benchmarks.preprocessing`.

MNIST's digits are read as raw arrays, straight by the network, and then as pictures through the recogniser: as they
are, enlarged, inverted, and pasted anywhere on a canvas. Only the form of the input differs, so readings should not:
the accuracy is that of the closest digit, since raw arrays are not rejected; beside it what would be rejected.
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
Input = Callable[[Digit, np.random.Generator], Digit]


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


INPUTS: dict[str, Input] = {
    "as they are, 28×28": _as_it_is,
    "enlarged to 280×280, bicubic": _enlarged,
    "inverted to black on white": _inverted,
    "anywhere on 520×520, at 25–90 % of its side": _pasted,
}


def run(part: Part = "valid") -> dict[str, Any]:
    """Measure each kind of input on the 5,000 digits to choose on ("valid") or on MNIST's test digits ("test")."""
    images, labels, _ = digits(part)
    logits = Classifier(chosen())(images).logits
    rows = [
        {
            "input": "raw arrays, without preprocessing",
            "n": len(labels),
            "accuracy": _share(logits.argmax(axis=1) == labels),
        }
    ]
    recognizer = DigitRecognizer()
    for name, form in INPUTS.items():
        bar = tqdm(images, desc=name, unit="digit", mininterval=1)
        closest, accepted = np.array(list(_readings(recognizer, form, bar))).T
        rows.append(
            {
                "input": name,
                "n": len(labels),
                "accuracy": _share(closest == labels),
                "rejected": _share(accepted == 0),
            }
        )
    return {"protocol": in_words(part), "rows": rows}


def _readings(recognizer: DigitRecognizer, form: Input, images: Any) -> Iterator[tuple[int, bool]]:
    """Yield the closest digit, and whether it is taken for one."""
    random = np.random.default_rng(0)
    pictures = [form(digit, random) for digit in images]
    for first in range(0, len(pictures), BATCH):
        for prediction in recognizer.predict_batch(pictures[first : first + BATCH]):
            yield int(prediction.probabilities.argmax()), prediction.status == "digit"


def _share(right: NDArray[np.bool_]) -> float:
    return round(float(right.mean()), 6)


def table(result: dict[str, Any]) -> str:
    """Return the result as lines for a terminal."""
    raw = result["rows"][0]["accuracy"]
    lines = [
        f"{row['input']:<45} {row['accuracy']:8.2%} {100 * (row['accuracy'] - raw):+6.2f}"
        + (f"  rejected {row['rejected']:6.2%}" if "rejected" in row else "")
        for row in result["rows"]
    ]
    return "\n".join([f"{result['protocol']}, n = {result['rows'][0]['n']:,}", *lines])


if __name__ == "__main__":
    main("preprocessing", run, table, ["part"])
