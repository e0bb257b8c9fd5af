"""What people really draw is read, wherever and however it is drawn; and what is no digit is rejected."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from digits_detector import DigitRecognizer, Strokes
from digits_detector.strokes import rasterize


def arc(
    middle: tuple[float, float], size: tuple[float, float], start: float, end: float
) -> NDArray[np.float64]:
    """Return part of an ellipse; degrees, clockwise from the right."""
    angles = np.radians(np.linspace(start, end, 40))
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    points: NDArray[np.float64] = circle * np.array(size) / 2 + np.array(middle)
    return points


OVAL = arc((50, 75), (80, 150), -90, 270)
DIGITS: dict[str, tuple[int, list[object]]] = {
    "a plain 0": (0, [OVAL]),
    "a slashed 0": (0, [OVAL, [(10, 150), (92, 0)]]),
    "a bare 1": (1, [[(50, 0), (48, 150)]]),
    "a European 1": (1, [[(10, 60), (60, 0), (60, 150)]]),
    "a 1 with a foot": (1, [[(20, 45), (55, 0), (55, 150)], [(20, 150), (90, 150)]]),
    "a 7": (7, [[(5, 5), (95, 5), (40, 150)]]),
    "a crossed 7": (7, [[(5, 5), (95, 5), (40, 150)], [(30, 75), (90, 72)]]),
    "an open 4": (4, [[(20, 0), (10, 85), (95, 85)], [(70, 40), (65, 150)]]),
    "a closed 4": (4, [[(65, 150), (65, 0), (5, 100), (95, 100)]]),
    "a curled 9": (9, [np.concatenate([arc((50, 40), (75, 75), 0, -360), arc((40, 60), (95, 180), 0, 140)])]),
    "a 3": (3, [np.concatenate([arc((45, 37), (70, 74), 200, 430), arc((45, 110), (85, 80), 285, 515)])]),
    "a 5 with its hat apart": (
        5,
        [np.concatenate([[(25, 5), (20, 65)], arc((40, 100), (95, 90), 235, 500)]), [(27, 3), (90, 0)]],
    ),
}
NO_DIGITS: dict[str, list[object]] = {
    "A": [[(0, 150), (50, 0), (100, 150)], [(20, 95), (80, 95)]],
    "X": [[(0, 0), (100, 150)], [(100, 0), (0, 150)]],
    "M": [[(0, 150), (10, 0), (50, 90), (90, 0), (100, 150)]],
    "a plus sign": [[(50, 0), (50, 100)], [(0, 50), (100, 50)]],
    "a smiley": [arc((50, 50), (100, 100), 0, 360), [(35, 35)], [(65, 35)], arc((50, 55), (50, 50), 20, 160)],
    "a tangle": [np.random.default_rng(5).uniform(0, 100, (25, 2))],
    "two digits": [OVAL, OVAL + np.array([110, 0])],
    "one point": [[(40, 40)]],
    "a star": [[(50, 0), (80, 95), (0, 35), (100, 35), (20, 95), (50, 0)]],
}


def on_canvas(drawn: Strokes, extent: float, x: float, y: float, brush: float) -> NDArray[np.uint8]:
    """Draw black on white, 300×300, its height so many pixels."""
    points = np.concatenate(drawn.strokes)
    low, height = points.min(axis=0), np.ptp(points[:, 1])
    placed = [(stroke - low) * extent / height + (x, y) for stroke in drawn.strokes]
    return 255 - np.rint(255 * rasterize(placed, width=brush, size=300)).astype(np.uint8)


WAYS: dict[str, Callable[[Strokes], object]] = {
    "as strokes": lambda drawn: drawn,
    "large": lambda drawn: on_canvas(drawn, 220, 60, 40, 10),
    "with a thick brush": lambda drawn: on_canvas(drawn, 200, 60, 50, 22),
    "small, in a corner": lambda drawn: on_canvas(drawn, 45, 245, 10, 4),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", DIGITS)
def test_a_digit_is_read(name: str, way: str, recognizer: DigitRecognizer) -> None:
    digit, strokes = DIGITS[name]
    prediction = recognizer.predict(WAYS[way](Strokes(strokes)))  # type: ignore[arg-type]
    assert (prediction.status, prediction.digit) == ("digit", digit)


@pytest.mark.parametrize("name", NO_DIGITS)
def test_what_is_no_digit_is_rejected(name: str, recognizer: DigitRecognizer) -> None:
    prediction = recognizer.predict(Strokes(NO_DIGITS[name]))  # type: ignore[arg-type]
    assert (prediction.status, prediction.digit) == ("not_a_digit", None)
    assert prediction.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert np.isfinite(prediction.outlier_score)


def test_noise_is_no_digit(recognizer: DigitRecognizer) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (20, 64, 64), dtype=np.uint8)
    assert {each.status for each in recognizer.predict_batch(noise)} == {"not_a_digit"}


def test_empty_strokes_are_blank(recognizer: DigitRecognizer) -> None:
    blank = recognizer.predict(Strokes([]))
    assert (blank.status, blank.digit, blank.confidence) == ("blank", None, 0.0)
    assert np.isfinite(blank.outlier_score)
