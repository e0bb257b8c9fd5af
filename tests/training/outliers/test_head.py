"""The outlier head learns to tell samples from outliers, on a network that stays as it is."""

from pathlib import Path

import keras
import numpy as np
import pytest

from digits_detector.training.classifier.network import build_model
from digits_detector.training.classifier.samples import Samples
from digits_detector.training.outliers.head import build_head, scores, train_head

pytestmark = pytest.mark.train


def _samples(n: int, seed: int) -> Samples:
    """Return n lines, which stand for digits, and n pictures of noise, which stand for outliers."""
    random = np.random.default_rng(seed)
    lines = np.zeros((n, 28, 28), dtype=np.uint8)
    for line, x in zip(lines, random.integers(8, 18, n), strict=True):
        line[4:24, x : x + 3] = 255
    noise = random.integers(0, 256, (n, 28, 28), dtype=np.uint8)
    images = np.concatenate([lines, noise])
    targets = np.concatenate([np.eye(10)[np.ones(n, dtype=int)], np.full((n, 10), 0.1)]).astype(np.float32)
    return Samples(np.stack([images, images], axis=-1), targets)


@pytest.fixture(scope="module")
def model() -> keras.Model:
    keras.utils.set_random_seed(0)
    return build_model()


@pytest.fixture(scope="module")
def head(model: keras.Model) -> keras.Model:
    return train_head(model, _samples(128, seed=0), epochs=4)


def test_outliers_score_higher(model: keras.Model, head: keras.Model) -> None:
    found = scores(model, head, _samples(50, seed=1).images[..., 0])
    assert found.shape == (100,)
    assert np.isfinite(found).all()
    assert found[:50].max() < found[50:].min()


def test_the_head_is_small_enough_to_ship() -> None:
    head = build_head()
    assert head.count_params() * 4 <= 0.5e6
    assert head.output_shape == (None, 1)


def test_the_network_stays_as_it_is(model: keras.Model) -> None:
    before = model.get_weights()
    train_head(model, _samples(20, seed=0), epochs=1)
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_the_same_seed_trains_the_same(model: keras.Model) -> None:
    images = _samples(20, seed=2).images[..., 0]
    first, second = (
        scores(model, train_head(model, _samples(30, seed=0), epochs=1, seed=5), images) for _ in range(2)
    )
    np.testing.assert_allclose(first, second, rtol=1e-5, atol=1e-6)


def test_it_can_be_kept(model: keras.Model, head: keras.Model, tmp_path: Path) -> None:
    head.save(tmp_path / "outliers.keras")
    kept = keras.saving.load_model(tmp_path / "outliers.keras", compile=False)
    images = _samples(10, seed=3).images[..., 0]
    np.testing.assert_allclose(scores(model, kept, images), scores(model, head, images), rtol=1e-5)
