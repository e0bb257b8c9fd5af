"""What is read: predictions of single digits; readings of lines, numbers and digits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast, overload

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .annotate import annotated
from .errors import DigitsError
from .image.decode import Picture
from .normalize import Digit

if TYPE_CHECKING:
    import pandas

Status: TypeAlias = Literal["digit", "blank", "not_a_digit", "error"]
Box: TypeAlias = tuple[float, float, float, float]  # x0, y0, x1, y1


@dataclass(frozen=True, eq=False)
class Prediction:
    """What was read.

    Attributes
    ----------
    status : "digit", "blank", "not_a_digit", or in a batch "error"
    digit : int or None
        0 to 9; None unless the status is "digit".
    confidence : float
        The largest probability, 0 to 1; 0.0 when blank.
    probabilities : ndarray of shape (10,), float32
        Of each digit; they sum to 1. When blank, ten times 0.1. When it is not a digit, the closest digit has the
        largest.
    outlier_score : float
        Finite; higher = less like a digit. Above the model's threshold the status is "not_a_digit".
    input : ndarray of shape (28, 28), uint8
        What the network saw, white ink on black.
    """

    status: Status
    digit: int | None
    confidence: float
    probabilities: NDArray[np.float32] = field(repr=False)
    outlier_score: float
    input: Digit = field(repr=False)

    def _repr_html_(self) -> str:
        """Return the ten probabilities as bars, as notebooks show them."""
        said = f"{self.digit}" if self.digit is not None else self.status.replace("_", " ")
        rows = "".join(
            f'<tr><td>{digit}</td><td style="width:12em;text-align:left"><div style="background:#0f766e;height:.8em;'
            f'width:{share:.1%}"></div></td><td>{share:.1%}</td></tr>'
            for digit, share in enumerate(self.probabilities.tolist())
        )
        return f"<table><caption>{said}</caption>{rows}</table>"

    def to_json(self) -> dict[str, Any]:
        """Return the one JSON form: `{"status", "digit", "confidence", "probabilities": [10], "outlier_score"}`."""
        return {
            "status": self.status,
            "digit": self.digit,
            "confidence": self.confidence,
            "probabilities": self.probabilities.tolist(),
            "outlier_score": self.outlier_score,
        }


# The columns of `Predictions`, and what they hold for an item that could not be read.
_COLUMNS = {
    "status": "error",
    "digit": -1,
    "confidence": 0.0,
    "probabilities": 0.1,
    "outlier_score": 0.0,
    "input": 0,
}


@dataclass(frozen=True, eq=False)
class Predictions(Sequence[Prediction]):
    """What was read of n items: a sequence of `Prediction`, held in columns.

    Attributes
    ----------
    status : ndarray of shape (n,), str
        "digit", "blank", "not_a_digit", or "error" where the item could not be read.
    digit : ndarray of shape (n,), int8
        -1 unless the status is "digit".
    confidence : ndarray of shape (n,), float32
    probabilities : ndarray of shape (n, 10), float32
    outlier_score : ndarray of shape (n,), float32
    input : ndarray of shape (n, 28, 28), uint8
    errors : mapping of int to DigitsError
        What is wrong with the items whose status is "error", by their place; the columns hold for them what they hold
        for a blank item.
    """

    status: NDArray[np.str_]
    digit: NDArray[np.int8]
    confidence: NDArray[np.float32]
    probabilities: NDArray[np.float32]
    outlier_score: NDArray[np.float32]
    input: NDArray[np.uint8]
    errors: Mapping[int, DigitsError] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.status)

    @overload
    def __getitem__(self, place: int) -> Prediction: ...

    @overload
    def __getitem__(self, place: slice) -> Predictions: ...

    def __getitem__(self, place: int | slice) -> Prediction | Predictions:
        if isinstance(place, slice):
            errors = _errors_in(self.errors, range(len(self))[place])
            columns = {name: getattr(self, name)[place] for name in _COLUMNS}
            return Predictions(**columns, errors=errors)
        digit = int(self.digit[place])
        return Prediction(
            cast(Status, str(self.status[place])),
            None if digit < 0 else digit,
            float(self.confidence[place]),
            self.probabilities[place],
            float(self.outlier_score[place]),
            self.input[place],
        )

    def with_errors(self, errors: Mapping[int, DigitsError]) -> Predictions:
        """Return these predictions with those of items that could not be read put in at their places."""
        if not errors:
            return self
        read = np.ones(len(self) + len(errors), dtype=bool)
        read[list(errors)] = False
        columns = {}
        for name, value in _COLUMNS.items():
            column = getattr(self, name)
            columns[name] = np.full((len(read), *column.shape[1:]), value, dtype=column.dtype)
            columns[name][read] = column
        return Predictions(**columns, errors=dict(errors))

    def to_pandas(self) -> pandas.DataFrame:
        """Return a table, a row an item: status, digit, confidence, p0 to p9, outlier_score, error.

        A value that there is not is missing (`pandas.NA`, NaN or None). It needs pandas, which is not a dependency.
        """
        import pandas

        missing = self.status == "error"
        numbers = {
            "confidence": self.confidence,
            **{f"p{digit}": self.probabilities[:, digit] for digit in range(10)},
            "outlier_score": self.outlier_score,
        }
        return pandas.DataFrame(
            {
                "status": self.status,
                "digit": pandas.array(self.digit, dtype="Int8"),
                **{name: np.where(missing, np.float32(np.nan), column) for name, column in numbers.items()},
                "error": [str(self.errors[n]) if n in self.errors else None for n in range(len(self))],
            }
        ).assign(digit=lambda table: table["digit"].mask(table["digit"] < 0))


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
    box: Box
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
class Number:
    """Digits that belong together, from left to right; never empty.

    Attributes
    ----------
    text : str
        The digits, and where they were asked for the marks between and before them: "-12.50".
    digits : tuple of DetectedDigit
    """

    text: str
    digits: tuple[DetectedDigit, ...]

    @property
    def box(self) -> Box:
        """What holds the boxes of all its digits."""
        return _around(digit.box for digit in self.digits)

    def to_json(self) -> dict[str, Any]:
        """Return `{"text", "box": [x0, y0, x1, y1]}`."""
        return {"text": self.text, "box": list(self.box)}


@dataclass(frozen=True)
class Line:
    """Numbers beside each other, from left to right; never empty."""

    numbers: tuple[Number, ...]

    @property
    def text(self) -> str:
        """The numbers, a space between two."""
        return " ".join(number.text for number in self.numbers)

    @property
    def digits(self) -> tuple[DetectedDigit, ...]:
        """The digits of all its numbers."""
        return tuple(digit for number in self.numbers for digit in number.digits)

    @property
    def box(self) -> Box:
        """What holds the boxes of all its numbers."""
        return _around(number.box for number in self.numbers)

    def to_json(self) -> dict[str, Any]:
        """Return `{"text", "box": [x0, y0, x1, y1], "numbers": […], "digits": […]}`."""
        return {
            "text": self.text,
            "box": list(self.box),
            "numbers": [number.to_json() for number in self.numbers],
            "digits": [digit.to_json() for digit in self.digits],
        }


@dataclass(frozen=True)
class Reading:
    """All that was read, from the top line to the bottom line; without lines where there are no digits."""

    lines: tuple[Line, ...]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """One line of text for each line, a space where one number ends and the next begins."""
        return "\n".join(line.text for line in self.lines)

    @property
    def numbers(self) -> tuple[Number, ...]:
        """The numbers of all lines, in reading order."""
        return tuple(number for line in self.lines for number in line.numbers)

    @property
    def digits(self) -> tuple[DetectedDigit, ...]:
        """The digits of all lines, in reading order."""
        return tuple(digit for line in self.lines for digit in line.digits)

    def to_json(self) -> dict[str, Any]:
        """Return the one JSON form: `{"text", "lines": [{"text", "box", "numbers", "digits"}, …]}`."""
        return {"text": self.text, "lines": [line.to_json() for line in self.lines]}

    def annotate(self, picture: Picture) -> Image.Image:
        """Return the picture that was read, upright and in RGB, with a box around each digit and the digit above it.

        Raises
        ------
        InvalidPicture
            If it is not a picture that can be read.
        """
        return annotated(picture, [(digit.box, str(digit.digit)) for digit in self.digits])


@dataclass(frozen=True, eq=False)
class Readings(Sequence[Reading]):
    """What was read of n pictures: a sequence of `Reading`.

    Attributes
    ----------
    errors : mapping of int to DigitsError
        What is wrong with the pictures that could not be read, by their place; their `Reading` is empty.
    """

    readings: tuple[Reading, ...]
    errors: Mapping[int, DigitsError] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.readings)

    @overload
    def __getitem__(self, place: int) -> Reading: ...

    @overload
    def __getitem__(self, place: slice) -> Readings: ...

    def __getitem__(self, place: int | slice) -> Reading | Readings:
        if isinstance(place, slice):
            return Readings(self.readings[place], _errors_in(self.errors, range(len(self))[place]))
        return self.readings[place]


def _errors_in(errors: Mapping[int, DigitsError], part: range) -> dict[int, DigitsError]:
    """Return the errors of a part of the items, by their places in the part."""
    return {new: errors[old] for new, old in enumerate(part) if old in errors}


def _around(boxes: Iterable[Box]) -> Box:
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return min(x0), min(y0), max(x1), max(y1)
