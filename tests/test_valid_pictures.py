"""No valid picture fails, and what can't matter doesn't: alone or in a batch, inverted, larger, a dot beside it."""

import io
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from digits_detector import DigitRecognizer, DigitsError, InvalidPicture, Reading, UnexpectedError
from digits_detector.normalize import normalize
from digits_detector.strokes import rasterize

from .pictures import picture

SEEDS = st.integers(0, 2**32 - 1)
SEVEN = [(0.1, 0.1), (0.9, 0.1), (0.35, 0.9)]


def same(one: Any, other: Any) -> bool:
    return bool(one.status == other.status and np.allclose(one.probabilities, other.probabilities, atol=1e-5))


@pytest.mark.slow
@given(st.lists(SEEDS, min_size=8, max_size=8))
@settings(max_examples=125, deadline=None)
def test_a_thousand_composed_pictures_are_read_alone_as_in_a_batch(
    recognizer: DigitRecognizer, seeds: list[int]
) -> None:
    pictures = [picture(seed, largest=200) for seed in seeds]
    together = recognizer.predict_batch(pictures)
    assert all(same(recognizer.predict(each), one) for each, one in zip(pictures, together, strict=True))


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_composed_pictures_are_read_and_explained(recognizer: DigitRecognizer, seed: int) -> None:
    reading = recognizer.read(picture(seed), marks=True)
    assert isinstance(reading, Reading)
    assert np.isfinite([digit.box for digit in reading.digits]).all()
    explanation = recognizer.explain(picture(seed, largest=64))
    assert np.isfinite(explanation.heat).all()


