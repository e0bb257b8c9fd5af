"""The command that measures the model: evaluate."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from .declare import command

if TYPE_CHECKING:
    from .declare import Commands


def add_evaluate(commands: Commands) -> None:
    """Declare `digits evaluate`."""
    parser = command(
        commands,
        "evaluate",
        _run_evaluate,
        "measure the model that is served, and write metrics.json",
        "digits evaluate                      # MNIST's 10,000 test images",
        "digits evaluate --part valid         # the 5,000 that choices look at",
        extra="train",
    )
    parser.add_argument("--part", choices=["test", "valid"], default="test", help="(default: %(default)s)")
    parser.add_argument("--figures", type=Path, metavar="FOLDER", help="draw the pictures there, too")
    parser.add_argument("--json", action="store_true", help="print all of metrics.json")
    parser.add_argument(
        "--model",
        type=Path,
        metavar="FILE.onnx",
        help="the classifier to measure (default: the one that $DIGITS_MODEL names, or the one in the package)",
    )


def _run_evaluate(args: argparse.Namespace) -> int:
    from ..models import chosen
    from ..training.evaluate import SECTIONS, evaluate

    document = evaluate(args.model or chosen(), part=args.part, figures=args.figures)
    section = document[SECTIONS[args.part]]
    if args.json:
        print(json.dumps(document))
    else:
        print(f"n {section['n']:,}, accuracy {section['accuracy']:.2%}, ECE {section['ece']:.2%}")
    return 0


COMMANDS = (add_evaluate,)
