"""The outlier score: minus the largest logit, corrected by a small head that looks at more of the network.

A network that has seen outliers with even targets has small logits where there is no digit (Hendrycks, Mazeika,
Dietterich 2019, Deep Anomaly Detection with Outlier Exposure), so that its largest logit alone tells digits from what
is none (Hendrycks et al. 2022, Scaling Out-of-Distribution Detection for Real-World Settings). The head adds what the
logits have forgotten: it sees the 128 features, and the mean and the maximum of each of the last 64 maps. It learns on
the digits and outliers that the network learned on, the network staying as it is. It is small on purpose: a head on the
whole maps (119,000 parameters) knew the outliers of `outliers.py` better, and letters worse.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray
from tqdm import tqdm

from .augment import Augment, Augmentation
from .samples import Samples

AUGMENTATION = Augmentation(
    raw_share=0.5,
    rotation=8,
    scale=0.1,
    aspect=0.05,
    shear=0.1,
    shift=1.5,
    elastic=0.5,
    thicker=0.4,
    thinner=0.4,
    thickness_share=0.5,
    grain_share=0,
    blur_share=0,
    patch_share=0,
)
EPOCHS = 4
BATCH = 256
LEARNING_RATE = 5e-3  # at first, then a cosine down to zero

Array: TypeAlias = NDArray[np.float32]


def build_head(maps: int = 64, features: int = 128) -> keras.Model:
    """Build the head, untrained: 8,257 parameters.

    Parameters
    ----------
    maps, features : int
        How many the network has.

    Returns
    -------
    keras.Model
        From a summary, float32 (n, 2 · maps + features): the mean of each map, its maximum, and the features; and
        from logits, float32 (n, 10); to the outlier score (n, 1), higher = less like a digit.
    """
    summary = keras.Input((2 * maps + features,), name="summary")
    logits = keras.Input((10,), name="logits")
    x = layers.Dropout(0.3, name="outlier_dropout1")(summary)
    x = layers.Dense(32, activation="relu", name="outlier_hidden")(x)
    x = layers.Dropout(0.3, name="outlier_dropout2")(x)
    correction = layers.Dense(1, name="outlier_correction")(x)
    score = correction - ops.max(logits, axis=1, keepdims=True)
    return keras.Model([summary, logits], score, name="outlier_head")


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
    inputs = _seen(model, _augmented(samples.images, seed))
    steps = -(-len(outlying) // BATCH) * epochs
    head = build_head()
    head.compile(
        keras.optimizers.AdamW(
            keras.optimizers.schedules.CosineDecay(LEARNING_RATE, steps), weight_decay=0.01
        ),
        keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.05),
    )
    share = outlying.mean()
    with tqdm(total=steps, desc="outlier head", unit="batch", mininterval=1) as bar:
        head.fit(
            inputs,
            outlying.astype(np.float32)[:, None],
            sample_weight=np.where(outlying, 0.5 / share, 0.5 / (1 - share)).astype(np.float32),
            batch_size=BATCH,
            epochs=epochs,
            verbose=0,
            callbacks=[keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: bar.update())],
        )
    return head


def scores(model: keras.Model, head: keras.Model, images: NDArray[np.uint8]) -> Array:
    """Return the outlier scores (n,) of images (n, 28, 28), white ink on black."""
    found: Array = head.predict(_seen(model, images), batch_size=BATCH, verbose=0)[:, 0]
    return found


def _augmented(views: NDArray[np.uint8], seed: int) -> NDArray[np.uint8]:
    """Return one picture (n, 28, 28) of each sample's two views, changed a little."""
    augment = Augment(AUGMENTATION, seed)
    blocks = tqdm(_blocks(views), desc="augmentation", unit="block", mininterval=1)
    changed = [ops.convert_to_numpy(augment(block, training=True))[..., 0] for block in blocks]
    levels: NDArray[np.uint8] = np.rint(255 * np.concatenate(changed)).astype(np.uint8)
    return levels


def _seen(model: keras.Model, images: NDArray[np.uint8]) -> tuple[Array, Array]:
    """Return the summary and the logits that the network makes of images."""
    maps, features = model.get_layer("pool2").output, model.get_layer("features").output
    means, maxima = layers.GlobalAveragePooling2D()(maps), layers.GlobalMaxPooling2D()(maps)
    summarize = keras.Model(model.inputs, ops.concatenate([means, maxima, features], axis=1))
    kernel, bias = model.get_layer("probabilities").get_weights()
    blocks = tqdm(_blocks(images), desc="maps and features", unit="block", mininterval=1)
    inputs = (block[..., None].astype(np.float32) / np.float32(255) for block in blocks)
    summary = np.concatenate([summarize.predict_on_batch(block) for block in inputs])
    return summary, summary[:, -len(kernel) :] @ kernel + bias


def _blocks(array: NDArray[Any], size: int = 500) -> list[NDArray[Any]]:
    return [array[first : first + size] for first in range(0, len(array), size)]
