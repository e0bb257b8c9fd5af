"""What the page asks, and the answers: JSON in, JSON out. Nothing is kept, no file is written.

A question is a drawing, `{"strokes": [[[x, y], …], …]}`, or a picture, `{"picture": "data:image/…;base64,…"}`.
Errors travel as data, `{"error": sentence}`: for the browser, a raised one looks like a server that is gone.
"""

import base64
import binascii
import time
from collections.abc import Callable
from typing import Any

from ..errors import DigitsError, InvalidPicture
from ..recognizer import DigitRecognizer
from ..strokes import Strokes

LONGEST = 8_000_000  # characters of a picture: what the page sends, 1.25 million pixels at most, takes fewer


def read(recognizer: DigitRecognizer, question: Any) -> dict[str, Any]:
    """Read the one digit asked about: the prediction's JSON, the 28×28 bytes that the network saw, and the time."""

    def answer(asked: Strokes | bytes) -> dict[str, Any]:
        prediction = recognizer.predict(asked)
        return {**prediction.to_json(), "seen": _base64(prediction.input.tobytes())}

    return _timed(answer, question)


def read_all(recognizer: DigitRecognizer, question: Any) -> dict[str, Any]:
    """Read all digits of what is asked about, with `"marks": true` points and minus signs too: the reading's JSON."""
    marks = isinstance(question, dict) and question.get("marks") is True
    return _timed(lambda asked: recognizer.read(asked, marks=marks).to_json(), question)


def explain(recognizer: DigitRecognizer, question: Any) -> dict[str, Any]:
    """Say where the network looked: the explanation's JSON, and the 28×28 bytes that the network saw."""

    def answer(asked: Strokes | bytes) -> dict[str, Any]:
        explanation = recognizer.explain(asked)
        return {**explanation.to_json(), "seen": _base64(explanation.input.tobytes())}

    return _timed(answer, question)


def _timed(answer: Callable[[Strokes | bytes], dict[str, Any]], question: Any) -> dict[str, Any]:
    started = time.perf_counter()
    try:
        result = answer(item(question))
    except DigitsError as error:
        return {"error": str(error)}
    return {**result, "milliseconds": (time.perf_counter() - started) * 1000}


def item(question: Any) -> Strokes | bytes:
    """Return the strokes or the picture's bytes that a question holds; raises `DigitsError` on any other form."""
    if isinstance(question, dict) and "picture" in question:
        return _picture(question["picture"])
    return Strokes.from_json(question)


def _picture(url: Any) -> bytes:
    if not isinstance(url, str) or not url.startswith("data:image/"):
        raise InvalidPicture('pictures in JSON look like {"picture": "data:image/…;base64,…"}.')
    if len(url) > LONGEST:
        raise InvalidPicture(f"this picture takes {len(url):,} characters; the limit is {LONGEST:,}.")
    try:
        return base64.b64decode(url.partition(";base64,")[2], validate=True)
    except binascii.Error:
        raise InvalidPicture("this picture is cut off or damaged.") from None


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
