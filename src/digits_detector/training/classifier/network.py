"""The network: 468,202 parameters, ten digits.

image 28×28×1
Conv 32 3×3 ReLU, BatchNorm, Conv 32 3×3 ReLU, MaxPool 2, Dropout
Conv 64 3×3 ReLU, BatchNorm, Conv 64 3×3 ReLU, MaxPool 2, Dropout
Flatten 3136, Dense 128 ReLU ("features"), Dropout, Dense 10 softmax
"""

from __future__ import annotations

import keras
from keras import layers


def build_model(dropout: tuple[float, float, float] = (0.2, 0.25, 0.4)) -> keras.Model:
    """Build the network, untrained.

    Parameters
    ----------
    dropout : tuple of three floats
        The rates after the first block, after the second, and before the last layer.

    Returns
    -------
    keras.Model
        From float32 (n, 28, 28, 1) in [0, 1], white ink on black, to probabilities (n, 10).
    """
    return keras.Sequential(
        [
            keras.Input((28, 28, 1), name="image"),
            layers.Conv2D(32, 3, padding="same", activation="relu", name="conv1"),
            layers.BatchNormalization(name="norm1"),
            layers.Conv2D(32, 3, padding="same", activation="relu", name="conv2"),
            layers.MaxPooling2D(name="pool1"),
            layers.Dropout(dropout[0], name="dropout1"),
            layers.Conv2D(64, 3, padding="same", activation="relu", name="conv3"),
            layers.BatchNormalization(name="norm2"),
            layers.Conv2D(64, 3, padding="same", activation="relu", name="conv4"),
            layers.MaxPooling2D(name="pool2"),
            layers.Dropout(dropout[1], name="dropout2"),
            layers.Flatten(name="flatten"),
            layers.Dense(128, activation="relu", name="features"),
            layers.Dropout(dropout[2], name="dropout3"),
            layers.Dense(10, activation="softmax", name="probabilities"),
        ],
        name="mnist_cnn",
    )
