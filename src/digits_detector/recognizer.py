"""The recogniser: a picture or pen strokes in, a prediction or a reading out."""

from __future__ import annotations

import logging
import operator
import os
import threading
from collections.abc import Iterable
from functools import partial
from numbers import Real
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .errors import DigitsError, UnexpectedError
from .explain import Explanation, explain
from .fit import SIZE, fitted
from .image.background import SMALL
from .image.decode import MAX_PIXELS, Channel, Picture, channels, stacked_channels
from .image.small import plain_ink
from .locate import Verdict, located
from .models import DETECTOR, chosen
from .networks.classifier import Classifier
from .networks.detector import Detector
from .networks.rejection import EVEN_ODDS, combined, probabilities, statuses
from .normalize import Digit, normalize
from .read import Networks, read_picture, read_strokes
from .results import Prediction, Predictions, Reading, Readings
from .strokes import Strokes

OnError: TypeAlias = Literal["raise", "return"]

_NONE = np.empty((0, SIZE, SIZE), dtype=np.uint8)
_LOG = logging.getLogger(__name__)


class _Inputs(NamedTuple):
    """What the classifier sees of n items, (n, 28, 28), and by place what the detector said of some."""

    digits: NDArray[np.uint8]
    verdicts: dict[int, Verdict]


def _whole(name: str, number: Any) -> int:
    """Return a number as an int; raises `DigitsError` unless it is a whole number from 1 on."""
    try:
        whole = operator.index(number)
    except TypeError:
        whole = 0
    if whole < 1 or isinstance(number, bool | np.bool_):
        raise DigitsError(f"{name}: invalid value {number!r}: expected a whole number from 1 on.")
    return whole


def _number(threshold: Any) -> float:
    """Return the threshold as a float; raises `DigitsError` unless it is a finite number."""
    if isinstance(threshold, bool) or not isinstance(threshold, Real) or not np.isfinite(float(threshold)):
        raise DigitsError(f"threshold: invalid value {threshold!r}: expected a finite number.")
    return float(threshold)


def _check_batch(method: str, items: Any, on_error: Any) -> None:
    """Raise `DigitsError` where a single item is given for several, or `on_error` is something else."""
    batch = f"{method}_batch"
    if isinstance(items, str | bytes | bytearray | os.PathLike | Image.Image | Strokes):
        raise DigitsError(f"{batch} takes several items in a list; {method} takes a single one.")
    if (
        isinstance(items, np.ndarray)
        and items.ndim == 3
        and items.shape[2] in (3, 4)
        and min(items.shape[:2]) > 4
    ):
        raise DigitsError(
            f"an array of shape {items.shape} is one picture in colour; {batch} takes several in a list, or "
            "grey ones in an array (n, height, width)."
        )
    if on_error not in ("raise", "return"):
        raise DigitsError(f"on_error: invalid value {on_error!r}: expected 'raise' or 'return'.")


def _unexpected(error: Exception) -> UnexpectedError:
    """Log an unforeseen error with its traceback, and return it as this package's own."""
    _LOG.error("reading an item failed unexpectedly", exc_info=error)
    return UnexpectedError(f"reading this item failed unexpectedly: {type(error).__name__}: {error}.")


