"""What a run trains on and is validated on: MNIST, pen strokes and outliers, as arrays.

Each sample is seen in two views, of which training draws one at a time. MNIST's digits: as they are, and
preprocessed. Pen strokes: drawn as strokes, and as a picture; so are digits in other hands (data/other_hands.py). A
target is a distribution over the ten digits; that of an outlier is even (outlier exposure; Hendrycks, Mazeika,
Dietterich 2019, Deep Anomaly Detection with Outlier Exposure).
"""

from __future__ import annotations

import functools
import string
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ...normalize import draw
from ...strokes import Strokes
from ..data import fonts, mnist, other_hands, pen
from ..data.drawing import views
from ..data.styles import styled
from ..outliers.letters import lettered_hands
from ..outliers.neighbours import with_clipped_neighbour
from ..outliers.synthesis import Sources, outliers
from .recipe import Recipe


@dataclass(frozen=True, eq=False)
class Samples:
    """Samples in both views, uint8 (n, 28, 28, 2), or augmented, (n, 28, 28, 1); and targets, float32 (n, 10)."""

    images: NDArray[np.uint8]
    targets: NDArray[np.float32]

    def __getitem__(self, part: slice) -> Samples:
        """Return a part of the samples."""
        return Samples(self.images[part], self.targets[part])


@dataclass(frozen=True, eq=False)
class Course:
    """What a network is trained on, and in what doses: steps an epoch, each on a batch of the samples."""

    samples: Samples
    batch: int
    steps: int
    epochs: int
    seed: int


def to_train_on(recipe: Recipe) -> dict[str, Samples]:
    """Return one copy of what a run trains on, drawn by its seed: "mnist", "pen", "hands" and "outliers"."""
    random = np.random.default_rng(recipe.seed)
    digits, labels = _mnist(recipe.part, recipe.images, raw=recipe.augmentation.raw_share == 1)
    writers, _ = pen.split(pen.load())
    return {
        "mnist": digits,
        "pen": of_pen(writers, round(recipe.drawings * len(labels)), recipe, random),
        "hands": of_hands(round(recipe.hands * len(labels)), random),
        "outliers": of_outliers(round(recipe.outliers * len(labels)), writers, digits, random),
    }


@functools.cache  # those who draw all else again and again need not wait for preprocessing each time
def _mnist(part: str, count: int | None, *, raw: bool) -> tuple[Samples, mnist.Labels]:
    pictures, labels = mnist.load("train")
    chosen, _ = mnist.split(labels)
    used = (np.arange(len(labels)) if part == "all" else chosen)[:count]
    return of_mnist(pictures[used], labels[used], raw=raw), labels[used]


def joined(parts: Iterable[Samples]) -> Samples:
    """Return samples of several kinds as one."""
    every = list(parts)
    return Samples(
        np.concatenate([part.images for part in every]), np.concatenate([part.targets for part in every])
    )


def to_choose_on(views: int = 2) -> dict[str, Samples]:
    """Return MNIST's 5,000 ("val") and the digits of five other writers ("pen"), of which no run sees any."""
    images, labels = mnist.load("train")
    _, validation = mnist.split(labels)
    _, writers = pen.split(pen.load())
    drawn = np.stack([draw(strokes) for strokes in writers.strokes])
    return {
        "val": Samples(np.stack([images[validation]] * views, axis=-1), one_hot(labels[validation])),
        "pen": Samples(np.stack([drawn] * views, axis=-1), one_hot(writers.labels)),
    }


def of_mnist(images: mnist.Images, labels: mnist.Labels, *, raw: bool = False) -> Samples:
    """Return MNIST's digits as they are, and preprocessed; or both times as they are."""
    if raw:
        return Samples(np.stack([images, images], axis=-1), one_hot(labels))
    bar = tqdm(images, desc="preprocessing", unit="digit", mininterval=1)
    return Samples(np.stack([images, mnist.preprocessed(bar)], axis=-1), one_hot(labels))


def of_pen(digits: pen.PenDigits, count: int, recipe: Recipe, random: np.random.Generator) -> Samples:
    """Return `count` drawings of the pen's digits, each drawn as often as any other, and differently each time."""
    order = np.resize(random.permutation(len(digits)), count)
    bar = tqdm(order, desc="pen strokes", unit="digit", mininterval=1)
    images = [views(_written(digits, place, recipe, random), random) for place in bar]
    return Samples(np.reshape(images, (count, 28, 28, 2)).astype(np.uint8), one_hot(digits.labels[order]))


def _written(digits: pen.PenDigits, place: int, recipe: Recipe, random: np.random.Generator) -> Strokes:
    """Return the strokes of a digit, some in another style, some with a clipped part of a neighbour."""
    strokes = styled(digits.strokes[place], digits.labels[place], random, recipe.styles)
    if random.random() >= recipe.clipped_neighbours:
        return strokes
    neighbour = digits.strokes[random.integers(len(digits))]
    return Strokes(with_clipped_neighbour(list(strokes.strokes), list(neighbour.strokes), random))


def of_hands(count: int, random: np.random.Generator) -> Samples:
    """Return `count` digits of handwriting fonts and in forms of other schools."""
    if not count:
        return Samples(np.empty((0, 28, 28, 2), dtype=np.uint8), one_hot(np.empty(0, dtype=np.uint8)))
    trained = other_hands.having(string.digits, fonts.hands("train"))
    labels = random.permutation(np.resize(np.arange(10, dtype=np.uint8), count))
    bar = tqdm(labels.tolist(), desc="other hands", unit="digit", mininterval=1)
    return Samples(
        np.stack([other_hands.digit(str(label), trained, random) for label in bar]), one_hot(labels)
    )


def of_outliers(count: int, writers: pen.PenDigits, digits: Samples, random: np.random.Generator) -> Samples:
    """Return `count` outliers, made of pen digits, MNIST's digits and much else; both views are the same."""
    labels = digits.targets.argmax(axis=1).astype(np.uint8)
    hands = lettered_hands() if count else []
    made = outliers(count, Sources(writers, digits.images[..., 0], labels, hands), random)
    return Samples(np.stack([made, made], axis=-1), np.full((count, 10), 0.1, dtype=np.float32))


def one_hot(labels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return (n, 10): one at the label."""
    return np.eye(10, dtype=np.float32)[labels]
