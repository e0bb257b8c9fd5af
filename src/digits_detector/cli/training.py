"""The commands that make and measure the model: train, calibrate, export, evaluate and benchmark."""

from __future__ import annotations

import argparse
import importlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from .declare import command, whole_number

if TYPE_CHECKING:
    from .declare import Commands

# ── train ────────────────────────────────────────────────────────────────────────────────────────


def add_train(commands: Commands) -> None:
    """Declare `digits train`."""
    parser = command(
        commands,
        "train",
        _run_train,
        "train the network on MNIST, pen strokes and outliers",
        "digits train --name mine",
        "digits train --name mine --resume",
        "digits train --name mine --start other --learning-rate 0.001",
        "digits train --name mnist --drawings 0 --outliers 0     # on MNIST alone",
        "digits train --name quick --epochs 1 --images 2000",
        extra="train",
    )
    parser.add_argument("--name", required=True, help="of the run, a folder in $DIGITS_RUNS")
    parser.add_argument("--resume", action="store_true", help="go on after the run's last finished epoch")
    parser.add_argument("--epochs", type=whole_number(1, 10_000), help="(default: the recipe's)")
    parser.add_argument("--start", metavar="RUN", help="begin with the weights of this finished run")
    parser.add_argument("--lessons", metavar="NAME", help="learn from these, made by `digits teach`")
    parser.add_argument(
        "--kept", type=float, help="share of those weights in the result (default: the recipe's)"
    )
    parser.add_argument("--learning-rate", type=float, help="at its peak (default: the recipe's)")
    parser.add_argument(
        "--drawings", type=float, help="of pen strokes, for each image (default: the recipe's)"
    )
    parser.add_argument("--outliers", type=float, help="for each image (default: the recipe's)")
    parser.add_argument(
        "--images", type=whole_number(1, 60_000), help="take the first so many of MNIST's only"
    )
    parser.add_argument("--all", action="store_true", help="train on all 60,000, once everything is chosen")
    parser.add_argument("--dropout", type=float, nargs=3, metavar="RATE", help="the three rates")
    parser.add_argument("--seed", type=whole_number(0, 2**31), default=0, help="(default: %(default)s)")


def _run_train(args: argparse.Namespace) -> int:
    from ..training.recipe import Recipe
    from ..training.train import train

    names = ("epochs", "start", "lessons", "kept", "learning_rate", "drawings", "outliers", "images")
    chosen = {name: getattr(args, name) for name in names}
    chosen["dropout"] = args.dropout and tuple(args.dropout)
    recipe = Recipe(
        seed=args.seed,
        part="all" if args.all else "train",
        **{name: value for name, value in chosen.items() if value is not None},
    )
    print(f"{train(recipe, args.name, resume=args.resume)}: finished")
    return 0


def add_teach(commands: Commands) -> None:
    """Declare `digits teach`."""
    parser = command(
        commands,
        "teach",
        _run_teach,
        "write down what finished runs read in augmented samples, for another to learn from",
        "digits teach --name lessons --teachers mine other",
        "digits train --name student --lessons lessons",
        extra="train",
    )
    parser.add_argument("--name", required=True, help="of the lessons, a folder in $DIGITS_RUNS")
    parser.add_argument("--teachers", required=True, nargs="+", metavar="RUN", help="finished runs")
    parser.add_argument(
        "--copies",
        type=whole_number(1, 100),
        default=6,
        help="of each sample, each augmented anew (default: %(default)s)",
    )
    parser.add_argument(
        "--images", type=whole_number(1, 60_000), help="take the first so many of MNIST's only"
    )
    parser.add_argument("--seed", type=whole_number(0, 2**31), default=0, help="(default: %(default)s)")


def _run_teach(args: argparse.Namespace) -> int:
    from ..training.distil import teach
    from ..training.recipe import Recipe

    recipe = Recipe(images=args.images, seed=args.seed)
    print(f"{teach(recipe, args.teachers, args.copies, args.name)}: written")
    return 0


# ── calibrate and export ─────────────────────────────────────────────────────────────────────────


