"""How single digits on paper are read: `python -m benchmarks.photo [FOLDER]`.

The folder, by default `$DIGITS_DATA`, holds photo/paper_digits.npz (dark on grey), photo/dida_digits.npz (cut out of
old church books, in colour, with pieces of the neighbours) and scans/usps.npz (light on black, without a margin):
`images` (n, height, width) or (n, height, width, 3), uint8, `label` (n,), and `crop_yxhw` (n, 4) where only a part of
each counts. None is trained on. Beside it the plain method: the whole picture squeezed to 28×28, the same network.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from digits_detector.errors import DataError
from digits_detector.models import chosen
from digits_detector.networks.classifier import Classifier
from digits_detector.recognizer import DigitRecognizer

from .command import main
from .sketch import figures, read, share, squeezed

SETS = {
    "digits on paper, photographed or scanned": ("photo/paper_digits.npz", True),
    "digits cut out of old church books": ("photo/dida_digits.npz", True),
    "ZIP codes' digits from envelopes": ("scans/usps.npz", False),
}


def run(folder: Path | None = None) -> dict[str, Any]:
    """Measure the shipped model.

    Raises
    ------
    DataError
        If a file is missing or broken.
    """
    folder = folder or Path(os.environ.get("DIGITS_DATA", ""))
    recognizer, network = DigitRecognizer(), Classifier(chosen())
    rows = []
    for name, (file, dark) in SETS.items():
        try:
            pictures, labels = load_pictures(folder / file)
        except (OSError, ValueError, KeyError) as error:
            raise DataError(f"{folder / file} holds no pictures of digits: {error}.") from None
        bar = tqdm(pictures, desc=name, unit="picture", mininterval=1)
        predictions = read(recognizer, list(bar))
        plain = network(np.stack([squeezed(_grey(each) if dark else 255 - each) for each in pictures])).logits
        row = {"set": name, "n": len(labels), **figures(predictions, labels)}
        rows.append({**row, "plain": share(plain.argmax(axis=1) == labels)})
    protocol = (
        "closest: the most probable digit, whether it is taken for one or not; plain: squeezed to 28×28"
    )
    return {"protocol": protocol, "rows": rows}


def _grey(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(Image.fromarray(picture).convert("L"))


def load_pictures(path: Path) -> tuple[list[NDArray[np.uint8]], NDArray[Any]]:
    """Read a file's pictures, cut to what counts, and their labels (n,)."""
    with np.load(path) as arrays:
        images, labels = arrays["images"], arrays["label"]
        crops = arrays.get("crop_yxhw", [(0, 0, *images.shape[1:3])] * len(images))
    return [image[y : y + h, x : x + w] for image, (y, x, h, w) in zip(images, crops, strict=True)], labels


def table(result: dict[str, Any]) -> str:
    """Return the result as lines for a terminal."""
    lines = [f"{'':<42} {'n':>6} {'right':>8} {'rejected':>12} {'closest':>8} {'plain':>8}"]
    lines += [
        f"{row['set']:<42} {row['n']:6,} {row['accuracy']:8.2%} {row['rejected']:12.2%} "
        f"{row['closest']:8.2%} {row['plain']:8.2%}"
        for row in result["rows"]
    ]
    return "\n".join([*lines, result["protocol"]])


if __name__ == "__main__":
    main("photo", run, table, ["data"])
