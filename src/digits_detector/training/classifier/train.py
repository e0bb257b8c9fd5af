"""Train the network: `digits train`.

    digits train --name mine                  # the recipe: MNIST, pen strokes, outliers
    digits train --name mine --start other    # the same, from the weights of another run
    digits train --name mine --resume         # goes on after the last finished epoch
    digits train --name quick --epochs 1 --images 2000

A run is a folder in `$DIGITS_RUNS` (default: the user's cache folder): settings.json, provenance.json (commit,
versions, data), history.json, the checkpoint to resume from, and at the end model.keras, whose weights are the
exponential moving average (EMA) of the last epochs. No checkpoint is chosen: the last one is the result.

With KERAS_BACKEND=jax and a GPU, whole epochs run on it (device.py), some hundred times as fast as on two cores.
"""

from __future__ import annotations

import shutil
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import keras
from keras import ops
from tqdm import tqdm

from ...errors import DataError
from .. import runs
from ..blend import blend
from ..provenance import provenance
from . import samples
from .augment import Augment
from .network import build_model
from .recipe import Recipe


def train(recipe: Recipe, name: str, *, resume: bool = False) -> Path:
    """Train by a recipe and return the run's folder.

    Raises
    ------
    DataError
        If the run exists and is not to be resumed, or is to be and does not exist, or MNIST cannot be had.
    """
    run = runs.folder() / name
    if resume:
        recipe = runs.recipe(run)
        if (run / "model.keras").exists():
            return run  # finished already
    elif run.exists():
        raise DataError(f"there is a run {run} already: resume it with --resume, or give another --name.")
    recipe.check()
    if recipe.start:
        runs.network(runs.folder() / recipe.start)  # raises before anything is left behind
    course = _course(recipe)
    validation = samples.to_choose_on(views=course.samples.images.shape[-1])
    if recipe.part == "all":
        del validation["val"]  # accuracy on digits that it trains on is too high
    run.mkdir(parents=True, exist_ok=True)
    runs.write_json(run / "settings.json", asdict(recipe))
    if not resume:
        runs.write_json(run / "provenance.json", provenance((course.samples.images, course.samples.targets)))
    history = runs.read_json(run / "history.json") if (run / "history.json").exists() else []
    checkpoint = run / "checkpoint.keras"
    trainer = keras.saving.load_model(checkpoint) if history else build_trainer(recipe, course.steps)
    callbacks = [_Validate(validation), _Keep(run, history), _Progress(course.steps, recipe.epochs)]
    fit(trainer, course, callbacks, initial_epoch=len(history))
    network = trainer.layers[-1]
    calculate_in(network, "float32")
    if recipe.start:
        blend(network, runs.network(runs.folder() / recipe.start), recipe.kept)
    network.save(run / "model.keras")
    checkpoint.unlink()
    return run


def _course(recipe: Recipe) -> samples.Course:
    """Return what to train on, the same for each seed: an epoch is one copy's worth of batches."""
    copies = min(recipe.copies, recipe.epochs)
    made = [samples.to_train_on(replace(recipe, seed=copy)) for copy in range(copies)]
    used = samples.joined(part for parts in made for part in parts.values())
    steps = max(1, -(-len(used.images) // recipe.batch) // copies)
    whole = used[: copies * steps * recipe.batch]
    return samples.Course(whole, recipe.batch, steps, recipe.epochs, recipe.seed)


def fit(
    trainer: keras.Model,
    course: samples.Course,
    callbacks: list[keras.callbacks.Callback],
    *,
    initial_epoch: int = 0,
) -> None:
    """Train for the epochs that are left."""
    if _on_a_gpu():
        from .. import device

        device.fit(trainer, course, callbacks, initial_epoch=initial_epoch)
        return
    trainer.fit(
        course.samples.images,
        course.samples.targets,
        batch_size=course.batch,
        epochs=course.epochs,
        initial_epoch=initial_epoch,
        steps_per_epoch=course.steps,
        verbose=0,
        callbacks=callbacks,
    )


def _on_a_gpu() -> bool:
    """Return whether Keras runs on JAX and JAX on a GPU; on a processor, JAX's compiled loops are slow."""
    if keras.backend.backend() != "jax":
        return False
    import jax  # which need not be there otherwise

    return bool(jax.default_backend() == "gpu")


def build_trainer(recipe: Recipe, steps: int) -> keras.Model:
    """Return the network with augmentation before it, ready to fit."""
    keras.utils.set_random_seed(recipe.seed)
    network = build_model(recipe.dropout)
    calculate_in(network, recipe.precision)
    if recipe.start:
        network.set_weights(runs.network(runs.folder() / recipe.start).get_weights())
    augment = Augment(recipe.augmentation, recipe.seed)
    layers = [keras.Input((28, 28, 2), dtype="uint8"), augment, network]
    return compiled(keras.Sequential(layers), recipe, steps)


def compiled(model: keras.Model, recipe: Recipe, steps: int) -> keras.Model:
    """Return the model with the recipe's optimiser and loss, for epochs of `steps` batches."""
    rate = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=recipe.learning_rate / 100,
        decay_steps=max(1, steps * (recipe.epochs - 1)),
        warmup_target=recipe.learning_rate,
        warmup_steps=steps,
    )
    # A short run must not average over its own beginning: at most over its last twentieth.
    ema = max(0.0, min(recipe.ema, 1 - 20 / (steps * recipe.epochs)))
    optimizer = keras.optimizers.AdamW(rate, weight_decay=recipe.weight_decay, use_ema=True, ema_momentum=ema)
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=recipe.label_smoothing)
    model.compile(optimizer, loss, metrics=[_Accuracy()])
    return model


