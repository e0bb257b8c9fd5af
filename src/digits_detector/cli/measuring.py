"""The commands that measure the model: evaluate, seeds and benchmark."""

from __future__ import annotations

import argparse
import importlib
import json
import os
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
    _add_model(parser)


def _run_evaluate(args: argparse.Namespace) -> int:
    from ..training.evaluate import SECTIONS, evaluate

    document = evaluate(_choose_model(args), part=args.part, figures=args.figures)
    section = document[SECTIONS[args.part]]
    if args.json:
        print(json.dumps(document))
    else:
        print(f"n {section['n']:,}, accuracy {section['accuracy']:.2%}, ECE {section['ece']:.2%}")
    return 0


def add_seeds(commands: Commands) -> None:
    """Declare `digits seeds`."""
    parser = command(
        commands,
        "seeds",
        _run_seeds,
        "measure several runs of one recipe on MNIST's test images, each once",
        "digits seeds mine-0 mine-1 mine-2 --against other",
        "digits seeds                         # what was measured the last time",
        extra="train",
    )
    parser.add_argument("names", metavar="RUN", nargs="*", help="finished runs")
    parser.add_argument("--against", metavar="RUN", help="compare each with this one (McNemar's test)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _run_seeds(args: argparse.Namespace) -> int:
    from ..training.seeds import seeds, table

    figures = seeds(args.names, args.against)
    print(json.dumps(figures) if args.json else table(figures))
    return 0


def add_benchmark(commands: Commands) -> None:
    """Declare `digits benchmark`."""
    parser = command(
        commands,
        "benchmark",
        _run_benchmark,
        "measure what a table of the README shows",
        "digits benchmark bulk                # images a second, beside ONNX Runtime alone on ready tensors",
        "digits benchmark frontdoor           # what the way from a picture to 28×28 costs",
        "digits benchmark corruptions         # how corrupted digits are read, which it never trained on",
        "digits benchmark epoch               # what augmentation costs an epoch of training",
        "digits benchmark speed --json        # how long a reading takes",
        "digits benchmark sketch drawn.npz    # how drawings are read, as strokes and as pictures",
        "digits benchmark numbers             # how whole numbers are read, composed ones and amounts on cheques",
        "digits benchmark photo               # how digits on paper are read, of $DIGITS_DATA/photo and scans",
        "digits benchmark reject              # how well it tells what is no digit",
        "digits benchmark service             # requests a second, beside FastAPI with Keras",
        "digits benchmark web                 # how long a reading takes in the browser alone",
        "digits benchmark speed --save        # keep it in metrics.json, where the README's table comes from",
        extra="train",
    )
    parser.add_argument(
        "table",
        choices=[
            "ablation",
            "bulk",
            "corruptions",
            "epoch",
            "frontdoor",
            "numbers",
            "photo",
            "reject",
            "service",
            "sketch",
            "speed",
            "web",
        ],
    )
    parser.add_argument(
        "path",
        type=Path,
        nargs="?",
        help="of the data of numbers, photo, reject and sketch (default: $DIGITS_DATA)",
    )
    parser.add_argument(
        "--part", choices=["test", "valid"], default="valid", help="of MNIST, for corruptions and frontdoor"
    )
    _add_model(parser)
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="WORDS",
        help="of numbers, only the sets whose name holds them",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--save", action="store_true", help="write the result into metrics.json")


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model",
        type=Path,
        metavar="FILE.onnx",
        help="the classifier to measure (default: the one that $DIGITS_MODEL names, or the one in the package)",
    )


def _choose_model(args: argparse.Namespace) -> Path:
    """Return the model to measure; whatever reads in this process reads with it."""
    from ..models import chosen

    if args.model:
        os.environ["DIGITS_MODEL"] = str(args.model)
    return chosen()


def _run_benchmark(args: argparse.Namespace) -> int:
    model = _choose_model(args)
    benchmark = importlib.import_module(f"digits_detector.benchmarks.{args.table}")
    arguments = {
        "corruptions": (args.part,),
        "frontdoor": (args.part,),
        "ablation": (),
        "bulk": (),
        "epoch": (),
        "service": (),
        "speed": (),
        "web": (),
        "numbers": (args.path, args.set),
    }
    result = benchmark.run(*arguments.get(args.table, (args.path,)))
    print(json.dumps(result) if args.json else benchmark.table(result))
    if args.save:
        from ..models import METRICS
        from ..networks.classifier import Classifier
        from ..training.evaluate import write_sections

        write_sections(METRICS, {args.table: result}, Classifier(model).checksum)
    return 0


COMMANDS = (add_evaluate, add_seeds, add_benchmark)
