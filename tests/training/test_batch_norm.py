"""Batch normalisation in one operation does what Keras's does."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from digits_detector.training.batch_norm import BatchNormalization


@pytest.mark.parametrize(("precision", "tolerance"), [("float32", 1e-5), ("mixed_bfloat16", 2e-2)])
def test_it_trains_as_keras_own_does(precision: str, tolerance: float) -> None:
    batch = np.random.default_rng(0).normal(2, 3, (4, 6, 5, 3)).astype(np.float32)
    ours, theirs = (
        kind(momentum=0.9, dtype=precision) for kind in (BatchNormalization, keras.layers.BatchNormalization)
    )
    seen = [_step(layer, batch) for layer in (ours, theirs)]
    for one, other in zip(*seen, strict=True):
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)


def _step(layer: keras.Layer, batch: np.ndarray) -> list[np.ndarray]:
    """Return outputs in training and after it, gradients and averages."""
    inputs = tf.constant(batch)
    layer.build(batch.shape)
    layer.gamma.assign([0.5, 1.5, 2.5])
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


def test_a_saved_network_keeps_its_averages(tmp_path: object) -> None:
    image = keras.Input((4, 4, 2))
    network = keras.Model(image, BatchNormalization(name="norm")(image))
    batch = np.random.default_rng(1).normal(size=(8, 4, 4, 2)).astype(np.float32)
    network(batch, training=True)
    network.save(f"{tmp_path}/network.keras")
    again = keras.saving.load_model(f"{tmp_path}/network.keras")
    np.testing.assert_array_equal(network(batch), again(batch))
