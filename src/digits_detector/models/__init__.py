"""The networks that are served, in ONNX, with their checksums; `model.json` holds the figures measured on them."""

import json
import os
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ONNX = HERE / "mnist_cnn.onnx"
DETECTOR = HERE / "detector.onnx"
ABOUT = HERE / "model.json"


def chosen() -> Path:
    """Return the classifier's ONNX file to serve: the one that `$DIGITS_MODEL` names, or the one in the package."""
    return Path(os.environ.get("DIGITS_MODEL") or ONNX)


def figures(checksum: str) -> dict[str, Any]:
    """Return what was measured on the classifier with this SHA-256: "parameters", "mnist", "valid"; or nothing."""
    about = json.loads(ABOUT.read_text(encoding="utf-8"))["classifier"]
    return dict(about["figures"]) if about["sha256"] == checksum else {}
