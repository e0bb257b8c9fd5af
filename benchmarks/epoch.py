"""What augmentation costs an epoch: `python -m benchmarks.epoch`.

The same steps, bare, with the augmenting layer, and augmented image by image in Python as many a recipe does, take
turns, so that all meet the same moments of the machine.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

import keras
import numpy as np
from scipy.ndimage import affine_transform
from tqdm import tqdm

from digits_detector.training.classifier.augment import Augment
from digits_detector.training.classifier.network import build_model
from digits_detector.training.classifier.recipe import Recipe
from digits_detector.training.classifier.train import compiled

from .command import main
from .speed import machine

ROUNDS = 7
STEPS = 12  # of a round
EPOCH = 430  # steps of a whole epoch of 55,000 digits
BATCH = 128

Fit = Callable[..., Any]


def run(rounds: int = ROUNDS, steps: int = STEPS) -> dict[str, Any]:
    """Time training steps: bare, augmented, and augmented image by image."""
    recipe = Recipe(batch=BATCH)
    bare = keras.Sequential([keras.Input((28, 28, 1)), build_model()])
    augmented = keras.Sequential(
        [keras.Input((28, 28, 2), dtype="uint8"), Augment(recipe.augmentation), build_model()]
    )
    for model in (bare, augmented):
        compiled(model, recipe, EPOCH)
    digits, labels = _digits(steps)
    views = np.repeat((255 * digits).astype(np.uint8), 2, axis=-1)
    contenders: dict[str, Fit] = {
        "bare forward and backward passes": partial(bare.fit, digits, labels, batch_size=BATCH),
        "the same, augmented": partial(augmented.fit, views, labels, batch_size=BATCH),
        "the same, augmented image by image": partial(bare.fit, _ImageByImage(digits, labels)),
    }
    times = [
        [_seconds(fit) / steps for fit in contenders.values()]
        for _ in tqdm(range(rounds + 1), desc="rounds", unit="round")
    ][1:]  # the first compiles
    rows = [
        {
            "what": what,
            "seconds": round(EPOCH * median(of_round[place] for of_round in times), 1),
            "ratio": round(median(of_round[place] / of_round[0] for of_round in times), 3),
        }
        for place, what in enumerate(contenders)
    ]
    protocol = f"seconds an epoch of {EPOCH} steps of {BATCH}, median of {rounds} rounds in turns"
    return {"protocol": protocol, "machine": f"{machine()}, Keras on {keras.backend.backend()}", "rows": rows}


def _digits(steps: int) -> tuple[Any, Any]:
    """Return noise for `steps` steps, float32 (n, 28, 28, 1), and labels (n, 10): only their number costs time."""
    n = steps * BATCH
    noise = np.random.default_rng(0).random((n, 28, 28, 1), np.float32)
    return noise, np.eye(10, dtype=np.float32)[np.arange(n) % 10]


class _ImageByImage(keras.utils.PyDataset):  # type: ignore[misc]
    """Batches whose images are turned, scaled and shifted one after the other, as Keras' ImageDataGenerator does.

    It does nothing else, and so takes less than half of that one's time: the comparison is on the safe side.
    """

    def __init__(self, digits: Any, labels: Any) -> None:
        super().__init__()
        self.digits, self.labels = digits, labels
        self.random = np.random.default_rng(0)

    def __len__(self) -> int:
        return len(self.digits) // BATCH

    def __getitem__(self, place: int) -> tuple[Any, Any]:
        part = slice(place * BATCH, (place + 1) * BATCH)
        return np.stack([self._moved(digit) for digit in self.digits[part]]), self.labels[part]

    def _moved(self, digit: Any) -> Any:
        """Turn by up to 10°, scale each side by up to 10 %, and shift by up to a tenth."""
        angle = np.deg2rad(self.random.uniform(-10, 10))
        cos, sin = np.cos(angle), np.sin(angle)
        linear = np.array([[cos, -sin], [sin, cos]]) * self.random.uniform(0.9, 1.1, 2)
        middle = np.array(digit.shape[:2]) / 2 - 0.5
        shift = middle + self.random.uniform(-2.8, 2.8, 2) - linear @ middle
        return affine_transform(digit[..., 0], linear, shift, order=1, mode="nearest")[..., None]


def _seconds(fit: Fit) -> float:
    started = time.perf_counter()
    fit(verbose=0)
    return time.perf_counter() - started


def table(result: dict[str, Any]) -> str:
    """Return the result as lines for a terminal."""
    lines = [f"{row['what']:<34} {row['seconds']:8.1f} s {row['ratio']:7.3f}" for row in result["rows"]]
    return "\n".join([result["machine"], result["protocol"], *lines])


if __name__ == "__main__":
    main("epoch", run, table)
