"""Digits on paper and in photographs are read as if they were drawn on a clean canvas."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digits_detector import DigitRecognizer
from digits_detector.image.ink import find_ink
from tests.photographs import DIGITS, PHOTOGRAPHS, SIDE, developed, photograph, written

RULED = {"ruled paper", "ruled paper, tilted", "squared paper"}


@pytest.mark.parametrize("name", DIGITS)
@pytest.mark.parametrize("kind", PHOTOGRAPHS)
def test_a_photograph_shows_the_digit(kind: str, name: str, recognizer: DigitRecognizer) -> None:
    drawn = recognizer.predict(np.rint(255 * written(name)).astype(np.uint8))
    seen = recognizer.predict(photograph(kind, name))
    assert seen.probabilities.argmax() == drawn.probabilities.argmax() == DIGITS[name][0]
    assert seen.status == "digit"
    # What the classifier sees may hold a line that crosses the digit, or lack a faint hat; it is read all the same.
    if kind not in RULED and (kind, name) != ("faint pencil, light from a side", "a five with a loose hat"):
        assert np.abs(seen.input.astype(int) - drawn.input).mean() < 12


@pytest.mark.parametrize("name", DIGITS)
@pytest.mark.parametrize("kind", ["light from a side", "a hard shadow", "ruled paper", "a neighbour's piece"])
def test_chalk_on_a_board_is_read_too(kind: str, name: str, recognizer: DigitRecognizer) -> None:
    assert recognizer.predict(255 - photograph(kind, name)).probabilities.argmax() == DIGITS[name][0]


@pytest.mark.parametrize("times", [1, 6])
def test_the_box_is_where_the_digit_stands(times: int) -> None:
    picture = photograph("light from a side", "a two").repeat(times, axis=0).repeat(times, axis=1)
    # Written at (90, 60), 72 wide and 108 high, with half a brush around.
    expected = np.array([90, 59, 164, 168]) * times
    assert np.abs(np.array(find_ink(picture).box) - expected).max() <= 4 * times


@pytest.mark.parametrize(
    "levels",
    [
        pytest.param(np.full((SIDE, SIDE), 0.8), id="grey"),
        pytest.param(np.linspace(0.5, 0.9, SIDE)[:, None].repeat(SIDE, axis=1), id="light from above"),
        pytest.param(0.9 - np.hypot(*(np.mgrid[:SIDE, :SIDE] / SIDE - 0.5)) / 2, id="a lamp's spot"),
    ],
)
@pytest.mark.parametrize("grain", [0, 1, 3])
def test_paper_that_nobody_wrote_on_is_blank(levels: NDArray[np.float64], grain: float) -> None:
    assert find_ink(developed(levels, np.random.default_rng(1), grain, quality=95)).blank


def test_coarse_noise_is_no_paper_and_left_to_the_network() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (90, 90), dtype=np.uint8)
    assert not find_ink(noise).blank


def test_clean_ink_of_one_piece_is_taken_as_it_is() -> None:
    picture = np.rint(255 * written("a three")).astype(np.uint8)
    ink = find_ink(picture)
    x0, y0, x1, y1 = ink.box
    darkest = picture.min()
    np.testing.assert_allclose(
        ink.values, (255 - picture[y0:y1, x0:x1].astype(float)) / (255 - darkest), atol=1e-6
    )


@pytest.mark.parametrize("shape", [(1, 400), (400, 1), (2, 90), (33, 33), (40, 3000)])
def test_uneven_pictures_of_any_shape_are_looked_at(shape: tuple[int, int]) -> None:
    random = np.random.default_rng(0)
    slope = np.linspace(60, 220, max(shape)).astype(np.uint8)
    picture = np.broadcast_to(slope[:, None] if shape[0] > shape[1] else slope, shape).copy()
    picture[random.random(shape) < 0.02] = 0
    ink = find_ink(picture)
    assert np.isfinite(ink.values).all()
    assert ink.blank or ink.values.max() > 0.5


def test_sixty_four_megapixels_of_uneven_light_are_read() -> None:
    light = np.linspace(90, 240, 8000).astype(np.uint8)
    picture = np.broadcast_to(light, (8000, 8000)).copy()
    picture[3000:5000, 4000:4150] //= 3
    x0, y0, x1, y1 = find_ink(picture).box
    assert np.abs(np.array([x0, y0, x1, y1]) - (4000, 3000, 4150, 5000)).max() <= 64
