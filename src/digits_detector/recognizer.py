"""The main door: a picture or pen strokes in, a prediction out."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal, cast, overload

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .blots import lines_of_ink
from .errors import DigitsError
from .explain import Explanation, explain
from .fit import SIZE
from .ink import find_ink, ink_on
from .judge import Status, probabilities, statuses
from .lines import lines_of_strokes
from .models import chosen
from .network import Network
from .normalize import Digit, normalize, normalize_all
from .paper import SMALL
from .planes import MAX_PIXELS, Picture, Plane, planes, stacked_planes
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


@dataclass(frozen=True, eq=False)
class Predictions:
    """What was read of n items, in columns; `predictions[i]` is one of them.

    Attributes
    ----------
    status : ndarray of shape (n,), str
    digit : ndarray of shape (n,), int8
        -1 where there is none.
    confidence : ndarray of shape (n,), float32
    probabilities : ndarray of shape (n, 10), float32
    outlier_score : ndarray of shape (n,), float32
    input : ndarray of shape (n, 28, 28), uint8
    """

    status: NDArray[np.str_]
    digit: NDArray[np.int8]
    confidence: NDArray[np.float32]
    probabilities: NDArray[np.float32]
    outlier_score: NDArray[np.float32]
    input: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.status)

    def __getitem__(self, place: int) -> Prediction:
        digit = int(self.digit[place])
        return Prediction(
            cast(Status, str(self.status[place])),
            None if digit < 0 else digit,
            float(self.confidence[place]),
            self.probabilities[place],
            float(self.outlier_score[place]),
            self.input[place],
        )


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
        predictions, errors = self.predict_columns(items)
        if errors and on_error == "raise":
            raise errors[min(errors)]
        read = iter(predictions[place] for place in range(len(predictions)))
        return [errors.get(place) or next(read) for place in range(len(predictions) + len(errors))]

    def predict_columns(
        self, items: Iterable[Picture | Strokes]
    ) -> tuple[Predictions, dict[int, DigitsError]]:
        """Read a digit from each item; return predictions in columns, and what is wrong with bad items, by their place.

        A place with an error has none in the columns. It is fastest with an ndarray (n, h, w) of uint8, both sides at
        most 32: these become 28×28 together.

        Parameters
        ----------
        items : iterable of what `predict` takes
        """
        digits, errors = self._inputs(items)
        return self._read(digits), errors

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

    def _read(self, digits: NDArray[np.uint8]) -> Predictions:
        outputs = self._network(digits)
        status = statuses(digits, outputs.outlier_scores, self._network.outlier_threshold)
        rows = probabilities(outputs.logits, self._network.temperature)
        blank = status == "blank"
        rows[blank] = 0.1
        digit = np.where(status == "digit", rows.argmax(axis=1), -1).astype(np.int8)
        confidence = np.where(blank, np.float32(0), rows.max(axis=1))
        return Predictions(status, digit, confidence, rows, outputs.outlier_scores, digits)

    def _inputs(self, items: Iterable[Picture | Strokes]) -> tuple[NDArray[np.uint8], dict[int, DigitsError]]:
        """Return the items as 28×28, (n, 28, 28), without those that have an error."""
        if isinstance(items, np.ndarray) and items.ndim == 3 and items.dtype == np.uint8 and items.size:
            return normalize_all(stacked_planes(items, self._max_pixels)), {}
        digits: dict[int, Digit] = {}
        errors: dict[int, DigitsError] = {}
        small: dict[tuple[int, ...], dict[int, Plane]] = {}
        for place, item in enumerate(items):
            try:
                if isinstance(item, Strokes):
                    digits[place] = normalize(item)
                    continue
                colours = planes(item, self._max_pixels)
            except DigitsError as error:
                errors[place] = error
                continue
            if len(colours) == 1 and colours[0].dtype == np.uint8 and max(colours[0].shape) <= SMALL:
                small.setdefault(colours[0].shape, {})[place] = colours[0]
            else:
                digits[place] = normalize(ink_on(colours))
        for alike in small.values():
            digits.update(zip(alike, normalize_all(np.stack(list(alike.values()))), strict=True))
        ordered = [digits[place] for place in sorted(digits)]
        return np.stack(ordered) if ordered else np.empty((0, SIZE, SIZE), dtype=np.uint8), errors

    def _input(self, item: Picture | Strokes) -> Digit:
        return normalize(item if isinstance(item, Strokes) else find_ink(item, self._max_pixels))
