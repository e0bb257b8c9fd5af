"""Batch normalisation in one operation does what Keras's does."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from digits_detector.training.batch_norm import fuse


def network(precision: str) -> keras.Model:
    """Return one of a single layer, whose scales differ."""
    image = keras.Input((6, 5, 3))
    norm = keras.layers.BatchNormalization(momentum=0.9, dtype=precision, name="norm")
    made = keras.Model(image, norm(image))
    norm.gamma.assign([0.5, 1.5, 2.5])
    return made


@pytest.mark.parametrize(("precision", "tolerance"), [("float32", 1e-5), ("mixed_bfloat16", 2e-2)])
def test_it_trains_as_keras_own_does(precision: str, tolerance: float) -> None:
    batch = np.random.default_rng(0).normal(2, 3, (4, 6, 5, 3)).astype(np.float32)
    ours, theirs = network(precision), network(precision)
    fuse(ours)
    for one, other in zip(_step(ours, batch), _step(theirs, batch), strict=True):
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)


def _step(layer: keras.Model, batch: np.ndarray) -> list[np.ndarray]:
    """Return outputs in training and after it, gradients and averages."""
    inputs = tf.constant(batch)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        outputs = layer(inputs, training=True)
        loss = tf.reduce_sum(tf.cast(outputs, tf.float32) ** 3)
    weights = [weight.value for weight in layer.trainable_weights]
    gradients = tape.gradient(loss, [inputs, *weights])
    after = layer(inputs, training=False)
    scale = [np.abs(gradient).max() for gradient in gradients]
    return [
        np.asarray(tf.cast(outputs, tf.float32)),
        np.asarray(tf.cast(after, tf.float32)),
        *(np.asarray(g) / s for g, s in zip(gradients, scale, strict=True)),
        *(np.asarray(weight) for weight in layer.non_trainable_weights),
    ]


def test_a_saved_network_is_keras_own_and_keeps_its_averages(tmp_path: Path) -> None:
    trained = network("float32")
    fuse(trained)
    batch = np.random.default_rng(1).normal(size=(8, 6, 5, 3)).astype(np.float32)
    trained(batch, training=True)
    trained.save(tmp_path / "network.keras")
    again = keras.saving.load_model(tmp_path / "network.keras")
    assert type(again.get_layer("norm")) is keras.layers.BatchNormalization
    np.testing.assert_array_equal(trained(batch), again(batch))
