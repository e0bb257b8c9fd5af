"""Small pictures that came damaged show their digit all the same; others are left as they are."""

from collections.abc import Callable

import numpy as np
import pytest
from digits_detector.mend import mended
from numpy.typing import NDArray

from digits_detector import DigitRecognizer
from digits_detector.image.filters import grown
from digits_detector.image.ink import find_ink
from digits_detector.strokes import rasterize

from .photographs import DIGITS

Picture = NDArray[np.uint8]  # (28, 28), white ink on black


def small(name: str) -> Picture:
    """Draw a digit as MNIST would hold it."""
    lines = [stroke / 6 + (7.5, 4) for stroke in DIGITS[name][1]]
    return np.rint(255 * rasterize(lines, width=2.5)).astype(np.uint8)


def specks(picture: Picture) -> Picture:
    random = np.random.default_rng(0)
    hit = random.random(picture.shape) < 0.1
    specked: Picture = np.where(hit, random.choice([0, 255], picture.shape), picture).astype(np.uint8)
    return specked


def bands(picture: Picture) -> Picture:
    banded = picture.copy()
    banded[:, :7] = 255 - banded[:, :7]
    banded[:, -7:] = 255 - banded[:, -7:]
    return banded


def fog(picture: Picture) -> Picture:
    y, x = np.mgrid[:28, :28] / 27
    shades = 60 + 90 * (x * (1 - y) + np.sin(3 * y) * x**2)
    foggy: Picture = (0.3 * picture + shades).astype(np.uint8)
    return foggy


def stains(picture: Picture) -> Picture:
    stained = picture.copy()
    for row, column in ((1, 2), (20, 22), (3, 20)):
        stained[row : row + 5, column : column + 4] = np.maximum(
            stained[row : row + 5, column : column + 4], 64
        )
    return stained


def outlines(picture: Picture) -> Picture:
    on = picture > 128
    return (grown(on) & ~on).astype(np.uint8) * np.uint8(255)


@pytest.mark.parametrize("name", DIGITS)
@pytest.mark.parametrize("damage", [specks, bands, fog, stains, outlines])
def test_a_damaged_digit_is_read(
    damage: Callable[[Picture], Picture], name: str, recognizer: DigitRecognizer
) -> None:
    for picture in (damage(small(name)), 255 - damage(small(name))):
        assert recognizer.predict(picture).probabilities.argmax() == DIGITS[name][0]


@pytest.mark.parametrize("name", DIGITS)
def test_what_is_whole_stays_as_it_is(name: str) -> None:
    for picture in (small(name), 255 - small(name), small(name)[4:24, 7:22]):
        assert mended(picture) is picture


@pytest.mark.parametrize("shape", [(33, 28), (28, 200), (2, 9), (1, 1)])
def test_large_and_tiny_pictures_are_left_alone(shape: tuple[int, int]) -> None:
    picture = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    assert mended(picture) is picture


def test_a_thin_ring_is_no_pair_of_outlines() -> None:
    y, x = np.mgrid[:28, :28] - 13.5
    radius = np.hypot(y, x)
    ring = (((radius > 9) & (radius < 10.2)) * 255).astype(np.uint8)
    assert mended(ring) is ring


def test_a_mere_slope_of_tones_is_blank() -> None:
    slope = np.add.outer(np.arange(4), np.arange(3)).astype(np.float32) / 8
    assert find_ink(slope).blank
