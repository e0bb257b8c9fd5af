"""The classifier: 28×28 images in, logits, features and outlier scores out. Knows nothing of pictures."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .session import Session

BATCH = 256  # images in one call: bounds the memory of a long list; the cost an image is the same from 1 on
_LATTICE = 12  # weights


class Outputs(NamedTuple):
    """What the classifier says of n images.

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


class Classifier:
    """The network for single digits in ONNX Runtime; safe to call from several threads.

    Parameters
    ----------
    path : Path
        An ONNX file with an input `image`, float32 (n, 28, 28, 1) in [0, 1], and outputs `logits` (n, 10),
        `features` (n, 128) and `outlier_score` (n,); its metadata hold `temperature`, `outlier_threshold` and
        `lattice`.
    threads : int
        That one call uses.

    Attributes
    ----------
    lattice : list of 12 floats
        The weights of lattice.py: of `DIGIT`, then of `OTHER`.

    Raises
    ------
    ModelError
        If the file is missing, broken, not the one that its checksum file names, or holds another kind of network.
    """

    def __init__(self, path: Path, *, threads: int = 1) -> None:
        self._session = Session(path, threads=threads)
        self._session.require("network for digits", {"image": [28, 28, 1]}, set(_NAMES))
        self.checksum = self._session.checksum
        self.session = self._session.session
        self.metadata = self._session.metadata
        self.temperature = self._session.positive("temperature")
        self.outlier_threshold = self._session.number("outlier_threshold")
        self.lattice = self._session.numbers("lattice", _LATTICE)

    def __call__(self, images: NDArray[np.uint8]) -> Outputs:
        """Return what the network says of images (n, 28, 28), uint8, white ink on black."""
        batches = [images[first : first + BATCH] for first in range(0, len(images), BATCH)] or [images]
        results = [self.session.run(_NAMES, {"image": as_input(batch)}) for batch in batches]
        return Outputs(*(np.concatenate(parts) for parts in zip(*results, strict=True)))


def as_input(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return images (n, 28, 28), uint8, as the network takes them: float32 (n, 28, 28, 1) in [0, 1]."""
    inputs: NDArray[np.float32] = images[..., None].astype(np.float32) / np.float32(255)
    return inputs
