"""The outlier score: a small head on the trained network that tells digits from what is none.

The network stays as it is. The head looks at its last maps (7×7×64), where strokes and their places are still to be
seen; the 128 features have forgotten what does not tell one digit from another. It learns digits against the outliers
of `outliers.py`, as plain binary classification (Hendrycks, Mazeika, Dietterich 2019, Deep Anomaly Detection with
Outlier Exposure; Bitterwolf, Meinke, Augustin, Hein 2022, Breaking Down Out-of-Distribution Detection).
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray
from tqdm import tqdm

from .augment import Augment, Augmentation
from .samples import Samples

MAPS = "pool2"  # the network's layer that the head looks at
AUGMENTATION = Augmentation(
    rotation=8, scale=0.1, aspect=0.05, shear=0.1, shift=1.5, elastic=0.5, thicker=0.4, thinner=0.4
)
EPOCHS = 4
BATCH = 256
LEARNING_RATE = 2e-3  # at first, then a cosine down to zero


def build_head(maps: tuple[int, int, int] = (7, 7, 64)) -> keras.Model:
    """Build the head, untrained: 118,945 parameters, a twentieth of the network's arithmetic.

    Returns
    -------
    keras.Model
        From maps, float32 (n, 7, 7, 64), to the outlier score (n, 1): the logit of being none, higher = less like
        a digit.
    """
    return keras.Sequential(
        [
            keras.Input(maps, name="maps"),
            layers.Conv2D(32, 3, padding="same", activation="relu", name="outlier_conv"),
            layers.Flatten(name="outlier_flatten"),
            layers.Dropout(0.3, name="outlier_dropout1"),
            layers.Dense(64, activation="relu", name="outlier_hidden"),
            layers.Dropout(0.3, name="outlier_dropout2"),
            layers.Dense(1, name="outlier_score"),
        ],
        name="outlier_head",
    )


def train_head(model: keras.Model, samples: Samples, *, epochs: int = EPOCHS, seed: int = 0) -> keras.Model:
    """Train a head for a network.

    Parameters
    ----------
    model : keras.Model
        As `build_model` makes it, trained; it is not changed.
    samples : Samples
        Digits and outliers; an outlier's target is even. Each kind counts as much as the other.
    epochs : int
    seed : int

    Returns
    -------
    keras.Model
        As `build_head` makes it.
    """
    keras.utils.set_random_seed(seed)
    outlying = samples.targets.max(axis=1) < 0.5
    maps = _maps(model, _augmented(samples.images, seed))
    head = build_head(maps.shape[1:])
    steps = -(-len(maps) // BATCH) * epochs
    rate = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, steps)
    head.compile(keras.optimizers.Adam(rate), keras.losses.BinaryCrossentropy(from_logits=True))
    share = outlying.mean()
    with tqdm(total=steps, desc="outlier head", unit="batch", mininterval=1) as bar:
        head.fit(
            maps,
            outlying.astype(np.float32),
            sample_weight=np.where(outlying, 0.5 / share, 0.5 / (1 - share)).astype(np.float32),
            batch_size=BATCH,
            epochs=epochs,
            verbose=0,
            callbacks=[keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: bar.update())],
        )
    return head


def scores(model: keras.Model, head: keras.Model, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the outlier scores (n,) of images (n, 28, 28), white ink on black."""
    found: NDArray[np.float32] = head.predict(_maps(model, images), batch_size=BATCH, verbose=0)[:, 0]
    return found


def _augmented(views: NDArray[np.uint8], seed: int) -> NDArray[np.uint8]:
    """Return one picture (n, 28, 28) of each sample's two views, changed a little."""
    augment = Augment(AUGMENTATION, seed)
    changed = [ops.convert_to_numpy(augment(block, training=True))[..., 0] for block in _blocks(views)]
    levels: NDArray[np.uint8] = np.rint(255 * np.concatenate(changed)).astype(np.uint8)
    return levels


def _maps(model: keras.Model, images: NDArray[np.uint8]) -> NDArray[np.float16]:
    """Return what the network's layer makes of images; half the memory is precise enough."""
    to_maps = keras.Model(model.inputs, model.get_layer(MAPS).output)
    blocks = tqdm(_blocks(images), desc="maps", unit="block", mininterval=1)
    inputs = (block[..., None].astype(np.float32) / np.float32(255) for block in blocks)
    made = [ops.convert_to_numpy(to_maps(block, training=False)).astype(np.float16) for block in inputs]
    return np.concatenate(made)


def _blocks(array: NDArray[Any], size: int = 500) -> list[NDArray[Any]]:
    return [array[first : first + size] for first in range(0, len(array), size)]
