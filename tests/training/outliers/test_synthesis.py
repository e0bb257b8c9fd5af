"""Outliers of every kind: seeded, never blank, and none that is a digit all the same."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from digits_detector import DataError, Strokes
from digits_detector.training.data.fonts import Glyph, Hand
from digits_detector.training.data.pen import PenDigits
from digits_detector.training.outliers import doodles
from digits_detector.training.outliers.letters import CLEAR, lettered_hands
from digits_detector.training.outliers.synthesis import HALVES, KINDS, TURNS, Sources, outliers

pytestmark = pytest.mark.train

KINDS_BY_NAME: list[Any] = [
    pytest.param(kind, id=f"{number} {kind.__name__}") for number, kind in enumerate(KINDS)
]


@pytest.fixture(scope="module")
def sources() -> Sources:
    """Return one drawing and one image of each digit, all of them an S, and a font of one form, for want of data."""
    s = Strokes([[(80, 10), (20, 20), (20, 45), (75, 55), (80, 85), (15, 95)]] * 2)
    labels = np.arange(10, dtype=np.uint8)
    images = np.zeros((10, 28, 28), dtype=np.uint8)
    images[:, 4:24, 12:15] = images[:, 12:15, 6:22] = 255
    form = Glyph(images[0, 4:24, 6:22], top=-20.0, advance=18.0)
    hand = Hand("font", dict.fromkeys(CLEAR, form))
    return Sources(PenDigits((s,) * 10, labels, np.ones(10, dtype=np.uint8)), images, labels, [hand])


def test_the_same_seed_makes_the_same(sources: Sources) -> None:
    first, again, other = (outliers(40, sources, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any(axis=(1, 2)).all()


def test_none_are_none(sources: Sources) -> None:
    assert outliers(0, sources, np.random.default_rng(0)).shape == (0, 28, 28)


@pytest.mark.parametrize("kind", KINDS_BY_NAME)
def test_every_kind_holds_ink_and_fits(kind: Any, sources: Sources, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digits_detector.training.outliers.synthesis.KINDS", {kind: 1.0})
    made = outliers(20, sources, np.random.default_rng(0))
    assert made.shape == (20, 28, 28)
    assert made.dtype == np.uint8
    assert made.any(axis=(1, 2)).all()
    assert len(np.unique(made, axis=0)) > 5


def test_what_is_a_digit_all_the_same_is_not_taken() -> None:
    upright = {digits for quarters, mirrored, digits in TURNS if not (quarters or mirrored)}
    mirrored = {digit for quarters, mirror, digits in TURNS if mirror and not quarters for digit in digits}
    turned = {digit for quarters, mirror, digits in TURNS if quarters == 2 and not mirror for digit in digits}
    assert not upright
    assert not mirrored & {0, 1, 8}  # the same in the mirror
    assert not turned & {0, 1, 6, 8, 9}  # the same, or another, upside down
    assert all({1, 7}.isdisjoint(digits) for _, _, digits in HALVES)


def test_no_composition_is_a_plain_upright_line() -> None:
    random = np.random.default_rng(0)
    for _ in range(2000):
        points = np.concatenate(doodles.composition(random))
        down, aside = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)
        assert aside > 0.02 * down or np.ptp(points[:, 0]) > 0.5 * np.ptp(points[:, 1])


def test_too_few_digits_are_reported(sources: Sources) -> None:
    ones = replace(sources, labels=np.ones(10, dtype=np.uint8))
    with pytest.raises(DataError, match="all ten digits"):
        outliers(500, ones, np.random.default_rng(0))


def test_the_letters_of_fonts_are_clear_ones_in_many_hands() -> None:
    hands = lettered_hands()
    assert len(hands) > 100
    assert all(set(CLEAR) <= set(hand.glyphs) for hand in hands)
