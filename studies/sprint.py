"""How soon a GPU gets to 99.5 % of MNIST's 5,000: `KERAS_BACKEND=jax python -m studies.sprint`.

Ten seeds learn from MNIST's 55,000 alone, as they are, lightly augmented. The clock runs from the first batch to the
last; compiling, which is the same for all, is not counted, nor is looking at the 5,000, once, at the end.
"""

from __future__ import annotations

import json
import statistics
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import jax
import keras

from digits_detector.training.classifier import samples, train
from digits_detector.training.classifier.recipe import PRESETS, Recipe

SPRINT = Path(__file__).with_name("sprint.json")
SEEDS = 10
RECIPE = replace(PRESETS["fast"], epochs=16, precision="bfloat16")


class Clock(keras.callbacks.Callback):  # type: ignore[misc]
    """Takes the seconds from the first batch to the last."""

    def on_train_begin(self, logs: Any = None) -> None:
        """Start the clock."""
        self.started = time.perf_counter()

    def on_train_end(self, logs: Any = None) -> None:
        """Stop the clock."""
        self.seconds = time.perf_counter() - self.started


def run(recipe: Recipe, used: samples.Samples, validation: samples.Samples) -> tuple[float, float]:
    """Train and return the seconds it took, and the share of the validation digits read right."""
    steps = -(-len(used.images) // recipe.batch)
    trainer, clock = train.build_trainer(recipe, steps), Clock()
    train.fit(trainer, samples.Course(used, recipe.batch, steps, recipe.epochs, recipe.seed), [clock])
    figures = trainer.evaluate(
        validation.images, validation.targets, batch_size=500, verbose=0, return_dict=True
    )
    return clock.seconds, float(figures["accuracy"])


def main() -> None:
    """Write the figures of all seeds."""
    if keras.backend.backend() != "jax" or jax.default_backend() != "gpu":
        raise SystemExit("a sprint needs KERAS_BACKEND=jax and a GPU.")
    used, validation = samples.to_train_on(RECIPE)["mnist"], samples.to_choose_on()["val"]
    runs = []
    for seed in range(SEEDS):
        runs.append(run(replace(RECIPE, seed=seed), used, validation))
        print(
            f"seed {seed}: {runs[-1][0]:.2f} s, {runs[-1][1]:.2%} of {len(validation.images):,}", flush=True
        )
    seconds, shares = zip(*runs, strict=True)
    figures = {
        "seconds": [round(each, 3) for each in seconds],
        "accuracy": [round(each, 6) for each in shares],
        "mean_seconds": round(statistics.mean(seconds), 3),
        "mean_accuracy": round(statistics.mean(shares), 6),
        "n": len(validation.images),
        "epochs": RECIPE.epochs,
        "device": jax.devices()[0].device_kind,
    }
    SPRINT.write_text(json.dumps(figures, indent=1) + "\n")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
