"""Forms of digits: each is drawn, never twice alike, and most are read as the digit that they are."""

from __future__ import annotations

import numpy as np
import pytest

from digits_detector import DigitRecognizer, Strokes
from digits_detector.training.data import forms
from digits_detector.training.data.by_hand import written
from digits_detector.training.data.forms import BESIDE_OTHERS, FORMS, digit

# As a form's name says, or as the training set of the shipped classifier did not hold it yet.
AMBIGUOUS = {"with a long flag", "round, like a ψ", "with its loop crossing the stem", "like a φ"}


@pytest.mark.parametrize("label", FORMS)
def test_forms_are_read_as_their_digit(label: str, recognizer: DigitRecognizer) -> None:
    random = np.random.default_rng(0)
    shapes = [shape for name, shape in FORMS[label] if name not in AMBIGUOUS] * 12
    drawings = [Strokes([100 * stroke for stroke in written(shape, random)]) for shape in shapes]
    right = [prediction.digit == int(label) for prediction in recognizer.predict_batch(drawings)]
    assert sum(right) >= 0.8 * len(right)


def test_drawings_differ_and_lie_within_their_unit() -> None:
    random = np.random.default_rng(1)
    one, other = digit("8", random), digit("8", random)
    assert not np.array_equal(np.concatenate(one)[:5], np.concatenate(other)[:5])
    assert np.abs(np.concatenate(one)).max() < 1.5


@pytest.mark.parametrize("label", BESIDE_OTHERS)
def test_what_is_a_letter_by_itself_is_written_beside_other_digits_only(
    label: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "written", lambda shape, _: shape)  # which form, not how it is drawn
    random = np.random.default_rng(2)
    alone = {str(digit(label, random)) for _ in range(200)}
    beside = {str(digit(label, random, alone=False)) for _ in range(400)}
    assert alone == {shape for _, shape in FORMS[label]}
    assert beside == alone | {shape for _, shape in BESIDE_OTHERS[label]}
