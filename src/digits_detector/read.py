"""All digits in a picture, or in pen strokes: found by the detector, grouped into lines and numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .detect import DIGITS, Detections, detect, grey
from .image.decode import Plane
from .lines import Group, characters, grouped, spelled
from .networks.detector import CLASSES, Detector
from .networks.rejection import probabilities
from .results import Box, DetectedDigit, Line, Number, Reading
from .strokes import Strokes, rasterize

_HEIGHT = 32  # pixels: of a digit, as strokes are drawn for the detector; in the middle of the heights that it finds
_PEN = 0.09  # heights of a digit: the width of the pen
_MARGIN = 0.5  # heights of a digit, around what is drawn
_PIXELS = 4_000_000  # of a drawing, at most: what is larger is drawn smaller


def read_picture(colours: Sequence[Plane], detector: Detector, *, marks: bool = False) -> Reading:
    """Read all digits in the colours of a picture."""
    return _reading(detect(detector, grey(colours)), detector, marks)


def read_strokes(strokes: Strokes, detector: Detector, *, marks: bool = False) -> Reading:
    """Read all digits in pen strokes; boxes are in the strokes' units."""
    if not len(strokes):
        return Reading(())
    picture, scale, corner = drawn(strokes)
    found = detect(detector, picture)
    return _reading(Detections(found.boxes / scale + np.tile(corner, 2), found.logits), detector, marks)


def drawn(strokes: Strokes) -> tuple[NDArray[np.float32], float, NDArray[np.float64]]:
    """Draw strokes black on white for the detector; return the picture, its pixels to a unit, and its corner in units."""
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


def _reading(found: Detections, detector: Detector, marks: bool) -> Reading:
    classes = characters(found)
    rows = probabilities(found.logits[:, :DIGITS], detector.temperature)
    return Reading(
        tuple(
            Line(tuple(_number(found.boxes, rows, classes, group, marks) for group in line))
            for line in grouped(found)
        )
    )


def _number(
    boxes: NDArray[np.float64],
    rows: NDArray[np.float32],
    classes: NDArray[np.intp],
    group: Group,
    marks: bool,
) -> Number:
    digits = [place for place in group.places if classes[place] < DIGITS]
    text = spelled(group, classes) if marks else "".join(CLASSES[classes[place]] for place in digits)
    return Number(text, tuple(_digit(int(classes[p]), rows[p], tuple(boxes[p].tolist())) for p in digits))


def _digit(digit: int, row: NDArray[np.float32], box: Box) -> DetectedDigit:
    return DetectedDigit(digit, float(row[digit]), box, row)
