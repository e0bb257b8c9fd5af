"""What is shipped: the networks in ONNX, how they were trained, and the figures measured on them."""

import os
from pathlib import Path

MODELS = Path(__file__).parent
KERAS = MODELS / "mnist_cnn.keras"
ONNX = MODELS / "mnist_cnn.onnx"
HEAD = MODELS / "outlier_head.keras"  # the part of the ONNX file that tells what is no digit
DETECTOR = MODELS / "detector.onnx"
DETECTOR_KERAS = MODELS / "detector.keras"  # what it was exported from
DETECTOR_RUNS = MODELS / "detector_runs.json"  # settings and history of the run behind it
METRICS = MODELS / "metrics.json"
RUNS = MODELS / "runs.json"  # settings, history and test readings of the runs behind it


def chosen() -> Path:
    """Return the ONNX file to serve: the one that `$DIGITS_MODEL` names, or else the one in the package."""
    return Path(os.environ.get("DIGITS_MODEL") or ONNX)
