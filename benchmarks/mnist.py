"""Accuracy and calibration on MNIST: `python -m benchmarks.mnist`.

    python -m benchmarks.mnist --part valid             # the 5,000 that choices look at
    python -m benchmarks.mnist --part test --save       # the 10,000 test images, at the close

The images go into the network as MNIST has them, divided by 255; nothing else touches them.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from digits_detector.models import chosen
from digits_detector.networks.classifier import Classifier
from digits_detector.training.data import mnist
from digits_detector.training.evaluate import Part, describe, digits, measure, write_sections
from digits_detector.training.figures import of_evaluation, save
from digits_detector.training.repository import METRICS
from digits_detector.training.scores import accuracy

SECTIONS: dict[Part, str] = {"test": "mnist", "valid": "valid"}  # of metrics.json


def run(model: Path, part: Part = "valid", figures: Path | None = None) -> dict[str, Any]:
    """Measure a classifier; return the sections "model" and "mnist", or "valid".

    Parameters
    ----------
    model : Path
        Its ONNX file.
    part : "test" or "valid"
        MNIST's 10,000 test images, or the 5,000 of its training images that are held out to choose on.
    figures : Path, optional
        A folder for three pictures: the confusion matrix, the misread images and the reliability.

    Raises
    ------
    ModelError
        If the model is missing or no network for digits.
    DataError
        If MNIST cannot be had.
    """
    network = Classifier(model)
    images, labels, indices = digits(part)
    logits = network(images).logits
    section = measure(logits, labels, network.temperature, indices=indices)
    if part == "test":
        kept = np.isin(indices, mnist.REJECTED_LABELS, invert=True)
        share = accuracy(logits[kept].argmax(axis=1), labels[kept])
        section["accuracy_without_rejected_labels"] = round(share, 6)
    if figures:
        save(of_evaluation(section, images, indices), figures)
    return {"model": describe(model), SECTIONS[part]: section}


def main() -> None:
    """Measure from the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mnist", description=run.__doc__)
    parser.add_argument("--part", choices=["test", "valid"], default="valid", help="(default: %(default)s)")
    parser.add_argument("--figures", type=Path, metavar="FOLDER", help="draw the pictures there, too")
    parser.add_argument("--model", type=Path, metavar="FILE.onnx", default=chosen(), help="the classifier")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--save", action="store_true", help="write the result into metrics.json")
    args = parser.parse_args()
    sections = run(args.model, args.part, args.figures)
    section = sections[SECTIONS[args.part]]
    words = f"n {section['n']:,}, accuracy {section['accuracy']:.2%}, ECE {section['ece']:.2%}"
    print(json.dumps(sections) if args.json else words)
    if args.save:
        write_sections(METRICS, sections, Classifier(args.model).checksum)


if __name__ == "__main__":
    main()
