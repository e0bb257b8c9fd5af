"""What the page is made of."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from digits_detector.web.sketchpad import Sketchpad, digit_pad, number_pad
from digits_detector.web.story import how_it_works, read_figures

MODEL = "the checksum of the model"


def test_figures_come_from_the_metrics_file(tmp_path: Path) -> None:
    mnist = {"accuracy": 0.9971, "ece": 0.0023, "n": 10_000}
    metrics = tmp_path / "metrics.json"
    metrics.write_text(
        json.dumps({"mnist": {**mnist, "sha256": MODEL}, "model": {"parameters": 468_202, "sha256": MODEL}})
    )
    text = how_it_works(read_figures(metrics, MODEL))
    assert all(
        figure in text
        for figure in ("99.71\N{NO-BREAK SPACE}%", "0.23\N{NO-BREAK SPACE}%", "468,202", "10,000")
    )


def test_what_was_not_measured_is_not_told(tmp_path: Path) -> None:
    metrics = tmp_path / "metrics.json"
    assert read_figures(metrics, MODEL) == []
    metrics.write_text("{}")
    assert read_figures(metrics, MODEL) == []
    metrics.write_text(json.dumps({"mnist": {"accuracy": 0.99}, "model": {"sha256": "another model's"}}))
    assert read_figures(metrics, MODEL) == []
    assert "<dl" not in how_it_works([])


@pytest.mark.parametrize("pad", [digit_pad, number_pad])
def test_templates_hold_nothing_that_gradio_would_expand(pad: Callable[[], Sketchpad]) -> None:
    made = pad()
    for text in (made.html, made.css):
        assert not [sign for sign in ("`", "${", "{{", "\\") if sign in text]
