"""A digit by itself, which the detector doesn't see or hardly sees, is read where the classifier is sure enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray

from digits_detector.networks.classifier import Classifier, Outputs
from digits_detector.networks.detector import CLASSES, STRIDE, Certainty, Detector, Maps
from digits_detector.read import Networks, read_picture

SEVEN = np.full((40, 40), 255, dtype=np.uint8)
SEVEN[8:11, 12:28] = 0
SEVEN[8:32, 25:28] = 0
BEST_LEVEL = Certainty(1.0, 0.0, 0.0)


@dataclass(frozen=True)
class StubDetector:
    """A detector that sees a seven in the middle, as likely as it is told."""

    logit: float
    heights: tuple[float, float] = (12.0, 48.0)
    certainty: Certainty = BEST_LEVEL
    threshold: float = 0.3
    picture_odds: float = 0.2
    mark_threshold: float = 0.5
    finer_threshold: float = 0.5
    temperature: float = 1.0

    def __call__(self, images: NDArray[np.float32]) -> Maps:
        n, height, width = images.shape
        rows, columns = height // STRIDE, width // STRIDE
        heat = np.full((n, rows, columns, len(CLASSES) + 1), -9, dtype=np.float32)
        if height > SEVEN.shape[0] + 8:  # with its margins; not on the smaller level
            heat[:, rows // 2, columns // 2, 7] = self.logit
        box = np.broadcast_to(np.array([-4, -4, 24, 28], dtype=np.float32), (n, rows, columns, 4))
        return Maps(heat, box)


@dataclass(frozen=True)
class StubClassifier:
    """A classifier that sees a seven, and is as sure as it is told that it is a digit."""

    outlier_score: float
    outlier_threshold: float = 2.0
    temperature: float = 1.0

    def __call__(self, images: NDArray[np.uint8]) -> Outputs:
        logits = np.zeros((len(images), 10), dtype=np.float32)
        logits[:, 7] = 5
        features = np.zeros((len(images), 128), dtype=np.float32)
        return Outputs(logits, features, np.full(len(images), self.outlier_score, dtype=np.float32))


@pytest.mark.parametrize(
    ("logit", "outlier_score", "text"),
    [
        (5.0, 3.0, "7"),  # the detector sees it
        (-2.0, 1.0, "7"),  # hardly: the classifier decides
        (-2.0, 3.0, ""),
        (-9.0, 1.0, ""),  # not at all: it must be likelier a digit than not
        (-9.0, -1.0, "7"),
    ],
)
def test_who_decides_whether_a_single_digit_is_one(logit: float, outlier_score: float, text: str) -> None:
    stubs: Any = StubDetector(logit), StubClassifier(outlier_score)
    networks = Networks(cast(Detector, stubs[0]), cast(Classifier, stubs[1]))
    assert read_picture([SEVEN], networks).text == text
