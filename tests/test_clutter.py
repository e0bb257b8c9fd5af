"""What belongs to the digit stays, what does not goes."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digits_detector.image.ink import find_ink
from digits_detector.normalize import normalize
from digits_detector.strokes import rasterize

Lines = list[list[tuple[float, float]]]

WHOLE: dict[str, Lines] = {
    "a four of two strokes": [[(60, 40), (40, 110), (120, 106)], [(96, 60), (90, 160)]],
    "a five whose hat is loose": [
        [(60, 50), (56, 95), (100, 95), (112, 125), (90, 158), (52, 150)],
        [(74, 36), (120, 34)],
    ],
    "a crossed seven": [[(50, 40), (120, 38), (80, 160)], [(66, 100), (116, 96)]],
    "a broken line": [[(80, y), (82, y + 6)] for y in range(30, 170, 10)],
    "a nine whose tail is loose": [
        [(110, 50), (70, 40), (56, 76), (90, 92), (112, 52)],
        [(111, 104), (100, 160)],
    ],
    "two digits": [[(40, 60), (40, 140)], [(100, 60), (150, 60), (120, 140)]],
}


def drawn(lines: Lines, width: float = 8, side: int = 200) -> NDArray[np.uint8]:
    ink = rasterize([np.array(line, dtype=float) for line in lines], width=width, size=side)
    return np.rint(255 * (1 - ink)).astype(np.uint8)


def box(picture: NDArray[np.uint8]) -> tuple[int, ...]:
    """Return the box of all that is darker than INK_LEVEL."""
    ys, xs = np.nonzero(picture < 204)
    return int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1


@pytest.mark.parametrize("light", [False, True], ids=["dark on light", "light on dark"])
@pytest.mark.parametrize("name", WHOLE)
def test_what_is_written_in_several_parts_stays_whole(name: str, light: bool) -> None:
    picture = drawn(WHOLE[name])
    assert find_ink(255 - picture if light else picture).box == box(picture)


@pytest.mark.parametrize("name", WHOLE)
def test_the_parts_stay_on_uneven_paper(name: str) -> None:
    picture = drawn(WHOLE[name])
    lit = picture * np.linspace(0.5, 0.9, 200)
    found = np.array(find_ink(lit.astype(np.uint8)).box)
    assert np.abs(found - box(picture)).max() <= 3


@pytest.mark.parametrize("place", [(20, 20), (180, 30), (15, 185), (190, 100)])
def test_a_speck_is_left_out(place: tuple[float, float]) -> None:
    seven = WHOLE["a crossed seven"]
    with_speck = np.minimum(drawn(seven), drawn([[place]], width=5))
    np.testing.assert_array_equal(normalize(find_ink(with_speck)), normalize(find_ink(drawn(seven))))


@pytest.mark.parametrize(
    "fragment",
    [
        pytest.param([(-20, 30), (14, 60), (-20, 90)], id="left"),
        pytest.param([(186, 20), (220, 20)], id="right"),
        pytest.param([(150, -5), (150, 16)], id="above"),
        pytest.param([(10, 190), (60, 186), (70, 210)], id="below"),
        pytest.param([(-10, 188), (210, 184)], id="an underline"),
    ],
)
def test_a_piece_of_the_neighbour_is_left_out(fragment: list[tuple[float, float]]) -> None:
    seven = WHOLE["a crossed seven"]
    beside = np.minimum(drawn(seven), drawn([fragment]))
    np.testing.assert_array_equal(normalize(find_ink(beside)), normalize(find_ink(drawn(seven))))


@pytest.mark.parametrize("name", [name for name in WHOLE if name != "two digits"])
def test_a_digit_cut_out_closely_keeps_its_bars(name: str) -> None:
    picture = drawn(WHOLE[name])
    x0, y0, x1, y1 = box(picture)
    assert find_ink(picture[y0:y1, x0:x1]).box == (0, 0, x1 - x0, y1 - y0)


@pytest.mark.parametrize("tilt", [-8, 0, 8])
@pytest.mark.parametrize("down", [False, True], ids=["across", "down"])
def test_a_rule_through_the_digit_is_taken_away_and_its_strokes_are_not(tilt: float, down: bool) -> None:
    rules: Lines = [[(-10, y), (210, y + tilt)] for y in (25, 70, 115, 172)]
    lines = [[(y, x) for x, y in rule] for rule in rules] if down else rules
    ruled = np.minimum(drawn(WHOLE["a crossed seven"]), 255 - (255 - drawn(lines, width=2)) // 2)
    clean = normalize(find_ink(drawn(WHOLE["a crossed seven"]))).astype(int)
    assert np.abs(normalize(find_ink(ruled)) - clean).mean() < 8


def test_a_line_alone_is_still_a_line() -> None:
    assert find_ink(drawn([[(100, -5), (100, 205)]])).box == (96, 0, 104, 200)


@pytest.mark.parametrize("light", [False, True], ids=["dark on light", "light on dark"])
@pytest.mark.parametrize("place", [(-85, 100), (285, 100), (100, 285), (-85, 225)], ids=str)
def test_a_slice_of_what_lies_beyond_the_edge_is_no_ink(place: tuple[float, float], light: bool) -> None:
    x, y = place
    picture = drawn([[(x, y), (x, y + 1)]], width=200)
    assert find_ink(255 - picture if light else picture).blank


def test_a_digit_beside_such_a_slice_is_found() -> None:
    seven: Lines = [[(60, 50), (130, 50), (90, 150)]]
    strip = drawn([[(0, -20), (0, 220)]], width=16)
    clean = normalize(find_ink(drawn(seven)))
    np.testing.assert_array_equal(normalize(find_ink(np.minimum(drawn(seven), strip))), clean)


def test_a_digit_at_the_edge_is_found() -> None:
    picture = drawn([[(2, 2), (90, 2), (40, 150)]])
    assert normalize(find_ink(picture)).any()
