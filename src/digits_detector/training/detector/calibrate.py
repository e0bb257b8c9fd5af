"""Choose the detector's thresholds and its temperature on validation pages: what its ONNX file's metadata hold."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logit
from tqdm import tqdm

from ...detect import Detections, detect, evidence
from ...networks.detector import STRIDE, Certainty, Detector
from ..temperature import fit_temperature
from . import pages
from .labels import CLASSES, DIGITS, FINER, HEIGHTS, IGNORED

PAGES = 4  # shards of 256
_ENLARGED = 0.6  # of the pages, by up to `_LARGEST`: larger digits are seen on more levels of the pyramid
_LARGEST = 4.0
_SAME = 0.45  # intersection over union, from which on a detection is the character
# Of F1: as much is given up for no false digits, and then for fainter ones beside clear ones. From .0025 to .0075 the
# photographs are read alike, and 78.3 to 79.0 % of the cheques; no page of letters holds a digit.
_GIVEN = 0.0075
_FOUND = 0.99  # of the pages with digits that are too small: they are looked at more closely
RAW = {
    "certainty": "1,0,0",  # the probability on the level that shows a digit best
    "threshold": "0.05",
    "mark_threshold": "0.05",
    "picture_odds": "0.05",
    "finer_threshold": "1.0",
    "temperature": "1.0",
}


class _Matched(NamedTuple):
    """Of all detections: their pages, whether they are digits, and whether right; of right digits logits and labels.

    And how many windows each has, see `Detections`, and the largest logit of the level that shows it best, and of the
    mean over its levels.
    """

    pages: NDArray[np.intp]
    windows: NDArray[np.float64]
    digit: NDArray[np.bool_]
    right: NDArray[np.bool_]
    best: NDArray[np.float64]
    mean: NDArray[np.float64]
    logits: NDArray[np.float32]
    labels: NDArray[np.intp]
    wanted: tuple[int, int]  # digits and marks on the pages


def calibrated(path: Path) -> dict[str, str]:
    """Return the metadata of a detector's ONNX file, chosen on validation pages, of which some are enlarged.

    Certainty: logistic regression on the two logits that `detect.merged` names.
    Thresholds: of marks, and of the evidence of a page's digits, the highest with nearly the best F1; of a digit beside
    clear ones the lowest; of digits that are too small the one that some of them reach on 99 % of the pages.
    Temperature: Guo et al. 2017, On Calibration of Modern Neural Networks, section 4.2.
    """
    detector = Detector(path)
    shards = [pages.shard("valid", 1, number) for number in range(PAGES)]
    images = np.concatenate([shard.images for shard in shards]).astype(np.float32) / np.float32(255)
    boxes = np.concatenate([shard.boxes for shard in shards])
    times = _times(len(images))
    found = [
        detect(detector, _enlarged(image, factor))
        for image, factor in tqdm(
            zip(images, times, strict=True), total=len(images), unit="page", mininterval=1
        )
    ]
    matched = _match(
        [each._replace(boxes=each.boxes / factor) for each, factor in zip(found, times, strict=True)], boxes
    )
    certainty = _fitted(matched)
    log_odds = certainty.logit(matched.best, matched.mean)
    certainties = expit(log_odds)
    of_digits, of_marks = matched.digit, ~matched.digit
    threshold, _ = _best(certainties[of_digits], matched.right[of_digits], matched.wanted[0])
    counted = of_digits & (certainties >= threshold)
    clear = _evidence(matched.pages[counted], np.exp(log_odds[counted]), matched.windows[counted])
    marks = _best(expit(matched.mean[of_marks]), matched.right[of_marks], matched.wanted[1])
    return {
        "digit_heights": ",".join(f"{height:g}" for height in HEIGHTS),
        "temperature": f"{fit_temperature(matched.logits, matched.labels):.4f}",
        "certainty": ",".join(f"{weight:.4f}" for weight in certainty),
        "threshold": f"{threshold:.3f}",
        "picture_odds": f"{_best(clear, matched.right[counted], matched.wanted[0])[1]:.4f}",
        "mark_threshold": f"{marks[1]:.3f}",
        "finer_threshold": f"{_finer(detector, images, boxes):.3f}",
    }


def _times(count: int) -> NDArray[np.float64]:
    """Return how many times each page is enlarged; always the same."""
    random = np.random.default_rng(0)
    return np.where(random.random(count) < _ENLARGED, np.exp(random.uniform(0, np.log(_LARGEST), count)), 1.0)


def _enlarged(image: NDArray[np.float32], times: float) -> NDArray[np.float32]:
    shape = [round(side * times) for side in image.shape]
    wide: NDArray[np.float32] = cv2.resize(image, shape[::-1], interpolation=cv2.INTER_CUBIC).clip(0, 1)
    return wide


def _match(found: Sequence[Detections], boxes: NDArray[np.float32]) -> _Matched:
    rows: list[tuple[int, float, bool, bool, float, float]] = []
    logits, labels = [], []
    for number, (detections, page) in enumerate(zip(found, boxes, strict=True)):
        known = page[page[:, 4] >= 0]
        shared = _overlaps(detections.boxes, known[:, :4])
        taken: set[int] = set()
        for place, kind in enumerate(detections.classes.tolist()):
            box = detections.boxes[place]
            best = int(shared[place].argmax()) if len(known) else -1
            same = best >= 0 and shared[place, best] >= _SAME
            truth = int(known[best, 4]) if same else -1
            # Digits outside the heights that one level finds may be found on another: they are right or left out.
            if truth in (FINER, IGNORED) or (
                not same and (_ignored(box, known) or box[3] - box[1] > HEIGHTS[1])
            ):
                continue
            right = truth == kind and best not in taken
            certainty, mean = float(detections.certainties[place]), float(detections.logits[place].max())
            rows.append(
                (
                    number,
                    float(detections.windows[place]),
                    kind < DIGITS,
                    right,
                    float(logit(certainty)),
                    mean,
                )
            )
            taken.add(best)
            if 0 <= truth < DIGITS and kind < DIGITS:
                logits.append(detections.logits[place, :DIGITS])
                labels.append(truth)
    kinds = boxes[..., 4]
    wanted = (
        int(((kinds >= 0) & (kinds < DIGITS)).sum()),
        int(((kinds >= DIGITS) & (kinds < len(CLASSES))).sum()),
    )
    numbers, windows, digit, right, best_logits, means = (
        np.array(column) for column in zip(*rows, strict=True)
    )
    return _Matched(
        numbers, windows, digit, right, best_logits, means, np.stack(logits), np.array(labels), wanted
    )


def _fitted(matched: _Matched) -> Certainty:
    """Fit the certainty of digits: the weights of the least negative log likelihood."""
    best, mean = matched.best[matched.digit], matched.mean[matched.digit]
    right = matched.right[matched.digit].astype(np.float64)

    def loss(weights: NDArray[np.float64]) -> float:
        logits = Certainty(*weights.tolist()).logit(best, mean)
        return float(np.mean(np.logaddexp(0, logits) - right * logits))

    return Certainty(*minimize(loss, np.array([1.0, 0.0, 0.0])).x.tolist())


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


def _best(scores: NDArray[np.float64], right: NDArray[np.bool_], wanted: int) -> tuple[float, float]:
    """Return the lowest and the highest score from which on F1 is nearly the best."""
    order = np.argsort(-scores)
    hits = np.cumsum(right[order])
    f1 = 2 * hits / (np.arange(1, len(hits) + 1) + wanted)
    good = scores[order][f1 >= f1.max() - _GIVEN]
    return float(good[-1]), float(good[0])


def _evidence(
    page: NDArray[np.intp], odds: NDArray[np.float64], windows: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return for each digit how much speaks for digits on its page."""
    of_all = np.zeros(len(page))
    for number in np.unique(page):
        mine = page == number
        of_all[mine] = evidence(odds[mine], windows[mine])
    return of_all


def _finer(detector: Detector, images: NDArray[np.float32], boxes: NDArray[np.float32]) -> float:
    """Return the probability that one of the digits that are too small reaches on most of the pages that have some.

    A page is about as large as what a tile shows on the level before, and one digit's word has the tile looked at.
    """
    highest = []
    for image, page in zip(images, boxes, strict=True):
        small = page[page[:, 4] == FINER]
        if len(small):
            heat = detector(image[None]).heat[0, :, :, len(CLASSES)]
            highest.append(max(float(_part(heat, box).max(initial=-np.inf)) for box in small[:, :4] / STRIDE))
    return float(expit(np.quantile(highest, 1 - _FOUND)))


def _part(heat: NDArray[np.float32], box: NDArray[np.float32]) -> NDArray[np.float32]:
    x0, y0, x1, y1 = box.astype(int).tolist()
    return heat[y0 : y1 + 1, x0 : x1 + 1]
