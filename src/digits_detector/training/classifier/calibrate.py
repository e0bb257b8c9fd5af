"""Calibrate a finished run: `digits calibrate`.

Four steps; they do not change the network:

- The temperature (Guo et al. 2017, On Calibration of Modern Neural Networks): one number divides the logits, fitted on
  what the run never trained on: MNIST's 5,000, as they are and preprocessed, and the five writers' strokes.
- The outlier head, trained on digits and outliers of the kinds that the run trained on, drawn again.
- The threshold of its score: REJECTED of those same digits, as preprocessing gives them, lie above it.
- The weights of the segmentation lattice, learned from numbers of the writers that the run trained on.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ...errors import DataError
from ...normalize import draw
from .. import runs
from ..data import mnist, pen
from ..evaluate import digits
from ..outliers.head import scores, train_head
from ..repository import CALIBRATION, HEAD
from ..temperature import fit_temperature
from . import segmentation
from .samples import joined, to_train_on

HEAD_IMAGES, HEAD_OUTLIERS = 20_000, 1.0  # of MNIST's, and outliers for each of them, to train the head on
# Of real digits. Chosen on the development sets: of each set of drawings, at most .3 % are then rejected.
REJECTED = 0.001


def calibrate(run: Path, like: Path | None = None) -> dict[str, Any]:
    """Calibrate a finished run, write its calibration.json and its head, and return what the former holds.

    Parameters
    ----------
    run : Path
    like : Path, optional
        A calibrated run of the same recipe on the 55,000, to take all of it from: a run on all 60,000 has no digits
        left to find its own on.

    Raises
    ------
    DataError
        If the run is not finished, or trained on the digits to calibrate on, or the other is not calibrated.
    """
    model, recipe = runs.network(run), runs.recipe(run)
    if like is None and recipe.part != "train":
        raise DataError(
            f"the run {run} trained on all 60,000: calibrate it --like one of its recipe on the 55,000."
        )
    if like is not None and not (like / CALIBRATION.name).exists():
        raise DataError(f"the run {like} is not calibrated yet.")
    used = min(HEAD_IMAGES, recipe.images or HEAD_IMAGES)
    parts = to_train_on(replace(recipe, images=used, outliers=HEAD_OUTLIERS))
    head = train_head(model, joined(parts.values()))
    head.save(run / HEAD.name)
    calibrated = runs.read_json(like / CALIBRATION.name) if like else _found(run, model, head)
    runs.write_json(run / CALIBRATION.name, calibrated)
    return dict(calibrated)


def _found(run: Path, model: keras.Model, head: keras.Model) -> dict[str, Any]:
    """Return temperature, threshold and weights, and how they were found."""
    raw, through, drawn, labels = _validation()
    logits = _logits(model, np.concatenate([raw, through, drawn]))
    of_digits = scores(model, head, np.concatenate([through, drawn]))
    threshold = round(float(np.quantile(of_digits, 1 - REJECTED)), 4)
    writers, _ = pen.split(pen.load())
    return {
        "temperature": fit_temperature(logits, labels),
        "outlier_threshold": threshold,
        "lattice": segmentation.learned(
            writers,
            lambda images: (
                _logits(model, images).argmax(axis=1) == 0,
                scores(model, head, images) - threshold,
            ),
        ),
        "run": run.name,
        "n": len(logits),
        "rejected": REJECTED,
    }


def _validation() -> tuple[mnist.Images, mnist.Images, mnist.Images, NDArray[np.uint8]]:
    """Return MNIST's 5,000 as they are and preprocessed, the five writers' drawings, and all labels."""
    images, labels, _ = digits("valid")
    _, writers = pen.split(pen.load())
    through = mnist.preprocessed(tqdm(images, desc="preprocessing", unit="digit", mininterval=1))
    drawn = np.stack([draw(strokes) for strokes in writers.strokes])
    return images, through, drawn, np.concatenate([labels, labels, writers.labels])


def _logits(model: keras.Model, images: mnist.Images) -> NDArray[np.float32]:
    inputs = images[..., None].astype(np.float32) / np.float32(255)
    logits: NDArray[np.float32] = np.log(np.maximum(model.predict(inputs, batch_size=500, verbose=0), 1e-30))
    return logits