class DigitRecognizer:
    """Reads single handwritten digits; safe to use from several threads.

    Parameters
    ----------
    model : path, optional
        The classifier's ONNX file; by default the one that `$DIGITS_MODEL` names, or else the one in the package.
    detector : path, optional
        The detector's ONNX file; by default the one in the package. It is loaded when it is first needed: by `read`,
        and by `predict` for a picture that is not plain.
    threads : int
        That one call of the network uses.
    max_pixels : int
        Pictures of more are refused before they are unpacked.
    threshold : float, optional
        An item with a higher outlier score is not a digit to `predict`; by default the model's own.

    Attributes
    ----------
    model : Path
        The ONNX file.
    checksum : str
        Its SHA-256.
    threshold : float
        An item with a higher outlier score is not a digit to `predict`; nor is a picture in which the detector finds
        none of which it is sure, if its score is above 0: more likely an outlier than a digit.
    temperature : float
        What the model's logits are divided by.

    Raises
    ------
    ModelError
        If the model file is missing, broken, not the one that its checksum file names, or not a network for digits.
    DigitsError
        If `threads` or `max_pixels` is not a whole number from 1 on, or `threshold` not a finite number.

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
        detector: str | os.PathLike[str] | None = None,
        threads: int = 1,
        max_pixels: int = MAX_PIXELS,
        threshold: float | None = None,
    ) -> None:
        self._threads = _whole("threads", threads)
        self._max_pixels = _whole("max_pixels", max_pixels)
        self.model = Path(model) if model else chosen()
        self._classifier = Classifier(self.model, threads=self._threads)
        self.checksum = self._classifier.checksum
        self.temperature = self._classifier.temperature
        self.threshold = self._classifier.outlier_threshold if threshold is None else _number(threshold)
        self._detector_path = Path(detector) if detector else DETECTOR
        self._detector: Detector | None = None
        self._loading = threading.Lock()

    def __repr__(self) -> str:
        return f"DigitRecognizer({str(self.model)!r}, threads={self._threads}, threshold={self.threshold:g})"

    def __reduce__(self) -> tuple[Any, ...]:
        # Sessions can't be pickled: a copy, as in another process, loads the files again.
        options: dict[str, Any] = {
            "detector": self._detector_path,
            "threads": self._threads,
            "max_pixels": self._max_pixels,
            "threshold": self.threshold,
        }
        return partial(type(self), self.model, **options), ()

    def predict(self, item: Picture | Strokes) -> Prediction:
        """Read one digit.

        Parameters
        ----------
        item : path, bytes, binary file object, PIL image, array, or Strokes
            Of an image file any format that Pillow reads. An array is (h, w), (h, w, 1), (h, w, 3) RGB or (h, w, 4)
            RGBA: bool; integers, whose full range is that of their dtype; or floats in [0, 1]. At most `max_pixels`
            pixels; digits may be dark on light or light on dark.

        Raises
        ------
        InvalidPicture
            If the picture cannot be read.
        """
        return self.predict_batch([item])[0]

    def predict_batch(self, items: Iterable[Picture | Strokes], on_error: OnError = "raise") -> Predictions:
        """Read a digit from each item, in one call of the network.

        It is fastest with an ndarray (n, h, w) of uint8, both sides at most 32: these become 28×28 together.

        Parameters
        ----------
        items : iterable of what `predict` takes
        on_error : "raise" or "return"
            Whether the first bad item raises, or a bad item has the status "error" and its exception is in `errors`.

        Raises
        ------
        InvalidPicture, InvalidStrokes
            If an item cannot be read, and `on_error` is "raise".
        DigitsError
            If the items are a single one, or `on_error` is something else.
        """
        _check_batch("predict", items, on_error)
        inputs, errors = self._inputs(items)
        if errors and on_error == "raise":
            raise errors[min(errors)]
        return self._read(inputs).with_errors(errors)

    def read_batch(
        self, sources: Iterable[Picture | Strokes], on_error: OnError = "raise", *, marks: bool = False
    ) -> Readings:
        """Read all digits of each picture, one picture after the other.

        Parameters
        ----------
        sources : iterable of what `predict` takes
        on_error : "raise" or "return"
            Whether the first bad picture raises, or a bad picture has an empty reading and its exception is in
            `errors`.
        marks : bool
            As of `read`.

        Raises
        ------
        InvalidPicture, InvalidStrokes
            If a picture cannot be read, and `on_error` is "raise".
        DigitsError
            If the sources are a single one, or `on_error` is something else.
        """
        _check_batch("read", sources, on_error)
        readings: list[Reading] = []
        errors: dict[int, DigitsError] = {}
        for place, source in enumerate(sources):
            try:
                readings.append(self.read(source, marks=marks))
            except DigitsError as error:
                errors[place] = error
            except Exception as error:  # one picture never costs another
                errors[place] = _unexpected(error)
            if place in errors:
                if on_error == "raise":
                    raise errors[place]
                readings.append(Reading(()))
        return Readings(tuple(readings), errors)

    def explain(self, item: Picture | Strokes) -> Explanation:
        """Say where the network looked, for the digit that `predict` reads and for the runner-up.

        It asks the network some 55 times, at most 122.

        Parameters
        ----------
        item : what `predict` takes

        Raises
        ------
        InvalidPicture
            If the item is not a picture that can be read.
        """
        return explain(self._classifier, self._input(item))

    def read(self, source: Picture | Strokes, *, marks: bool = False) -> Reading:
        """Read all digits: numbers, on one line or on several.

        Digits from 12 pixels high to the full height of the picture are found, also mixed in one picture, upright or
        tilted by up to 15 degrees.

        Parameters
        ----------
        source : what `predict` takes
        marks : bool
            Whether the texts hold decimal points and commas, minus signs, slashes and colons: "-12.50".

        Raises
        ------
        InvalidPicture
            If the source is not a picture that can be read.
        """
        networks = Networks(self.detector(), self._classifier)
        if isinstance(source, Strokes):
            return read_strokes(source, networks, marks=marks)
        return read_picture(channels(source, self._max_pixels), networks, marks=marks)

    def detector(self) -> Detector:
        """Return the detector, loaded when it is first asked for.

        Raises
        ------
        ModelError
            If its file is missing, broken, or holds another kind of network.
        """
        with self._loading:
            if self._detector is None:
                self._detector = Detector(self._detector_path, threads=self._threads)
            return self._detector

    def _read(self, inputs: _Inputs) -> Predictions:
        outputs = self._classifier(inputs.digits)
        rows = probabilities(outputs.logits, self._classifier.temperature)
        thresholds = np.full(len(rows), self.threshold)
        for place, verdict in inputs.verdicts.items():
            if not verdict.sure:
                thresholds[place] = min(self.threshold, EVEN_ODDS)
            if verdict.probabilities is not None:
                rows[place] = combined(rows[place], verdict.probabilities)
        status = statuses(inputs.digits, outputs.outlier_scores, thresholds)
        status[[place for place, verdict in inputs.verdicts.items() if verdict.sure]] = "digit"
        blank = status == "blank"
        rows[blank] = 0.1
        digit = np.where(status == "digit", rows.argmax(axis=1), -1).astype(np.int8)
        confidence = np.where(blank, np.float32(0), rows.max(axis=1))
        return Predictions(status, digit, confidence, rows, outputs.outlier_scores, inputs.digits)

    def _inputs(self, items: Iterable[Picture | Strokes]) -> tuple[_Inputs, dict[int, DigitsError]]:
        """Return what the classifier sees of the items, without those that have an error."""
        if isinstance(items, np.ndarray) and items.ndim == 3 and items.dtype == np.uint8 and items.size:
            return self._small(stacked_channels(items, self._max_pixels)), {}
        digits: dict[int, Digit] = {}
        verdicts: dict[int, Verdict] = {}
        errors: dict[int, DigitsError] = {}
        small: dict[tuple[int, ...], dict[int, Channel]] = {}
        for place, item in enumerate(items):
            try:
                if isinstance(item, Strokes):
                    digits[place] = normalize(item)
                    continue
                colours = channels(item, self._max_pixels)
                if len(colours) == 1 and colours[0].dtype == np.uint8 and max(colours[0].shape) <= SMALL:
                    small.setdefault(colours[0].shape, {})[place] = colours[0]
                    continue
                digits[place], verdict = self._digit(colours)
            except DigitsError as error:
                errors[place] = error
            except Exception as error:  # one item never costs another
                errors[place] = _unexpected(error)
            else:
                if verdict:
                    verdicts[place] = verdict
        for alike in small.values():
            places = list(alike)
            of_these = self._small(np.stack(list(alike.values())))
            digits.update(zip(places, of_these.digits, strict=True))
            verdicts.update((places[place], verdict) for place, verdict in of_these.verdicts.items())
        order = sorted(digits)
        stacked = np.stack([digits[place] for place in order]) if order else _NONE
        ranks = {place: rank for rank, place in enumerate(order)}
        return _Inputs(stacked, {ranks[place]: verdict for place, verdict in verdicts.items()}), errors

    def _small(self, pictures: NDArray[np.uint8]) -> _Inputs:
        """Return what the classifier sees of grey pictures (n, h, w); fast where they are small and plain."""
        digits = np.empty((len(pictures), SIZE, SIZE), dtype=np.uint8)
        others = np.ones(len(pictures), dtype=bool)
        if len(pictures) > 1:  # of a single one, it is faster to find the ink than to ask whether it is plain
            for places, ink in plain_ink(pictures):
                digits[places] = fitted(ink)
                others[places] = False
        verdicts = {}
        for place in np.flatnonzero(others).tolist():
            digits[place], verdict = self._digit([pictures[place]])
            if verdict:
                verdicts[place] = verdict
        return _Inputs(digits, verdicts)

    def _digit(self, colours: list[Channel]) -> tuple[Digit, Verdict | None]:
        ink, verdict, whole = located(colours, self.detector)
        if whole is None:
            return normalize(ink), verdict
        digits = np.stack([normalize(ink), normalize(whole)])
        one, other = self._classifier(digits).outlier_scores
        return (digits[1], None) if other < one else (digits[0], verdict)  # what is more like a digit

    def _input(self, item: Picture | Strokes) -> Digit:
        return (
            normalize(item) if isinstance(item, Strokes) else self._digit(channels(item, self._max_pixels))[0]
        )
