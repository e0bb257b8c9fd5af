"""The commands that make the detector: train-detector and export-detector."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .declare import command, whole_number

if TYPE_CHECKING:
    from .declare import Commands


def add_train_detector(commands: Commands) -> None:
    """Declare `digits train-detector`."""
    parser = command(
        commands,
        "train-detector",
        _run_train,
        "train the detector on synthetic pages",
        "digits train-detector --name mine                       # some hours on two cores",
        "digits train-detector --name mine --resume",
        "digits train-detector --name next --start mine --kept 0.5 --epochs 60 --learning-rate 0.0008",
        extra="train",
    )
    parser.add_argument("--name", required=True, help="of the run, a folder in $DIGITS_RUNS")
    parser.add_argument("--resume", action="store_true", help="go on after the run's last finished epoch")
    parser.add_argument("--start", metavar="RUN", help="begin with the weights of this finished run")
    parser.add_argument("--kept", type=float, help="share of those weights in the result (default: 0)")
    parser.add_argument("--epochs", type=whole_number(1, 10_000), help="(default: the recipe's)")
    parser.add_argument("--learning-rate", type=float, help="at its peak (default: the recipe's)")
    parser.add_argument("--precision", choices=["float32", "bfloat16"], help="(default: the recipe's)")
    parser.add_argument("--workers", type=whole_number(1, 64), help="processes that make pages")
    parser.add_argument("--seed", type=whole_number(0, 2**31), help="(default: the recipe's)")


def _run_train(args: argparse.Namespace) -> int:
    from ..training.detector.train import Recipe, train

    names = ("start", "kept", "epochs", "learning_rate", "precision", "workers", "seed")
    given = {name: getattr(args, name) for name in names if getattr(args, name) is not None}
    print(train(replace(Recipe(), **given), args.name, resume=args.resume))
    return 0


def add_export_detector(commands: Commands) -> None:
    """Declare `digits export-detector`."""
    parser = command(
        commands,
        "export-detector",
        _run_export,
        "choose a trained detector's thresholds on validation pages and write its ONNX file",
        "digits export-detector mine folder    # and DigitRecognizer(detector=...) reads with it",
        "digits export-detector mine --ship    # make it the detector of this checkout",
        extra="train",
    )
    parser.add_argument("name", metavar="RUN", help="a finished run in $DIGITS_RUNS")
    parser.add_argument("folder", metavar="FOLDER", nargs="?", type=Path, help="where to write detector.onnx")
    parser.add_argument("--ship", action="store_true", help="write into this checkout")
    parser.set_defaults(refuse=parser.error)


def _run_export(args: argparse.Namespace) -> int:
    if args.ship == bool(args.folder):
        args.refuse("expected FOLDER or --ship")
    from ..training import runs
    from ..training.detector.export import export, ship

    run = runs.folder() / args.name
    print(f"{ship(run) if args.ship else export(run, args.folder)}: written")
    return 0


COMMANDS = (add_train_detector, add_export_detector)
