"""The outlier score: minus the largest logit, corrected by a small head that looks at the features before the logits.

A network that has seen outliers with even targets has small logits where there is no digit (Hendrycks, Mazeika,
Dietterich 2019, Deep Anomaly Detection with Outlier Exposure), so that its largest logit alone separates digits from
outliers (Hendrycks et al. 2022, Scaling Out-of-Distribution Detection for Real-World Settings). The head adds what the
logits have forgotten: it sees the 128 features. It learns on digits and outliers of the kinds that the network learned
on, drawn again, the network staying as it is. It is small on purpose: a head that saw the last 64 maps too knew the
outliers of our own making better, and noise, photographs and faint digits on paper worse.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray
from tqdm import tqdm

from ..classifier.augment import Augment, Augmentation
from ..classifier.samples import Samples

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


def build_head() -> keras.Model:
    """Build the head, untrained: 4,161 parameters.

    Returns
    -------
    keras.Model
        From features, float32 (n, 128), and logits, float32 (n, 10), to the outlier score (n, 1), higher = less like a
        digit.
    """
    features = keras.Input((128,), name="outlier_features")
    logits = keras.Input((10,), name="outlier_logits")
    x = layers.Dropout(0.3, name="outlier_dropout1")(features)
    x = layers.Dense(32, activation="relu", name="outlier_hidden")(x)
    x = layers.Dropout(0.3, name="outlier_dropout2")(x)
    correction = layers.Dense(1, name="outlier_correction")(x)
    score = correction - ops.max(logits, axis=1, keepdims=True)
    return keras.Model([features, logits], score, name="outlier_head")


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
    """Return the features and the logits that the network makes of images."""
    featured = keras.Model(model.inputs, model.get_layer("features").output)
    kernel, bias = model.get_layer("probabilities").get_weights()
    blocks = tqdm(_blocks(images), desc="features", unit="block", mininterval=1)
    inputs = (block[..., None].astype(np.float32) / np.float32(255) for block in blocks)
    features = np.concatenate([featured.predict_on_batch(block) for block in inputs])
    return features, features @ kernel + bias


def _blocks(array: NDArray[Any], size: int = 500) -> list[NDArray[Any]]:
    return [array[first : first + size] for first in range(0, len(array), size)]
