"""The main door."""

import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digits_detector import DigitRecognizer, DigitsError, InvalidPicture, Strokes
from digits_detector.normalize import normalize

from .conftest import SEVEN

DRAWN_SEVEN = Strokes.from_json(SEVEN)


def test_a_seven_is_read_from_strokes_and_from_its_picture(recognizer: DigitRecognizer, seven: Path) -> None:
    for item in (DRAWN_SEVEN, seven, seven.read_bytes()):
        prediction = recognizer.predict(item)
        assert (prediction.status, prediction.digit) == ("digit", 7)


def test_a_prediction_holds_what_it_says(recognizer: DigitRecognizer) -> None:
    prediction = recognizer.predict(DRAWN_SEVEN)
    assert prediction.probabilities.shape == (10,)
    assert prediction.probabilities.dtype == np.float32
    assert prediction.probabilities.sum() == pytest.approx(1, abs=1e-6)
    assert prediction.confidence == prediction.probabilities.max()
    assert prediction.probabilities.argmax() == prediction.digit
    assert prediction.input.shape == (28, 28)
    assert prediction.input.dtype == np.uint8


@pytest.mark.parametrize(
    "nothing", [Strokes([]), Strokes([[]]), np.zeros((28, 28), np.uint8), np.ones((520, 520))]
)
def test_nothing_to_read_is_blank(recognizer: DigitRecognizer, nothing: Strokes) -> None:
    prediction = recognizer.predict(nothing)
    assert (prediction.status, prediction.digit, prediction.confidence) == ("blank", None, 0.0)
    assert prediction.probabilities.tolist() == pytest.approx([0.1] * 10)


def test_a_batch_reads_as_one_by_one(recognizer: DigitRecognizer, seven: Path) -> None:
    items: list[Any] = [DRAWN_SEVEN, seven, Strokes([]), Strokes([[(0, 0), (0, 9)]])]
    for one, of_batch in zip(map(recognizer.predict, items), recognizer.predict_batch(items), strict=True):
        assert one.digit == of_batch.digit
        np.testing.assert_allclose(one.probabilities, of_batch.probabilities, atol=1e-5)
    assert len(recognizer.predict_batch([])) == 0


def test_a_stack_of_pictures_reads_as_one_by_one(recognizer: DigitRecognizer) -> None:
    stack = np.stack([normalize(DRAWN_SEVEN), 255 - normalize(DRAWN_SEVEN), np.zeros((28, 28), np.uint8)])
    masks = (stack[:1] > 128).astype(np.uint8)
    for pictures in (stack, masks):
        for one, of_batch in zip(
            map(recognizer.predict, pictures), recognizer.predict_batch(pictures), strict=True
        ):
            assert (one.status, one.digit) == (of_batch.status, of_batch.digit)
            np.testing.assert_array_equal(one.input, of_batch.input)
            np.testing.assert_allclose(one.probabilities, of_batch.probabilities, atol=1e-5)


def test_columns_hold_what_the_predictions_do(recognizer: DigitRecognizer, seven: Path) -> None:
    items: list[Any] = [seven, b"no picture", Strokes([]), np.eye(28)]
    read = recognizer.predict_batch(items, on_error="return")
    assert {place: type(error) for place, error in read.errors.items()} == {1: InvalidPicture}
    assert read.status.tolist() == [prediction.status for prediction in read]
    assert read.digit.tolist() == [-1 if one.digit is None else one.digit for one in read]
    alone = [recognizer.predict(item) for item in (seven, Strokes([]), np.eye(28))]
    assert [read[place].status for place in (0, 2, 3)] == [one.status for one in alone]
    assert read.confidence[[0, 2, 3]] == pytest.approx([one.confidence for one in alone], abs=1e-5)
    json.dumps([prediction.to_json() for prediction in read], allow_nan=False)


def test_a_bad_item_raises_or_has_the_status_error(recognizer: DigitRecognizer) -> None:
    items: list[Any] = [DRAWN_SEVEN, b"no picture", DRAWN_SEVEN, None]
    with pytest.raises(InvalidPicture):
        recognizer.predict_batch(items)
    read = recognizer.predict_batch(items, on_error="return")
    assert [prediction.status for prediction in read] == ["digit", "error", "digit", "error"]
    assert [type(read.errors[place]) for place in (1, 3)] == [InvalidPicture] * 2
    part = read[1:]
    assert (len(part), sorted(part.errors), part[-2].digit) == (3, [0, 2], 7)
    with pytest.raises(IndexError):
        read[4]


def test_predictions_become_a_table(recognizer: DigitRecognizer) -> None:
    pandas = pytest.importorskip("pandas", reason="needs pandas, which Gradio brings: pip install '.[app]'")
    items: list[Any] = [DRAWN_SEVEN, b"no picture", Strokes([])]
    table = recognizer.predict_batch(items, on_error="return").to_pandas()
    assert table["status"].tolist() == ["digit", "error", "blank"]
    assert table["digit"][0] == 7
    assert table["digit"].isna().tolist() == [False, True, True]
    assert table["p7"].isna().tolist() == [False, True, False]
    assert [pandas.isna(sentence) for sentence in table["error"]] == [True, False, True]


