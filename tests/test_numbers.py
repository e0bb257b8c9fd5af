"""Numbers are read, as strokes and in pictures: joined, on uneven, ruled and tilted paper, on many lines."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from digits_detector import DigitRecognizer, InvalidPicture, Strokes
from digits_detector.strokes import rasterize
from tests.test_reading import DIGITS, arc

Points = NDArray[np.float64]

SHAPES = {
    "0": "a plain 0",
    "1": "a bare 1",
    "3": "a 3",
    "4": "an open 4",
    "5": "a 5 with its hat apart",
    "7": "a crossed 7",
    "9": "a curled 9",
}


def digit(name: str) -> list[Points]:
    """Return the strokes of a digit, 150 units high."""
    return [np.array(stroke, dtype=float) for stroke in DIGITS[SHAPES[name]][1]]


def written(text: str, gap: float = 30, top: float = 0) -> list[list[Points]]:
    """Write digits beside each other, `gap` units between their boxes."""
    right, digits = 0.0, []
    for name in text:
        strokes = digit(name)
        points = np.concatenate(strokes)
        digits.append([stroke + np.array([right - points[:, 0].min(), top]) for stroke in strokes])
        right += float(np.ptp(points[:, 0])) + gap
    return digits


def flat(digits: Sequence[Sequence[Points]]) -> list[Points]:
    """Return the strokes of all digits."""
    return [stroke for strokes in digits for stroke in strokes]


def picture(
    strokes: Sequence[Points], scale: float = 0.4, brush: float = 5, turn: float = 0
) -> NDArray[np.float32]:
    """Draw strokes on paper; what part of the light comes back. Turned by so many degrees."""
    cos, sin = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    turned = [stroke @ np.array([[cos, sin], [-sin, cos]]) * scale for stroke in strokes]
    points = np.concatenate(turned)
    low, (width, height) = points.min(axis=0) - 20, np.ptp(points, axis=0) + 40
    ink = rasterize([stroke - low for stroke in turned], width=brush, size=int(max(width, height)) + 1)
    return 1 - ink[: int(height) + 1, : int(width) + 1]


def grey(light: NDArray[Any]) -> NDArray[np.uint8]:
    levels: NDArray[np.uint8] = np.rint(255 * np.clip(light, 0, 1)).astype(np.uint8)
    return levels


@pytest.mark.parametrize("gap", [60, 15, 0, -6])
@pytest.mark.parametrize("text", ["1945", "70", "5790", "33", "4175"])
def test_strokes_are_read_as_a_number(text: str, gap: float, recognizer: DigitRecognizer) -> None:
    reading = recognizer.read(Strokes(flat(written(text, gap))))
    assert reading.text == text
    assert len(reading.lines) == 1


def test_each_digit_has_its_box_and_probabilities(recognizer: DigitRecognizer) -> None:
    digits = written("475")
    reading = recognizer.read(Strokes(flat(digits)))
    for found, strokes in zip(reading.digits, digits, strict=True):
        points = np.concatenate(strokes)
        assert found.box == pytest.approx((*points.min(axis=0), *points.max(axis=0)))
        assert found.probabilities.sum() == pytest.approx(1, abs=1e-5)
        assert found.confidence == found.probabilities[found.digit]
    boxes = np.array([found.box for found in reading.digits])
    assert reading.lines[0].box == (*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0))


def test_the_order_of_strokes_does_not_matter(recognizer: DigitRecognizer) -> None:
    assert recognizer.read(Strokes(flat(written("5745"))[::-1])).text == "5745"


def test_lines_are_read_from_the_top(recognizer: DigitRecognizer) -> None:
    strokes = flat([*written("70", top=400), *written("1954"), *written("39", top=800)])
    assert recognizer.read(Strokes(strokes)).text == "1954\n70\n39"
    assert recognizer.read(grey(picture(strokes))).text == "1954\n70\n39"


def circles(places: Sequence[tuple[float, float]]) -> list[Points]:
    """Draw circles, 80 units high, around some places."""
    angles = np.linspace(0, 2 * np.pi, 40)
    circle = np.column_stack([30 * np.sin(angles), -40 * np.cos(angles)])
    return [circle + np.array(place) for place in places]


@pytest.mark.parametrize("step", [74, 80, 86])
@pytest.mark.parametrize("text", ["8", "88", "888"])
def test_an_8_of_two_circles_is_no_two_zeros(text: str, step: float, recognizer: DigitRecognizer) -> None:
    strokes = circles([(90 * place, row * step) for place in range(len(text)) for row in range(2)])
    assert recognizer.read(Strokes(strokes)).text == text


def eights_beside_a_one() -> list[Points]:
    """Draw 188, the eights of two circles each, the upper one to the right."""
    places = [(90 + 100 * place - 46 * row, 80 * row) for place in range(2) for row in range(2)]
    return [np.array([(0, -40), (-4, 120)]), *circles(places)]


def test_eights_of_two_circles_are_as_high_as_their_neighbours(recognizer: DigitRecognizer) -> None:
    assert recognizer.read(Strokes(eights_beside_a_one())).text == "188"


def test_lines_of_zeros_are_no_eights(recognizer: DigitRecognizer) -> None:
    strokes = circles([(90 * place, 130 * row) for place in range(3) for row in range(2)])
    assert recognizer.read(Strokes(strokes)).text == "000\n000"


@pytest.mark.parametrize("gap", [60, 15, 5])
@pytest.mark.parametrize("text", ["1945", "5790", "33"])
def test_a_picture_is_read(text: str, gap: float, recognizer: DigitRecognizer) -> None:
    reading = recognizer.read(grey(picture(flat(written(text, gap)))))
    assert reading.text == text


def test_digits_that_touch_are_parted(recognizer: DigitRecognizer) -> None:
    assert recognizer.read(grey(picture(flat(written("300", 6))))).text == "300"


def test_boxes_are_in_the_pixels_of_the_picture(recognizer: DigitRecognizer) -> None:
    small = grey(picture(flat(written("395")), scale=0.5))
    large = small.repeat(5, axis=0).repeat(5, axis=1)
    ones, others = recognizer.read(small), recognizer.read(large)
    assert ones.text == others.text == "395"
    for one, other in zip(ones.digits, others.digits, strict=True):
        assert np.array(other.box) == pytest.approx(5 * np.array(one.box), abs=20)


@pytest.mark.parametrize("turn", [-5, 5])
def test_a_tilted_number_is_read(turn: float, recognizer: DigitRecognizer) -> None:
    assert recognizer.read(grey(picture(flat(written("790345")), turn=turn))).text == "790345"


def test_the_roof_of_a_7_is_no_rule(seven: Path, recognizer: DigitRecognizer) -> None:
    assert recognizer.read(seven).text == "7"
    with Image.open(seven) as image:
        assert recognizer.read(image.crop((45, 45, 235, 275))).text == "7"


def test_light_from_a_side_and_rules_do_no_harm(recognizer: DigitRecognizer) -> None:
    drawn = picture(flat(written("5793")))
    height, width = drawn.shape
    light = drawn * np.linspace(0.4, 0.9, width)
    light[height - 12 : height - 10] *= 0.5
    noise = np.random.default_rng(0).normal(0, 0.01, light.shape)
    assert recognizer.read(grey(light + noise)).text == "5793"


def test_dots_commas_and_dashes_are_not_read(recognizer: DigitRecognizer) -> None:
    digits = written("34950", 40)
    right = max(float(points[:, 0].max()) for points in flat(digits))
    dot = np.array([[float(np.concatenate(digits[1])[:, 0].max()) + 20, 146.0]])
    dash = np.array([[right + 40, 75.0], [right + 110, 73.0]])
    strokes = [*flat(digits), dot, dot + np.array([0, 3]), dash]
    assert recognizer.read(Strokes(strokes)).text == "34950"
    assert recognizer.read(grey(picture(strokes))).text == "34950"


LETTERS: dict[str, list[list[tuple[float, float]]]] = {  # strokes in heights of a digit
    "A": [[(0, 1), (0.35, 0), (0.7, 1)], [(0.12, 0.65), (0.58, 0.65)]],
    "E": [[(0.6, 0), (0, 0), (0, 1), (0.6, 1)], [(0, 0.5), (0.5, 0.5)]],
    "H": [[(0, 0), (0.02, 1)], [(0.65, 0), (0.63, 1)], [(0, 0.5), (0.64, 0.48)]],
    "K": [[(0, 0), (0, 1)], [(0.6, 0), (0, 0.55), (0.6, 1)]],
    "M": [[(0, 1), (0.1, 0), (0.45, 0.7), (0.8, 0), (0.9, 1)]],
    "X": [[(0, 0), (0.7, 1)], [(0.7, 0), (0, 1)]],
}


@pytest.mark.parametrize("letter", LETTERS)
def test_a_letter_among_strokes_of_digits_is_not_read(letter: str, recognizer: DigitRecognizer) -> None:
    four, three = written("4"), written("3")
    middle = float(np.concatenate(four[0])[:, 0].max()) + 30
    strokes = [150 * np.array(stroke) + np.array((middle, 0)) for stroke in LETTERS[letter]]
    right = float(np.concatenate(strokes)[:, 0].max()) + 30
    behind = [stroke + np.array((right, 0)) for stroke in flat(three)]
    assert recognizer.read(Strokes([*flat(four), *strokes, *behind])).text.replace(" ", "") == "43"


def test_letters_are_not_read(recognizer: DigitRecognizer) -> None:
    m = np.array([(0, 150), (10, 0), (50, 90), (90, 0), (100, 150)], dtype=float) - (200, 0)
    assert recognizer.read(Strokes([m, *flat(written("95"))])).text == "95"


@pytest.mark.parametrize(
    "nothing",
    [Strokes([]), np.full((80, 200), 255, np.uint8), np.zeros((1, 1), np.uint8), np.zeros((60, 90), bool)],
    ids=["no strokes", "white paper", "a pixel", "black"],
)
def test_where_nothing_is_written_nothing_is_read(nothing: object, recognizer: DigitRecognizer) -> None:
    reading = recognizer.read(nothing)  # type: ignore[arg-type]
    assert (reading.text, reading.lines, reading.digits) == ("", (), ())


def test_scribbles_and_noise_hold_no_more_digits_than_fit(recognizer: DigitRecognizer) -> None:
    random = np.random.default_rng(0)
    assert len(recognizer.read(Strokes(random.uniform(0, 1000, (600, 5, 2)))).digits) <= 600
    assert recognizer.read(random.integers(0, 256, (900, 1400), dtype=np.uint8)).text == ""
    assert len(recognizer.read(Strokes([arc((0, 0), (1e-9, 1e-9), 0, 360), [(1e50, -1e50)]])).digits) <= 2


def test_the_pens_first_point_is_no_number(recognizer: DigitRecognizer) -> None:
    assert recognizer.read(Strokes([[(300, 120)]])).text == ""


def test_a_bad_picture_raises(recognizer: DigitRecognizer) -> None:
    with pytest.raises(InvalidPicture):
        recognizer.read(b"no picture")


def test_the_json_form_holds_lines_and_digits(recognizer: DigitRecognizer) -> None:
    document = recognizer.read(Strokes(flat(written("94")))).to_json()
    assert document["text"] == "94"
    (line,) = document["lines"]
    assert (line["text"], len(line["box"])) == ("94", 4)
    assert [found["digit"] for found in line["digits"]] == [9, 4]
    assert all(len(found["probabilities"]) == 10 for found in line["digits"])


def test_the_annotated_picture_is_upright_and_in_colour(recognizer: DigitRecognizer, tmp_path: Path) -> None:
    upright = grey(picture(flat(written("395"))))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held on its side
    Image.fromarray(np.rot90(upright)).save(tmp_path / "held.png", exif=exif)
    reading = recognizer.read(tmp_path / "held.png")
    image = reading.annotate(tmp_path / "held.png")
    assert reading.text == "395"
    assert (image.mode, image.size) == ("RGB", upright.shape[::-1])
    x0, y0, *_ = reading.digits[0].box
    assert image.getpixel((round(x0), round(y0) + 3)) == (214, 39, 40)


@pytest.mark.parametrize("height", [0.6, 0.4])
def test_zeros_may_be_smaller_than_the_rest(height: float, recognizer: DigitRecognizer) -> None:
    around = np.linspace(0, 2 * np.pi, 40)
    zero = np.stack([35 * np.sin(around), 50 * np.cos(around) - 50], axis=1) * height
    zeros = [zero + np.array([60 + 90 * height * place, 100]) for place in range(3)]
    assert recognizer.read(Strokes([[(0, 20), (20, 0), (20, 100)], *zeros])).text == "1000"
