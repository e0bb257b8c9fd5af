"""Augmentation moves and thickens digits, and nothing when it is told to do nothing."""

from dataclasses import fields

import keras
import numpy as np
import pytest
from keras import ops
from numpy.typing import NDArray

from digits_detector.training.classifier.augment import Augment, Augmentation, interpolate

NOTHING = {field.name: 0.0 for field in fields(Augmentation)}


def views(n: int = 64) -> NDArray[np.uint8]:
    """Return a bar in view 0 and a square in view 1, n times."""
    both = np.zeros((n, 28, 28, 2), dtype=np.uint8)
    both[:, 4:24, 13:15, 0] = 255
    both[:, 8:20, 8:20, 1] = 255
    return both


def augmented(**settings: float) -> NDArray[np.float32]:
    layer = Augment(Augmentation(**{**NOTHING, **settings}), seed=1)
    return np.asarray(ops.convert_to_numpy(layer(views(), training=True)))


def middle(images: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the centres of mass, (n, 2), as y and x."""
    mass = images.sum(axis=(1, 2, 3))
    y = (images.sum(axis=(2, 3)) * np.arange(28)).sum(axis=1) / mass
    x = (images.sum(axis=(1, 3)) * np.arange(28)).sum(axis=1) / mass
    return np.stack([y, x], axis=1)


def test_out_of_training_the_raw_view_passes_unchanged() -> None:
    passed = ops.convert_to_numpy(Augment(Augmentation())(views(), training=False))
    np.testing.assert_allclose(passed, views()[..., :1] / 255, atol=1e-7)


def test_out_of_training_too_where_it_is_wanted_always() -> None:
    layer = Augment(Augmentation(raw_share=0.0), always=True)
    model = keras.Sequential([keras.Input((28, 28, 2), dtype="uint8"), layer])
    assert np.abs(model.predict(views(), verbose=0) - views()[..., 1:] / 255).max() > 0.1


def test_all_ranges_at_zero_change_nothing() -> None:
    np.testing.assert_allclose(augmented(), views()[..., 1:] / 255, atol=1e-5)


def test_both_views_are_seen() -> None:
    areas = augmented(raw_share=0.5).sum(axis=(1, 2, 3))
    assert set(np.rint(areas).tolist()) == {40.0, 144.0}


def test_shifts_stay_in_their_range() -> None:
    moved = middle(augmented(shift=2.5)) - 13.5
    assert 1.5 < np.abs(moved).max() <= 2.51


def test_scaling_changes_the_area_within_its_range() -> None:
    areas = augmented(scale=0.16).sum(axis=(1, 2, 3)) / 144
    # exp(±0.32), and what bilinear interpolation rounds off at the edges
    assert 0.70 < areas.min() < 0.9
    assert 1.1 < areas.max() < 1.42


@pytest.mark.parametrize("setting", ["rotation", "shear", "elastic"])
def test_bending_leaves_the_middle_about_where_it_is(setting: str) -> None:
    amount = {"rotation": 15.0, "shear": 0.2, "elastic": 1.0}[setting]
    images = augmented(**{setting: amount}, elastic_share=1.0, raw_share=1.0)
    assert np.abs(middle(images) - 13.5).max() < 2.5
    assert np.abs(images - views()[..., :1] / 255).mean(axis=(1, 2, 3)).max() > 0.005


def test_strokes_become_thicker_and_thinner() -> None:
    areas = augmented(thicker=1.0, thinner=1.0, thickness_share=1.0, raw_share=1.0).sum(axis=(1, 2, 3))
    assert areas.min() < 35
    assert areas.max() > 55


@pytest.mark.parametrize("share", ["grain_share", "blur_share", "patch_share"])
def test_wear_leaves_the_other_images_as_they_are(share: str) -> None:
    images = augmented(**{share: 0.5}, grain=0.3, patch=8.0, raw_share=1.0)
    changed = np.abs(images - views()[..., :1] / 255).max(axis=(1, 2, 3)) > 0.01
    assert 0.3 < changed.mean() < 0.7


def test_a_patch_is_a_square_of_one_grey() -> None:
    images = augmented(patch_share=1.0, patch=8.0, raw_share=1.0)
    changed = np.abs(images - views()[..., :1] / 255) > 0.01
    for image, where in zip(images[..., 0], changed[..., 0], strict=True):
        greys = np.unique(np.round(image[where], 4))
        assert len(greys) <= 1
        assert where.any(axis=0).sum() <= 8
        assert where.any(axis=1).sum() <= 8


def test_blur_keeps_the_ink_and_spreads_it() -> None:
    images = augmented(blur_share=1.0, raw_share=1.0)
    np.testing.assert_allclose(images.sum(axis=(1, 2, 3)), 40, rtol=0.01)
    assert images.max(axis=(1, 2, 3)).min() < 0.8


def test_values_stay_between_paper_and_ink() -> None:
    layer = Augment(Augmentation(grain_share=1.0), seed=3)
    images = ops.convert_to_numpy(layer(views(), training=True))
    assert images.shape == (64, 28, 28, 1)
    assert images.min() >= 0
    assert images.max() <= 1 + 1e-6


def test_interpolation_is_bilinear_and_black_outside() -> None:
    image = np.zeros((1, 28, 28, 1), dtype=np.float32)
    image[0, 5, 7, 0] = 1
    coordinates = np.full((2, 1, 28, 28), -9.0, dtype=np.float32)
    coordinates[:, 0, 0, 0] = (5.25, 7.5)
    taken = ops.convert_to_numpy(interpolate(image, *coordinates))
    assert taken[0, 0, 0, 0] == pytest.approx(0.75 * 0.5)
    assert taken.sum() == pytest.approx(0.75 * 0.5)


def test_a_saved_layer_comes_back_as_it_was() -> None:
    layer = Augment(Augmentation(rotation=7.0), seed=5)
    again = Augment.from_config(layer.get_config())
    assert (again.settings, again.seed) == (layer.settings, layer.seed)
