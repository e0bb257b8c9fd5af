"""The benchmark of numbers: its strings, its boxes, and its figures."""

import numpy as np
import pytest

from benchmarks.numbers import figures, found_digits
from benchmarks.strings import Number, as_pictures, as_strokes, pages
from digits_detector import DetectedDigit, DigitRecognizer, Line, Reading, Strokes
from digits_detector import Number as Read
from digits_detector.evaluate import distance
from digits_detector.training.data.pen import PenDigits
from digits_detector.training.data.strings import Layout


@pytest.fixture
def digits() -> PenDigits:
    """Return two writers' sevens and ones."""
    seven, one = Strokes([[(0, 0), (60, 0), (20, 100)]]), Strokes([[(0, 0), (4, 90)]])
    return PenDigits(
        (seven, one, seven, one), np.array([7, 1, 7, 1], np.uint8), np.array([1, 1, 2, 2], np.uint8)
    )


def read(*digits: tuple[int, tuple[float, float, float, float]]) -> Reading:
    row = np.full(10, 0.1, np.float32)
    found = tuple(DetectedDigit(digit, 0.1, box, row) for digit, box in digits)
    number = Read("".join(str(digit) for digit, _ in digits), found)
    return Reading((Line((number,)),) if found else ())


LEFT, RIGHT = (0.0, 0.0, 50.0, 100.0), (60.0, 0.0, 110.0, 100.0)
NUMBER = Number(Strokes([]), "71", (LEFT, RIGHT))


@pytest.mark.parametrize("gaps", [(0.0, 0.5), (-0.05, 0.0)])
def test_gaps_lie_between_the_boxes(digits: PenDigits, gaps: tuple[float, float]) -> None:
    for number in as_strokes(digits, 20, Layout(gaps=gaps)):
        assert 2 <= len(number.digits) <= 6
        boxes = np.array(number.boxes)
        between = (boxes[1:, 0] - boxes[:-1, 2]) / 100
        assert gaps[0] - 1e-6 <= between.min() <= between.max() <= gaps[1] + 1e-6


def test_pictures_have_their_ink_in_the_boxes(digits: PenDigits) -> None:
    for number in as_pictures(digits, 10, Layout(gaps=(0.1, 0.5))):
        ink = np.asarray(number.source) < 128
        assert ink.any()
        for x0, y0, x1, y1 in number.boxes:
            inside = slice(int(y0), int(np.ceil(y1))), slice(int(x0), int(np.ceil(x1)))
            assert ink[inside].any()
            ink[inside] = False
        assert not ink.any()


def test_the_strings_are_always_the_same(digits: PenDigits) -> None:
    ones, others = (list(as_pictures(digits, 3, Layout(gaps=(0.0, 0.5)))) for _ in range(2))
    for one, other in zip(ones, others, strict=True):
        assert np.array_equal(np.asarray(one.source), np.asarray(other.source))


def test_a_page_has_a_megapixel_and_twenty_digits(digits: PenDigits) -> None:
    (page,) = pages(digits, 1)
    assert np.asarray(page.source).size == pytest.approx(1e6, rel=0.01)
    assert [len(line) for line in page.text.split()] == [5, 5, 5, 5]
    reading = DigitRecognizer().read(np.asarray(page.source))
    assert len(reading.lines) == 4
    assert reading.digits[0].box == pytest.approx(page.boxes[0], abs=6)


@pytest.mark.parametrize(
    ("one", "other", "number"), [("1984", "1984", 0), ("1984", "194", 1), ("", "12", 2), ("12", "21", 2)]
)
def test_edits_are_counted(one: str, other: str, number: int) -> None:
    assert distance(one, other) == number


def test_a_digit_is_found_at_its_place_only() -> None:
    assert found_digits(NUMBER, read((7, LEFT), (1, RIGHT))) == 2
    assert found_digits(NUMBER, read((1, LEFT), (1, RIGHT))) == 1
    assert found_digits(NUMBER, read((7, LEFT), (7, LEFT))) == 1
    assert found_digits(NUMBER, read((7, (30.0, 0.0, 80.0, 100.0)))) == 0
    assert found_digits(NUMBER, Reading(())) == 0


def test_figures_of_strings_and_digits() -> None:
    result = figures([NUMBER, NUMBER], [read((7, LEFT), (1, RIGHT)), read((7, LEFT))])
    assert (result["n"], result["right"], result["edits"]) == (2, 0.5, 0.5)
    assert (result["precision"], result["recall"]) == (1.0, 0.75)
    assert result["f1"] == pytest.approx(6 / 7, abs=1e-6)
    assert result["misread"] == [{"index": 1, "text": "71", "read": "7"}]