def test_several_pictures_are_read_as_one_by_one(recognizer: DigitRecognizer, seven: Path) -> None:
    items: list[Any] = [seven, b"no picture", DRAWN_SEVEN]
    with pytest.raises(InvalidPicture):
        recognizer.read_batch(items)
    read = recognizer.read_batch(items, on_error="return")
    assert [reading.text for reading in read] == [recognizer.read(seven).text, "", "7"]
    assert {place: type(error) for place, error in read.errors.items()} == {1: InvalidPicture}
    assert (list(read[1:].errors), len(read[:1])) == ([0], 1)
    with pytest.raises(DigitsError, match="read takes a single one"):
        recognizer.read_batch(seven)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", ["seven.png", b"", Path("seven.png"), DRAWN_SEVEN])
def test_a_single_item_is_no_batch(recognizer: DigitRecognizer, wrong: Any) -> None:
    with pytest.raises(DigitsError, match="predict takes a single one"):
        recognizer.predict_batch(wrong)


def test_what_else_an_argument_may_be_is_said(recognizer: DigitRecognizer) -> None:
    with pytest.raises(DigitsError, match="on_error: invalid value 'ignore': expected 'raise' or 'return'"):
        recognizer.predict_batch([], on_error="ignore")  # type: ignore[arg-type]
    for threads in (0, "x"):
        with pytest.raises(
            DigitsError, match=f"threads: invalid value {threads!r}: expected a whole number from 1 on"
        ):
            DigitRecognizer(threads=threads)  # type: ignore[arg-type]


def test_all_errors_are_of_one_family(recognizer: DigitRecognizer) -> None:
    with pytest.raises(DigitsError):
        recognizer.predict(b"")
    assert issubclass(DigitsError, ValueError)


def test_the_json_form_is_plain(recognizer: DigitRecognizer) -> None:
    document = json.loads(json.dumps(recognizer.predict(DRAWN_SEVEN).to_json()))
    assert list(document) == ["status", "digit", "confidence", "probabilities", "outlier_score"]
    assert document["digit"] == 7
    assert len(document["probabilities"]) == 10
    blank = recognizer.predict(Strokes([])).to_json()
    assert (blank["status"], blank["digit"]) == ("blank", None)


def test_threads_share_one_recogniser(recognizer: DigitRecognizer) -> None:
    alone = recognizer.predict(DRAWN_SEVEN).probabilities
    with ThreadPoolExecutor(8) as pool:
        for prediction in pool.map(recognizer.predict, [DRAWN_SEVEN] * 64):
            np.testing.assert_array_equal(prediction.probabilities, alone)


def test_a_limit_of_ones_own_holds_for_whatever_is_read(seven: Path) -> None:
    small = DigitRecognizer(max_pixels=280 * 320 - 1)
    for ask in (small.predict, small.explain, small.read):
        with pytest.raises(
            InvalidPicture, match=r"280×320 pixels is too large: the limit is 0\.089599 million"
        ):
            ask(seven)
    assert DigitRecognizer(max_pixels=280 * 320).predict(seven).digit == 7


def test_a_recogniser_says_what_it_is_and_can_be_pickled(recognizer: DigitRecognizer) -> None:
    strict = DigitRecognizer(threads=2, threshold=-100)
    copy = pickle.loads(pickle.dumps(strict))
    assert (
        repr(copy) == repr(strict) == f"DigitRecognizer({str(recognizer.model)!r}, threads=2, threshold=-100)"
    )
    assert copy.predict(DRAWN_SEVEN).status == "not_a_digit"
    assert recognizer.threshold > recognizer.predict(DRAWN_SEVEN).outlier_score
    assert 0 < recognizer.temperature < 2
    assert DigitRecognizer(threshold=np.float32(1.5)).threshold == 1.5  # type: ignore[arg-type]


@pytest.mark.parametrize("threshold", ["1", True, float("nan"), float("inf")])
def test_a_threshold_is_a_finite_number(threshold: Any) -> None:
    with pytest.raises(DigitsError, match=r"threshold: invalid value .*: expected a finite number"):
        DigitRecognizer(threshold=threshold)


def test_notebooks_show_the_ten_probabilities(recognizer: DigitRecognizer) -> None:
    shown = recognizer.predict(DRAWN_SEVEN)._repr_html_()
    assert shown.count("<tr>") == 10
    assert "<caption>7</caption>" in shown
    assert (
        "<caption>not a digit</caption>" in DigitRecognizer(threshold=-100).predict(DRAWN_SEVEN)._repr_html_()
    )
