"""The detector: grey images of any size in, heat maps and boxes out. Knows nothing of pyramids and readings."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .session import Session

CLASSES = "0123456789.,-/:"
STRIDE = 4  # pixels to a cell of the maps
MULTIPLE = 8  # pixels: the sides of an image are multiples of this


class Maps(NamedTuple):
    """What the detector says of n images, for each cell of 4×4 pixels.

    Attributes
    ----------
    heat : ndarray of shape (n, h / 4, w / 4, 16), float32
        Logits: that the centre of each of `CLASSES` lies here; and that digits too small to be read lie here.
    box : ndarray of shape (n, h / 4, w / 4, 4), float32
        From the cell's middle to the box's centre, x and y, and the box's width and height, in pixels.
    """

    heat: NDArray[np.float32]
    box: NDArray[np.float32]


class Certainty(NamedTuple):
    """How probable it is that a digit is one, by logistic regression: weights of two logits, see `detect.merged`."""

    best: float
    mean: float
    bias: float

    def logit(self, best: NDArray[Any], mean: NDArray[Any]) -> NDArray[Any]:
        """Return the logits of the certainties of digits with these logits, (n,) each."""
        return self.best * best + self.mean * mean + self.bias


class Detector:
    """The network for digits in pictures in ONNX Runtime; safe to call from several threads.

    Parameters
    ----------
    path : Path
        An ONNX file with an input `image`, float32 (n, h, w, 1) in [0, 1], and outputs `heat` and `box`, see `Maps`.
    threads : int
        That one call uses.

    Attributes
    ----------
    heights : (float, float)
        Of the digits that it finds, in pixels.
    certainty : Certainty
    threshold : float
        The certainty from which a digit counts.
    picture_odds : float
        The least `detect.evidence` of a picture that holds digits.
    mark_threshold, finer_threshold : float
        Probabilities from which a mark counts, and a place that holds digits too small to be read.
    temperature : float
        Of the softmax among the ten digits.

    Raises
    ------
    ModelError
        If the file is missing, broken, not the one that its checksum file names, or holds another kind of network.
    """

    def __init__(self, path: Path, *, threads: int = 1) -> None:
        # Pictures are of all sizes: what is kept of a large one would lie idle.
        session = Session(path, threads=threads, keep_memory=False)
        session.require("detector", {"image": ["height", "width", 1]}, {"heat", "box"})
        self._session = session.session
        self.checksum = session.checksum
        self.temperature = session.positive("temperature")
        self.threshold = session.positive("threshold")
        self.mark_threshold = session.positive("mark_threshold")
        self.finer_threshold = session.positive("finer_threshold")
        self.picture_odds = session.positive("picture_odds")
        low, high = session.numbers("digit_heights", 2)
        self.certainty = Certainty(*session.numbers("certainty", 3))
        self.heights = low, high

    def __call__(self, images: NDArray[np.float32]) -> Maps:
        """Return the maps of grey images (n, h, w) in [0, 1], 0 is black; the sides are multiples of 8."""
        return Maps(*self._session.run(["heat", "box"], {"image": images[..., None]}))
