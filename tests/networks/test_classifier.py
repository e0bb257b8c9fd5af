"""The ONNX session: what is shipped loads, what is broken is refused."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from digits_detector import DigitRecognizer, ModelError
from digits_detector.models import ONNX
from digits_detector.networks.classifier import Classifier
from digits_detector.networks.session import checksum_file

IMAGES = np.random.default_rng(0).integers(0, 256, (600, 28, 28), dtype=np.uint8)


def test_it_says_the_same_of_any_number_of_images() -> None:
    network = Classifier(ONNX)
    outputs = network(IMAGES)
    assert [part.shape for part in outputs] == [(600, 10), (600, 128), (600,)]
    assert (outputs.features >= 0).all()
    assert np.isfinite(outputs.outlier_scores).all()
    for one, all_ in zip(network(IMAGES[511:512]), outputs, strict=True):
        np.testing.assert_allclose(one, all_[511:512], atol=1e-4)
    assert network(IMAGES[:0]).logits.shape == (0, 10)


def test_two_threads_read_the_same() -> None:
    np.testing.assert_allclose(
        Classifier(ONNX, threads=2)(IMAGES[:50])[0], Classifier(ONNX)(IMAGES[:50])[0], atol=1e-4
    )


@pytest.mark.parametrize(
    "content", [b"", b"not a model", ONNX.read_bytes()[:5000]], ids=["empty", "text", "truncated"]
)
def test_a_broken_file_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "broken.onnx").write_bytes(content)
    with pytest.raises(ModelError, match=r"broken\.onnx"):
        DigitRecognizer(tmp_path / "broken.onnx")


def test_the_shipped_file_has_its_checksum_beside_it() -> None:
    checksum, name = checksum_file(ONNX).read_text(encoding="utf-8").split()
    assert (checksum, name) == (hashlib.sha256(ONNX.read_bytes()).hexdigest(), ONNX.name)
    assert DigitRecognizer(ONNX).checksum == checksum


@pytest.mark.parametrize("written", ["0" * 64 + "  model.onnx\n", "", "not a checksum", "ÿ"])
def test_a_file_that_is_not_the_one_its_checksum_names_is_refused(written: str, tmp_path: Path) -> None:
    model = tmp_path / "model.onnx"
    model.write_bytes(ONNX.read_bytes())
    checksum_file(model).write_text(written, encoding="latin-1")
    with pytest.raises(ModelError, match=r"model\.onnx is not the file that model\.onnx\.sha256 names"):
        DigitRecognizer(model)


def test_one_changed_byte_is_noticed(tmp_path: Path) -> None:
    model = tmp_path / ONNX.name
    content = bytearray(ONNX.read_bytes())
    content[len(content) // 2] ^= 1
    model.write_bytes(content)
    checksum_file(model).write_bytes(checksum_file(ONNX).read_bytes())
    with pytest.raises(ModelError, match="install or export it again"):
        DigitRecognizer(model)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model file"):
        DigitRecognizer(tmp_path / "missing.onnx")


def test_the_environment_names_another_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITS_MODEL", str(tmp_path / "other.onnx"))
    with pytest.raises(ModelError, match=r"other\.onnx"):
        DigitRecognizer()
    (tmp_path / "other.onnx").write_bytes(ONNX.read_bytes())
    DigitRecognizer()


def test_reading_leaves_nothing_at_home(seven: Path, tmp_path: Path) -> None:
    """ONNX Runtime's telemetry would leave an identifier, and send what it gathered from then on."""
    home = tmp_path / "home"
    home.mkdir()
    # Where a variable tells of continuous integration, it is silent of itself.
    env = {
        "PATH": os.environ["PATH"],
        "SYSTEMROOT": os.environ.get("SYSTEMROOT", ""),
        "USERPROFILE": str(home),
    }
    code = (
        f"from digits_detector import DigitRecognizer; print(DigitRecognizer().predict({str(seven)!r}).digit)"
    )
    command = [sys.executable, "-B", "-c", code]
    done = subprocess.run(command, env={**env, "HOME": str(home)}, capture_output=True, text=True, check=True)
    assert done.stdout == "7\n"
    assert list(home.rglob("*")) == []
