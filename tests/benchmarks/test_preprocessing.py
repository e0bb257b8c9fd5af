"""The front form's doors show the same digit."""

import numpy as np
import pytest

from benchmarks.preprocessing import INPUTS, table
from digits_detector.image.ink import find_ink
from digits_detector.normalize import normalize

DIGIT = np.zeros((28, 28), dtype=np.uint8)
DIGIT[5:24, 11:14] = 255
DIGIT[5:8, 6:20] = 200


@pytest.mark.parametrize("form", INPUTS)
def test_every_form_of_input_leads_to_the_same_input(form: str) -> None:
    expected = normalize(find_ink(DIGIT)).astype(int)
    through = normalize(find_ink(INPUTS[form](DIGIT, np.random.default_rng(0))))
    assert np.abs(through - expected).mean() < 6


def test_the_table_lists_each_input_and_what_it_loses() -> None:
    rows = [
        {"input": "raw", "n": 5000, "accuracy": 0.9974},
        {"input": "pasted", "n": 5000, "accuracy": 0.9966},
    ]
    lines = table({"protocol": "the 5,000", "rows": rows}).splitlines()
    assert "n = 5,000" in lines[0]
    assert lines[2].split()[-2:] == ["99.66%", "-0.08"]
