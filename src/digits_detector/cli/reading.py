"""The commands that read digits: predict and serve."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import DigitsError, InvalidStrokes
from .declare import FAILED, command, complain, whole_number

if TYPE_CHECKING:
    from ..recognizer import DigitRecognizer, Prediction
    from ..strokes import Strokes
    from .declare import Commands


# ── predict ──────────────────────────────────────────────────────────────────────────────────────


def add_predict(commands: Commands) -> None:
    """Declare `digits predict`."""
    parser = command(
        commands,
        "predict",
        _run_predict,
        "read the digit in each file",
        "digits predict seven.png",
        "digits predict *.png --json > readings.jsonl",
        'digits predict strokes.json          # {"strokes": [[[x, y], ...], ...]}',
        "cat seven.png | digits predict -",
    )
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="a picture, pen strokes (.json), or - for either on stdin"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    parser.add_argument(
        "--model", metavar="M", help="another ONNX file (default: $DIGITS_MODEL, or the bundled model)"
    )


def _run_predict(args: argparse.Namespace) -> int:
    from ..recognizer import DigitRecognizer

    recognizer = DigitRecognizer(args.model)
    answer = _answer_in_json if args.json else _answer_in_words
    return max(answer(recognizer, file) for file in args.files)


def _answer_in_json(recognizer: DigitRecognizer, file: str) -> int:
    try:
        answer = _predict(recognizer, file).to_json()
    except DigitsError as error:
        answer = {"error": str(error)}
    print(json.dumps({"file": file, **answer}), flush=True)
    return FAILED if "error" in answer else 0


def _answer_in_words(recognizer: DigitRecognizer, file: str) -> int:
    try:
        prediction = _predict(recognizer, file)
    except DigitsError as error:
        return complain(str(error) if file in str(error) else f"{file}: {error}")
    reading = (
        prediction.status if prediction.digit is None else f"{prediction.digit}  {prediction.confidence:.1%}"
    )
    print(f"{file}: {reading}", flush=True)
    return 0


def _predict(recognizer: DigitRecognizer, file: str) -> Prediction:
    if file == "-":
        data = sys.stdin.buffer.read()
        # No picture format begins with a brace.
        return recognizer.predict(_strokes(data) if data.lstrip().startswith(b"{") else data)
    if file.lower().endswith(".json"):
        return recognizer.predict(_strokes(Path(file)))
    return recognizer.predict(Path(file))


def _strokes(source: Path | bytes) -> Strokes:
    from ..strokes import Strokes

    try:
        data = source if isinstance(source, bytes) else source.read_bytes()
        document = json.loads(data)
    except OSError as error:
        raise InvalidStrokes(f"the file cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError):
        raise InvalidStrokes("the strokes are no valid JSON.") from None
    return Strokes.from_json(document)


# ── serve ────────────────────────────────────────────────────────────────────────────────────────


def add_serve(commands: Commands) -> None:
    """Declare `digits serve`."""
    parser = command(
        commands,
        "serve",
        _run_serve,
        "serve the page to draw digits on",
        "digits serve",
        "digits serve --host 0.0.0.0 --port 8000 --workers 2",
        extra="app",
    )
    parser.add_argument("--host", help="address to listen on (default: $DIGITS_HOST, or 127.0.0.1)")
    parser.add_argument("--port", type=whole_number(0, 65535), help="(default: $DIGITS_PORT, or 7860)")
    parser.add_argument(
        "--workers", type=whole_number(1, 256), default=1, help="processes (default: %(default)s)"
    )


def _run_serve(args: argparse.Namespace) -> int:
    from ..web.app import serve

    serve(host=args.host, port=args.port, workers=args.workers)
    return 0


COMMANDS = (add_predict, add_serve)
