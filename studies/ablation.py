"""What each part of the training is good for: `python -m studies.ablation`.

Short runs of one length and seed, each with one part more than the one before, read what was not trained on: MNIST's
5,000 as raw arrays; the drawings of five pen writers and of `$DIGITS_DATA/sketch`, as strokes and as pictures. The
runs stay in the folder of runs, so that a broken-off benchmark goes on where it stopped.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from benchmarks import sketch
from benchmarks.command import main
from digits_detector.fit import STROKE_WIDTHS
from digits_detector.image.ink import Ink, find_ink
from digits_detector.normalize import normalize
from digits_detector.training import runs
from digits_detector.training.classifier.augment import Augmentation
from digits_detector.training.classifier.recipe import Recipe
from digits_detector.training.classifier.train import train
from digits_detector.training.evaluate import digits

EPOCHS, IMAGES = 4, 12_000
AS_IT_IS = 0.0, math.inf  # every width of a stroke

RAW = Augmentation(raw_share=1.0, thickness_share=0.0)
NORMALISED = Augmentation(thickness_share=0.0)


@dataclass(frozen=True)
class Step:
    """A run's name, its recipe, and what the width of strokes is normalised to."""

    name: str
    recipe: Recipe
    widths: tuple[float, float] = STROKE_WIDTHS


def _recipe(augmentation: Augmentation, drawings: float = 0.0, styles: float = 0.0) -> Recipe:
    return Recipe(
        epochs=EPOCHS,
        images=IMAGES,
        drawings=drawings,
        hands=0.0,
        styles=styles,
        outliers=0.0,
        augmentation=augmentation,
    )


STEPS = (
    Step("MNIST alone", _recipe(RAW), AS_IT_IS),
    Step("+ stroke-width normalisation", _recipe(NORMALISED)),
    Step("+ thickness augmentation", _recipe(Augmentation())),
    Step("+ pen strokes of 25 writers", _recipe(Augmentation(), Recipe.drawings)),
    Step("+ drawn styles", _recipe(Augmentation(), Recipe.drawings, Recipe.styles)),
)


def run() -> dict[str, Any]:
    """Train each run that is not there yet, and measure all."""
    images, labels, _ = digits("valid")
    sets = sketch.at_hand()
    pictured = [_pictured(drawings) for drawings in sets]
    rows = []
    for number, step in enumerate(STEPS):
        name = f"ablation-{number}"
        model = _model(step.recipe, name)
        row: dict[str, Any] = {"step": step.name, "mnist": _accuracy(model, images, labels)}
        row["drawings"] = [
            {
                "set": drawings.name,
                "n": len(drawings.labels),
                "strokes": _accuracy(model, _normalized(drawings.strokes, step.widths), drawings.labels),
                "pictures": _accuracy(
                    model, _normalized(inks, step.widths), np.tile(drawings.labels, len(sketch.WAYS))
                ),
            }
            for drawings, inks in zip(sets, pictured, strict=True)
        ]
        rows.append(row)
    protocol = f"{EPOCHS} epochs on {IMAGES:,} of MNIST's images, seed 0; pictures: mean of the four ways"
    return {"protocol": protocol, "n": len(labels), "rows": rows}


def _model(recipe: Recipe, name: str) -> keras.Model:
    run = train(recipe, name, resume=(runs.folder() / name).exists())
    return keras.saving.load_model(run / "model.keras", compile=False)


def _pictured(drawings: sketch.Drawings) -> list[Ink]:
    return [
        find_ink(picture)
        for way in sketch.WAYS
        for picture in sketch.on_canvas(
            tqdm(drawings.strokes, desc=f"{drawings.name}, {way.name}", unit="drawing", mininterval=1), way
        )
    ]


def _normalized(sources: Any, widths: tuple[float, float]) -> NDArray[np.uint8]:
    return np.stack([normalize(source, widths) for source in sources])


def _accuracy(model: keras.Model, images: NDArray[np.uint8], labels: NDArray[Any]) -> float:
    inputs = images[..., None].astype(np.float32) / np.float32(255)
    read = model.predict(inputs, batch_size=500, verbose=0).argmax(axis=1)
    return round(float((read == labels).mean()), 6)


def table(result: dict[str, Any]) -> str:
    """Return the result as lines for a terminal."""
    names = [each["set"] for each in result["rows"][0]["drawings"]]
    heads = ["MNIST", *(f"{name}, {way}" for name in names for way in ("strokes", "pictures"))]
    lines = [f"{'':<32}" + "".join(f"{head:>28}" for head in heads)]
    for row in result["rows"]:
        shares = [row["mnist"], *(each[way] for each in row["drawings"] for way in ("strokes", "pictures"))]
        lines.append(f"{row['step']:<32}" + "".join(f"{share:28.2%}" for share in shares))
    return "\n".join([*lines, result["protocol"]])


if __name__ == "__main__":
    main("ablation", run, table)
