"""All digits in a picture: found by the detector, read once more by the classifier, and grouped; or in pen strokes.

On digits of writers not in the training set, the geometric mean of both networks' probabilities is right more often
than either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .detect import DIGITS, Boxes, Detections, counted, detect, grey
from .image.decode import Channel
from .image.ink import ink_in, plain_ink
from .lattice import digits_in
from .lines import Group, characters, grouped, spelled
from .networks.classifier import Classifier
from .networks.detector import CLASSES, Detector
from .networks.rejection import EVEN_ODDS, combined, probabilities, statuses
from .normalize import normalize
from .results import DetectedDigit, Line, Number, Reading
from .strokes import Strokes, rasterize

_HEIGHT = 32  # pixels: of a digit, as strokes are drawn for the detector; in the middle of the heights that it finds
_PEN = 0.09  # heights of a digit: the width of the pen
_MARGIN = 0.5  # heights of a digit, around what is drawn
_PIXELS = 4_000_000  # of a drawing, at most: what is larger is drawn smaller


@dataclass(frozen=True)
class Networks:
    """The two networks that read."""

    detector: Detector
    classifier: Classifier


def read_picture(colours: Sequence[Channel], networks: Networks, *, marks: bool = False) -> Reading:
    """Read all digits in the colours of a picture."""
    detector = networks.detector
    candidates = detect(detector, grey(colours))
    found = counted(candidates, detector.threshold, detector.picture_odds)
    if not len(found.boxes):
        threshold = networks.classifier.outlier_threshold
        none_at_all = not (candidates.classes < DIGITS).any()
        return _plain(colours, networks.classifier, min(threshold, EVEN_ODDS) if none_at_all else threshold)
    rows = _rows(found, colours, networks)
    classes = characters(found)
    digits = classes < DIGITS
    classes[digits] = rows[digits].argmax(axis=1)
    return _reading(found.boxes, rows, classes, marks)


def _plain(colours: Sequence[Channel], classifier: Classifier, outlier_threshold: float) -> Reading:
    """Read the one digit that stands alone on an even background, as `predict` does."""
    ink = plain_ink(colours)
    if ink is None or ink.blank:
        return Reading(())
    images = normalize(ink)[None]
    outputs = classifier(images)
    if statuses(images, outputs.outlier_scores, outlier_threshold)[0] != "digit":
        return Reading(())
    row = probabilities(outputs.logits, classifier.temperature)
    return _reading(np.array([ink.box], dtype=np.float64), row, row.argmax(axis=1), False)


def read_strokes(strokes: Strokes, networks: Networks, *, marks: bool = False) -> Reading:
    """Read all digits in pen strokes; boxes are in the strokes' units.

    Digits are read by the segmentation lattice; marks, where they are asked for, by the detector.
    """
    boxes, rows = digits_in(strokes, networks.classifier)
    classes = rows.argmax(axis=1)
    if marks and len(boxes):
        found = _marks(strokes, networks.detector)
        boxes = np.concatenate([boxes, found.boxes])
        rows = np.concatenate([rows, np.zeros((len(found.boxes), DIGITS), dtype=np.float32)])
        classes = np.concatenate([classes, found.classes])
    return _reading(boxes, rows, classes, marks)


def _marks(strokes: Strokes, detector: Detector) -> Detections:
    """Return the marks that the detector finds in strokes, in their units."""
    picture, scale, corner = drawn(strokes)
    found = detect(detector, picture)
    marks = found.only(found.classes >= DIGITS)
    return marks._replace(boxes=marks.boxes / scale + np.tile(corner, 2))


def _rows(found: Detections, colours: Sequence[Channel], networks: Networks) -> NDArray[np.float32]:
    """Return the probabilities of the ten digits of each detection, (n, 10)."""
    rows = probabilities(found.logits[:, :DIGITS], networks.detector.temperature)
    digits = np.flatnonzero(characters(found) < DIGITS)
    if len(digits):
        inputs = np.stack([normalize(ink_in(colours, found.boxes[place])) for place in digits])
        outputs = networks.classifier(inputs)
        rows[digits] = combined(rows[digits], probabilities(outputs.logits, networks.classifier.temperature))
    return rows


def drawn(strokes: Strokes) -> tuple[NDArray[np.float32], float, NDArray[np.float64]]:
    """Draw strokes black on white for the detector; return the picture, its pixels to a unit, and its corner."""
    points = np.concatenate(strokes.strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    heights = np.array([np.ptp(stroke[:, 1]) for stroke in strokes.strokes])
    height = max(
        float(np.percentile(heights[heights >= heights.max() / 4], 50)),
        float((high - low).max()) / 1000,
        1e-9,
    )
    margin = _MARGIN * height
    extent = high - low + 2 * margin
    scale = min(_HEIGHT / height, float(np.sqrt(_PIXELS / extent.prod())))
    corner = low - margin
    shape = np.ceil(extent[::-1] * scale).astype(int)
    placed = [(stroke - corner) * scale for stroke in strokes.strokes]
    ink = rasterize(placed, width=max(_PEN * height * scale, 1.0), size=(int(shape[0]), int(shape[1])))
    return 1 - ink, scale, corner


def _reading(boxes: Boxes, rows: NDArray[np.float32], classes: NDArray[np.intp], marks: bool) -> Reading:
    lines = grouped(boxes, classes)
    return Reading(
        tuple(Line(tuple(_number(boxes, rows, classes, group, marks) for group in line)) for line in lines)
    )


def _number(
    boxes: Boxes, rows: NDArray[np.float32], classes: NDArray[np.intp], group: Group, marks: bool
) -> Number:
    places = [place for place in group if classes[place] < DIGITS]
    text = spelled(group, classes) if marks else "".join(CLASSES[classes[place]] for place in places)
    return Number(text, tuple(_digit(int(classes[place]), rows[place], boxes[place]) for place in places))


def _digit(digit: int, row: NDArray[np.float32], box: NDArray[np.float64]) -> DetectedDigit:
    x0, y0, x1, y1 = box.tolist()
    return DetectedDigit(digit, float(row[digit]), (x0, y0, x1, y1), row)
