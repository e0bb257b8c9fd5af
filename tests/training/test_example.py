"""The example that trains a network for MNIST in one sitting, in quick mode."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ..conftest import ROOT

pytestmark = [pytest.mark.train, pytest.mark.slow]


def test_the_network_learns_and_says_the_same_in_onnx(mnist_folder: Path, tmp_path: Path) -> None:
    command: list[str | Path] = [
        sys.executable,
        ROOT / "examples" / "train_mnist.py",
        "--epochs",
        "2",
        "--images",
        "4000",
    ]
    env = {**os.environ, "DIGITS_DATA": str(mnist_folder.parent)}
    done = subprocess.run(
        command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stderr[-3000:]
    in_keras, in_onnx = (line.split() for line in done.stdout.splitlines()[-2:])
    assert float(in_keras[0].rstrip("%")) > 85
    assert in_onnx == ["mnist.onnx:", in_keras[0], "in", "ONNX", "Runtime"]
    assert (tmp_path / "mnist.onnx").stat().st_size < 2_000_000
