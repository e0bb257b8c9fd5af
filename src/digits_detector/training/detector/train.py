"""Train the detector on synthetic pages: `digits train-detector`.

    digits train-detector --name mine                 # 10 hours on two cores
    digits train-detector --name mine --resume        # goes on after the last finished epoch

Workers make pages while the network learns from those that are there: on a CPU each page is seen once; on a GPU, which
learns faster than its processor's cores make pages, from a pool of the newest pages (`KERAS_BACKEND=jax`). A run is a
folder in `$DIGITS_RUNS`: settings.json, provenance.json, history.json, checkpoint.keras to resume from,
and at the end model.keras, whose weights are the exponential moving average of the last steps.
"""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops
from tqdm import tqdm

from ...errors import DataError
from .. import runs
from ..blend import blend
from ..provenance import provenance
from . import pages, targets
from .labels import BOXES, SHAPE
from .network import build_detector
from .pages import SHARD, Shard


@dataclass(frozen=True)
class Recipe:
    """All that makes a run what it is; its defaults are those for two cores."""

    epochs: int = 150
    shards: int = 8  # of 256 new pages each, in an epoch
    steps: int = 128  # batches in an epoch
    batch: int = 16  # pages
    pool: int = 8  # shards that batches are drawn from, the newest
    learning_rate: float = 2e-3  # at its peak, after the first epoch; then a cosine down to zero
    weight_decay: float = 1e-3
    ema: float = 0.998  # what the average keeps of itself at each step
    precision: str = "float32"  # of the layers' arithmetic, or "bfloat16"
    start: str | None = None  # a finished run whose weights it begins with
    kept: float = 0.0  # of those weights in the result (weight-space ensembling, see training/blend.py)
    workers: int = 2  # processes that make pages
    every: int = 1  # epochs between two checkpoints, each with a loss on validation pages
    seed: int = 0


VALIDATION = 2  # shards


@keras.saving.register_keras_serializable("digits_detector")
class Camera(keras.layers.Layer):  # type: ignore[misc]
    """Pages (n, h, w), uint8, become (n, h, w, 1) in [0, 1]; in training of another contrast, polarity and noise."""

    def __init__(self, seed: int = 0, **options: Any) -> None:
        super().__init__(**options)
        self.seed = seed
        self.random = keras.random.SeedGenerator(seed)

    def call(self, images: Any, training: bool = False) -> Any:
        """Take the pictures once more."""
        x = ops.cast(images, "float32")[..., None] / 255
        if not training:
            return x
        shape = (ops.shape(x)[0], 1, 1, 1)
        gain = keras.random.uniform(shape, 0.7, 1.15, seed=self.random)
        bias = keras.random.uniform(shape, -0.1, 0.1, seed=self.random)
        x = ops.clip((x - 0.5) * gain + 0.5 + bias, 0, 1)
        inverted = keras.random.uniform(shape, seed=self.random) < 0.15
        x = ops.where(inverted, 1 - x, x)
        noise = keras.random.uniform(shape, 0, 0.02, seed=self.random)
        return x + noise * keras.random.normal(ops.shape(x), seed=self.random)

    def get_config(self) -> dict[str, Any]:
        """Return what makes this layer again."""
        return {**super().get_config(), "seed": self.seed}


@keras.saving.register_keras_serializable("digits_detector")  # type: ignore[untyped-decorator]
def detection_loss(boxes: Any, maps: Any) -> Any:
    """Return the loss of each page; see targets.py."""
    return targets.loss(boxes, maps)


def train(recipe: Recipe, name: str, *, resume: bool = False) -> Path:
    """Train by a recipe and return the run's folder.

    Raises
    ------
    DataError
        If the run exists and is not to be resumed, or is to be and does not exist, or the data cannot be had.
    """
    run = runs.folder() / name
    if resume:
        recipe = _recipe(run)
        if (run / "model.keras").exists():
            return run  # finished already
    elif run.exists():
        raise DataError(f"there is a run {run} already: resume it with --resume, or give another --name.")
    if not 0 < recipe.learning_rate <= 1:
        raise DataError(
            f"learning_rate: invalid value {recipe.learning_rate}: expected a rate above 0, at most 1."
        )
    if not 0 <= recipe.kept < 1:
        raise DataError(f"kept: invalid value {recipe.kept}: expected a share from 0 to below 1.")
    if recipe.start:
        runs.network(runs.folder() / recipe.start)  # raises before anything is left behind
    run.mkdir(parents=True, exist_ok=True)
    runs.write_json(run / "settings.json", asdict(recipe))
    if not resume:
        runs.write_json(run / "provenance.json", provenance(pages.shard("train", recipe.seed, 0)))
    path = run / "history.json"
    history: list[dict[str, float]] = runs.read_json(path) if path.exists() else []
    checkpoint = run / "checkpoint.keras"
    trainer = keras.saving.load_model(checkpoint) if history else build_trainer(recipe)
    learn = _on_gpu(trainer, recipe) if _has_gpu() else _on_cpu(trainer, recipe)
    validation = [pages.shard("valid", recipe.seed, number) for number in range(VALIDATION)]
    first = len(history) * recipe.shards
    shards = pages.stream("train", recipe.seed, recipe.workers, ahead=recipe.shards, first=first)
    bar = tqdm(total=recipe.epochs, initial=len(history), unit="epoch")
    for epoch in range(len(history), recipe.epochs):
        started = time.perf_counter()
        new = [next(shards) for _ in range(recipe.shards)]
        waited = time.perf_counter() - started
        figures = {"loss": learn(epoch, new)}
        if epoch % recipe.every == recipe.every - 1:
            figures["val_loss"] = _validation_loss(trainer, validation)
            _save(trainer, checkpoint)
        seconds = time.perf_counter() - started
        history.append(
            {"epoch": epoch + 1, **figures, "waited": round(waited, 1), "seconds": round(seconds, 1)}
        )
        runs.write_json(path, history)
        bar.write(json.dumps(history[-1]))
        bar.update()
    bar.close()
    trainer.optimizer.finalize_variable_values(trainer.trainable_weights)
    network = trainer.layers[-1]
    if recipe.start and recipe.kept:
        blend(network, runs.network(runs.folder() / recipe.start), recipe.kept)
    network.save(run / "model.keras")
    checkpoint.unlink(missing_ok=True)
    return run


