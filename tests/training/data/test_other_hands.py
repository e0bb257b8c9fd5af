"""Digits of fonts and in other forms: of all sizes and pens, and read as what they are."""

import string

import numpy as np
import pytest

from digits_detector import DigitRecognizer
from digits_detector.training.data import fonts, other_hands
from digits_detector.training.data.drawing import pencilled, picture

from .test_drawing import SEVEN

pytestmark = pytest.mark.train


def test_both_views_are_drawn_again_and_hold_a_digit() -> None:
    random = np.random.default_rng(0)
    hands = other_hands.having(string.digits, fonts.hands("valid"))
    drawn = np.stack([other_hands.digit(str(n % 10), hands, random) for n in range(60)])
    assert drawn.shape == (60, 28, 28, 2)
    assert drawn.dtype == np.uint8
    assert drawn.max(axis=(1, 2)).min() > 0
    assert len(np.unique(drawn.reshape(60, -1), axis=0)) == 60


def test_a_font_without_all_digits_is_left_out() -> None:
    whole = fonts.hands("valid")[0]
    part = fonts.Hand("part", {name: glyph for name, glyph in whole.glyphs.items() if name != "7"})
    assert other_hands.having(string.digits, [whole, part]) == [whole]


def test_most_of_a_font_that_was_not_trained_on_are_read(recognizer: DigitRecognizer) -> None:
    random = np.random.default_rng(0)
    hands = other_hands.having(string.digits, fonts.hands("valid"))
    drawn = [np.pad(other_hands.picture(hand, digit, random), 4) for hand in hands for digit in "0123456789"]
    read = recognizer.predict_batch(drawn).probabilities.argmax(axis=1)
    assert np.mean(read == np.tile(np.arange(10), len(hands))) > 0.95


def test_a_pencilled_picture_has_no_grey_and_is_never_blank() -> None:
    random = np.random.default_rng(0)
    drawn = [pencilled(picture(SEVEN, 14, 1.0), random) for _ in range(50)]
    assert all(set(np.unique(each)) == {0, 255} for each in drawn)
