"""Choose the detector's thresholds and its temperature on validation pages: what its ONNX file's metadata hold."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ...detect import Detections, detect
from ...networks.detector import STRIDE, Detector
from ..classifier.calibrate import fit_temperature
from . import pages
from .labels import CLASSES, DIGITS, FINER, HEIGHTS, IGNORED

PAGES = 4  # shards of 256
_LOW = 0.05  # the probability from which detections are looked at
_SAME = 0.45  # intersection over union, from which on a detection is the character
_NEARLY = 0.002  # of F1: as little is given up for fewer false characters
_CLEARLY = 0.01  # of F1: as much is given up for fewer false digits in pictures without digits
_FOUND = 0.995  # of the digits that are too small at one level; they are at some five, so 97.5 % in all are looked at
RAW = {
    "threshold": str(_LOW),
    "mark_threshold": str(_LOW),
    "picture_threshold": str(_LOW),
    "finer_threshold": "1.0",
    "temperature": "1.0",
}


class _Matched(NamedTuple):
    """Of all detections: their pages and probabilities, whether they are right; of digits the logits and labels."""

    pages: NDArray[np.intp]
    scores: NDArray[np.float32]
    right: NDArray[np.bool_]
    digit: NDArray[np.bool_]
    logits: NDArray[np.float32]
    labels: NDArray[np.intp]
    wanted: tuple[int, int]  # digits and marks on the pages


def calibrated(path: Path) -> dict[str, str]:
    """Return the metadata of a detector's ONNX file, chosen on validation pages.

    Thresholds: of digits and of marks the highest with nearly the best F1; then of the surest digit of a page the same;
    of digits that are too small the one that finds 99.5 %.
    Temperature: Guo et al. 2017, On Calibration of Modern Neural Networks, section 4.2.
    """
    detector = Detector(path)
    shards = [pages.shard("valid", 1, number) for number in range(PAGES)]
    images = np.concatenate([shard.images for shard in shards]).astype(np.float32) / np.float32(255)
    boxes = np.concatenate([shard.boxes for shard in shards])
    found = [detect(detector, image, threshold=_LOW) for image in tqdm(images, unit="page", mininterval=1)]
    matched = _match(found, boxes)
    of_digits, of_marks = matched.digit, ~matched.digit
    threshold = _best(matched.scores[of_digits], matched.right[of_digits], matched.wanted[0])
    return {
        "digit_heights": ",".join(f"{height:g}" for height in HEIGHTS),
        "temperature": f"{fit_temperature(matched.logits, matched.labels):.4f}",
        "threshold": f"{threshold:.3f}",
        "picture_threshold": f"{_of_pictures(matched, threshold):.3f}",
        "mark_threshold": f"{_best(matched.scores[of_marks], matched.right[of_marks], matched.wanted[1]):.3f}",
        "finer_threshold": f"{_finer(detector, images, boxes):.3f}",
    }


def _match(found: Sequence[Detections], boxes: NDArray[np.float32]) -> _Matched:
    rows: list[tuple[int, float, bool, bool]] = []
    logits, labels = [], []
    for number, (detections, page) in enumerate(zip(found, boxes, strict=True)):
        known = page[page[:, 4] >= 0]
        shared = _overlaps(detections.boxes, known[:, :4])
        taken: set[int] = set()
        for place, (kind, score) in enumerate(zip(detections.classes, detections.scores, strict=True)):
            best = int(shared[place].argmax()) if len(known) else -1
            same = best >= 0 and shared[place, best] >= _SAME
            truth = int(known[best, 4]) if same else -1
            # Digits outside the heights that one level finds may be found on another: they are right or left out.
            if truth in (FINER, IGNORED) or (not same and _ignored(detections.boxes[place], known)):
                continue
            rows.append((number, float(score), truth == kind and best not in taken, bool(kind < DIGITS)))
            taken.add(best)
            if 0 <= truth < DIGITS and kind < DIGITS:
                logits.append(detections.logits[place, :DIGITS])
                labels.append(truth)
    kinds = boxes[..., 4]
    wanted = (
        int(((kinds >= 0) & (kinds < DIGITS)).sum()),
        int(((kinds >= DIGITS) & (kinds < len(CLASSES))).sum()),
    )
    places, scores, right, digit = (np.array(column) for column in zip(*rows, strict=True))
    return _Matched(
        places, scores.astype(np.float32), right, digit, np.stack(logits), np.array(labels), wanted
    )


def _ignored(box: NDArray[np.float64], known: NDArray[np.float32]) -> bool:
    """Whether the middle of a box lies in a character of which nothing is asked, or that is too small."""
    x, y = (box[:2] + box[2:]) / 2
    left_out = known[known[:, 4] >= FINER]
    inside = (left_out[:, 0] <= x) & (x <= left_out[:, 2]) & (left_out[:, 1] <= y) & (y <= left_out[:, 3])
    return bool(inside.any())


def _overlaps(ones: NDArray[Any], others: NDArray[Any]) -> NDArray[np.float64]:
    """Return the intersection over union (n, m) of boxes (n, 4) and (m, 4)."""
    sides = np.minimum(ones[:, None, 2:], others[:, 2:4]) - np.maximum(ones[:, None, :2], others[:, :2])
    shared = np.maximum(sides, 0).prod(axis=2)
    one, other = ((boxes[:, 2:4] - boxes[:, :2]).prod(axis=1) for boxes in (ones, others))
    result: NDArray[np.float64] = shared / np.maximum(one[:, None] + other - shared, 1e-9)
    return result


def _best(
    scores: NDArray[np.float32], right: NDArray[np.bool_], wanted: int, given: float = _NEARLY
) -> float:
    """Return the highest score from which on F1 is best, or nearly so."""
    order = np.argsort(-scores)
    hits = np.cumsum(right[order])
    f1 = 2 * hits / (np.arange(1, len(hits) + 1) + wanted)
    return float(scores[order][np.argmax(f1 >= f1.max() - given)])


def _of_pictures(matched: _Matched, threshold: float) -> float:
    """Return the highest score of a page's surest digit from which on F1 of all its digits is best, or nearly so."""
    counted = matched.digit & (matched.scores >= threshold)
    _, page = np.unique(matched.pages[counted], return_inverse=True)
    surest = np.zeros(page.max() + 1, dtype=np.float32)
    np.maximum.at(surest, page, matched.scores[counted])
    return _best(surest[page], matched.right[counted], matched.wanted[0], _CLEARLY)


def _finer(detector: Detector, images: NDArray[np.float32], boxes: NDArray[np.float32]) -> float:
    """Return the probability that is reached somewhere on most of the digits that are too small."""
    highest = []
    for image, page in zip(images, boxes, strict=True):
        small = page[page[:, 4] == FINER]
        if len(small):
            heat = detector(image[None]).heat[0, :, :, len(CLASSES)]
            finer = 1 / (1 + np.exp(-heat))
            for x0, y0, x1, y1 in small[:, :4] / STRIDE:
                part = finer[int(y0) : int(y1) + 1, int(x0) : int(x1) + 1]
                highest.append(float(part.max(initial=0)))
    return float(np.quantile(highest, 1 - _FOUND))
