"""The command that reads many pictures into one table: bulk."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from .declare import FAILED, command, whole_number

if TYPE_CHECKING:
    from ..bulk import cluster, local
    from .declare import Commands


def add_bulk(commands: Commands) -> None:
    """Declare `digits bulk`."""
    parser = command(
        commands,
        "bulk",
        _run_bulk,
        "read the digit in each of many pictures into one Parquet table",
        "digits bulk scans/ digits.parquet                       # all images in a folder and its folders",
        'digits bulk "scans/*.png" digits.parquet',
        "digits bulk train.parquet digits.parquet --column image",
        "digits bulk t10k-images-idx3-ubyte.gz digits.parquet --resume",
        'digits bulk "/shared/*.parquet" /shared/digits.parquet --engine ray --address ray-head:6379',
        extra="bulk",
    )
    parser.add_argument(
        "input",
        metavar="INPUT",
        help="a folder or glob of image files or of Parquet files, a Parquet file, or an idx file, packed or not",
    )
    parser.add_argument(
        "output", metavar="OUTPUT", help="the Parquet file to write; unfinished parts lie in OUTPUT.parts"
    )
    parser.add_argument(
        "--column", help="of Parquet, with image files (default: image, or the only one that may be)"
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on with a run that was stopped, if there is one"
    )
    parser.add_argument(
        "--engine",
        choices=["local", "ray"],
        default="local",
        help="cores of this machine, or a Ray cluster (default: %(default)s)",
    )
    parser.add_argument(
        "--workers",
        type=whole_number(1, 4096),
        metavar="N",
        help="processes of this machine (default: one a core)",
    )
    parser.add_argument(
        "--address", help="of the Ray cluster (default: $RAY_ADDRESS, or a cluster of this machine alone)"
    )
    parser.add_argument(
        "--model", metavar="M", help="another ONNX file (default: $DIGITS_MODEL, or the bundled model)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _run_bulk(args: argparse.Namespace) -> int:
    from ..bulk import bulk

    with _pool(args) as pool:
        summary = bulk(args.input, args.output, pool, column=args.column, resume=args.resume)
    if args.json:
        print(json.dumps({"output": args.output, **asdict(summary)}))
    else:
        broken = f", {summary.errors:,} of them with an error" if summary.errors else ""
        print(f"{args.output}: {summary.rows:,} rows{broken}")
    return FAILED if summary.errors else 0


def _pool(args: argparse.Namespace) -> local.Pool | cluster.Pool:
    if args.engine == "ray":
        args.extra = "ray"
        from ..bulk import cluster

        return cluster.Pool(args.model, args.address)
    from ..bulk import local

    return local.Pool(args.model, args.workers)


COMMANDS = (add_bulk,)
