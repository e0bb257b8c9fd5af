"""The command line `digits`: thin, each command imports its own room when it is called.

A command is two functions: `add_NAME` declares it and `_run_NAME` does it and returns the exit code.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence

from .. import __version__
from ..errors import DigitsError
from . import detector, many, measuring, reading, training
from .declare import Parser, complain, examples

INTERRUPTED, BROKEN_PIPE = 130, 141  # as a shell reports SIGINT and SIGPIPE


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, 1 when something failed, 2 on wrong usage."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a file's name need not be text
    args = parser().parse_args(argv)
    try:
        status: int = args.run(args)
        sys.stdout.flush()
    except DigitsError as error:
        return complain(str(error))
    except ModuleNotFoundError as error:
        if args.extra is None or (error.name or "").startswith("digits_detector"):
            raise
        return complain(
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


def parser() -> Parser:
    """Declare the command line."""
    digits = Parser(
        prog="digits",
        description="Reads handwritten digits, drawn or pictured, and says how sure it is.",
        epilog=examples("digits predict seven.png", "digits serve"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    digits.add_argument("--version", action="version", version=f"digits {__version__}")
    commands = digits.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for add in (
        *reading.COMMANDS,
        *many.COMMANDS,
        *training.COMMANDS,
        *detector.COMMANDS,
        *measuring.COMMANDS,
    ):
        add(commands)
    return digits
