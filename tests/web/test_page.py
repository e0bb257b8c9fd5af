"""What the page is made of."""

from collections.abc import Callable

import pytest

from digits_detector import DigitRecognizer, models
from digits_detector.web.sketchpad import Sketchpad, digit_pad, number_pad
from digits_detector.web.story import figures_of, how_it_works


def test_figures_are_those_of_the_model_that_is_served(recognizer: DigitRecognizer) -> None:
    text = how_it_works(figures_of(recognizer.checksum))
    measured = models.figures(recognizer.checksum)
    assert f"{measured['mnist']['accuracy']:.2%}".replace("%", "\N{NO-BREAK SPACE}%") in text
    assert "468,202" in text
    assert "10,000" in text


def test_of_another_model_there_are_no_figures() -> None:
    assert figures_of("another model's checksum") == []
    assert "<dl" not in how_it_works([])


@pytest.mark.parametrize("pad", [digit_pad, number_pad])
def test_templates_hold_nothing_that_gradio_would_expand(pad: Callable[[], Sketchpad]) -> None:
    made = pad()
    for text in (made.html, made.css):
        assert not [sign for sign in ("`", "${", "{{", "\\") if sign in text]
