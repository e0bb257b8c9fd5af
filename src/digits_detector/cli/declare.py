"""How a command is declared: its summary, its examples, the extra it needs, and what its arguments may be."""

from __future__ import annotations

import argparse
import sys
import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction["Parser"]

FAILED = 1  # the exit code when some input failed


class Parser(argparse.ArgumentParser):
    """A parser whose help may end with what is worked out only when it is asked for."""

    more: Callable[[], str] | None = None

    def format_help(self) -> str:
        """Return the help text."""
        return super().format_help() + (self.more() if self.more else "")


def complain(sentence: str) -> int:
    """Say what is wrong and return the exit code."""
    print(f"digits: {sentence}", file=sys.stderr)
    return FAILED


def command(
    commands: Commands,
    name: str,
    run: Callable[[argparse.Namespace], int],
    summary: str,
    *lines: str,
    extra: str | None = None,
) -> Parser:
    """Declare a command; `extra` names the extra of the distribution that holds what it needs."""
    parser = commands.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.",
        epilog=examples(*lines),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run, extra=extra)
    return parser


def examples(*lines: str) -> str:
    """Return the end of a help text."""
    return "examples:\n" + textwrap.indent("\n".join(lines), "  ")


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """Return a parser of whole numbers from low to high."""

    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {low} to {high}")
        return int(text)

    return parse
