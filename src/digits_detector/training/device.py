"""Training on a GPU: the samples lie in its memory, and an epoch is one compiled loop over its batches.

Keras hands the device a batch at each step and waits for what comes back, which takes a GPU longer than to learn from
it. Here only the order of the samples goes there, an epoch at a time. Needs KERAS_BACKEND=jax.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeAlias

import jax
import keras
import numpy as np
from jax import numpy as jnp
from numpy.typing import NDArray

from .classifier.samples import Course

Change: TypeAlias = Callable[[jax.Array, jax.Array, jax.Array], tuple[jax.Array, jax.Array]]
State = tuple[
    list[jax.Array], ...
]  # what a step changes: weights, averages and seeds, the optimiser's, the metrics'


class Loop:
    """Epochs of a compiled model in one compiled loop each.

    Parameters
    ----------
    trainer : keras.Model
        Compiled; its variables are updated after each epoch.
    change : callable, optional
        Given a key, a batch's samples and targets, returns these changed at random.
    """

    def __init__(self, trainer: keras.Model, change: Change | None = None) -> None:
        self.trainer = trainer
        self.change = change or (lambda key, images, targets: (images, targets))
        self._epochs = 0
        self._compiled: Any = None

    def prepare(self, images: jax.Array, targets: jax.Array, order: NDArray[np.int32]) -> None:
        """Compile the loop, so that the first epoch takes no longer than any other."""
        self.trainer.optimizer.build(self.trainer.trainable_variables)
        few = order[0]
        self.trainer.evaluate(images[few], targets[few], verbose=0)  # makes the metrics' variables
        traced = jax.jit(functools.partial(_epoch, self.trainer, self.change), donate_argnums=0)
        keys = self._keys(order)
        self._compiled = traced.lower(_state(self.trainer), (images, targets), (order, keys)).compile()

    def __call__(self, images: jax.Array, targets: jax.Array, order: NDArray[np.int32]) -> dict[str, float]:
        """Train on the batches of samples that the order (steps, batch) names; return the metrics."""
        if self._compiled is None:
            self.prepare(images, targets, order)
        self.trainer.reset_metrics()
        state = self._compiled(_state(self.trainer), (images, targets), (order, self._keys(order)))
        _keep(self.trainer, state)
        self._epochs += 1
        return {name: float(value) for name, value in self.trainer.get_metrics_result().items()}

    def _keys(self, order: NDArray[np.int32]) -> jax.Array:
        return jax.random.split(jax.random.key(self._epochs), len(order))


def fit(
    trainer: keras.Model,
    course: Course,
    callbacks: list[keras.callbacks.Callback],
    *,
    initial_epoch: int = 0,
) -> None:
    """Train a compiled model for the epochs that are left.

    The callbacks hear of an epoch's last batch only.
    """
    images, targets = jnp.asarray(course.samples.images), jnp.asarray(course.samples.targets)
    loop = Loop(trainer)
    loop.prepare(images, targets, _order(course, initial_epoch))
    listeners = keras.callbacks.CallbackList(
        callbacks, model=trainer, epochs=course.epochs, steps=course.steps
    )
    listeners.on_train_begin()
    for epoch in range(initial_epoch, course.epochs):
        listeners.on_epoch_begin(epoch)
        logs = loop(images, targets, _order(course, epoch))
        listeners.on_train_batch_end(course.steps - 1, logs)
        listeners.on_epoch_end(epoch, logs)
    trainer.optimizer.finalize_variable_values(trainer.trainable_weights)
    listeners.on_train_end()


def _epoch(
    trainer: keras.Model,
    change: Change,
    state: State,
    samples: tuple[jax.Array, jax.Array],
    batches: tuple[jax.Array, jax.Array],
) -> State:
    images, targets = samples

    def step(state: State, batch: tuple[jax.Array, jax.Array]) -> tuple[State, None]:
        places, key = batch
        _, state = trainer.train_step(state, change(key, images[places], targets[places]))
        return state, None

    state, _ = jax.lax.scan(step, state, batches)
    return state


def _order(course: Course, epoch: int) -> NDArray[np.int32]:
    """Return the samples of an epoch's batches, (steps, batch): all are seen before any is seen again.

    Where they don't fill the last batch, the first ones do.
    """
    n, each = len(course.samples.images), course.steps * course.batch
    epochs = max(1, n // each)  # that one pass over all samples lasts
    order = np.random.default_rng((course.seed, epoch // epochs)).permutation(n)
    part = np.resize(order, epochs * each)[epoch % epochs * each :][:each]
    return part.reshape(course.steps, course.batch).astype(np.int32)


def _variables(trainer: keras.Model) -> tuple[list[Any], ...]:
    return (
        trainer.trainable_variables,
        trainer.non_trainable_variables,
        trainer.optimizer.variables,
        trainer.metrics_variables,
    )


def _state(trainer: keras.Model) -> State:
    # Copies, since the loop may overwrite what it is given, and a callback may hold on to the variables.
    return tuple([jnp.array(variable.value) for variable in group] for group in _variables(trainer))


def _keep(trainer: keras.Model, state: State) -> None:
    for group, values in zip(_variables(trainer), state, strict=True):
        for variable, value in zip(group, values, strict=True):
            variable.assign(value)