def sevens(levels: list[Any], side: int = 60, paper: Any = 255) -> NDArray[np.uint8]:
    """Draw a seven of each tone or colour in a row."""
    colour = isinstance(paper, tuple)
    image = Image.new("RGB" if colour else "L", (side * len(levels) + 40, side + 60), paper)
    draw = ImageDraw.Draw(image)
    for place, level in enumerate(levels):
        points = [(20 + side * (place + 0.75 * x), 30 + side * y) for x, y in SEVEN]
        draw.line(points, fill=level, width=max(2, side // 9), joint="curve")
    return np.asarray(image)


@pytest.mark.parametrize("dot", [(2, 2), (200, 5), (279, 119), (150, 110)])
def test_one_black_pixel_costs_no_digit(dot: tuple[int, int], recognizer: DigitRecognizer) -> None:
    drawn = sevens([40, 40, 40, 40]).copy()
    drawn[dot[1], dot[0]] = 0
    assert recognizer.read(drawn).text == "7777"


@pytest.mark.parametrize("levels", [[0, 5, 10, 14, 20], [0, 60, 120, 180], [180, 0, 180], [100, 60, 20]])
def test_pens_of_several_tones_are_read(levels: list[int], recognizer: DigitRecognizer) -> None:
    assert recognizer.read(sevens(levels)).text == "7" * len(levels)


@pytest.mark.parametrize("colours", [["blue", "green", "red"], ["blue", "yellow", "red"], ["red", "orange"]])
def test_pens_of_several_colours_are_read(colours: list[str], recognizer: DigitRecognizer) -> None:
    assert recognizer.read(sevens(colours, paper=(255, 255, 255))).text == "7" * len(colours)


def test_dark_on_light_is_light_on_dark(recognizer: DigitRecognizer) -> None:
    drawn = sevens([20, 90, 40])
    assert recognizer.read(255 - drawn).text == recognizer.read(drawn).text == "777"


@pytest.mark.parametrize("times", [2, 4, 8])
def test_the_size_does_not_matter(times: int, recognizer: DigitRecognizer) -> None:
    drawn = sevens([20, 90, 40])
    assert recognizer.read(drawn.repeat(times, axis=0).repeat(times, axis=1)).text == "777"
    assert recognizer.read(np.asarray(Image.fromarray(drawn).reduce(2))).text == "777"


def test_one_channel_is_grey(recognizer: DigitRecognizer) -> None:
    drawn = sevens([20, 90, 40])
    assert recognizer.read(drawn[..., None]).text == recognizer.read(np.dstack([drawn] * 3)).text == "777"


def test_a_cropped_margin_does_not_matter(recognizer: DigitRecognizer) -> None:
    drawn = sevens([20, 90, 40])
    assert recognizer.read(drawn[20:-20, 12:-12]).text == "777"


def test_small_digits_on_a_page_of_twelve_megapixels_are_read(recognizer: DigitRecognizer) -> None:
    page = np.full((3000, 4000), 255, dtype=np.uint8)
    row = sevens([0] * 6, side=24)
    for y, x in ((300, 500), (1500, 3000), (2800, 100)):
        page[y : y + row.shape[0], x : x + row.shape[1]] = row
    assert recognizer.read(page).text == "\n".join(["777777"] * 3)


def test_a_strip_of_a_hundred_and_pages_of_hundreds_of_digits_are_read(recognizer: DigitRecognizer) -> None:
    strip = sevens([0] * 100, side=40)
    assert len(recognizer.read(strip).digits) == 100
    assert len(recognizer.read(np.concatenate([strip] * 4)).digits) == 400


def test_large_shapes_of_middle_tones_are_read(recognizer: DigitRecognizer) -> None:
    random = np.random.default_rng(1)
    for _ in range(60):
        image = Image.new("L", (34, 87), int(random.integers(100, 160)))
        draw = ImageDraw.Draw(image)
        for _ in range(3):
            (x0, y0), (x1, y1) = np.sort(random.uniform(0, 1, (2, 2)) * image.size, axis=0).tolist()
            draw.ellipse((x0, y0, x1, y1), fill=int(random.integers(90, 200)))
        assert np.isfinite(recognizer.predict(image).probabilities).all()


@pytest.mark.parametrize("side", [31, 32, 33])
def test_a_seven_on_a_ruled_line_reads_the_same_alone_and_in_a_batch(
    side: int, recognizer: DigitRecognizer
) -> None:
    ink = rasterize([np.array(SEVEN) * side * 0.7 + 4], width=2.5, size=side)
    ink[side - 3] = np.maximum(ink[side - 3], 0.6)
    drawn = np.rint(255 * (1 - ink)).astype(np.uint8)
    alone, (one, _) = recognizer.predict(drawn), recognizer.predict_batch([drawn, drawn])
    assert same(alone, one)
    assert alone.probabilities.argmax() == 7


@pytest.mark.parametrize("loops", [(0.5, 0.6), (0.55, 0.5), (0.45, 0.65)])
def test_an_eight_of_a_one_pixel_pencil_keeps_its_loops(
    loops: tuple[float, float], recognizer: DigitRecognizer
) -> None:
    image = Image.new("L", (28, 28), 0)
    draw = ImageDraw.Draw(image)
    upper, lower = loops
    draw.ellipse((14 - 9 * upper, 4, 14 + 9 * upper, 13), outline=255)
    draw.ellipse((14 - 10 * lower, 13, 14 + 10 * lower, 24), outline=255)
    prediction = recognizer.predict(image)
    assert (prediction.status, prediction.digit) == ("digit", 8)


def test_one_colour_picture_is_not_taken_for_a_batch(recognizer: DigitRecognizer) -> None:
    with pytest.raises(DigitsError, match="one picture in colour"):
        recognizer.predict_batch(np.zeros((300, 400, 3), np.uint8))


@pytest.mark.parametrize("kind", [bool, np.uint8, np.uint16, np.int32, np.float32])
def test_a_mask_of_any_type_is_read(kind: type, recognizer: DigitRecognizer) -> None:
    mask: NDArray[Any] = (sevens([0], side=80) < 128).astype(kind)
    assert recognizer.predict(mask).digit == 7


def test_open_files_and_memory_are_read(recognizer: DigitRecognizer) -> None:
    buffer = io.BytesIO()
    Image.fromarray(sevens([0], side=80)).save(buffer, "PNG")
    for form in (buffer, memoryview(buffer.getvalue()), bytearray(buffer.getvalue())):
        assert recognizer.predict(form).digit == 7


def test_reading_on_threads_leaves_the_filters_of_warnings_as_they_are(recognizer: DigitRecognizer) -> None:
    buffer = io.BytesIO()
    Image.fromarray(sevens([0], side=20)).save(buffer, "PNG")
    before = list(warnings.filters)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(recognizer.predict, [buffer.getvalue()] * 400))
    assert list(warnings.filters) == before


@pytest.mark.parametrize(
    ("name", "value"),
    [("threads", True), ("threads", 0), ("threads", "2"), ("max_pixels", None), ("max_pixels", -1)],
)
def test_settings_that_make_no_sense_are_refused(name: str, value: Any) -> None:
    with pytest.raises(DigitsError, match=f"{name}: invalid value"):
        DigitRecognizer(**{name: value})


def test_whole_numbers_of_numpy_are_settings_too() -> None:
    small = DigitRecognizer(threads=np.int64(1), max_pixels=np.int64(1000))  # type: ignore[arg-type]
    assert small.predict(np.zeros((20, 50), np.uint8)).status == "blank"


def test_what_nobody_foresaw_costs_one_item(
    recognizer: DigitRecognizer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(ink: Any) -> Any:
        if ink.box[2] > 150:
            raise ZeroDivisionError("planted")
        return normalize(ink)

    monkeypatch.setattr("digits_detector.recognizer.normalize", failing)
    good, bad = sevens([0], side=80), sevens([0], side=200)
    read = recognizer.predict_batch([good, bad, good], on_error="return")
    assert isinstance(read.errors[1], UnexpectedError)
    assert "planted" in str(read.errors[1])
    assert "Traceback" in caplog.text
    assert read.digit.tolist() == [7, -1, 7]
    with pytest.raises(UnexpectedError):
        recognizer.predict(bad)


def test_what_is_no_picture_is_still_refused(recognizer: DigitRecognizer) -> None:
    with pytest.raises(InvalidPicture, match="open file"):
        recognizer.read(42)  # type: ignore[arg-type]
