"""The digit that a picture is of is located: its parts stay, what is beside it goes."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digits_detector import DigitRecognizer
from digits_detector.strokes import rasterize

Lines = list[list[tuple[float, float]]]

WHOLE: dict[str, tuple[int, Lines]] = {
    "a four of two strokes": (4, [[(60, 40), (40, 110), (120, 106)], [(96, 60), (90, 160)]]),
    "a five whose hat is loose": (
        5,
        [[(60, 50), (56, 95), (100, 95), (112, 125), (90, 158), (52, 150)], [(74, 36), (120, 34)]],
    ),
    "a crossed seven": (7, [[(50, 40), (120, 38), (80, 160)], [(66, 100), (116, 96)]]),
    "a broken line": (1, [[(80, y), (82, y + 6)] for y in range(30, 170, 10)]),
    "a nine whose tail is loose": (
        9,
        [[(110, 50), (70, 40), (56, 76), (90, 92), (112, 52)], [(111, 104), (100, 160)]],
    ),
}


def drawn(lines: Lines, width: float = 8, side: int = 200) -> NDArray[np.uint8]:
    ink = rasterize([np.array(line, dtype=float) for line in lines], width=width, size=side)
    return np.rint(255 * (1 - ink)).astype(np.uint8)


@pytest.mark.parametrize("light", [False, True], ids=["dark on light", "light on dark"])
@pytest.mark.parametrize("name", WHOLE)
def test_what_is_written_in_several_parts_is_read_whole(
    name: str, light: bool, recognizer: DigitRecognizer
) -> None:
    picture = drawn(WHOLE[name][1])
    assert recognizer.predict(255 - picture if light else picture).digit == WHOLE[name][0]


@pytest.mark.parametrize("name", WHOLE)
def test_the_parts_stay_on_uneven_paper(name: str, recognizer: DigitRecognizer) -> None:
    lit = drawn(WHOLE[name][1]) * np.linspace(0.5, 0.9, 200)
    assert recognizer.predict(lit.astype(np.uint8)).digit == WHOLE[name][0]


SEVEN = WHOLE["a crossed seven"][1]


@pytest.mark.parametrize("place", [(20, 20), (180, 30), (15, 185), (190, 100)])
def test_a_speck_is_left_out(place: tuple[float, float], recognizer: DigitRecognizer) -> None:
    with_speck = np.minimum(drawn(SEVEN), drawn([[place]], width=5))
    seen, clean = recognizer.predict(with_speck), recognizer.predict(drawn(SEVEN))
    assert (seen.status, seen.digit) == ("digit", 7)
    np.testing.assert_array_equal(seen.input, clean.input)


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
def test_a_piece_of_the_neighbour_is_left_out(
    fragment: list[tuple[float, float]], recognizer: DigitRecognizer
) -> None:
    seen = recognizer.predict(np.minimum(drawn(SEVEN), drawn([fragment])))
    assert (seen.status, seen.digit) == ("digit", 7)


CLOSE = [
    pytest.param(name, marks=pytest.mark.xfail(strict=True, reason="its loose tail is taken for a 7"))
    if name == "a nine whose tail is loose"
    else name
    for name in WHOLE
]


@pytest.mark.parametrize("name", CLOSE)
def test_a_digit_cut_out_closely_is_read(name: str, recognizer: DigitRecognizer) -> None:
    picture = drawn(WHOLE[name][1])
    ys, xs = np.nonzero(picture < 204)
    close = picture[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    assert recognizer.predict(close).digit == WHOLE[name][0]


@pytest.mark.parametrize("tilt", [-8, 0, 8])
@pytest.mark.parametrize("down", [False, True], ids=["across", "down"])
def test_ruled_paper_does_no_harm(tilt: float, down: bool, recognizer: DigitRecognizer) -> None:
    rules: Lines = [[(-10, y), (210, y + tilt)] for y in (25, 70, 115, 172)]
    lines = [[(y, x) for x, y in rule] for rule in rules] if down else rules
    ruled = np.minimum(drawn(SEVEN), 255 - (255 - drawn(lines, width=2)) // 2)
    assert recognizer.predict(ruled).digit == 7


def test_a_digit_beside_a_dark_edge_is_found(recognizer: DigitRecognizer) -> None:
    strip = drawn([[(0, -20), (0, 220)]], width=16)
    assert recognizer.predict(np.minimum(drawn(SEVEN), strip)).digit == 7


def test_a_digit_at_the_edge_is_found(recognizer: DigitRecognizer) -> None:
    assert recognizer.predict(drawn([[(2, 2), (90, 2), (40, 150)]])).digit == 7


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("light", [False, True], ids=["dark on light", "light on dark"])
def test_a_part_of_something_that_the_edge_cuts_is_no_number(
    turns: int, light: bool, recognizer: DigitRecognizer
) -> None:
    y, x = np.mgrid[:200, :200]
    ball = np.hypot((x - 210) / 30, (y - 110) / 80)
    picture = np.rot90(np.clip(40 + 900 * (ball - 1), 40, 220).astype(np.uint8), turns)
    picture = 255 - picture if light else picture
    assert recognizer.read(picture).text == ""


def test_a_picture_in_which_the_detector_finds_nothing_is_judged_more_strictly(
    recognizer: DigitRecognizer,
) -> None:
    random = np.random.default_rng(0)
    noise = [random.integers(256, size=random.integers(20, 60, 2), dtype=np.uint8) for _ in range(300)]
    predictions = recognizer.predict_batch(noise)
    passed = predictions.status == "digit"
    by_the_classifier_alone = predictions.outlier_score <= recognizer.threshold
    assert passed.sum() < by_the_classifier_alone.sum() / 2
