"""Ink becomes what MNIST would have made of it, wherever it stands, however large and thick."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from digits_detector import Strokes
from digits_detector.fit import STROKE_WIDTHS, thicken
from digits_detector.image.filters import stroke_width
from digits_detector.image.ink import find_ink
from digits_detector.normalize import normalize

FIVE = np.array([(80, 0), (10, 4), (5, 60), (50, 50), (85, 80), (60, 125), (0, 130)], dtype=float)


def drawn(side: float, brush: float, place: tuple[float, float], canvas: int = 520) -> NDArray[np.uint8]:
    """Draw the five on a canvas with a round brush, edges smooth."""
    fine = 4
    points = [tuple(point) for point in (FIVE / 130 * side + place) * fine]
    picture = Image.new("L", (canvas * fine, canvas * fine), 255)
    pen = ImageDraw.Draw(picture)
    pen.line(points, fill=0, width=round(brush * fine), joint="curve")
    for x, y in (points[0], points[-1]):
        reach = brush * fine / 2
        pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=0)
    return np.asarray(picture.reduce(fine))


def difference(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Return the mean difference of levels, over the ink of one."""
    return float(np.abs(one.astype(int) - other).sum() / one.sum())


@pytest.mark.parametrize(
    ("side", "brush", "place"),
    [
        pytest.param(390, 6, (70, 60), id="large, thin brush"),
        pytest.param(390, 20, (70, 60), id="large, thick brush"),
        pytest.param(390, 40, (70, 60), id="large, very thick brush"),
        pytest.param(200, 12, (300, 280), id="in a corner"),
        pytest.param(90, 6, (10, 20), id="small, in another corner"),
        pytest.param(390, 2, (70, 60), id="a hair line"),
    ],
)
def test_place_size_and_brush_hardly_matter(side: float, brush: float, place: tuple[float, float]) -> None:
    picture = normalize(find_ink(drawn(side, brush, place)))
    assert difference(picture, normalize(Strokes([FIVE]))) < 0.35
    low, high = STROKE_WIDTHS
    assert low - 0.3 < stroke_width((picture / 255).astype(np.float32)) < high + 0.3


def test_it_lies_in_twenty_pixels_about_its_centre_of_mass() -> None:
    picture = normalize(find_ink(drawn(300, 20, (40, 150)))).astype(float)
    rows, columns = picture.sum(axis=1), picture.sum(axis=0)
    mass = [float(side @ np.arange(0.5, 28)) / side.sum() for side in (rows, columns)]
    assert mass == pytest.approx([14, 14], abs=0.15)
    assert 19 <= np.count_nonzero(rows > 255) <= 22


def test_what_leans_far_to_one_side_is_not_cut() -> None:
    picture = np.zeros((200, 200), dtype=np.uint8)
    picture[150:190, 20:60] = 255  # a heavy foot
    picture[10:150, 38:42] = 255  # and a long thin line
    rows = normalize(find_ink(picture)).max(axis=1)
    assert 19 <= np.count_nonzero(rows) <= 21


@pytest.mark.parametrize("shape", [(1, 1), (1, 9000), (9000, 1), (3, 700), (64, 64), (520, 520)])
def test_a_filled_box_of_any_shape_is_drawn(shape: tuple[int, int]) -> None:
    picture = np.pad(np.full(shape, 255, dtype=np.uint8), 2)
    assert normalize(find_ink(picture)).max() > 100


def test_noise_of_any_kind_is_drawn() -> None:
    random = np.random.default_rng(0)
    for _ in range(200):
        shape = random.integers(1, 90, size=2)
        picture = np.pad((random.random(shape) ** random.integers(1, 9) * 255).astype(np.uint8), 1)
        ink = find_ink(picture)
        assert ink.blank or normalize(ink).any()


def test_nothing_becomes_black() -> None:
    assert not normalize(find_ink(np.zeros((9, 9)))).any()
    assert not normalize(Strokes([])).any()


def test_two_dots_stand_apart() -> None:
    dots = normalize(Strokes([[(0, 0)], [(30, 0)]]))
    np.testing.assert_array_equal(dots, dots[::-1, ::-1])
    assert dots[13, 5] == 255
    assert dots[:, 12:16].max() == 0


def test_a_dot_is_drawn_in_the_middle() -> None:
    dot = normalize(Strokes([[(3, 4)]]))
    np.testing.assert_array_equal(dot, dot[::-1, ::-1])
    assert dot[13:15, 13:15].min() == 255


@pytest.mark.parametrize("width", [3, 8, 15])
def test_the_width_of_a_bar_is_measured(width: int) -> None:
    bar = np.zeros((200, 60), dtype=np.float32)
    bar[:, 20 : 20 + width] = 1
    assert stroke_width(bar) == pytest.approx(width, rel=0.08)


@pytest.mark.parametrize("radius", [-2.5, -1, 0, 0.4, 1, 3.7])
def test_thickening_moves_each_edge_by_the_radius(radius: float) -> None:
    bar = np.zeros((60, 60), dtype=np.float32)
    bar[:, 20:40] = 1
    assert thicken(bar[None], np.array([radius]))[0, 30].sum() == pytest.approx(20 + 2 * radius, abs=1e-3)
