"""The detector's network, its loss, and its ONNX file."""

from pathlib import Path

import keras
import numpy as np
import pytest

from digits_detector.models import DETECTOR
from digits_detector.networks.detector import Detector
from digits_detector.training.detector import calibrate, targets
from digits_detector.training.detector.export import write_onnx
from digits_detector.training.detector.labels import CLASSES, FINER, IGNORED
from digits_detector.training.detector.network import BOX, HEAT, build_detector
from digits_detector.training.detector.train import Recipe, build_trainer

pytestmark = pytest.mark.train

BOXES = np.array(
    [[[40, 20, 60, 50, 7], [100, 20, 104, 24, 10], [10, 80, 14, 86, FINER], [0, 0, 9, 30, IGNORED]]]
)


def test_it_is_small_enough_to_ship() -> None:
    assert build_detector().count_params() < 1_000_000
    assert DETECTOR.stat().st_size < 4_000_000


def test_targets_peak_where_characters_are() -> None:
    wanted = targets.targets(BOXES.astype(np.float32), 32, 64)
    heat = np.asarray(wanted.heat)[0]
    assert heat.shape == (32, 64, len(CLASSES))
    assert heat[8, 12, 7] == heat[5, 25, 10] == 1
    assert heat.sum(axis=2)[20:].max() < 1e-6
    assert np.asarray(wanted.finer)[0, 20, 3] == 1
    assert np.asarray(wanted.asked)[0, 3, 1] == 0
    np.testing.assert_allclose(np.asarray(wanted.box)[0, 8, 12, :2], (0, 0.25))


def test_the_loss_is_least_where_the_maps_say_what_stands_there() -> None:
    boxes = BOXES.astype(np.float32)
    wanted = targets.targets(boxes, 32, 64)
    maps = np.full((1, 32, 64, HEAT + BOX), -8, dtype=np.float32)
    maps[..., HEAT:] = np.asarray(wanted.box)
    silent = float(np.asarray(targets.loss(boxes, maps))[0])
    maps[..., : len(CLASSES)] = np.where(np.asarray(wanted.heat) > 0.9, 8, -8)
    maps[..., len(CLASSES)] = np.where(np.asarray(wanted.finer) > 0, 8, -8)
    assert float(np.asarray(targets.loss(boxes, maps))[0]) < 0.2 * silent


def test_it_learns(tmp_path: Path) -> None:
    trainer = build_trainer(Recipe(epochs=30, steps=1, batch=1, learning_rate=3e-3, ema=0.5))
    image = np.full((1, 128, 256), 255, dtype=np.uint8)
    image[0, 20:24, 40:60] = image[0, 20:50, 56:60] = 0
    losses = [trainer.train_on_batch(image, BOXES.astype(np.float32)) for _ in range(12)]
    assert float(np.ravel(losses[-1])[0]) < 0.6 * float(np.ravel(losses[0])[0])
    trainer.save(tmp_path / "trainer.keras")
    assert keras.saving.load_model(tmp_path / "trainer.keras").count_params() == trainer.count_params()


def test_onnx_says_what_keras_says(tmp_path: Path) -> None:
    model = build_detector()
    random = np.random.default_rng(0)
    model.set_weights([np.abs(random.normal(0.05, 0.1, weight.shape)) for weight in model.get_weights()])
    write_onnx(model, tmp_path / "detector.onnx", {**calibrate.RAW, "digit_heights": "12,48"})
    image = random.random((2, 40, 96)).astype(np.float32)
    said = Detector(tmp_path / "detector.onnx")(image)
    maps = model.predict(image[..., None], verbose=0)
    np.testing.assert_allclose(said.heat, maps[..., :HEAT], rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(said.box[..., :2], 4 * maps[..., HEAT : HEAT + 2], rtol=1e-3, atol=1e-3)