def build_trainer(recipe: Recipe) -> keras.Model:
    """Return the detector with the camera before it, ready to fit."""
    keras.utils.set_random_seed(recipe.seed)
    network = build_detector()
    if recipe.precision != "float32":
        for layer in network.layers:
            if layer.name not in ("heat", "box", "maps"):
                layer.dtype_policy = keras.DTypePolicy(f"mixed_{recipe.precision}")
    if recipe.start:
        network.set_weights(runs.network(runs.folder() / recipe.start).get_weights())
    trainer = keras.Sequential([keras.Input(SHAPE, dtype="uint8"), Camera(recipe.seed), network])
    rate = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=recipe.learning_rate / 100,
        decay_steps=max(1, recipe.steps * (recipe.epochs - 1)),
        warmup_target=recipe.learning_rate,
        warmup_steps=recipe.steps,
    )
    ema = max(0.0, min(recipe.ema, 1 - 20 / (recipe.steps * recipe.epochs)))
    optimizer = keras.optimizers.AdamW(
        rate, weight_decay=recipe.weight_decay, use_ema=True, ema_momentum=ema, global_clipnorm=10.0
    )
    trainer.compile(optimizer, detection_loss)
    return trainer


def _recipe(run: Path) -> Recipe:
    try:
        return Recipe(**runs.read_json(run / "settings.json"))
    except FileNotFoundError:
        raise DataError(f"there is no run {run}.") from None


def _save(trainer: keras.Model, path: Path) -> None:
    part = path.with_name("part.keras")
    trainer.save(part)
    shutil.move(part, path)


def _validation_loss(trainer: keras.Model, validation: list[Shard]) -> float:
    averaged = keras.callbacks.SwapEMAWeights()
    images, boxes = (np.concatenate(parts) for parts in zip(*validation, strict=True))
    figures = trainer.evaluate(
        images, boxes, batch_size=64, verbose=0, return_dict=True, callbacks=[averaged]
    )
    return round(float(figures["loss"]), 5)


# ── on a CPU ─────────────────────────────────────────────────────────────────────────────────────


def _on_cpu(trainer: keras.Model, recipe: Recipe) -> Any:
    def learn(epoch: int, new: list[Shard]) -> float:
        images, boxes = (np.concatenate(parts) for parts in zip(*new, strict=True))
        count = recipe.steps * recipe.batch
        fitted = trainer.fit(images[:count], boxes[:count], batch_size=recipe.batch, verbose=0)
        return round(float(fitted.history["loss"][-1]), 5)

    return learn


# ── on a GPU ─────────────────────────────────────────────────────────────────────────────────────


def _has_gpu() -> bool:
    """Return whether Keras runs on JAX and JAX on a GPU."""
    if keras.backend.backend() != "jax":
        return False
    import jax  # which need not be there otherwise

    return bool(jax.default_backend() == "gpu")


def _on_gpu(trainer: keras.Model, recipe: Recipe) -> Any:
    """Return a function that trains an epoch in one compiled loop over batches of a pool on the device."""
    import jax
    from jax import numpy as jnp

    from ..device import Loop
    from .moved import moved

    size = recipe.pool * SHARD
    images = jnp.zeros((size, *SHAPE), jnp.uint8)
    boxes = jnp.full((size, *BOXES), -1, jnp.float32)
    put = jax.jit(
        lambda pool, new, at: jax.lax.dynamic_update_slice_in_dim(pool, new, at, 0), donate_argnums=0
    )
    loop = Loop(trainer, moved)
    random = np.random.default_rng(recipe.seed)
    filled = 0

    def learn(epoch: int, new: list[Shard]) -> float:
        nonlocal images, boxes, filled
        for number, shard in enumerate(new, start=epoch * recipe.shards):
            at = number % recipe.pool * SHARD
            images, boxes = put(images, shard.images, at), put(boxes, shard.boxes, at)
            filled = min(filled + SHARD, size)
        order = random.integers(0, filled, (recipe.steps, recipe.batch)).astype(np.int32)
        return round(loop(images, boxes, order)["loss"], 5)

    return learn
