"""The plain method that a beginner writes for numbers in pictures: threshold, contours, our classifier on each box.

Adaptive threshold, external contours, boxes that are high enough, rows by their middles, each crop padded to a square
and reduced to 28×28. What we publish stands beside it.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digits_detector.detect import grey
from digits_detector.image.decode import Picture, channels
from digits_detector.networks.classifier import Classifier

Box = tuple[int, int, int, int]  # x, y, width, height


class Plain(NamedTuple):
    """What the plain method reads: lines of digits, and the boxes (x0, y0, x1, y1) of all, in the same order."""

    text: str
    boxes: list[tuple[float, float, float, float]]


def read(picture: Picture, classifier: Classifier) -> Plain:
    """Read the digits of a picture by the plain method."""
    image = np.rint(grey(channels(picture)) * 255).astype(np.uint8)
    image = image if np.median(image) > 127 else 255 - image
    block = max(11, min(image.shape) // 8 | 1)
    blurred = cv2.GaussianBlur(image, (3, 3), 0)
    ink = cv2.adaptiveThreshold(blurred, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, 12)
    contours, _ = cv2.findContours(ink, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    boxes = [cv2.boundingRect(contour) for contour in contours]
    highest = max((height for _, _, _, height in boxes), default=0)
    rows = _rows([box for box in boxes if box[3] >= 0.4 * highest and box[3] >= 8])
    ordered = [box for row in rows for box in row]
    if not ordered:
        return Plain("", [])
    digits = classifier(np.stack([_crop(ink, box) for box in ordered])).logits.argmax(axis=1)
    lengths = np.cumsum([len(row) for row in rows])[:-1]
    text = "\n".join("".join(map(str, line)) for line in np.split(digits, lengths))
    return Plain(text, [(x, y, x + width, y + height) for x, y, width, height in ordered])


def _rows(boxes: list[Box]) -> list[list[Box]]:
    """Group boxes into rows by their middles; a row from left to right, rows from the top."""
    rows: list[list[Box]] = []
    for box in sorted(boxes, key=lambda box: box[1] + box[3] / 2):
        last = rows[-1][-1] if rows else None
        same = last is not None and abs(box[1] + box[3] / 2 - last[1] - last[3] / 2) < box[3] / 2
        rows[-1].append(box) if same else rows.append([box])
    return [sorted(row) for row in rows]


def _crop(ink: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    """Pad a crop to a square with a margin of a fifth on each side, and reduce it to 28×28."""
    x, y, width, height = box
    side = max(width, height)
    square = np.zeros((side, side), dtype=np.uint8)
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = ink[y : y + height, x : x + width]
    small = cv2.resize(square, (20, 20), interpolation=cv2.INTER_AREA)
    return np.pad(small, 4)
