"""A hundred thousand valid pictures, and pages of thousands of digits: none fails, memory stays flat."""

import os

import numpy as np

from digits_detector import DigitRecognizer

from ..conftest import resident
from ..pictures import picture
from ..test_valid_pictures import sevens
from .conftest import many


def test_no_valid_picture_fails() -> None:
    recognizer = DigitRecognizer()
    for first in range(0, many(100_000), 50):
        pictures = [picture(10**6 + seed, largest=97) for seed in range(first, first + 50)]
        assert not recognizer.predict_batch(pictures, on_error="return").errors


def test_all_digits_are_read_of_valid_pictures() -> None:
    recognizer = DigitRecognizer()
    for seed in range(many(4_000)):
        reading = recognizer.read(picture(seed, largest=900), marks=True)
        assert np.isfinite([digit.box for digit in reading.digits]).all()


def test_pages_of_thousands_of_digits_are_read_in_flat_memory() -> None:
    recognizer = DigitRecognizer()
    page = np.concatenate([sevens([0] * 60, side=40)] * 25)
    assert len(recognizer.read(page).digits) > 1400
    before = resident(os.getpid())
    for _ in range(many(40)):
        recognizer.read(page)
    assert resident(os.getpid()) <= 1.1 * before + 20
