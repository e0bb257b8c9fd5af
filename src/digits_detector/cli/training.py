"""The commands that make the classifier: train, calibrate and export."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .declare import command, whole_number

if TYPE_CHECKING:
    from ..training.classifier.recipe import Recipe
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
        "digits train --name first --preset fast                 # 99 % of the 5,000 in two short epochs",
        "digits train --name ground-4 --repeat ground-4          # as a run behind the shipped model was trained",
        extra="train",
    )
    parser.add_argument("--name", required=True, help="of the run, a folder in $DIGITS_RUNS")
    base = parser.add_mutually_exclusive_group()
    base.add_argument(
        "--preset", choices=["full", "fast"], default="full", help="the recipe (default: %(default)s)"
    )
    base.add_argument(
        "--repeat",
        metavar="RUN",
        help="the recipe of this run, one of those in models/runs.json of the repository",
    )
    parser.add_argument("--resume", action="store_true", help="go on after the run's last finished epoch")
    parser.add_argument("--epochs", type=whole_number(1, 10_000), help="(default: the recipe's)")
    parser.add_argument("--start", metavar="RUN", help="begin with the weights of this finished run")
    parser.add_argument(
        "--kept", type=float, help="share of those weights in the result (default: the recipe's)"
    )
    parser.add_argument("--learning-rate", type=float, help="at its peak (default: the recipe's)")
    parser.add_argument("--weight-decay", type=float, help="(default: the recipe's)")
    parser.add_argument("--label-smoothing", type=float, help="(default: the recipe's)")
    parser.add_argument(
        "--augmentation",
        type=float,
        metavar="STRENGTH",
        default=1.0,
        help="of rotation, shift and the like, times the recipe's (default: %(default)s)",
    )
    parser.add_argument(
        "--drawings", type=float, help="of pen strokes, for each image (default: the recipe's)"
    )
    parser.add_argument("--outliers", type=float, help="for each image (default: the recipe's)")
    parser.add_argument(
        "--images", type=whole_number(1, 60_000), help="take only this many of MNIST's images, the first ones"
    )
    parser.add_argument("--all", action="store_true", help="train on all 60,000, once everything is chosen")
    parser.add_argument("--dropout", type=float, nargs=3, metavar="RATE", help="the three rates")
    _add_precision(parser)
    parser.add_argument("--seed", type=whole_number(0, 2**31), help="(default: the recipe's)")


def _add_precision(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--precision",
        choices=["float32", "bfloat16"],
        help="bfloat16 is faster where the processor has it, as GPUs and newer servers do "
        "(default: float32, or what a repeated run took)",
    )


def recipe_of(args: argparse.Namespace) -> Recipe:
    """Return the recipe that the arguments of `digits train` ask for."""
    from ..training.classifier.recipe import PRESETS, scaled
    from ..training.runs import recorded_recipe

    base = recorded_recipe(args.repeat) if args.repeat else PRESETS[args.preset]
    names = ("epochs", "start", "kept", "drawings", "outliers", "images", "precision", "seed")
    rates = ("learning_rate", "weight_decay", "label_smoothing")
    chosen = {name: getattr(args, name) for name in (*names, *rates)}
    chosen["dropout"] = args.dropout and tuple(args.dropout)
    chosen["augmentation"] = scaled(base.augmentation, args.augmentation)
    chosen["part"] = "all" if args.all else None
    return replace(base, **{name: value for name, value in chosen.items() if value is not None})


def _run_train(args: argparse.Namespace) -> int:
    from ..training.classifier.train import train

    run = train(recipe_of(args), args.name, resume=args.resume)
    print(f"{run}: finished")
    return 0


# ── calibrate and export ─────────────────────────────────────────────────────────────────────────


def add_calibrate(commands: Commands) -> None:
    """Declare `digits calibrate`."""
    parser = command(
        commands,
        "calibrate",
        _run_calibrate,
        "fit a finished run's temperature, train its outlier score, and learn how strokes are cut in digits",
        "digits calibrate mine",
        "digits calibrate final --like mine   # trained on all 60,000, with the temperature of the 55,000",
        extra="train",
    )
    parser.add_argument("name", metavar="RUN", help="the run's name")
    parser.add_argument(
        "--like", metavar="RUN", help="take all but the outlier score from this calibrated run"
    )


def _run_calibrate(args: argparse.Namespace) -> int:
    from ..training import runs
    from ..training.classifier.calibrate import calibrate

    figures = calibrate(runs.folder() / args.name, runs.folder() / args.like if args.like else None)
    print("".join(f"{name} {value}\n" for name, value in figures.items()), end="")
    return 0


def add_export(commands: Commands) -> None:
    """Declare `digits export`."""
    parser = command(
        commands,
        "export",
        _run_export,
        "write a run's ONNX file, or the page that needs no server",
        "digits export mine folder            # and DIGITS_MODEL=folder/mnist_cnn.onnx serves it",
        "digits export mine --ship            # make it the model of this checkout",
        "digits export --ship                 # write the ONNX file of what is shipped again",
        "digits export --web folder           # a static page that reads digits in the browser; needs no extra",
        extra="train",
    )
    parser.add_argument(
        "name", metavar="RUN", nargs="?", help="a finished and calibrated run in $DIGITS_RUNS"
    )
    parser.add_argument("folder", metavar="FOLDER", nargs="?", type=Path, help="where to write")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--ship", action="store_true", help="write into this checkout")
    where.add_argument(
        "--web",
        type=Path,
        metavar="FOLDER",
        help="write the model that is served ($DIGITS_MODEL, or the bundled one) and a page around it, as static files",
    )
    parser.set_defaults(refuse=parser.error)


def _run_export(args: argparse.Namespace) -> int:
    if args.web:
        if args.name:
            args.refuse("--web takes no RUN: it exports the model that is served")
        return _export_web(args.web)
    if args.ship == bool(args.folder) or not (args.ship or args.name):
        args.refuse("expected RUN and FOLDER, or --ship with or without RUN, or --web FOLDER")
    from ..training import runs
    from ..training.classifier.export import export, ship

    run = runs.folder() / args.name if args.name else None
    if args.folder and run:
        written = export(run, args.folder)
        print(f"{written}: written; to serve it: DIGITS_MODEL={written} digits serve")
    else:
        print(f"{ship(run)}: written")
    return 0


def _export_web(folder: Path) -> int:
    from ..web.static.export import export_web

    print(f"{export_web(folder)}: written; to look at it: python -m http.server --directory {folder}")
    return 0


def add_quantize(commands: Commands) -> None:
    """Declare `digits quantize`."""
    parser = command(
        commands,
        "quantize",
        _run_quantize,
        "write the classifier with 8 bits, for browsers and small devices",
        "digits quantize small                                          # the one that is bundled",
        "DIGITS_MODEL=small/mnist_cnn.onnx digits export --web page     # a page with it",
        extra="train",
    )
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="where to write mnist_cnn.onnx")


def _run_quantize(args: argparse.Namespace) -> int:
    from ..models import chosen
    from ..training.classifier.quantize import quantize

    written = quantize(chosen(), args.folder)
    print(f"{written}: written; to serve it: DIGITS_MODEL={written} digits serve")
    return 0


COMMANDS = (add_train, add_calibrate, add_export, add_quantize)
