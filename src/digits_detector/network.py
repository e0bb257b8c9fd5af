"""One ONNX Runtime session: 28×28 images in, logits, features and outlier scores out. Knows nothing of pictures."""

from __future__ import annotations

import hashlib
import math
import os
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .errors import ModelError

# ONNX Runtime would report each session to its maker, and keep an identifier in the user's cache folder. It looks
# here once, as it is loaded.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import onnxruntime as ort
from onnxruntime.capi import onnxruntime_pybind11_state as ort_state

BATCH = 256  # images in one call: bounds the memory of a long list; the cost an image is the same from 1 on

_LOAD_ERRORS = (
    ort_state.Fail,
    ort_state.InvalidArgument,
    ort_state.InvalidGraph,
    ort_state.InvalidProtobuf,
    ort_state.NoSuchFile,
    ort_state.NotImplemented,
    ort_state.RuntimeException,
)


class Outputs(NamedTuple):
    """What the network says of n images.

    Attributes
    ----------
    logits : ndarray of shape (n, 10), float32
    features : ndarray of shape (n, 128), float32
        Of the last hidden layer.
    outlier_scores : ndarray of shape (n,), float32
        Higher = less like a digit.
    """

    logits: NDArray[np.float32]
    features: NDArray[np.float32]
    outlier_scores: NDArray[np.float32]


_NAMES = ["logits", "features", "outlier_score"]


class Network:
    """A network for digits in ONNX Runtime; safe to call from several threads.

    Parameters
    ----------
    path : Path
        An ONNX file with an input `image`, float32 (n, 28, 28, 1) in [0, 1], and outputs `logits` (n, 10),
        `features` (n, 128) and `outlier_score` (n,); its metadata hold `temperature` and `outlier_threshold`.
        Where `<file>.sha256` stands beside it, as beside the one that is shipped, the file is held to it.
    threads : int
        That one call uses.

    Raises
    ------
    ModelError
        If the file is missing, broken, not the one that its checksum tells of, or holds another kind of network.
    """

    def __init__(self, path: Path, *, threads: int = 1) -> None:
        document = _read(path)
        self.checksum = _checked(path, document)
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 4  # what goes wrong is raised
        try:
            self.session = ort.InferenceSession(document, options, providers=["CPUExecutionProvider"])
        except _LOAD_ERRORS:
            raise ModelError(f"{path} is not an ONNX file that ONNX Runtime can load.") from None
        inputs = [(value.name, value.shape[1:]) for value in self.session.get_inputs()]
        outputs = {value.name for value in self.session.get_outputs()}
        if inputs != [("image", [28, 28, 1])] or not set(_NAMES) <= outputs:
            raise ModelError(
                f"{path} is no network for digits: it takes {inputs} and gives {sorted(outputs)}."
            )
        metadata = self.session.get_modelmeta().custom_metadata_map
        self.temperature = _number(path, metadata, "temperature")
        self.outlier_threshold = _number(path, metadata, "outlier_threshold")
        if self.temperature <= 0:
            raise ModelError(f"{path} gives the temperature {self.temperature}; it is a positive number.")

    def __call__(self, images: NDArray[np.uint8]) -> Outputs:
        """Return what the network says of images (n, 28, 28), uint8, white ink on black."""
        batches = [images[first : first + BATCH] for first in range(0, len(images), BATCH)] or [images]
        results = [self.session.run(_NAMES, {"image": _input(batch)}) for batch in batches]
        return Outputs(*(np.concatenate(parts) for parts in zip(*results, strict=True)))


def _input(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    inputs: NDArray[np.float32] = images[..., None].astype(np.float32) / np.float32(255)
    return inputs


def checksum_file(path: Path) -> Path:
    """Return where a model's checksum stands: beside it, as `sha256sum` writes it."""
    return path.with_name(f"{path.name}.sha256")


def _checked(path: Path, document: bytes) -> str:
    """Return the SHA-256 of a model file; raises `ModelError` if its checksum file tells of another."""
    checksum = hashlib.sha256(document).hexdigest()
    beside = checksum_file(path)
    if beside.is_file() and beside.read_bytes().split()[:1] != [checksum.encode()]:
        raise ModelError(
            f"{path} is not the file that {beside.name} tells of (its SHA-256 is {checksum}); "
            "install or export it again."
        )
    return checksum


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ModelError(f"there is no model file {path}.") from None
    except OSError as error:
        raise ModelError(f"the model file {path} cannot be read: {error.strerror}.") from None


def _number(path: Path, metadata: dict[str, str], name: str) -> float:
    text = metadata.get(name, "none")
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ModelError(f"{path} gives the {name} {text!r}; it is a finite number.")
    return number
