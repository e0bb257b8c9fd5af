"""Batch normalisation in one operation, where TensorFlow trains."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable("digits_detector")
class BatchNormalization(keras.layers.BatchNormalization):  # type: ignore[misc]
    """Keras's layer, over the last axis, whose training step is TensorFlow's one fused operation.

    Keras takes mean, variance and quotient one after the other, and passes over the batch as often. On a processor
    that is half the time of a training step of either network. Results are the same, but for rounding.
    """

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Normalise a batch (n, h, w, channels), and in training move the averages towards its mean and variance."""
        if not training or mask is not None or keras.backend.backend() != "tensorflow":
            return super().call(inputs, training=training, mask=mask)
        import tensorflow as tf  # which need not be there with another backend

        gamma, beta = (ops.cast(weights, "float32") for weights in (self.gamma, self.beta))
        outputs, mean, variance = tf.compat.v1.nn.fused_batch_norm(inputs, gamma, beta, epsilon=self.epsilon)
        count = ops.cast(ops.size(inputs) / inputs.shape[-1], "float32")
        variance = (
            variance * (count - 1) / count
        )  # TensorFlow returns that of the population, Keras keeps the batch's
        for average, new in ((self.moving_mean, mean), (self.moving_variance, variance)):
            average.assign(average * self.momentum + new * (1 - self.momentum))
        return outputs
