"""The command that measures the recogniser on labelled data of one's own: evaluate."""

from __future__ import annotations

import argparse
import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from .declare import command

if TYPE_CHECKING:
    from ..evaluate import Score
    from .declare import Commands

_SHOWN = 20  # misses that are printed


def add_evaluate(commands: Commands) -> None:
    """Declare `digits evaluate`."""
    parser = command(
        commands,
        "evaluate",
        _run_evaluate,
        "measure the recogniser on labelled drawings, pictures or numbers",
        "digits evaluate digits/                # pictures in folders 0 to 9, and not_a_digit",
        "digits evaluate drawings.npz           # label, and images; or points, stroke_id and sample_id",
        "digits evaluate receipts/labels.csv    # columns file and text: whole numbers",
        "digits evaluate digits/ --model mine/mnist_cnn.onnx --json",
        extra="bulk",
    )
    parser.add_argument("data", type=Path, metavar="FILE|FOLDER", help="labelled data, in one of these forms")
    parser.add_argument(
        "--model", metavar="M", help="another ONNX file (default: $DIGITS_MODEL, or the bundled model)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object, with all misses")


def _run_evaluate(args: argparse.Namespace) -> int:
    from tqdm import tqdm

    from ..evaluate import evaluate
    from ..recognizer import DigitRecognizer

    progress = partial(tqdm, unit="item", mininterval=1, delay=2, leave=False)
    score = evaluate(args.data, DigitRecognizer(args.model), progress)
    print(json.dumps(score.to_json()) if args.json else _in_words(score))
    return 0


def _in_words(score: Score) -> str:
    figures = {
        "right": score.right,
        "closest digit right": score.closest,
        "digits rejected": score.rejected,
        "errors per digit": score.errors_per_digit,
    }
    lines = [f"{score.n:,} {'pictures' if score.kind == 'numbers' else 'items'}"]
    lines += [f"{share:7.2%}  {name}" for name, share in figures.items() if share is not None]
    lines += [f"{miss.name}: {miss.label} read as {miss.read or 'nothing'}" for miss in score.misses[:_SHOWN]]
    if len(score.misses) > _SHOWN:
        lines.append(f"and {len(score.misses) - _SHOWN:,} more: --json prints all")
    return "\n".join(lines)


COMMANDS = (add_evaluate,)
