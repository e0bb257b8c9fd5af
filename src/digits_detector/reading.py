"""What was read where more than one digit may be written: lines of digits, each with its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Place: TypeAlias = tuple[float, float, float, float]  # x0, y0, x1, y1


@dataclass(frozen=True, eq=False)
class DetectedDigit:
    """One digit of a number.

    Attributes
    ----------
    digit : int
        0 to 9.
    confidence : float
        The largest probability.
    box : tuple of float
        (x0, y0, x1, y1): in the picture's pixels, or in the strokes' units.
    probabilities : ndarray of shape (10,), float32
        Of each digit; they sum to 1.
    """

    digit: int
    confidence: float
    box: Place
    probabilities: NDArray[np.float32] = field(repr=False)

    def to_json(self) -> dict[str, Any]:
        """Return `{"digit", "confidence", "box": [x0, y0, x1, y1], "probabilities": [10]}`."""
        return {
            "digit": self.digit,
            "confidence": self.confidence,
            "box": list(self.box),
            "probabilities": self.probabilities.tolist(),
        }


@dataclass(frozen=True)
class Line:
    """Digits beside each other, from left to right; never empty."""

    digits: tuple[DetectedDigit, ...]

    @property
    def text(self) -> str:
        """The digits, without spaces."""
        return "".join(str(digit.digit) for digit in self.digits)

    @property
    def box(self) -> Place:
        """What holds all their boxes."""
        x0, y0, x1, y1 = zip(*(digit.box for digit in self.digits), strict=True)
        return min(x0), min(y0), max(x1), max(y1)

    def to_json(self) -> dict[str, Any]:
        """Return `{"text", "box": [x0, y0, x1, y1], "digits": […]}`."""
        return {
            "text": self.text,
            "box": list(self.box),
            "digits": [digit.to_json() for digit in self.digits],
        }


@dataclass(frozen=True)
class Reading:
    """All that was read, from the top line to the bottom line; without lines where there are no digits."""

    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """The lines' texts, joined by line breaks."""
        return "\n".join(line.text for line in self.lines)

    @property
    def digits(self) -> tuple[DetectedDigit, ...]:
        """The digits of all lines."""
        return tuple(digit for line in self.lines for digit in line.digits)

    def to_json(self) -> dict[str, Any]:
        """Return the one JSON form: `{"text", "lines": [{"text", "box", "digits"}, …]}`."""
        return {"text": self.text, "lines": [line.to_json() for line in self.lines]}
