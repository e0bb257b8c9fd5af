"""Logits become probabilities."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digits_detector.networks.rejection import probabilities, statuses


def test_probabilities_sum_to_one_and_soften_with_temperature() -> None:
    logits = np.array([[0, 5, 2, 0, 0, 0, 0, 0, 0, 0]], dtype=np.float32)
    cold, warm = probabilities(logits, 1.0), probabilities(logits, 3.0)
    assert cold.sum() == pytest.approx(1)
    assert cold.argmax() == warm.argmax() == 1
    assert warm.max() < cold.max()


def test_large_logits_do_not_overflow() -> None:
    row = probabilities(np.array([[1e4, -1e4] + [0.0] * 8], dtype=np.float32), 0.5)
    assert row[0, 0] == 1


def status(image: NDArray[np.uint8], score: float) -> str:
    (only,) = statuses(image[None], np.array([score], dtype=np.float32), thresholds=1.0)
    return str(only)


def test_an_image_without_ink_is_blank() -> None:
    image = np.zeros((28, 28), dtype=np.uint8)
    assert status(image, 0.5) == "blank"
    image[4:24, 14] = 9
    assert status(image, 0.5) == "digit"


def test_a_lone_dot_is_no_digit() -> None:
    image = np.zeros((28, 28), dtype=np.uint8)
    image[12:16, 12:16] = 255
    assert status(image, 0.5) == "not_a_digit"


def test_a_score_above_the_threshold_is_no_digit() -> None:
    image = np.full((28, 28), 9, dtype=np.uint8)
    assert status(image, 1.5) == "not_a_digit"


def test_each_score_may_have_a_threshold_of_its_own() -> None:
    images = np.full((2, 28, 28), 9, dtype=np.uint8)
    scores = np.array([0.5, 0.5], dtype=np.float32)
    assert statuses(images, scores, np.array([1.0, 0.0])).tolist() == ["digit", "not_a_digit"]
