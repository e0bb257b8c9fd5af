"""The classifier in 8 bits is small, and reads what the one in 32 bits reads."""

from pathlib import Path

import numpy as np
import pytest

from digits_detector import DataError, DigitRecognizer
from digits_detector.cli import main
from digits_detector.models import ONNX
from digits_detector.networks.classifier import Classifier
from digits_detector.training.classifier.quantize import quantize
from digits_detector.training.data import pen

from ...pictures import picture

pytestmark = pytest.mark.train


@pytest.fixture(autouse=True)
def data(mnist_folder: Path, pen_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the data read where the tests have it."""
    monkeypatch.setenv("DIGITS_DATA", str(mnist_folder.parent))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, mnist_folder: Path) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIGITS_DATA", str(mnist_folder.parent))
        return quantize(ONNX, tmp_path_factory.mktemp("small"))


def test_it_is_a_quarter_as_large_and_knows_the_same(small: Path) -> None:
    assert small.stat().st_size < 0.28 * ONNX.stat().st_size
    metadata = Classifier(ONNX).metadata
    assert Classifier(small).metadata == {**metadata, "bits": "8"}


def test_writers_never_seen_are_read_as_with_32_bits(small: Path) -> None:
    _, writers = pen.split(pen.load())
    known = DigitRecognizer().predict_batch(writers.strokes)
    read = DigitRecognizer(small).predict_batch(writers.strokes)
    assert len(known) == 1248
    assert [each.digit for each in read] == [each.digit for each in known]
    assert list(read.status) == list(known.status)
    assert np.abs(read.probabilities - known.probabilities).max() < 0.1


def test_what_is_no_digit_is_rejected_as_with_32_bits(small: Path) -> None:
    pictures = [picture(seed, largest=64) for seed in range(200)]
    known = DigitRecognizer().predict_batch(pictures)
    read = DigitRecognizer(small).predict_batch(pictures)
    assert np.mean([one.status == other.status for one, other in zip(known, read, strict=True)]) > 0.98


def test_the_source_is_not_overwritten(small: Path) -> None:
    before = small.read_bytes()
    with pytest.raises(DataError, match="name another folder"):
        quantize(small, small.parent)
    assert small.read_bytes() == before


def test_the_command_quantizes_what_is_served(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["quantize", str(tmp_path / "small")]) == 0
    assert "DIGITS_MODEL=" in capsys.readouterr().out
    assert Classifier(tmp_path / "small" / ONNX.name).metadata["bits"] == "8"
