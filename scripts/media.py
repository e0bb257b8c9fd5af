"""Make the README's pictures, all but those of the page: `python -m scripts.media`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.mnist import SECTIONS
from benchmarks.numbers import composed
from digits_detector.normalize import draw
from digits_detector.training import figures, runs
from digits_detector.training.classifier.augment import Augment
from digits_detector.training.classifier.network import build_model
from digits_detector.training.data import mnist, pen
from digits_detector.training.data.drawing import views
from digits_detector.training.detector import pages
from digits_detector.training.diagrams import architecture, model_layered
from digits_detector.training.evaluate import digits
from digits_detector.training.figures import Pictures
from digits_detector.training.outliers.letters import lettered_hands
from digits_detector.training.outliers.synthesis import Sources, outliers
from digits_detector.training.repository import METRICS, RUNS

_MISREAD_NUMBERS = "overlapping by 0 to 5 %, as pictures"  # the hardest of them


def data_pictures() -> Pictures:
    """Draw digits of MNIST's training part and of the pen's writers, outliers, and what training makes of some."""
    random = np.random.default_rng(0)
    images, labels = mnist.load("train")
    writers, _ = pen.split(pen.load())
    drawn = np.stack([draw(strokes) for strokes in writers.strokes])
    shuffled = random.permutation(len(writers))
    some = [int(np.flatnonzero(labels == digit)[7]) for digit in (2, 3, 5, 8)]
    others = [int(np.flatnonzero(writers.labels == digit)[7]) for digit in (1, 4, 7, 9)]
    versions = [_seen(images[some], [writers.strokes[place] for place in others], random) for _ in range(11)]
    sources = Sources(writers, images, labels, lettered_hands())
    return {
        "mnist_example": figures.digits_example(images, labels),
        "pen_example": figures.digits_example(drawn[shuffled], writers.labels[shuffled]),
        "pages": figures.synthetic_pages(*pages.shard("train", 0, 0, 24)),
        "outliers_example": figures.outliers_example(outliers(96, sources, random)),
        "augmentations_example": figures.augmentations_example(
            np.concatenate([images[some], drawn[others]]), versions
        ),
    }


def _seen(images: mnist.Images, drawings: Sequence[Any], random: np.random.Generator) -> np.ndarray:
    """Return what the shipped run might have seen of MNIST's images and of pen strokes, (n, 28, 28)."""
    both = np.stack([images, mnist.preprocessed(images)], axis=-1)
    drawn = np.stack([views(strokes, random) for strokes in drawings])
    shipped = runs.recorded_recipe(runs.read_json(RUNS)["shipped"])
    augment = Augment(shipped.augmentation, seed=int(random.integers(2**31)))
    return np.asarray(augment(np.concatenate([both, drawn]), training=True))[..., 0]


def model_pictures() -> Pictures:
    """Draw the way of the data, the network and the shipped run."""
    recorded = json.loads(RUNS.read_text(encoding="utf-8"))
    history = runs.whole_history(recorded["runs"], recorded["shipped"])
    return {
        "architecture": architecture(),
        "model_layered": model_layered(build_model()),
        "train_valid_curves": figures.train_valid_curves(history),
    }


def drawn_pictures(section: Mapping[str, Any]) -> Pictures:
    """Draw what metrics.json holds of the five writers' strokes, as strokes."""
    row = section["rows"][0]
    _, writers = pen.split(pen.load())
    images = np.stack([draw(writers.strokes[each["index"]]) for each in row["misread"]])
    return {
        "misread_drawings": figures.misread(images, row["misread"]),
        "reliability_drawings": figures.reliability(row["reliability"], row["ece"]),
    }


def number_pictures(section: Mapping[str, Any]) -> Pictures:
    """Draw the numbers of overlapping digits that metrics.json says were misread."""
    (row,) = (row for row in section["rows"] if row["set"].endswith(_MISREAD_NUMBERS))
    _, writers = pen.split(pen.load())
    numbers = list(composed(writers)[row["set"]]())
    pictures = [np.asarray(numbers[each["index"]].source) for each in row["misread"]]
    return {"misread_numbers": figures.misread_numbers(pictures, row["misread"])}


def main(argv: Sequence[str] | None = None) -> None:
    """Make all pictures."""
    parser = argparse.ArgumentParser(description="Make the README's pictures.")
    parser.add_argument("folder", type=Path, nargs="?", default=Path("media"), help="(default: %(default)s)")
    parser.add_argument("--metrics", type=Path, default=METRICS, help="(default: models/metrics.json)")
    parser.add_argument(
        "--part", choices=SECTIONS, default="test", help="of the metrics (default: %(default)s)"
    )
    args = parser.parse_args(argv)
    metrics = json.loads(args.metrics.read_text(encoding="utf-8"))
    images, _, indices = digits(args.part)
    for pictures in (
        data_pictures(),
        model_pictures(),
        figures.of_evaluation(metrics[SECTIONS[args.part]], images, indices),
        drawn_pictures(metrics["sketch"]),
        number_pictures(metrics["numbers"]),
    ):
        figures.save(pictures, args.folder)
        for name in pictures:
            print(args.folder / f"{name}.png")


if __name__ == "__main__":
    main()