def calculate_in(network: keras.Model, precision: str) -> None:
    """Have a network's layers calculate in float32, or in bfloat16 all but the last, whose sums need more digits.

    Weights, and the averages of batch normalisation, are float32 in both (Micikevicius et al. 2018, Mixed Precision
    Training, section 3.1). Processors with bfloat16 instructions, and GPUs, train faster by it; others much slower.
    """
    policy = keras.DTypePolicy("float32" if precision == "float32" else f"mixed_{precision}")
    for layer in network.layers[:-1]:
        layer.dtype_policy = policy


@keras.saving.register_keras_serializable("digits_detector")
class _Accuracy(keras.metrics.CategoricalAccuracy):  # type: ignore[misc]
    """Accuracy on the digits: an outlier has no right reading."""

    def __init__(self, name: str = "accuracy", dtype: Any = None) -> None:
        super().__init__(name, dtype)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        super().update_state(y_true, y_pred, ops.cast(ops.max(y_true, axis=-1) > 0.5, "float32"))


class _Validate(keras.callbacks.Callback):  # type: ignore[misc]
    """Adds loss and accuracy on each validation part to an epoch's figures, by its averaged weights."""

    def __init__(self, validation: dict[str, samples.Samples]) -> None:
        super().__init__()
        self.validation = validation

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        averaged = keras.callbacks.SwapEMAWeights()
        for part, held_out in self.validation.items():
            figures = self.model.evaluate(
                held_out.images,
                held_out.targets,
                batch_size=500,
                verbose=0,
                return_dict=True,
                callbacks=[averaged],
            )
            logs |= {f"{part}_{name}": value for name, value in figures.items()}


class _Keep(keras.callbacks.Callback):  # type: ignore[misc]
    """Writes the checkpoint and the history after each epoch, in this order, each whole or not at all."""

    def __init__(self, run: Path, history: list[dict[str, float]]) -> None:
        super().__init__()
        self.run, self.history = run, history

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.started = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        part = self.run / "part.keras"
        self.model.save(part)
        shutil.move(part, self.run / "checkpoint.keras")
        figures = {key: round(float(value), 6) for key, value in (logs or {}).items()}
        self.history.append(
            {"epoch": epoch + 1, **figures, "seconds": round(time.perf_counter() - self.started, 1)}
        )
        runs.write_json(self.run / "history.json", self.history)


class _Progress(keras.callbacks.Callback):  # type: ignore[misc]
    """One bar for the whole run, with the time left."""

    def __init__(self, steps: int, epochs: int) -> None:
        super().__init__()
        self.steps, self.epochs = steps, epochs

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.first = epoch * self.steps
        if not hasattr(self, "bar"):
            self.bar = tqdm(total=self.epochs * self.steps, initial=self.first, unit="batch", mininterval=1)
        self.bar.set_description(f"epoch {epoch + 1}/{self.epochs}")

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.bar.update(self.first + batch + 1 - self.bar.n)
        self.bar.set_postfix(loss=f"{logs['loss']:.3f}", accuracy=f"{logs['accuracy']:.4f}", refresh=False)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        parts = {"": "", "val_": "; on the 5,000: ", "pen_": "; on five writers: "}
        self.bar.write(
            f"epoch {epoch + 1}: "
            + "".join(
                f"{words}loss {logs[f'{part}loss']:.4f}, accuracy {logs[f'{part}accuracy']:.2%}"
                for part, words in parts.items()
                if f"{part}loss" in logs
            )
        )

    def on_train_end(self, logs: Any = None) -> None:
        self.bar.close()
