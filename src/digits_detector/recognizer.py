"""The main door: a picture or pen strokes in, a prediction out."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal, overload

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .blots import lines_of_ink
from .errors import DigitsError
from .explain import Explanation, explain
from .ink import find_ink
from .judge import Status, probabilities, status
from .lines import lines_of_strokes
from .models import chosen
from .network import Network
from .normalize import Digit, normalize
from .planes import MAX_PIXELS, Picture
from .reading import Reading
from .segment import are_clear, read_lines
from .strokes import Strokes


@dataclass(frozen=True, eq=False)
class Prediction:
    """What was read.

    Attributes
    ----------
    status : "digit", "blank" or "not_a_digit"
    digit : int or None
        0 to 9; None when it is blank, or not a digit.
    confidence : float
        The largest probability; 0.0 when blank.
    probabilities : ndarray of shape (10,), float32
        Of each digit; they sum to 1. When blank, ten times 0.1. When it is not a digit, they still tell the closest.
    outlier_score : float
        Finite; higher = less like a digit. Above the model's threshold it is none.
    input : ndarray of shape (28, 28), uint8
        What the network saw, white ink on black.
    """

    status: Status
    digit: int | None
    confidence: float
    probabilities: NDArray[np.float32] = field(repr=False)
    outlier_score: float
    input: Digit = field(repr=False)

    def to_json(self) -> dict[str, Any]:
        """Return the one JSON form: `{"status", "digit", "confidence", "probabilities": [10], "outlier_score"}`."""
        return {
            "status": self.status,
            "digit": self.digit,
            "confidence": self.confidence,
            "probabilities": self.probabilities.tolist(),
            "outlier_score": self.outlier_score,
        }


class DigitRecognizer:
    """Reads single handwritten digits; safe to use from several threads.

    Parameters
    ----------
    model : path, optional
        An ONNX file; by default the one that `$DIGITS_MODEL` names, or else the one in the package.
    threads : int
        That one call of the network uses.
    max_pixels : int
        Pictures of more are refused before they are unpacked.

    Attributes
    ----------
    model : Path
        The ONNX file.
    checksum : str
        Its SHA-256.

    Raises
    ------
    ModelError
        If the model file is missing, broken, not the one that its checksum file tells of, or not a network for digits.
    DigitsError
        If `threads` is no whole number from 1 on.

    Examples
    --------
    >>> recognizer = DigitRecognizer()
    >>> recognizer.predict(Strokes([[(0, 0), (60, 0), (25, 100)]])).digit
    7
    """

    def __init__(
        self,
        model: str | os.PathLike[str] | None = None,
        *,
        threads: int = 1,
        max_pixels: int = MAX_PIXELS,
    ) -> None:
        if not isinstance(threads, int) or threads < 1:
            raise DigitsError(f"threads is a whole number from 1 on, not {threads!r}.")
        self.model = Path(model) if model else chosen()
        self._network = Network(self.model, threads=threads)
        self.checksum = self._network.checksum
        self._max_pixels = max_pixels

    def predict(self, item: Picture | Strokes) -> Prediction:
        """Read one digit.

        Parameters
        ----------
        item : path, bytes of an image file, PIL image, array, or Strokes

        Raises
        ------
        InvalidPicture
            If the item is no picture that can be read.
        """
        return self.predict_batch([item])[0]

    @overload
    def predict_batch(
        self, items: Iterable[Picture | Strokes], on_error: Literal["raise"] = "raise"
    ) -> list[Prediction]: ...

    @overload
    def predict_batch(
        self, items: Iterable[Picture | Strokes], on_error: Literal["return"]
    ) -> list[Prediction | DigitsError]: ...

    def predict_batch(
        self, items: Iterable[Picture | Strokes], on_error: Literal["raise", "return"] = "raise"
    ) -> list[Prediction] | list[Prediction | DigitsError]:
        """Read a digit from each item, in one call of the network.

        Parameters
        ----------
        items : iterable of what `predict` takes
        on_error : "raise" or "return"
            Whether the first bad item raises, or each bad item's exception stands in its place in the list.

        Raises
        ------
        InvalidPicture
            If an item is no picture that can be read, and `on_error` is "raise".
        DigitsError
            If the items are a single one, or `on_error` is something else.
        """
        if isinstance(items, str | bytes | bytearray | os.PathLike | Image.Image | Strokes):
            raise DigitsError("predict_batch takes several items in a list; predict takes a single one.")
        if on_error not in ("raise", "return"):
            raise DigitsError(f"on_error is 'raise' or 'return', not {on_error!r}.")
        digits = [self._normalized(item, on_error) for item in items]
        read = iter(self._read([digit for digit in digits if not isinstance(digit, DigitsError)]))
        return [digit if isinstance(digit, DigitsError) else next(read) for digit in digits]

    def explain(self, item: Picture | Strokes) -> Explanation:
        """Say where the network looked, for the digit that `predict` reads and for the runner-up.

        It asks the network some 55 times, at most 122.

        Parameters
        ----------
        item : what `predict` takes

        Raises
        ------
        InvalidPicture
            If the item is no picture that can be read.
        """
        return explain(self._network, self._input(item))

    def read(self, source: Picture | Strokes) -> Reading:
        """Read all digits: numbers, on one line or on several.

        Parameters
        ----------
        source : what `predict` takes

        Raises
        ------
        InvalidPicture
            If the source is no picture that can be read.
        """
        if isinstance(source, Strokes):
            lines = lines_of_strokes(source)
        else:
            lines = lines_of_ink(source, partial(are_clear, network=self._network), self._max_pixels)
        return Reading(tuple(read_lines(list(lines), self._network)))

    def _read(self, digits: list[Digit]) -> list[Prediction]:
        if not digits:
            return []
        outputs = self._network(np.stack(digits))
        rows = probabilities(outputs.logits, self._network.temperature)
        return [
            _prediction(digit, row, float(score), self._network.outlier_threshold)
            for digit, row, score in zip(digits, rows, outputs.outlier_scores, strict=True)
        ]

    def _normalized(self, item: Picture | Strokes, on_error: str) -> Digit | DigitsError:
        try:
            return self._input(item)
        except DigitsError as error:
            if on_error == "raise":
                raise
            return error

    def _input(self, item: Picture | Strokes) -> Digit:
        return normalize(item if isinstance(item, Strokes) else find_ink(item, self._max_pixels))


def _prediction(digit: Digit, row: NDArray[np.float32], score: float, threshold: float) -> Prediction:
    verdict = status(digit, score, threshold)
    if verdict == "blank":
        return Prediction(verdict, None, 0.0, np.full(10, 0.1, dtype=np.float32), score, digit)
    reading = int(row.argmax()) if verdict == "digit" else None
    return Prediction(verdict, reading, float(row.max()), row, score, digit)
