"""Reads handwritten digits, drawn or pictured, and says how sure it is."""

from .errors import DataError, DigitsError, InvalidPicture, InvalidStrokes, ModelError, UnexpectedError
from .explain import Explanation
from .recognizer import DigitRecognizer
from .results import DetectedDigit, Line, Number, Prediction, Predictions, Reading, Readings
from .strokes import Strokes

__version__ = "0.1.0"

__all__ = [
    "DataError",
    "DetectedDigit",
    "DigitRecognizer",
    "DigitsError",
    "Explanation",
    "InvalidPicture",
    "InvalidStrokes",
    "Line",
    "ModelError",
    "Number",
    "Prediction",
    "Predictions",
    "Reading",
    "Readings",
    "Strokes",
    "UnexpectedError",
    "__version__",
]
