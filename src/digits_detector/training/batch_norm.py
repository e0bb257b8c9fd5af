"""Batch normalisation in one operation, where TensorFlow trains."""

from __future__ import annotations

from types import MethodType
from typing import Any

import keras
from keras import ops


def fuse(network: keras.Model) -> None:
    """Have a network's batch normalisation, over the last axis, train by TensorFlow's one fused operation.

    Keras takes mean, variance and quotient one after the other, and passes over the batch as often. On a processor
    that is half the time of a training step of either network. Results are the same, but for rounding. The layers stay
    Keras's, so that what is saved can be loaded anywhere; a network that is loaded must be told again.
    """
    if keras.backend.backend() == "tensorflow":
        for layer in network.layers:
            if isinstance(layer, keras.layers.BatchNormalization):
                layer.call = MethodType(_fused, layer)


def _fused(layer: Any, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
    if not training or mask is not None:
        return type(layer).call(layer, inputs, training=training, mask=mask)
    import tensorflow as tf  # which need not be there with another backend

    gamma, beta = (ops.cast(weights, "float32") for weights in (layer.gamma, layer.beta))
    outputs, mean, variance = tf.compat.v1.nn.fused_batch_norm(inputs, gamma, beta, epsilon=layer.epsilon)
    count = ops.cast(ops.size(inputs) / inputs.shape[-1], "float32")
    variance = (
        variance * (count - 1) / count
    )  # TensorFlow returns that of the population, Keras keeps the batch's
    for average, new in ((layer.moving_mean, mean), (layer.moving_variance, variance)):
        average.assign(average * layer.momentum + new * (1 - layer.momentum))
    return outputs
