"""Many small pictures become 28×28 together, and each as it would alone."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from digits_detector import DigitRecognizer
from digits_detector.image.small import plain_ink

RECOGNIZER = DigitRecognizer()


def inputs(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return what the classifier sees of pictures (n, h, w), given together."""
    return RECOGNIZER.predict_batch(pictures).input


def drawn(random: np.random.Generator, n: int, side: int) -> NDArray[np.uint8]:
    """Draw a path of soft blots in each of n pictures, on paper of any tone; a fifth of them is noisy."""
    y, x = np.mgrid[:side, :side]
    pictures = np.zeros((n, side, side))
    for picture in pictures:
        place = random.uniform(0.1, 0.9, 2) * side
        for _ in range(random.integers(1, 9)):
            place = np.clip(place + random.normal(0, side / 7, 2), 0, side - 1)
            distance = np.hypot(y - place[0], x - place[1])
            blot = random.uniform(0.2, 1) * np.clip(1 + random.uniform(0, side / 6) - distance, 0, 1)
            np.maximum(picture, blot, out=picture)
    paper, ink = random.integers(0, 256, (2, n, 1, 1))
    noise = random.normal(0, 20, pictures.shape) * (random.random((n, 1, 1)) < 0.2)
    tones: NDArray[np.uint8] = np.clip(paper + (ink - paper) * pictures + noise, 0, 255).astype(np.uint8)
    return tones


@given(st.integers(0, 2**32 - 1), st.integers(1, 33))
@settings(max_examples=40, deadline=None)
def test_drawn_pictures_of_any_tone_and_size_are_fitted_together_as_alone(seed: int, side: int) -> None:
    pictures = drawn(np.random.default_rng(seed), 12, side)
    alone = np.stack([inputs(picture[None])[0] for picture in pictures])
    np.testing.assert_array_equal(inputs(pictures), alone)


@pytest.mark.parametrize("inverted", [False, True])
def test_mnist_is_fitted_together_as_alone_and_is_plain_but_for_a_few(
    mnist_folder: Path, inverted: bool
) -> None:
    raw = gzip.decompress((mnist_folder / "train-images-idx3-ubyte.gz").read_bytes())
    digits = np.frombuffer(raw, np.uint8, offset=16).reshape(-1, 28, 28)[:1500]
    digits = 255 - digits if inverted else digits
    alone = np.stack([inputs(digit[None])[0] for digit in digits])
    np.testing.assert_array_equal(inputs(digits), alone)
    assert sum(len(places) for places, _ in plain_ink(digits)) > 0.95 * len(digits)


def test_a_picture_comes_out_the_same_in_whatever_company() -> None:
    pictures = drawn(np.random.default_rng(0), 300, 28)
    together = inputs(pictures)
    for first in range(0, 300, 7):
        np.testing.assert_array_equal(inputs(pictures[first : first + 7]), together[first : first + 7])


def test_no_pictures_are_none() -> None:
    assert inputs(np.zeros((0, 28, 28), np.uint8)).shape == (0, 28, 28)
