"""A run is calibrated and exported; the ONNX file says what Keras says."""

import json
import shutil
from pathlib import Path

import keras
import numpy as np
import onnx
import pytest

from digits_detector import DataError, DigitRecognizer, Strokes
from digits_detector.models import ONNX
from digits_detector.networks.classifier import Classifier
from digits_detector.networks.rejection import probabilities
from digits_detector.networks.session import checksum_file
from digits_detector.training.classifier import export as shipping
from digits_detector.training.classifier.calibrate import calibrate
from digits_detector.training.classifier.export import export
from digits_detector.training.outliers.head import scores
from digits_detector.training.repository import HEAD, KERAS

pytestmark = pytest.mark.train


def test_the_shipped_file_says_what_keras_says() -> None:
    images = np.random.default_rng(0).integers(0, 256, (1000, 28, 28), dtype=np.uint8)
    logits, features, outlier_scores = Classifier(ONNX)(images)
    model, head = (keras.saving.load_model(path, compile=False) for path in (KERAS, HEAD))
    inputs = images[..., None].astype(np.float32) / 255
    np.testing.assert_allclose(probabilities(logits, 1.0), model.predict(inputs, verbose=0), atol=1e-5)
    inner = keras.Model(model.inputs, model.get_layer("features").output)
    np.testing.assert_allclose(features, inner.predict(inputs, verbose=0), atol=1e-3)
    np.testing.assert_allclose(outlier_scores, scores(model, head, images), rtol=1e-3, atol=1e-2)


def test_the_shipped_graph_is_clean() -> None:
    document = onnx.load(ONNX)
    kinds = {node.op_type for node in document.graph.node}
    layers = {"BatchNormalization", "Conv", "Flatten", "Gemm", "MaxPool", "Relu", "Transpose"}
    assert kinds == layers | {"ReduceMax", "ReduceMean", "Sub"}
    assert document.opset_import[0].version >= 17
    metadata = {each.key: each.value for each in document.metadata_props}
    assert json.loads(metadata["labels"]) == list(range(10))
    assert float(metadata["temperature"]) > 0
    assert np.isfinite(float(metadata["outlier_threshold"]))
    assert metadata["source_sha256"]
    assert metadata["training_run"]


@pytest.mark.slow
def test_a_run_on_all_digits_is_calibrated_like_another(small_run: Path, tmp_path: Path) -> None:
    run = shutil.copytree(small_run, tmp_path / "all")
    settings = json.loads((run / "settings.json").read_text())
    (run / "settings.json").write_text(json.dumps({**settings, "part": "all"}))
    with pytest.raises(DataError, match="--like"):
        calibrate(run)


@pytest.mark.slow
def test_a_run_is_calibrated_and_exported(
    small_run: Path, mnist_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITS_DATA", str(mnist_folder.parent))
    run = shutil.copytree(small_run, tmp_path / "run")
    with pytest.raises(DataError, match=r"outlier_head\.keras, .*calibration\.json"):
        export(run, tmp_path / "models")
    calibrated = calibrate(run)
    exported = export(run, tmp_path / "models")
    network = Classifier(exported)
    assert network.temperature == calibrated["temperature"]
    assert network.outlier_threshold == calibrated["outlier_threshold"]
    assert DigitRecognizer(exported).predict(Strokes([])).status == "blank"
    assert calibrate(run, like=run) == calibrated
    with pytest.raises(DataError, match="not calibrated"):
        calibrate(run, like=tmp_path)
    assert checksum_file(exported).read_text().split() == [network.checksum, exported.name]
    again = exported.read_bytes()
    assert export(run, tmp_path / "models").read_bytes() == again


def test_only_a_checkout_ships(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipping, "RUNS", tmp_path / "models" / "runs.json")
    with pytest.raises(DataError, match="only a checkout"):
        shipping.ship()
