"""What a run trains on: MNIST, pen strokes and outliers in the shares asked for, and nobody that is kept."""

from pathlib import Path

import numpy as np
import pytest

from digits_detector.normalize import draw
from digits_detector.training.classifier.augment import Augmentation
from digits_detector.training.classifier.recipe import Recipe
from digits_detector.training.classifier.samples import Samples, joined, to_choose_on, to_train_on
from digits_detector.training.data import mnist, pen

pytestmark = pytest.mark.train


@pytest.fixture(autouse=True)
def _data(mnist_folder: Path, pen_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITS_DATA", str(mnist_folder.parent))


def drawn_from(recipe: Recipe) -> Samples:
    return joined(to_train_on(recipe).values())


def test_the_shares_are_those_asked_for() -> None:
    samples = drawn_from(Recipe(images=200, drawings=0.5, hands=0.1, outliers=0.25, styles=0.1, seed=0))
    assert samples.images.shape == (370, 28, 28, 2)
    assert samples.images.dtype == np.uint8
    np.testing.assert_allclose(samples.targets.sum(axis=1), 1, rtol=1e-6)
    assert (samples.targets.max(axis=1) == 1).sum() == 320
    assert (samples.targets[-50:] == np.float32(0.1)).all()


def test_the_same_seed_draws_the_same() -> None:
    first, second, third = (
        drawn_from(Recipe(images=20, drawings=1, hands=1, outliers=1, styles=0.1, seed=seed)).images
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, second)
    assert (first[20:] != third[20:]).any(axis=(1, 2, 3)).all()


def test_mnist_alone_is_in_both_views() -> None:
    images, labels = mnist.load("train")
    train, _ = mnist.split(labels)
    samples = drawn_from(Recipe(images=30, drawings=0, hands=0, outliers=0, styles=0.1, seed=0))
    np.testing.assert_array_equal(samples.images[..., 0], images[train[:30]])
    np.testing.assert_array_equal(samples.images[..., 1], mnist.preprocessed(images[train[:30]]))


def test_where_only_raw_digits_are_drawn_both_views_are_raw() -> None:
    recipe = Recipe(images=30, drawings=0, hands=0, outliers=0, augmentation=Augmentation(raw_share=1))
    samples = drawn_from(recipe)
    np.testing.assert_array_equal(samples.images[..., 1], samples.images[..., 0])


def test_what_is_kept_is_the_5000_and_five_writers() -> None:
    kept = to_choose_on()
    assert {name: len(part.images) for name, part in kept.items()} == {"val": 5_000, "pen": 1_248}
    _, writers = pen.split(pen.load())
    np.testing.assert_array_equal(kept["pen"].images[7, ..., 0], draw(writers.strokes[7]))
    assert kept["pen"].targets[7].argmax() == writers.labels[7]
