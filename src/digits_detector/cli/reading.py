"""The commands that read digits: predict, read and serve."""

from __future__ import annotations

import argparse
import codecs
import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ..errors import DigitsError, InvalidPicture
from .declare import FAILED, command, complain, whole_number

if TYPE_CHECKING:
    from ..image.decode import Picture
    from ..results import Reading
    from ..strokes import Strokes
    from .declare import Commands

Answer: TypeAlias = tuple[dict[str, Any], str]  # in JSON, and in words


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
    _add_files(parser)


def _run_predict(args: argparse.Namespace) -> int:
    from ..recognizer import DigitRecognizer

    recognizer = DigitRecognizer(args.model)

    def answer(file: str) -> Answer:
        prediction = recognizer.predict(_source(file))
        nothing = prediction.digit is None
        words = prediction.status if nothing else f"{prediction.digit}  {prediction.confidence:.1%}"
        return prediction.to_json(), words

    return _answer_all(args, answer)


# ── read ─────────────────────────────────────────────────────────────────────────────────────────


def add_read(commands: Commands) -> None:
    """Declare `digits read`."""
    parser = command(
        commands,
        "read",
        _run_read,
        "read the numbers in each file",
        "digits read meter.jpg",
        "digits read *.png --json > readings.jsonl",
        "digits read receipt.jpg --marks             # -12.50 instead of 1250",
        "digits read form.png --annotate boxes.png   # what was found, and where",
    )
    _add_files(parser)
    parser.add_argument(
        "--marks",
        action="store_true",
        help="also read decimal points and commas, minus signs, slashes and colons",
    )
    parser.add_argument(
        "--annotate", type=Path, metavar="OUT.png", help="save the picture with a box about each digit"
    )


def _run_read(args: argparse.Namespace) -> int:
    from ..recognizer import DigitRecognizer
    from ..strokes import Strokes

    if args.annotate and len(args.files) > 1:
        return complain(f"--annotate takes one file, not {len(args.files)}.")
    recognizer = DigitRecognizer(args.model)

    def answer(file: str) -> Answer:
        source = _source(file)
        if args.annotate and isinstance(source, Strokes):
            raise InvalidPicture("--annotate draws on a picture; this file holds pen strokes.")
        reading = recognizer.read(source, marks=args.marks)
        if args.annotate:
            _annotate(source, reading, args.annotate)
        return reading.to_json(), " ".join(number.text for number in reading.numbers) or "no digits"

    return _answer_all(args, answer)


def _annotate(source: Picture | Strokes, reading: Reading, out: Path) -> None:
    image = reading.annotate(source)  # type: ignore[arg-type]  # strokes are refused there
    try:
        image.save(out)
    except (OSError, ValueError) as error:
        raise InvalidPicture(f"{out} cannot be written: {error}.") from None


# ── files in, answers out ────────────────────────────────────────────────────────────────────────


def _add_files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="a picture, pen strokes (.json), or - for either on stdin"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    parser.add_argument(
        "--model", metavar="M", help="another ONNX file (default: $DIGITS_MODEL, or the bundled model)"
    )


def _answer_all(args: argparse.Namespace, answer: Callable[[str], Answer]) -> int:
    """Print the answer to each file, or what is wrong with it, and return the exit code."""
    print_one = _print_json if args.json else _print_words
    return max(print_one(file, answer) for file in args.files)


def _print_json(file: str, answer: Callable[[str], Answer]) -> int:
    try:
        document, _ = answer(file)
    except DigitsError as error:
        document = {"error": str(error)}
    print(json.dumps({"file": file, **document}), flush=True)
    return FAILED if "error" in document else 0


def _print_words(file: str, answer: Callable[[str], Answer]) -> int:
    try:
        _, words = answer(file)
    except DigitsError as error:
        return complain(str(error) if file in str(error) else f"{file}: {error}")
    print(f"{file}: {words}", flush=True)
    return 0


def _source(file: str) -> Path | bytes | Strokes:
    from ..strokes import Strokes

    if file == "-":
        data = sys.stdin.buffer.read()
        # No picture format begins with a brace; some shells put a byte order mark before it.
        is_json = data.lstrip(codecs.BOM_UTF8 + b" \r\n\t").startswith(b"{")
        return Strokes.load(data) if is_json else data
    return Strokes.load(Path(file)) if file.lower().endswith(".json") else Path(file)


# ── serve ────────────────────────────────────────────────────────────────────────────────────────


def add_serve(commands: Commands) -> None:
    """Declare `digits serve`; an option that is not given is a setting of the environment."""
    parser = command(
        commands,
        "serve",
        _run_serve,
        "serve the page to draw digits on, and the JSON API",
        "digits serve",
        "digits serve --host 0.0.0.0 --port 8000 --workers 2",
        "digits serve --page static                  # reads in the visitor's browser; half the memory",
        "DIGITS_RATE=10/second digits serve --page none",
        extra="serve",
    )
    # Only what is given becomes an attribute; the rest is asked of the environment.
    option = partial(parser.add_argument, default=argparse.SUPPRESS)
    option("--host", help="address to listen on (default: $DIGITS_HOST, or 127.0.0.1)")
    option("--port", type=whole_number(0, 65535), help="(default: $DIGITS_PORT, or 7860)")
    option("--workers", type=whole_number(1, 256), help="processes (default: $DIGITS_WORKERS, or 1)")
    option(
        "--page", choices=["gradio", "static", "none"], help="(default: $DIGITS_PAGE, or gradio if installed)"
    )
    option("--mcp", action="store_true", help="offer the page's endpoint to MCP clients, too")
    parser.more = _settings


def _settings() -> str:
    """Return the settings of the environment, from the one place that knows them."""
    try:
        from ..web.settings import table
    except ModuleNotFoundError:  # without the extra, there is nothing to be set
        return ""
    lines = [f"  {name:<24}{default:<12}{text}" for name, default, text in table()]
    return "\n".join(["", "settings by environment, and their defaults:", *lines, ""])


def _run_serve(args: argparse.Namespace) -> int:
    from ..web.server import serve

    given = ("host", "port", "workers", "page", "mcp")
    serve(**{name: getattr(args, name) for name in given if hasattr(args, name)})
    return 0


COMMANDS = (add_predict, add_read, add_serve)
