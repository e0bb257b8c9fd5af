"""Figures with answers that can be worked out by hand, and the file that they are written to."""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnx", reason="needs the training extra")

from benchmarks import mnist as benchmark
from digits_detector.models import ONNX
from digits_detector.training import evaluate as room
from digits_detector.training import scores
from digits_detector.training.classifier.recipe import Recipe
from digits_detector.training.data import mnist
from digits_detector.training.repository import METRICS

from .test_scores import logits_of

pytestmark = pytest.mark.train


def test_measure_applies_the_temperature_to_what_is_served_and_not_to_the_loss() -> None:
    logits, labels = logits_of([[0.9], [0.9], [0.2, 0.7]]), np.array([0, 1, 1])
    cold, warm = room.measure(logits, labels, 1.0), room.measure(logits, labels, 2.0)
    assert cold["loss"] == warm["loss"] == cold["nll"]
    assert warm["nll"] == pytest.approx(scores.negative_log_likelihood(logits / 2, labels), abs=1e-6)
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


def test_a_model_reports_its_checksum_size_and_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = tmp_path / "mnist_cnn.onnx"
    model.write_bytes(ONNX.read_bytes())
    described = room.describe(model)
    assert described["sha256"] == hashlib.sha256(ONNX.read_bytes()).hexdigest()
    assert described["parameters"] == 468_202
    assert described["trained"]["run"]
    recorded: dict[str, Any] = {
        "settings": {**asdict(Recipe()), "drawings": 0.5, "outliers": 0.1, "epochs": 2},
        "history": [{"seconds": 60.2}, {"seconds": 61.2}],
    }
    name = described["trained"]["run"]
    went_on = {**recorded, "settings": {**recorded["settings"], "start": "first"}}
    monkeypatch.setattr(room, "RUNS", tmp_path / "runs.json")
    (tmp_path / "runs.json").write_text(
        json.dumps({"shipped": name, "runs": {"first": recorded, name: went_on}})
    )
    trained = room.describe(model)["trained"]
    assert (trained["images"], trained["drawings"], trained["outliers"]) == (55_000, 27_500, 5_500)
    assert (trained["line"], trained["epochs"], trained["seconds"]) == (["first", name], 4, 243)


@pytest.mark.slow
def test_the_shipped_model_is_measured_on_the_digits_to_choose_on(
    mnist_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITS_DATA", str(mnist_folder.parent))
    section = benchmark.run(ONNX, "valid", tmp_path)["valid"]
    assert section["n"] == 5_000
    assert len(section["misread"]) == round(5_000 * (1 - section["accuracy"]))
    assert np.sum(section["confusion"]["counts"]) == 5_000
    assert sum(each["n"] for each in section["reliability"]) == 5_000
    _, labels = mnist.load("train")
    assert all(labels[each["index"]] == each["label"] for each in section["misread"])
    assert {file.name for file in tmp_path.glob("*.png")} == {
        "confusion_matrix.png",
        "misread.png",
        "reliability.png",
    }


def test_the_shipped_figures_were_measured_on_the_shipped_model() -> None:
    measured = json.loads(METRICS.read_text(encoding="utf-8"))
    assert measured["model"]["sha256"] == hashlib.sha256(ONNX.read_bytes()).hexdigest()
    assert measured["mnist"]["n"] == 10_000
