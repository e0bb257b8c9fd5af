"""The temperature of logits whose labels were drawn from it."""

import numpy as np
import pytest

from digits_detector.networks.rejection import probabilities
from digits_detector.training.temperature import fit_temperature


@pytest.mark.parametrize("true_temperature", [0.5, 1.0, 2.5])
def test_the_temperature_is_found_again(true_temperature: float) -> None:
    random = np.random.default_rng(0)
    logits = random.normal(scale=3, size=(20_000, 10)).astype(np.float32)
    shares = probabilities(logits, true_temperature)
    labels = (shares.cumsum(axis=1) < random.random((20_000, 1))).sum(axis=1).clip(0, 9)
    assert fit_temperature(logits, labels) == pytest.approx(true_temperature, rel=0.05)
