"""The filters do what their plain definitions say."""

import numpy as np
import pytest

from digits_detector.image.filters import box_mean, closing, otsu, scaled

GREY = np.random.default_rng(0).random((17, 23)).astype(np.float32)


@pytest.mark.parametrize("width", [1, 3, 9])
def test_a_box_mean_is_the_mean_of_the_pixels_that_there_are(width: int) -> None:
    half = width // 2
    for y, x in ((0, 0), (8, 11), (16, 22), (2, 20)):
        window = GREY[max(0, y - half) : y + half + 1, max(0, x - half) : x + half + 1]
        assert box_mean(GREY, width)[y, x] == pytest.approx(window.mean(), abs=1e-6)


@pytest.mark.parametrize("width", [1, 3, 7, 9])
def test_a_closing_fills_what_is_narrow_and_keeps_what_is_wide(width: int) -> None:
    paper = np.ones((40, 40), dtype=np.float32)
    paper[:, 15 : 15 + width - 1] = 0  # narrower than the window
    assert closing(paper, width).min() == 1
    paper[:, 15 : 15 + width] = 0
    np.testing.assert_array_equal(closing(paper, width), paper)


def test_a_closing_is_nowhere_darker_and_closed_for_good() -> None:
    closed = closing(GREY, 5)
    assert (closed >= GREY).all()
    np.testing.assert_array_equal(closing(closed, 5), closed)


def test_otsu_splits_two_classes() -> None:
    random = np.random.default_rng(0)
    levels = np.concatenate([random.normal(0.2, 0.05, 900), random.normal(0.8, 0.05, 100)])
    halves = otsu(levels.astype(np.float32))
    assert 0.35 < halves.threshold < 0.65
    assert (halves.below, halves.above) == pytest.approx((0.2, 0.8), abs=0.02)


def test_scaling_to_the_size_that_there_is_changes_nothing() -> None:
    assert scaled(GREY, 23) is GREY
    assert scaled(GREY, 46).shape == (34, 46)
