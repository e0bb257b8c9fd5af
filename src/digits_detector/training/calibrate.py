"""Fit the temperature that makes a run's probabilities believable: `digits calibrate`.

Temperature scaling (Guo et al. 2017, On Calibration of Modern Neural Networks): one number divides the logits, chosen
on the 5,000 digits that the run never trained on, seen both as MNIST has them and through the front door.
"""

from __future__ import annotations

import json
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ..errors import DataError
from . import mnist
from .evaluate import digits


def calibrate(run: Path) -> float:
    """Fit a finished run's temperature, write it to its calibration.json, and return it.

    Raises
    ------
    DataError
        If the run is not finished, or trained on the digits to calibrate on.
    """
    try:
        model = keras.saving.load_model(run / "model.keras", compile=False)
        settings = json.loads((run / "settings.json").read_text())
    except (OSError, ValueError):
        raise DataError(f"there is no finished run {run}.") from None
    if settings["part"] != "train":
        raise DataError(f"the run {run} trained on all 60,000; calibrate one of its recipe on the 55,000.")
    images, labels, _ = digits("valid")
    through = mnist.through_the_front_door(tqdm(images, desc="front door", unit="digit", mininterval=1))
    inputs = np.concatenate([images, through])[..., None].astype(np.float32) / np.float32(255)
    logits = np.log(np.maximum(model.predict(inputs, batch_size=500, verbose=0), 1e-30))
    temperature = fit_temperature(logits, np.concatenate([labels, labels]))
    document = {"temperature": temperature, "run": run.name, "n": len(inputs)}
    (run / "calibration.json").write_text(json.dumps(document, indent=1) + "\n")
    return temperature


def fit_temperature(logits: NDArray[np.float32], labels: NDArray[np.integer]) -> float:
    """Return the temperature of least negative log likelihood.

    It is convex in the inverse temperature, so its slope is bisected: the mean over the samples of the expected
    logit less the true label's.

    Parameters
    ----------
    logits : ndarray of shape (n, 10)
        Or log probabilities: a constant a row makes no difference.
    labels : ndarray of shape (n,)
    """
    centred = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    of_label = centred[np.arange(len(labels)), labels]
    low, high = 0.01, 100.0  # of the inverse temperature
    for _ in range(60):
        middle = np.sqrt(low * high)
        weights = np.exp(centred * middle)
        expected = (weights * centred).sum(axis=1) / weights.sum(axis=1)
        low, high = (low, middle) if (expected - of_label).mean() > 0 else (middle, high)
    return round(float(1 / middle), 4)
