"""The ONNX session: what is shipped loads, what is broken is refused."""

from pathlib import Path

import numpy as np
import pytest

from digits_detector import DigitRecognizer, ModelError
from digits_detector.models import ONNX
from digits_detector.network import Network

IMAGES = np.random.default_rng(0).integers(0, 256, (600, 28, 28), dtype=np.uint8)


def test_it_gives_logits_and_features_for_any_number_of_images() -> None:
    network = Network(ONNX)
    logits, features = network(IMAGES)
    assert (logits.shape, features.shape) == ((600, 10), (600, 128))
    assert (features >= 0).all()
    np.testing.assert_allclose(network(IMAGES[511:512])[0], logits[511:512], atol=1e-4)
    assert network(IMAGES[:0])[0].shape == (0, 10)


def test_two_threads_read_the_same() -> None:
    np.testing.assert_allclose(
        Network(ONNX, threads=2)(IMAGES[:50])[0], Network(ONNX)(IMAGES[:50])[0], atol=1e-4
    )


@pytest.mark.parametrize(
    "content", [b"", b"not a model", ONNX.read_bytes()[:5000]], ids=["empty", "text", "truncated"]
)
def test_a_broken_file_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "broken.onnx").write_bytes(content)
    with pytest.raises(ModelError, match=r"broken\.onnx"):
        DigitRecognizer(tmp_path / "broken.onnx")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model file"):
        DigitRecognizer(tmp_path / "missing.onnx")


def test_the_environment_names_another_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITS_MODEL", str(tmp_path / "other.onnx"))
    with pytest.raises(ModelError, match=r"other\.onnx"):
        DigitRecognizer()
    (tmp_path / "other.onnx").write_bytes(ONNX.read_bytes())
    DigitRecognizer()