def add_calibrate(commands: Commands) -> None:
    """Declare `digits calibrate`."""
    parser = command(
        commands,
        "calibrate",
        _run_calibrate,
        "fit a finished run's temperature, and train its score of what is no digit",
        "digits calibrate mine",
        extra="train",
    )
    parser.add_argument("name", metavar="RUN", help="the run's name")


def _run_calibrate(args: argparse.Namespace) -> int:
    from ..training import runs
    from ..training.calibrate import calibrate

    figures = calibrate(runs.folder() / args.name)
    print("".join(f"{name} {value}\n" for name, value in figures.items()), end="")
    return 0


def add_export(commands: Commands) -> None:
    """Declare `digits export`."""
    parser = command(
        commands,
        "export",
        _run_export,
        "write mnist_cnn.onnx from mnist_cnn.keras",
        "digits export mine                   # ship this run",
        "digits export final --calibration mine   # trained on all 60,000, with the temperature of the 55,000",
        "digits export mine --to folder       # into another folder than the package's",
        "digits export                        # write the ONNX file of what is shipped anew",
        extra="train",
    )
    parser.add_argument("name", metavar="RUN", nargs="?", help="a calibrated run to ship first")
    parser.add_argument(
        "--calibration", metavar="RUN", help="take the temperature from this run of the same recipe"
    )
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="(default: the package's models)")


def _run_export(args: argparse.Namespace) -> int:
    from ..models import MODELS
    from ..training import runs
    from ..training.export import export

    run = runs.folder() / args.name if args.name else None
    calibration = runs.folder() / args.calibration if args.calibration else None
    print(export(run, args.to or MODELS, calibration=calibration))
    return 0


# ── evaluate and benchmark ───────────────────────────────────────────────────────────────────────


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


def _run_evaluate(args: argparse.Namespace) -> int:
    from ..training.evaluate import SECTIONS, evaluate

    document = evaluate(part=args.part, figures=args.figures)
    section = document[SECTIONS[args.part]]
    if args.json:
        print(json.dumps(document))
    else:
        print(f"n {section['n']:,}, accuracy {section['accuracy']:.2%}, ECE {section['ece']:.2%}")
    return 0


def add_benchmark(commands: Commands) -> None:
    """Declare `digits benchmark`."""
    parser = command(
        commands,
        "benchmark",
        _run_benchmark,
        "measure what a table of the README shows",
        "digits benchmark frontdoor           # what the way from a picture to 28×28 costs",
        "digits benchmark epoch               # what augmentation costs an epoch of training",
        "digits benchmark speed --json        # how long a reading takes",
        "digits benchmark sketch drawn.npz    # how drawings are read, as strokes and as pictures",
        "digits benchmark photo               # how digits on paper are read, of $DIGITS_DATA/photo and scans",
        "digits benchmark reject              # how well it tells what is no digit",
        "digits benchmark speed --save        # keep it in metrics.json, where the README's table comes from",
        extra="train",
    )
    parser.add_argument(
        "table", choices=["ablation", "epoch", "frontdoor", "photo", "reject", "sketch", "speed"]
    )
    parser.add_argument(
        "path", type=Path, nargs="?", help="of the data of photo, reject and sketch (default: $DIGITS_DATA)"
    )
    parser.add_argument(
        "--part", choices=["test", "valid"], default="valid", help="of MNIST, for the front door"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--save", action="store_true", help="write the result into metrics.json")


def _run_benchmark(args: argparse.Namespace) -> int:
    benchmark = importlib.import_module(f"digits_detector.benchmarks.{args.table}")
    arguments = {"frontdoor": (args.part,), "ablation": (), "epoch": (), "speed": ()}
    result = benchmark.run(*arguments.get(args.table, (args.path,)))
    print(json.dumps(result) if args.json else benchmark.table(result))
    if args.save:
        from ..models import METRICS
        from ..training.evaluate import write_sections

        write_sections(METRICS, {args.table: result})
    return 0


COMMANDS = (add_train, add_teach, add_calibrate, add_export, add_evaluate, add_benchmark)
