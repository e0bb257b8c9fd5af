"""Digits side by side: they touch, and of a neighbour only a part is left."""

import numpy as np
import pytest

from digits_detector.training.data.by_hand import Lines
from digits_detector.training.outliers.neighbours import (
    APART,
    CLIPPED,
    CLOSEST,
    beside,
    cut,
    with_clipped_neighbour,
)

pytestmark = pytest.mark.train

BAR: Lines = [np.linspace((0.0, 0.0), (0.0, 50.0), 40)]
RING: Lines = [25 * np.stack([np.sin(np.linspace(0, 6.3, 60)), np.cos(np.linspace(0, 6.3, 60))], axis=1)]


def box(lines: Lines) -> tuple[np.ndarray, np.ndarray]:
    points = np.concatenate(lines)
    return points.min(axis=0), points.max(axis=0)


@pytest.mark.parametrize("seed", range(20))
def test_two_digits_touch(seed: int) -> None:
    first, second = beside(RING, RING, np.random.default_rng(seed))
    gap = box(second)[0][0] - box(first)[1][0]
    assert APART[0] - 1e-9 <= gap <= APART[1] + 1e-9


def test_two_bars_are_not_drawn_on_each_other() -> None:
    for seed in range(20):
        first, second = beside(BAR, BAR, np.random.default_rng(seed))
        assert box(second)[0][0] - box(first)[0][0] >= CLOSEST


def test_a_clipped_neighbour_is_small_and_beside_the_digit() -> None:
    random = np.random.default_rng(0)
    left, right = 0, 0
    for _ in range(200):
        digit, *clipped_neighbours = with_clipped_neighbour(RING, RING, random)
        if not clipped_neighbours:
            continue
        (low, high), (start, end) = box([digit]), box(clipped_neighbours)
        assert end[1] - start[1] <= CLIPPED[1] + 1e-9
        assert start[0] >= low[0] - CLIPPED[0] - 1e-9
        assert end[0] <= high[0] + CLIPPED[0] + 1e-9
        left, right = left + (start[0] < low[0]), right + (end[0] > high[0])
    assert min(left, right) > 20
    assert left + right < 150  # of most neighbours nothing is left


def test_a_line_is_cut_into_what_is_left_of_it() -> None:
    zigzag = [np.array([(0.0, 0.0), (1, 0), (2, 0), (1, 1), (0, 1)])]
    above = cut(zigzag, 0, 0.5, 1)
    assert [line.tolist() for line in above] == [[[1, 0], [2, 0], [1, 1]]]
    assert cut(zigzag, 0, 3, 1) == []
    assert [len(line) for line in cut(zigzag, 0, 1.5, -1)] == [2, 2]
