"""Make the README's pictures, all but those of the page: `python -m digits_detector.training.media`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..models import METRICS, RUNS
from ..normalize import draw
from . import figures, mnist, pen, runs
from .augment import Augment, Augmentation
from .diagrams import architecture, model_layered
from .drawing import views
from .evaluate import SECTIONS, Part, digits
from .figures import Pictures
from .model import build_model
from .outliers import Sources, outliers


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
    return {
        "mnist_example": figures.digits_example(images, labels),
        "pen_example": figures.digits_example(drawn[shuffled], writers.labels[shuffled]),
        "outliers_example": figures.outliers_example(outliers(96, Sources(writers, images, labels), random)),
        "augmentations_example": figures.augmentations_example(
            np.concatenate([images[some], drawn[others]]), versions
        ),
    }


def _seen(images: mnist.Images, drawings: Sequence[Any], random: np.random.Generator) -> np.ndarray:
    """Return what training might see of MNIST's images and of pen strokes, (n, 28, 28)."""
    both = np.stack([images, mnist.through_the_front_door(images)], axis=-1)
    drawn = np.stack([views(strokes, random) for strokes in drawings])
    augment = Augment(Augmentation(), seed=int(random.integers(2**31)))
    return np.asarray(augment(np.concatenate([both, drawn]), training=True))[..., 0]


def model_pictures() -> Pictures:
    """Draw the way of the data, the network and the shipped run."""
    told = json.loads(RUNS.read_text(encoding="utf-8"))
    history = runs.whole_history(told["runs"], told["shipped"])
    return {
        "architecture": architecture(),
        "model_layered": model_layered(build_model()),
        "train_valid_curves": figures.train_valid_curves(history),
    }


def measured_pictures(section: Mapping[str, Any], part: Part) -> Pictures:
    """Draw what one section of metrics.json holds of MNIST."""
    wrong = section["misread"]
    images, _, indices = digits(part)
    places = np.searchsorted(indices, [each["index"] for each in wrong])
    return {
        "confusion_matrix": figures.confusion_matrix(section["confusion"]["counts"]),
        "misread": figures.misread(images[places], wrong),
        "reliability": figures.reliability(section["reliability"], section["ece"]),
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


def main(argv: Sequence[str] | None = None) -> None:
    """Make all pictures."""
    parser = argparse.ArgumentParser(description="Make the README's pictures.")
    parser.add_argument("folder", type=Path, nargs="?", default=Path("media"), help="(default: %(default)s)")
    parser.add_argument("--metrics", type=Path, default=METRICS, help="(default: the package's metrics.json)")
    parser.add_argument(
        "--part", choices=SECTIONS, default="test", help="of the metrics (default: %(default)s)"
    )
    args = parser.parse_args(argv)
    metrics = json.loads(args.metrics.read_text(encoding="utf-8"))
    measured = metrics[SECTIONS[args.part]]
    for pictures in (
        data_pictures(),
        model_pictures(),
        measured_pictures(measured, args.part),
        drawn_pictures(metrics["sketch"]),
    ):
        figures.save(pictures, args.folder)
        for name in pictures:
            print(args.folder / f"{name}.png")


if __name__ == "__main__":
    main()
