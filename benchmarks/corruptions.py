"""How corrupted digits are read, of kinds that are never trained on: `python -m benchmarks.corruptions`.

The fifteen corruptions of MNIST-C (see corrupt.py), each on every digit: as raw arrays, straight by the network, which
is how the paper measures; and as pictures through the recogniser. Raw arrays are not rejected, so the accuracy is that
of the closest digit in both; beside it what would be rejected.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from digits_detector.models import chosen
from digits_detector.networks.classifier import Classifier
from digits_detector.recognizer import DigitRecognizer
from digits_detector.training.evaluate import Part, digits, in_words
from digits_detector.training.scores import Labels

from .command import main
from .corrupt import CORRUPTIONS
from .sketch import read, share

FIGURES = ("raw", "recognizer", "rejected")


def run(part: Part = "valid") -> dict[str, Any]:
    """Measure each corruption on the 5,000 digits to choose on ("valid") or on MNIST's test digits ("test")."""
    images, labels, _ = digits(part)
    protocol = (
        f"{in_words(part)}, each with each corruption, not trained on; the share whose closest digit is "
        "the true one, as raw arrays and through the recogniser, and what is rejected; mean of the fifteen"
    )
    return {"protocol": protocol, "n": len(labels), "rows": measure(images, labels)}


def measure(images: NDArray[np.uint8], labels: Labels) -> list[dict[str, Any]]:
    """Return a row for the digits (n, 28, 28) as they are, one for each corruption, and the mean of these."""
    network, recognizer = Classifier(chosen()), DigitRecognizer()

    def row(name: str, pictures: NDArray[np.uint8]) -> dict[str, Any]:
        raw = network(pictures).logits.argmax(axis=1)
        predictions = read(recognizer, list(pictures))
        closest = np.array([prediction.probabilities.argmax() for prediction in predictions])
        rejected = np.array([prediction.status != "digit" for prediction in predictions])
        shares = (share(raw == labels), share(closest == labels), share(rejected))
        return {"corruption": name, **dict(zip(FIGURES, shares, strict=True))}

    rows = []
    for corrupt in tqdm(CORRUPTIONS, desc="corruptions", unit="kind"):
        random = np.random.default_rng(0)
        corrupted = np.stack([corrupt(image, random) for image in images])
        rows.append(row(corrupt.__name__.replace("_", " "), corrupted))
    mean = {figure: round(float(np.mean([row[figure] for row in rows])), 6) for figure in FIGURES}
    return [row("none", images), *rows, {"corruption": "mean", **mean}]


def table(result: dict[str, Any]) -> str:
    """Return the result as lines for a terminal."""
    lines = [f"{'':<16} {'raw':>9} {'recogniser':>11} {'rejected':>12}"]
    lines += [
        f"{row['corruption']:<16} {row['raw']:9.2%} {row['recognizer']:11.2%} {row['rejected']:12.2%}"
        for row in result["rows"]
    ]
    return "\n".join([f"n = {result['n']:,}", *lines, result["protocol"]])


if __name__ == "__main__":
    main("corruptions", run, table, ["part"])
