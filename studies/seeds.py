"""What a recipe is worth: several seeds of it, each of which reads MNIST's test images once. `python -m studies.seeds`.

    python -m studies.seeds ground-0 ground-1 ground-2 --against firm-60000
    python -m studies.seeds                     # compute the table again from runs.json

What a run reads is kept beside it (test.json), so that no run reads the test images twice, and goes into
models/runs.json with the run's settings and history; of a run that stands there nothing else is needed. The figures are
computed from that file alone.

Two networks are compared by McNemar's exact test: of the images that one of them alone misreads, is it more often the
one than the other (Dietterich 1998, Approximate Statistical Tests for Comparing Supervised Classification Learning
Algorithms, section 3.1)?
"""

from __future__ import annotations

import argparse
import math
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from digits_detector.errors import DataError
from digits_detector.training import runs
from digits_detector.training.data import mnist
from digits_detector.training.evaluate import write_sections
from digits_detector.training.repository import METRICS, RUNS


def seeds(
    names: list[str], against: str | None = None, *, recorded: Path = RUNS, metrics: Path = METRICS
) -> dict[str, Any]:
    """Return the figures of runs on the test images, and write them into metrics.json as the section "training".

    Parameters
    ----------
    names
        Finished runs of one recipe; none: those of the last time.
    against
        A run to compare each with.
    recorded, metrics
        The files to keep what was read, and the figures, in.

    Raises
    ------
    DataError
        If a run is not finished, or there was no last time.
    """
    document = runs.read_json(recorded)
    if names:
        compared = [*names, *([against] if against else [])]
        new = [runs.folder() / name for name in compared if "test" not in document["runs"].get(name, {})]
        for run in new:
            _read_the_test_images(run)
        for run in new:
            document["runs"] |= runs.record(run)
        document["seeds"] = {"runs": names, "against": against}
        runs.write_json(recorded, document)
    if "seeds" not in document:
        raise DataError(
            "no runs were measured yet: name them, as in `python -m studies.seeds mine-0 mine-1`."
        )
    figures = compute(document)
    write_sections(metrics, {"training": figures})
    return figures


def compute(document: dict[str, Any]) -> dict[str, Any]:
    """Return the figures of what runs.json holds."""
    of_runs, measured = document["runs"], document["seeds"]
    tests = [of_runs[name]["test"] for name in measured["runs"]]
    accuracies = [1 - len(test["misread"]) / test["n"] for test in tests]
    kept = [_without_rejected(test) for test in tests]
    figures = {
        "protocol": "the last checkpoint of each run, raw arrays, MNIST's test images read once",
        "n": tests[0]["n"],
        "runs": measured["runs"],
        "seeds": [round(share, 6) for share in accuracies],
        "mean": round(statistics.mean(accuracies), 6),
        "sd": round(statistics.stdev(accuracies), 6) if len(accuracies) > 1 else None,
        "without_rejected_labels": [round(share, 6) for share in kept],
    }
    if measured["against"]:
        before = of_runs[measured["against"]]["test"]
        figures["against"] = {
            "run": measured["against"],
            "accuracy": round(1 - len(before["misread"]) / before["n"], 6),
            "mcnemar": [_compared(test, before) for test in tests],
        }
    return figures


def mcnemar(only_first: int, only_second: int) -> float:
    """Return the exact two-sided p-value that two networks misread equally often.

    Parameters
    ----------
    only_first, only_second : int
        How many images the first alone misreads, and the second alone.
    """
    n, least = only_first + only_second, min(only_first, only_second)
    tail = sum(math.comb(n, k) for k in range(least + 1))
    return min(1.0, 2 * math.ldexp(tail, -n))


def _compared(test: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    ours, theirs = set(test["misread"]), set(before["misread"])
    ours, theirs = ours - theirs, theirs - ours
    return {
        "only_it": len(ours),
        "only_the_other": len(theirs),
        "p": round(mcnemar(len(ours), len(theirs)), 4),
    }


def _without_rejected(test: dict[str, Any]) -> float:
    rejected = set(mnist.REJECTED_LABELS)
    return 1 - len(set(test["misread"]) - rejected) / (int(test["n"]) - len(rejected))


def _read_the_test_images(run: Path) -> None:
    """Write down the places of the test images that a run misreads; once in its life."""
    path = run / "test.json"
    if path.exists():
        return
    network = runs.network(run)
    images, labels = mnist.load("t10k")
    readings = network.predict(images[..., None] / np.float32(255), batch_size=500, verbose=0).argmax(axis=1)
    runs.write_json(path, {"n": len(labels), "misread": np.flatnonzero(readings != labels).tolist()})


def table(figures: dict[str, Any]) -> str:
    """Return the figures as lines for a terminal."""
    against = figures.get("against", {"mcnemar": [None] * len(figures["runs"])})
    lines = [f"{'run':<24} {figures['n']:>10,} {'without 15':>10}  McNemar's p"]
    for name, share, kept, compared in zip(
        figures["runs"], figures["seeds"], figures["without_rejected_labels"], against["mcnemar"], strict=True
    ):
        p = f"{compared['p']:.3f}, against {against['run']}" if compared else ""
        lines.append(f"{name:<24} {share:>10.2%} {kept:>10.2%}  {p}")
    spread = f" ± {figures['sd']:.2%}" if figures["sd"] is not None else ""
    return "\n".join([*lines, f"{'mean':<24} {figures['mean']:>10.3%}{spread}", figures["protocol"]])


def main(argv: Sequence[str] | None = None) -> None:
    """Measure runs from the command line and print their table."""
    parser = argparse.ArgumentParser(
        prog="python -m studies.seeds", description="Measure several runs on MNIST's test images, each once."
    )
    parser.add_argument(
        "names", metavar="RUN", nargs="*", help="finished runs (default: those of the last time)"
    )
    parser.add_argument("--against", metavar="RUN", help="compare each with this one (McNemar's test)")
    args = parser.parse_args(argv)
    try:
        print(table(seeds(args.names, args.against)))
    except DataError as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()
