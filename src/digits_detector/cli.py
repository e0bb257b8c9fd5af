"""The command line `digits`: thin, each command imports its own room when it is called.

A command is two functions: `_add_NAME` declares it and `_run_NAME` does it and returns the exit code.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from . import __version__
from .errors import DigitsError, InvalidStrokes

if TYPE_CHECKING:
    from .recognizer import DigitRecognizer, Prediction
    from .strokes import Strokes

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

FAILED, INTERRUPTED, BROKEN_PIPE = 1, 130, 141  # the last two as a shell reports SIGINT and SIGPIPE


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, 1 when something failed, 2 on wrong usage."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a file's name need not be text
    args = _parser().parse_args(argv)
    try:
        status: int = args.run(args)
        sys.stdout.flush()
    except DigitsError as error:
        return _complain(str(error))
    except ModuleNotFoundError as error:
        if args.extra is None or (error.name or "").startswith("digits_detector"):
            raise
        return _complain(
            f"`digits {args.command}` needs {error.name}, which is not installed: "
            f'pip install "cnn-digits-detector[{args.extra}]"'
        )
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Nobody reads any more; without this Python would try to flush once more as it leaves, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    return status


def _complain(sentence: str) -> int:
    print(f"digits: {sentence}", file=sys.stderr)
    return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="digits",
        description="Reads handwritten digits, drawn or pictured, and says how sure it is.",
        epilog=_examples("digits predict seven.png", "digits serve"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"digits {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_predict(commands)
    _add_serve(commands)
    return parser


def _command(
    commands: Commands,
    name: str,
    run: Callable[[argparse.Namespace], int],
    summary: str,
    *examples: str,
    extra: str | None = None,
) -> argparse.ArgumentParser:
    """Declare a command; `extra` names the extra of the distribution that holds what it needs."""
    parser = commands.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.",
        epilog=_examples(*examples),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run, extra=extra)
    return parser


def _examples(*lines: str) -> str:
    return "examples:\n" + textwrap.indent("\n".join(lines), "  ")


def _whole_number(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {low} to {high}")
        return int(text)

    return parse


# ── predict ──────────────────────────────────────────────────────────────────────────────────────


def _add_predict(commands: Commands) -> None:
    parser = _command(
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
    from .recognizer import DigitRecognizer

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
        return _complain(str(error) if file in str(error) else f"{file}: {error}")
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
    from .strokes import Strokes

    try:
        data = source if isinstance(source, bytes) else source.read_bytes()
        document = json.loads(data)
    except OSError as error:
        raise InvalidStrokes(f"the file cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError):
        raise InvalidStrokes("the strokes are no valid JSON.") from None
    return Strokes.from_json(document)


# ── serve ────────────────────────────────────────────────────────────────────────────────────────


def _add_serve(commands: Commands) -> None:
    parser = _command(
        commands,
        "serve",
        _run_serve,
        "serve the page to draw digits on",
        "digits serve",
        "digits serve --host 0.0.0.0 --port 8000 --workers 2",
        extra="app",
    )
    parser.add_argument("--host", help="address to listen on (default: $DIGITS_HOST, or 127.0.0.1)")
    parser.add_argument("--port", type=_whole_number(0, 65535), help="(default: $DIGITS_PORT, or 7860)")
    parser.add_argument(
        "--workers", type=_whole_number(1, 256), default=1, help="processes (default: %(default)s)"
    )


def _run_serve(args: argparse.Namespace) -> int:
    from .web.app import serve

    serve(host=args.host, port=args.port, workers=args.workers)
    return 0
