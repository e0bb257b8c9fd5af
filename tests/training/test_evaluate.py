"""Figures with answers that can be worked out by hand, and the file that they are written to."""

import hashlib
import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnx", reason="needs the training extra")

from digits_detector.models import METRICS, ONNX
from digits_detector.training import evaluate as room
from digits_detector.training.classifier.recipe import Recipe
from digits_detector.training.data import mnist

pytestmark = pytest.mark.train

LABELS = np.array([0, 0, 1, 1, 1, 2])
READINGS = np.array([0, 1, 1, 1, 0, 2])


def logits_of(probabilities: list[list[float]]) -> np.ndarray:
    """Return logits (n, 10) whose softmax are these probabilities; the digits not named share what is left."""
    rows = np.full((len(probabilities), 10), 0.0)
    for row, given in zip(rows, probabilities, strict=True):
        row[: len(given)] = given
        row[len(given) :] = (1 - sum(given)) / (10 - len(given))
    logits: np.ndarray = np.log(np.maximum(rows, 1e-12))
    return logits


def test_accuracy_and_confusion_count_the_readings() -> None:
    assert room.accuracy(READINGS, LABELS) == pytest.approx(4 / 6)
    counts = room.confusion(READINGS, LABELS)
    assert counts.shape == (10, 10)
    assert counts[:3, :3].tolist() == [[1, 1, 0], [1, 2, 0], [0, 0, 1]]
    assert counts.sum() == 6
    assert room.normalised(counts)[1, :2].tolist() == [pytest.approx(1 / 3), pytest.approx(2 / 3)]
    assert room.normalised(counts)[9].tolist() == [0.0] * 10  # no nine was there


def test_precision_recall_and_f1_of_each_digit() -> None:
    zero, one, two, *others = room.per_class(room.confusion(READINGS, LABELS))
    assert (zero["precision"], zero["recall"], zero["f1"]) == (0.5, 0.5, 0.5)
    assert (one["precision"], one["recall"], one["f1"]) == pytest.approx((2 / 3, 2 / 3, 2 / 3))
    assert (two["digit"], two["n"], two["precision"], two["recall"], two["f1"]) == (2, 1, 1.0, 1.0, 1.0)
    assert all(each["precision"] == each["recall"] == each["f1"] == 0.0 for each in others)


def test_log_likelihood_and_brier_of_known_probabilities() -> None:
    logits = logits_of([[0.5, 0.5], [0.25, 0.75]])
    labels = np.array([0, 1])
    assert room.negative_log_likelihood(logits, labels) == pytest.approx(
        -(math.log(0.5) + math.log(0.75)) / 2
    )
    served = np.exp(logits)
    # (0.5² + 0.5²) and (0.25² + 0.25²), over two images
    assert room.brier(served, labels) == pytest.approx((0.5 + 0.125) / 2)


def test_a_certain_and_wrong_reading_keeps_its_loss_finite() -> None:
    logits = np.array([[0.0, 1000.0, *[0.0] * 8]])
    assert room.negative_log_likelihood(logits, np.array([0])) == pytest.approx(1000.0)


def test_calibration_error_weighs_the_gap_of_each_bin() -> None:
    # Two at 0.9, one of them right: gap 0.4. Two at 0.5, both right: gap 0.5.
    served = np.array([[0.9, 0.1], [0.9, 0.1], [0.5, 0.4], [0.5, 0.4]]) @ np.eye(2, 10)
    bins = room.reliability(served, np.array([0, 1, 0, 0]))
    assert len(bins) == 15
    assert bins[13] == {"n": 2, "confidence": pytest.approx(0.9), "accuracy": 0.5}
    assert bins[7] == {"n": 2, "confidence": pytest.approx(0.5), "accuracy": 1.0}
    assert bins[0] == {"n": 0, "confidence": None, "accuracy": None}
    assert room.expected_calibration_error(bins) == pytest.approx((2 * 0.4 + 2 * 0.5) / 4)


def test_a_confidence_of_one_is_in_the_last_bin() -> None:
    assert room.reliability(np.eye(10), np.arange(10))[14]["n"] == 10


