"""Where the network looked."""

import json
from pathlib import Path

import numpy as np
import pytest

from digits_detector import DigitRecognizer, InvalidPicture, Strokes
from digits_detector.explain import log_odds

DRAWN = {
    7: [[(30, 20), (70, 20), (60, 50), (48, 80)]],
    4: [[(47, 18), (33, 54), (70, 53)], [(60, 34), (55, 83)]],
    9: [[(62, 30), (50, 20), (37, 29), (39, 46), (53, 48), (63, 34), (61, 55), (55, 82)]],
}


@pytest.mark.parametrize("digit", DRAWN)
def test_it_explains_what_is_read_and_the_runner_up(recognizer: DigitRecognizer, digit: int) -> None:
    prediction, explanation = (
        recognizer.predict(Strokes(DRAWN[digit])),
        recognizer.explain(Strokes(DRAWN[digit])),
    )
    assert explanation.digits[0] == prediction.digit == digit
    assert explanation.digits == tuple(np.argsort(prediction.probabilities)[:-3:-1])
    assert explanation.heat.shape == (2, 28, 28)
    assert explanation.heat.dtype == np.float32
    np.testing.assert_array_equal(explanation.input, prediction.input)


def test_heat_lies_on_the_ink_alone(recognizer: DigitRecognizer) -> None:
    explanation = recognizer.explain(Strokes(DRAWN[4]))
    ink = explanation.input > 0
    assert np.isfinite(explanation.heat).all()
    assert (explanation.heat[:, ~ink] == 0).all()
    assert (explanation.heat[:, explanation.input == 255] != 0).all()


def test_the_bar_of_a_seven_is_what_makes_it_no_one(recognizer: DigitRecognizer) -> None:
    stem = [(62, 20), (60, 50), (58, 80)]
    assert recognizer.predict(Strokes([stem])).digit == 1
    explanation = recognizer.explain(Strokes([[(30, 22), *stem]]))
    assert explanation.digits[0] == 7
    top = explanation.input.max(axis=1).argmax()
    ink, heat = explanation.input > 0, explanation.heat[0]
    bar, stem_below = heat[: top + 3][ink[: top + 3]], heat[top + 3 :][ink[top + 3 :]]
    assert bar.mean() > 0
    assert bar.mean() > stem_below.mean()


@pytest.mark.parametrize("digit", DRAWN)
def test_without_the_ink_that_speaks_for_it_a_digit_is_less_likely(
    recognizer: DigitRecognizer, digit: int
) -> None:
    explanation = recognizer.explain(Strokes(DRAWN[digit]))
    ink = explanation.input > 0
    low, high = np.quantile(explanation.heat[0][ink], [0.3, 0.7])
    without_hot = np.where(explanation.heat[0] >= high, 0, explanation.input)
    without_cold = np.where(ink & (explanation.heat[0] <= low), 0, explanation.input)
    hot, cold = (recognizer.predict(image).probabilities[digit] for image in (without_hot, without_cold))
    assert hot < cold


def test_pictures_are_explained_as_well(recognizer: DigitRecognizer, seven: Path) -> None:
    assert recognizer.explain(seven).digits[0] == 7


def test_what_is_no_digit_is_explained_by_the_closest(recognizer: DigitRecognizer) -> None:
    smiley = Strokes(
        [
            [(50, 10), (85, 25), (95, 55), (70, 90), (30, 90), (5, 55), (15, 25), (50, 10)],
            [(35, 40), (35, 42)],
            [(65, 40), (65, 42)],
            [(30, 62), (50, 75), (70, 62)],
        ]
    )
    closest = np.argsort(recognizer.predict(smiley).probabilities)[:-3:-1]
    assert recognizer.explain(smiley).digits == tuple(closest)


def test_where_nothing_is_written_nothing_is_explained(recognizer: DigitRecognizer) -> None:
    explanation = recognizer.explain(Strokes([]))
    assert (explanation.digits, explanation.heat.shape) == ((), (0, 28, 28))
    assert explanation.to_json() == {"digits": [], "heat": []}


def test_its_json_is_plain(recognizer: DigitRecognizer) -> None:
    explanation = recognizer.explain(Strokes(DRAWN[7]))
    document = json.loads(json.dumps(explanation.to_json()))
    assert document["digits"] == list(explanation.digits)
    np.testing.assert_allclose(document["heat"], explanation.heat, atol=1e-3)


def test_what_is_no_picture_is_refused(recognizer: DigitRecognizer) -> None:
    with pytest.raises(InvalidPicture):
        recognizer.explain(b"no picture")


def test_log_odds_are_exact_where_the_network_is_certain() -> None:
    logits = np.array([[100.0, *[0.0] * 9]], dtype=np.float32)
    assert log_odds(logits, 1.0)[0, 0] == pytest.approx(100 - np.log(9))
    even = log_odds(np.zeros((1, 10), dtype=np.float32), 2.0)
    assert even == pytest.approx(np.log(0.1 / 0.9))
