"""What all benchmarks have in common when they are run: the model to measure, and where the result goes."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from digits_detector.errors import DigitsError
from digits_detector.models import chosen
from digits_detector.networks.classifier import Classifier
from digits_detector.training.evaluate import write_sections
from digits_detector.training.repository import METRICS

Result = dict[str, Any]


def main(
    name: str, run: Callable[..., Result], table: Callable[[Result], str], takes: Collection[str] = ()
) -> None:
    """Run one benchmark from the command line, print its table, and keep the result where that is asked for.

    Parameters
    ----------
    name : str
        Of the section in metrics.json.
    run, table : callable
        What measures, and what prints it.
    takes : collection of str
        What `run` takes, of "data", a folder or file, "part" of MNIST, and "set", words in the names of sets.
    """
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}", description=run.__doc__)
    if "data" in takes:
        parser.add_argument("data", type=Path, nargs="?", help="folder or file (default: $DIGITS_DATA)")
    if "part" in takes:
        parser.add_argument("--part", choices=["test", "valid"], default="valid", help="of MNIST")
    if "set" in takes:
        parser.add_argument(
            "--set", action="append", default=[], metavar="WORDS", help="only sets whose name holds them"
        )
    parser.add_argument(
        "--model",
        type=Path,
        metavar="FILE.onnx",
        help="the classifier (default: the one that $DIGITS_MODEL names, or the one in the package)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--save", action="store_true", help="write the result into metrics.json")
    args = parser.parse_args()
    if args.model:
        os.environ["DIGITS_MODEL"] = str(args.model)  # whatever reads in this process reads with it
    try:
        result = run(*(getattr(args, option) for option in takes))
    except DigitsError as error:
        raise SystemExit(str(error)) from None
    print(json.dumps(result) if args.json else table(result))
    if args.save:
        write_sections(METRICS, {name: result}, Classifier(chosen()).checksum)
