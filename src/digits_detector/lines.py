"""Detections become lines and numbers: what stands beside each other along the page's own tilt, in reading order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from .detect import DIGITS, SLASH, Boxes, Detections
from .networks.detector import CLASSES

# Chosen on the composed pages of the writers held out for validation; lengths in heights of a digit.
_BESIDE = 3.0  # as far to the right the next digit is looked for when the tilt is estimated
# As far off the line a digit may be. With .7 the same numbers are read right, with .5 two fewer.
_OFF_LINE = 0.6
_SPACE = 0.9  # a gap between two numbers, at least
_WIDER = 2.0  # than the line's median gap, at least the same
_REACH = 0.8  # from a mark to its digit, at most
_DOUBT = (
    3.0  # of logits: a slash that is surer than its likeliest digit by more is one, whatever stands beside it
)


Group: TypeAlias = tuple[int, ...]  # one number: places of its characters, in reading order, marks included


def grouped(boxes: Boxes, classes: NDArray[np.intp]) -> list[list[Group]]:
    """Return the lines of a page from top to bottom, each with its numbers from left to right.

    Parameters
    ----------
    boxes : ndarray of shape (n, 4), float64
    classes : ndarray of shape (n,), intp
        Places in `CLASSES`.
    """
    digits = np.flatnonzero(classes < DIGITS)
    if not len(digits):
        return []
    upright = _turned(boxes, -_tilt(boxes[digits]))
    marks = np.flatnonzero(classes >= DIGITS)
    with_marks = _joined(upright, _lines(upright, digits), marks, classes)
    return [_numbers(upright, line, classes) for line in with_marks]


def characters(found: Detections) -> NDArray[np.intp]:
    """Return what each detection is, a place in `CLASSES`: the likeliest, but for slashes without a digit on each side.

    A slanted 1 looks like a slash; what is written beside it decides.
    """
    classes = found.classes.copy()
    digits = found.boxes[classes < DIGITS]
    for place in np.flatnonzero(classes == SLASH).tolist():
        x0, y0, x1, y1 = found.boxes[place]
        height = y1 - y0
        level = np.abs(digits[:, 1] + digits[:, 3] - y0 - y1) / 2 < height / 2
        middle, digit_middles = (x0 + x1) / 2, (digits[:, 0] + digits[:, 2]) / 2
        near = level & (np.maximum(digits[:, 0] - x1, x0 - digits[:, 2]) < _REACH * height)
        between = (near & (digit_middles < middle)).any() and (near & (digit_middles > middle)).any()
        logits = found.logits[place]
        if not between and logits[:DIGITS].max() > logits[SLASH] - _DOUBT:
            classes[place] = int(logits[:DIGITS].argmax())
    return classes


def _turned(boxes: Boxes, angle: float) -> Boxes:
    """Return boxes of the same sizes whose centres are turned about the origin."""
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    cos, sin = np.cos(angle), np.sin(angle)
    turned = centres @ np.array([[cos, sin], [-sin, cos]])
    half = (boxes[:, 2:] - boxes[:, :2]) / 2
    return np.concatenate([turned - half, turned + half], axis=1)


def _tilt(boxes: Boxes) -> float:
    """Return the angle of the lines, in radians: the median of those from each digit to the next on its right."""
    centres, heights = (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 3] - boxes[:, 1]
    order = np.argsort(centres[:, 0])
    centres, heights = centres[order], heights[order]
    angles = []
    for place in range(len(centres)):
        end = np.searchsorted(centres[:, 0], centres[place, 0] + _BESIDE * heights[place])
        steps = centres[place + 1 : end] - centres[place]
        near = np.abs(steps[:, 1]) < np.minimum(0.6 * steps[:, 0], 0.8 * heights[place])
        if near.any():
            x, y = steps[near][np.argmin(np.hypot(*steps[near].T))]
            angles.append(np.arctan2(y, x))
    return float(np.median(angles)) if len(angles) > 1 else 0.0


def _lines(boxes: Boxes, digits: NDArray[np.intp]) -> list[list[int]]:
    """Return the lines of digits, from top to bottom: each digit joins the line whose last one is least off it."""
    middle, heights = (boxes[:, 1] + boxes[:, 3]) / 2, boxes[:, 3] - boxes[:, 1]
    lines: list[list[int]] = []
    for place in digits[np.argsort(boxes[digits, 0] + boxes[digits, 2], kind="stable")].tolist():
        last = np.array([line[-1] for line in lines], dtype=np.intp)
        off = np.abs(middle[last] - middle[place])
        near = off < _OFF_LINE * np.maximum(heights[last], heights[place])
        if near.any():
            lines[int(np.flatnonzero(near)[np.argmin(off[near])])].append(place)
        else:
            lines.append([place])
    return sorted(lines, key=lambda line: float(np.median(middle[line])))


def _joined(
    boxes: Boxes, lines: Sequence[Sequence[int]], marks: NDArray[np.intp], classes: NDArray[np.intp]
) -> list[list[int]]:
    """Return the lines with the marks that stand beside one of their digits."""
    joined = [list(line) for line in lines]
    digits = np.concatenate([np.array(line) for line in lines])
    owner = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    heights = boxes[digits, 3] - boxes[digits, 1]
    for mark in marks.tolist():
        x0, y0, x1, y1 = boxes[mark]
        gap = np.maximum(np.maximum(boxes[digits, 0] - x1, x0 - boxes[digits, 2]), 0)
        middle = (y0 + y1) / 2
        low = -0.1 if CLASSES[classes[mark]] in ".," else 0.1  # points stand on the baseline or under it
        over = (boxes[digits, 3] - middle) / heights
        beside = (gap <= _REACH * heights) & (over >= low - 0.4) & (over <= 1.1)
        if beside.any():
            joined[owner[np.flatnonzero(beside)[np.argmin(gap[beside])]]].append(mark)
    return [sorted(line, key=lambda place: float(boxes[place, 0] + boxes[place, 2])) for line in joined]


def _numbers(boxes: Boxes, line: Sequence[int], classes: NDArray[np.intp]) -> list[Group]:
    """Cut a line into numbers at the gaps that are wide, and wider than usual."""
    places = np.array(line)
    right = np.maximum.accumulate(boxes[places, 2])
    gaps = boxes[places[1:], 0] - right[:-1]
    digits = classes[places] < DIGITS
    height = float(np.median((boxes[:, 3] - boxes[:, 1])[places[digits]]))
    usual = float(np.median(gaps)) if len(gaps) > 1 else 0.0
    cuts = np.flatnonzero(gaps > max(_SPACE * height, _WIDER * usual)) + 1
    groups = [tuple(part.tolist()) for part in np.split(places, cuts)]
    return [group for group in groups if (classes[list(group)] < DIGITS).any()]


def spelled(group: Group, classes: NDArray[np.intp]) -> str:
    """Return a number with its marks, without those that do not belong to a number.

    A point, a colon, a slash stand between two digits (a point before one, too); a minus stands before a digit.
    """
    text = "".join(CLASSES[classes[place]] for place in group)
    kept = []
    for place, character in enumerate(text):
        before, after = text[place - 1 : place], text[place + 1 : place + 2]
        if character.isdecimal() or (after.isdecimal() and (before.isdecimal() or character in ".,-")):
            kept.append(character)
    return "".join(kept)
