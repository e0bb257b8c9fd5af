"""What augmentation costs an epoch: `digits benchmark epoch`.

The same steps with and without the augmenting layer take turns, so that both meet the same moments of the machine.
"""

from __future__ import annotations

import time
from statistics import median
from typing import Any

import keras
import numpy as np
from tqdm import tqdm

from ..training.augment import Augment
from ..training.model import build_model
from ..training.recipe import Recipe
from ..training.train import compiled
from .speed import machine

ROUNDS = 7
STEPS = 12  # of a round
EPOCH = 430  # steps of a whole epoch of 55,000 digits


def run(rounds: int = ROUNDS, steps: int = STEPS) -> dict[str, Any]:
    """Time training steps, bare and augmented."""
    recipe = Recipe()
    n = steps * recipe.batch
    views = np.random.default_rng(0).integers(0, 256, (n, 28, 28, 2), dtype=np.uint8)
    labels = np.eye(10, dtype=np.float32)[np.arange(n) % 10]
    bare = keras.Sequential([keras.Input((28, 28, 1)), build_model()])
    augmented = keras.Sequential(
        [keras.Input((28, 28, 2), dtype="uint8"), Augment(recipe.augmentation), build_model()]
    )
    contenders = [
        (
            "bare forward and backward passes",
            compiled(bare, recipe, EPOCH),
            views[..., :1].astype(np.float32),
        ),
        ("the same, augmented", compiled(augmented, recipe, EPOCH), views),
    ]
    times = [
        [_seconds(model, images, labels, recipe.batch) / steps for _, model, images in contenders]
        for _ in tqdm(range(rounds + 1), desc="rounds", unit="round")
    ][1:]  # the first compiles
    rows = [
        {
            "what": what,
            "seconds": round(EPOCH * median(of_round[place] for of_round in times), 1),
            "ratio": round(median(of_round[place] / of_round[0] for of_round in times), 3),
        }
        for place, (what, _, _) in enumerate(contenders)
    ]
    protocol = f"seconds an epoch of {EPOCH} steps of {recipe.batch}, median of {rounds} rounds in turns"
    return {"protocol": protocol, "machine": f"{machine()}, Keras on {keras.backend.backend()}", "rows": rows}


def _seconds(model: keras.Model, images: Any, labels: Any, batch: int) -> float:
    started = time.perf_counter()
    model.fit(images, labels, batch_size=batch, verbose=0)
    return time.perf_counter() - started


def table(result: dict[str, Any]) -> str:
    """Return the result as lines for a terminal."""
    lines = [f"{row['what']:<34} {row['seconds']:8.1f} s {row['ratio']:7.3f}" for row in result["rows"]]
    return "\n".join([result["machine"], result["protocol"], *lines])
