"""The pictures show what they are given, are written whole, and are readable on a light and on a dark page."""

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from benchmarks.numbers import composed
from digits_detector.training import figures
from digits_detector.training.classifier.network import build_model
from digits_detector.training.data import pen
from digits_detector.training.diagrams import architecture, model_layered
from digits_detector.training.evaluate import digits, measure
from scripts import media

pytestmark = pytest.mark.train

DIGITS = np.random.default_rng(0).integers(0, 256, (30, 28, 28), dtype=np.uint8)
LABELS = np.arange(30, dtype=np.uint8) % 10


def words(figure: Figure) -> list[str]:
    """Return all that is written in a figure."""
    figure.draw_without_rendering()
    return [text.get_text() for text in figure.findobj(Text) if isinstance(text, Text)]


@pytest.fixture(scope="module")
def section() -> dict[str, Any]:
    readings = LABELS.astype(int).copy()
    readings[[4, 17]] = 9, 1
    return measure(8 * np.eye(10)[readings], LABELS, 1.0)


def test_a_picture_is_sharp_on_white_and_always_the_same(tmp_path: Path) -> None:
    for folder in ("first", "second"):
        figures.save({"digits": figures.digits_example(DIGITS, LABELS, columns=3)}, tmp_path / folder)
    first, second = (tmp_path / folder / "digits.png" for folder in ("first", "second"))
    assert first.read_bytes() == second.read_bytes()
    with Image.open(first) as image:
        assert image.info["dpi"] == pytest.approx((200, 200), abs=0.1)
        edge = np.asarray(image.convert("RGB"))[[0, -1]]
    assert edge.min() == 255


def test_the_confusion_matrix_shows_counts_and_shares(section: dict[str, Any]) -> None:
    shown = words(figures.confusion_matrix(section["confusion"]["counts"]))
    assert shown.count("100.0 %") == 8
    assert shown.count("66.7 %") == shown.count("33.3 %") == 2


def test_misread_digits_are_named_with_truth_reading_and_place(section: dict[str, Any]) -> None:
    shown = words(figures.misread(DIGITS[[4, 17]], section["misread"]))
    assert {"4 → 9", "7 → 1"} <= set(shown)
    assert {text.split("#")[1] for text in shown if "#" in text} == {"4", "17"}


def test_a_rejected_digit_is_said_to_be_so() -> None:
    reading = {"index": 3, "label": 5, "reading": 3, "confidence": 0.5, "status": "not_a_digit"}
    assert "5 → rejected" in words(figures.misread(DIGITS[:1], [reading]))


def test_misread_numbers_are_named_with_truth_and_reading() -> None:
    readings = [{"index": 0, "text": "12", "read": "72"}, {"index": 4, "text": "307", "read": "30"}]
    assert {"12 → 72", "307 → 30"} <= set(words(figures.misread_numbers(list(DIGITS[:2]), readings)))


def test_a_run_without_an_error_has_a_picture_of_no_misread_digits() -> None:
    assert not [text for text in words(figures.misread(DIGITS[:0], [])) if "→" in text]


def test_reliability_reports_the_calibration_error(section: dict[str, Any]) -> None:
    shown = words(figures.reliability(section["reliability"], section["ece"]))
    assert f"calibration error {100 * section['ece']:.2f} %" in shown


def test_the_curves_end_with_the_last_error() -> None:
    history = [
        {"epoch": epoch, "loss": 1 / epoch, "accuracy": 0.9, "val_loss": 0.5 / epoch, "val_accuracy": 0.9975}
        for epoch in (1, 2)
    ]
    shown = words(figures.train_valid_curves(history))
    assert {"10.00 %", "0.25 %", "MNIST, 5,000 held out"} <= set(shown)
    assert "pen strokes, 5 writers held out" not in shown


def test_the_layers_are_those_of_the_model() -> None:
    shown = " ".join(words(model_layered(build_model()))).split()
    assert {"28×28×32", "14×14×64", "7×7×64", "3136", "401,536", "1,290", "468,202"} <= set(shown)
    smaller = keras.Sequential([keras.Input((14, 14, 3)), keras.layers.Flatten(), keras.layers.Dense(7)])
    assert {"588", "4,123"} <= set(" ".join(words(model_layered(smaller))).split())


def test_the_architecture_shows_a_real_reading() -> None:
    figure = architecture()
    assert {"picture", "strokes", "ink", "normalize", "network", "calibrate, reject"} <= set(words(figure))
    bars = [each for axes in figure.axes for each in axes.containers]
    assert len(bars) == 1
    assert int(np.argmax([bar.get_width() for bar in bars[0]])) == 3


@pytest.mark.slow
def test_one_command_makes_them_all(
    section: dict[str, Any],
    mnist_folder: Path,
    pen_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DIGITS_DATA", str(mnist_folder.parent))
    misread = {"index": int(digits("valid")[2][3]), "label": 5, "reading": 3, "confidence": 0.5}
    section = {**section, "misread": [misread]}
    sketch = {"rows": [{**section, "misread": [{**misread, "index": 4, "status": "not_a_digit"}]}]}
    numbers = {
        "rows": [
            {
                "set": list(composed(pen.split(pen.load())[1]))[1],
                "misread": [{"index": 7, "text": "12", "read": "7"}],
            }
        ]
    }
    metrics = {"valid": section, "sketch": sketch, "numbers": numbers}
    (tmp_path / "metrics.json").write_text(json.dumps(metrics))
    folder = tmp_path / "media"
    media.main([str(folder), "--metrics", str(tmp_path / "metrics.json"), "--part", "valid"])
    assert sorted(path.stem for path in folder.iterdir()) == [
        "architecture",
        "augmentations_example",
        "confusion_matrix",
        "misread",
        "misread_drawings",
        "misread_numbers",
        "mnist_example",
        "model_layered",
        "outliers_example",
        "pages",
        "pen_example",
        "reliability",
        "reliability_drawings",
        "train_valid_curves",
    ]