def test_measure_applies_the_temperature_to_what_is_served_and_not_to_the_loss() -> None:
    logits, labels = logits_of([[0.9], [0.9], [0.2, 0.7]]), np.array([0, 1, 1])
    cold, warm = room.measure(logits, labels, 1.0), room.measure(logits, labels, 2.0)
    assert cold["loss"] == warm["loss"] == cold["nll"]
    assert warm["nll"] == pytest.approx(room.negative_log_likelihood(logits / 2, labels), abs=1e-6)
    assert warm["accuracy"] == cold["accuracy"] == pytest.approx(2 / 3, abs=1e-6)
    assert warm["misread"][0]["confidence"] < cold["misread"][0]["confidence"]


def test_measure_names_the_misread_images_by_their_place_in_the_file() -> None:
    logits, labels = logits_of([[0.9], [0.1, 0.8]]), np.array([0, 0])
    section = room.measure(logits, labels, 1.0, indices=np.array([7, 42]))
    assert section["misread"] == [
        {"index": 42, "label": 0, "reading": 1, "confidence": pytest.approx(0.8, abs=1e-5)}
    ]
    assert json.loads(json.dumps(section)) == section


def test_other_commands_sections_stay_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "metrics.json"
    room.write_sections(path, {"speed": {"rows": [1, 2]}, "mnist": {"accuracy": 0.5}})
    room.write_sections(path, {"mnist": {"accuracy": 0.75, "confusion": [[1, 2], [3, 4]], "note": "á [ 1 ]"}})
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document == {
        "speed": {"rows": [1, 2]},
        "mnist": {"accuracy": 0.75, "confusion": [[1, 2], [3, 4]], "note": "á [ 1 ]"},
    }
    assert [file.name for file in tmp_path.iterdir()] == ["metrics.json"]


def test_a_model_tells_its_checksum_size_and_run(tmp_path: Path) -> None:
    model = tmp_path / "mnist_cnn.onnx"
    model.write_bytes(ONNX.read_bytes())
    described = room.describe(model)
    assert described["sha256"] == hashlib.sha256(ONNX.read_bytes()).hexdigest()
    assert described["parameters"] == 468_202
    assert described["trained"]["run"]
    told: dict[str, Any] = {
        "settings": {**asdict(Recipe()), "drawings": 0.5, "outliers": 0.1, "epochs": 2},
        "history": [{"seconds": 60.2}, {"seconds": 61.2}],
    }
    name = described["trained"]["run"]
    went_on = {**told, "settings": {**told["settings"], "start": "first"}}
    (tmp_path / "runs.json").write_text(json.dumps({"shipped": name, "runs": {"first": told, name: went_on}}))
    trained = room.describe(model)["trained"]
    assert (trained["images"], trained["drawings"], trained["outliers"]) == (55_000, 27_500, 5_500)
    assert (trained["line"], trained["epochs"], trained["seconds"]) == (["first", name], 4, 243)


@pytest.mark.slow
def test_the_shipped_model_is_measured_on_the_digits_to_choose_on(
    mnist_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITS_DATA", str(mnist_folder.parent))
    metrics = tmp_path / "metrics.json"
    section = room.evaluate(part="valid", metrics=metrics, figures=tmp_path)["valid"]
    assert section["n"] == 5_000
    assert len(section["misread"]) == round(5_000 * (1 - section["accuracy"]))
    assert np.sum(section["confusion"]["counts"]) == 5_000
    assert sum(each["n"] for each in section["reliability"]) == 5_000
    _, labels = mnist.load("train")
    assert all(labels[each["index"]] == each["label"] for each in section["misread"])
    assert section == json.loads(metrics.read_text(encoding="utf-8"))["valid"]
    assert {file.name for file in tmp_path.glob("*.png")} == {
        "confusion_matrix.png",
        "misread.png",
        "reliability.png",
    }


def test_the_shipped_figures_were_measured_on_the_shipped_model() -> None:
    measured = json.loads(METRICS.read_text(encoding="utf-8"))
    assert measured["model"]["sha256"] == hashlib.sha256(ONNX.read_bytes()).hexdigest()
    assert measured["mnist"]["n"] == 10_000
