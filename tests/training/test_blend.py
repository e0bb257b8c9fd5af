"""Weights moved back towards those that a run began with."""

import keras
import numpy as np
import pytest

from digits_detector.training.blend import blend

pytestmark = pytest.mark.train


def network(weight: float) -> keras.Model:
    made = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    made.set_weights([np.full_like(each, weight) for each in made.get_weights()])
    return made


@pytest.mark.parametrize(("kept", "expected"), [(0.0, 1.0), (0.25, 2.0), (1.0, 5.0)])
def test_a_share_of_the_first_weights_is_kept(kept: float, expected: float) -> None:
    trained, start = network(1.0), network(5.0)
    blend(trained, start, kept)
    for weights in trained.get_weights():
        np.testing.assert_allclose(weights, expected)
    for weights in start.get_weights():
        np.testing.assert_allclose(weights, 5.0)
