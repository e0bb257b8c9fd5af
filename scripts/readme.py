"""Fill the figures of README.md and MODEL_CARD.md from metrics.json: `python scripts/readme.py`.

A figure stands between two marks, `<!-- NAME -->` and `<!-- /NAME -->`, where NAME is one of `FIGURES`; what stands
between them is written anew. A test fails when a document and metrics.json disagree.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
METRICS = ROOT / "src" / "digits_detector" / "models" / "metrics.json"
DOCUMENTS = ROOT / "README.md", ROOT / "MODEL_CARD.md"
MARKED = re.compile(r"<!-- (?P<name>[a-z-]+) -->.*?<!-- /(?P=name) -->", re.DOTALL)

Metrics = Mapping[str, Any]


def fill(text: str, metrics: Metrics) -> str:
    """Return a document with its figures as metrics.json has them."""
    return MARKED.sub(
        lambda mark: f"<!-- {mark['name']} -->{_figure(mark['name'], metrics)}<!-- /{mark['name']} -->", text
    )


def _figure(name: str, metrics: Metrics) -> str:
    try:
        figure = FIGURES[name](metrics)
    except KeyError as error:
        if name not in FIGURES:
            raise
        figure = f"(not measured yet: {error.args[0]})"
    return f"\n{figure}\n" if "\n" in figure else figure


# ── figures ──────────────────────────────────────────────────────────────────────────────────────


def accuracy(metrics: Metrics) -> str:
    """Return the headline: the share of MNIST's test images read right."""
    return percent(metrics["mnist"]["accuracy"])


def misread(metrics: Metrics) -> str:
    """Return how many of the test images were misread."""
    return str(len(metrics["mnist"]["misread"]))


def evaluation(metrics: Metrics) -> str:
    """Return the table of the evaluation."""
    heads = {"mnist": "10,000 test images", "valid": "5,000 kept to choose on"}
    columns = {heads[name]: metrics[name] for name in heads if name == "mnist" or name in metrics}
    rows = [
        ("accuracy", "accuracy", percent),
        (
            "accuracy without the 15 test images whose label raters rejected",
            "accuracy_without_rejected_labels",
            percent,
        ),
        ("loss: cross-entropy of the network's own softmax, nats", "loss", decimal),
        ("negative log-likelihood as served, after the temperature, nats", "nll", decimal),
        ("expected calibration error as served, 15 bins", "ece", percent),
        ("Brier score as served, summed over the digits, 0 to 2", "brier", decimal),
    ]
    return table(
        ("measured by `digits evaluate`", *columns),
        [
            (words, *(write(section[key]) if key in section else "–" for section in columns.values()))
            for words, key, write in rows
        ],
    )


def per_class(metrics: Metrics) -> str:
    """Return the table of precision, recall and F1 of each digit."""
    return table(
        ("digit", "test images", "precision", "recall", "F1"),
        [
            (
                str(each["digit"]),
                f"{each['n']:,}",
                *(percent(each[key]) for key in ("precision", "recall", "f1")),
            )
            for each in metrics["mnist"]["per_class"]
        ],
    )


def frontdoor(metrics: Metrics) -> str:
    """Return the table of the front door, each door held against the raw arrays."""
    section = metrics["frontdoor"]
    raw = section["rows"][0]["accuracy"]
    rows = [
        (
            each["door"],
            percent(each["accuracy"]),
            f"{100 * (each['accuracy'] - raw):+.2f}" if place else "",
            percent(each["turned_away"]) if place else "",
        )
        for place, each in enumerate(section["rows"])
    ]
    head = (f"{section['protocol']}, n = {section['rows'][0]['n']:,}", "accuracy", "points", "turned away")
    return table(head, rows)


def drawn(metrics: Metrics) -> str:
    """Return the share of the five writers' digits that are read right, the mean of the five ways they are drawn."""
    rows = metrics["sketch"]["rows"]
    shares = [each["accuracy"] for each in rows if each["set"] == rows[0]["set"]]
    return percent(sum(shares) / len(shares))


def sketch(metrics: Metrics) -> str:
    """Return the table of drawings."""
    section = metrics["sketch"]
    rows = [
        (
            f"{each['set']}, n = {each['n']:,}: {each['way']}",
            percent(each["accuracy"]),
            percent(each["turned_away"]),
            percent(each["ece"]),
            percent(each["plain"]) if "plain" in each else "",
        )
        for each in section["rows"]
    ]
    head = ("", "read right", "turned away", "calibration error", "plain method")
    return f"{table(head, rows)}\n\n{_sentence(section['protocol'])}"


def photo(metrics: Metrics) -> str:
    """Return the table of digits on paper."""
    section = metrics["photo"]
    rows = [
        (
            f"{each['set']}, n = {each['n']:,}",
            *(percent(each[key]) for key in ("closest", "accuracy", "turned_away", "plain")),
        )
        for each in section["rows"]
    ]
    return table(("", "closest digit right", "read right", "turned away", "plain method"), rows)


def reject(metrics: Metrics) -> str:
    """Return the table of what is no digit, beside two scores that need no training."""
    section = metrics["reject"]
    rows = [
        (
            f"{each['set']}, n = {each['n']:,}",
            f"{each['outlier_score']['auroc']:.4f}",
            percent(1 - each["outlier_score"]["false_accept_95"]),
            percent(1 - each["outlier_score"]["false_accept_99"]),
            percent(1 - each["false_accept_shipped"]),
            percent(1 - each["nearest_neighbours"]["false_accept_99"]),
            percent(1 - each["largest_logit"]["false_accept_99"]),
        )
        for each in section["rows"]
    ]
    digits = ", ".join(
        f"{each['set']} {percent(1 - each['true_accept_shipped'])} of {each['n']:,}"
        for each in section["digits"]
    )
    head = (
        "turned away",
        "AUROC",
        "at 5 %",
        "at 1 %",
        "as shipped",
        "nearest neighbours, at 1 %",
        "largest logit, at 1 %",
    )
    return f"{table(head, rows)}\n\nReal digits turned away as shipped: {digits}."


def ablation(metrics: Metrics) -> str:
    """Return the table of what each part of the training is good for."""
    section = metrics["ablation"]
    ways = ("strokes", "pictures")
    rows = [
        (
            each["step"],
            percent(each["mnist"]),
            *(percent(drawings[way]) for drawings in each["drawings"] for way in ways),
        )
        for each in section["rows"]
    ]
    sets = [f"{drawings['set']}, {way}" for drawings in section["rows"][0]["drawings"] for way in ways]
    head = ("", f"MNIST, {section['n']:,} kept", *sets)
    return f"{table(head, rows)}\n\n{_sentence(section['protocol'])}"


def corruptions(metrics: Metrics) -> str:
    """Return the table of corrupted digits."""
    section = metrics["corruptions"]
    rows = [
        (row["corruption"], percent(row["raw"]), percent(row["recognizer"]), percent(row["turned_away"]))
        for row in section["rows"]
    ]
    head = (
        f"closest digit right, n = {section['n']:,}",
        "raw arrays",
        "through the recogniser",
        "turned away",
    )
    return f"{table(head, rows)}\n\n{_sentence(section['protocol'])}"


def numbers(metrics: Metrics) -> str:
    """Return the table of whole numbers."""
    section = metrics["numbers"]
    rows = [
        (
            f"{row['set']}, n = {row['n']:,}",
            *(percent(row[name]) for name in ("right", "precision", "recall", "f1")),
            f"{row['edits']:.2f}",
            f"{row['milliseconds']:.0f}",
        )
        for row in section["rows"]
    ]
    head = ("", "right", "precision", "recall", "F1", "edits", "ms")
    return f"{table(head, rows)}\n\n{_sentence(section['protocol'])}"


def seeds(metrics: Metrics) -> str:
    """Return the table of the runs that were measured on the test images."""
    section = metrics["training"]
    against = section["against"]
    rows = [
        (f"`{name}`", percent(share), percent(kept), f"{compared['p']:.2f}")
        for name, share, kept, compared in zip(
            section["runs"],
            section["seeds"],
            section["without_rejected_labels"],
            against["mcnemar"],
            strict=True,
        )
    ]
    if section["sd"] is not None:
        rows.append(
            ("mean ± standard deviation", f"{percent(section['mean'])} ± {percent(section['sd'])}", "", "")
        )
    rows.append((f"`{against['run']}`, which it is held against", percent(against["accuracy"]), "", ""))
    head = (f"{section['n']:,} test images", "accuracy", "without 15 rejected labels", "McNemar's p")
    return f"{table(head, rows)}\n\n{_sentence(section['protocol'])}"


def speed(metrics: Metrics) -> str:
    """Return the table of speeds."""
    section = metrics["speed"]
    rows = [
        (
            each["what"],
            str(each["batch"]),
            str(each["threads"]),
            f"{each['milliseconds']:.2f}",
            f"{each['ratio']:.2f}",
        )
        for each in section["rows"]
    ]
    head = ("", "batch", "threads", "ms a digit", "× network alone")
    return f"{table(head, rows)}\n\n{section['machine']}; {section['protocol']}."


def service(metrics: Metrics) -> str:
    """Return the table of the service beside its opponents."""
    section = metrics["service"]
    rows = [
        (
            each["server"],
            each["picture"],
            str(each["connections"]),
            f"{each['per_second']:,.0f}",
            *(f"{each[name]:.1f}" for name in ("p50", "p95", "p99")),
        )
        for each in section["rows"]
    ]
    head = ("", "picture", "connections", "requests a second", "p50, ms", "p95, ms", "p99, ms")
    return f"{table(head, rows)}\n\n{section['machine']}; {section['protocol']}."


def bulk(metrics: Metrics) -> str:
    """Return the table of bulk runs beside ONNX Runtime alone."""
    section = metrics["bulk"]
    rows = [
        (
            each["what"],
            f"{each['per_second']:,}",
            f"{each['per_second'] / section['cores']:,.0f}",
            f"{each['ratio']:.2f}",
        )
        for each in section["rows"]
    ]
    head = ("", "images a second", "a core", "× ONNX Runtime alone")
    return f"{table(head, rows)}\n\n{section['machine']}; {section['protocol']}."


def billion(metrics: Metrics) -> str:
    """Say what a billion images take at the rates of the last two rows: of an idx file, and of image files."""
    section = metrics["bulk"]
    idx, files = (each["per_second"] / section["cores"] for each in section["rows"][-2:])
    hours = [1e9 / rate / 3600 for rate in (idx, files)]
    return (
        f"{hours[0]:,.0f} core-hours from idx files and {hours[1]:,.0f} from small image files in Parquet, which are "
        f"{hours[0] / 320:.1f} and {hours[1] / 320:.1f} hours on ten nodes of 32 such cores"
    )


def training(metrics: Metrics) -> str:
    """Say what the shipped run was."""
    run = metrics["model"]["trained"]
    lessons = f", on lessons `{run['lessons']}`" if run.get("lessons") else ""
    line = run.get("line") or [run["run"]]
    names = f"{'runs' if len(line) > 1 else 'run'} {', '.join(f'`{name}`' for name in line)}"
    copies = run.get("copies") or 1
    anew = f", these two made anew {copies} times" if copies > 1 else ""
    return (
        f"{names}: {run['epochs']} epochs on {run['images']:,} images, {run['drawings']:,} drawings and "
        f"{run['outliers']:,} outliers{anew}{lessons}, batches of {run['batch']}, seed {run['seed']}, "
        f"{run['seconds'] / 60:.0f} minutes"
    )


def epoch(metrics: Metrics) -> str:
    """Say what augmentation costs."""
    section = metrics["epoch"]
    bare, augmented, *_ = section["rows"]
    more = 100 * (augmented["ratio"] - 1)
    return f"{more:.0f} % of an epoch's bare {bare['seconds']:.0f} s on top ({section['machine']})"


def web(metrics: Metrics) -> str:
    """Say how long a reading takes in the browser alone."""
    section = metrics["web"]
    return (
        f"{section['milliseconds']:.1f} ms (median of {section['n']}; 95 % within {section['p95']:.1f} ms; "
        f"{section['browser']}, {section['runtime']}, {section['machine']})"
    )


def web_megabytes(metrics: Metrics) -> str:
    """Return the size of the page that needs no server, with its network."""
    return f"{metrics['web']['megabytes']:.0f} MB"


def parameters(metrics: Metrics) -> str:
    """Return the number of the network's parameters."""
    return f"{metrics['model']['parameters']:,}"


def outlier_parameters(metrics: Metrics) -> str:
    """Return the number of the outlier head's parameters."""
    return f"{metrics['model']['outlier_parameters']:,}"


def threshold(metrics: Metrics) -> str:
    """Return the outlier score above which nothing is taken for a digit."""
    return f"{metrics['model']['outlier_threshold']:.2f}"


def checksum(metrics: Metrics) -> str:
    """Return the sha256 of the model file that was measured."""
    return f"`{metrics['model']['sha256']}`"


def temperature(metrics: Metrics) -> str:
    """Return the temperature that the logits are divided by."""
    return f"{metrics['mnist']['temperature']:.3f}"


FIGURES: dict[str, Callable[[Metrics], str]] = {
    "ablation": ablation,
    "accuracy": accuracy,
    "billion": billion,
    "bulk": bulk,
    "checksum": checksum,
    "corruptions": corruptions,
    "drawn": drawn,
    "epoch": epoch,
    "evaluation": evaluation,
    "frontdoor": frontdoor,
    "misread": misread,
    "numbers": numbers,
    "outlier-parameters": outlier_parameters,
    "parameters": parameters,
    "per-class": per_class,
    "photo": photo,
    "reject": reject,
    "seeds": seeds,
    "service": service,
    "sketch": sketch,
    "speed": speed,
    "temperature": temperature,
    "threshold": threshold,
    "training": training,
    "web": web,
    "web-megabytes": web_megabytes,
}


# ── how they are written ─────────────────────────────────────────────────────────────────────────


def percent(share: float) -> str:
    """Write a share, two decimals."""
    return f"{100 * share:.2f} %"


def decimal(number: float) -> str:
    """Write a number, four decimals."""
    return f"{number:.4f}"


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table: the first column to the left, figures to the right."""
    head = list(head)
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Write all documents anew."""
    metrics = json.loads(METRICS.read_text(encoding="utf-8"))
    for document in DOCUMENTS:
        document.write_text(fill(document.read_text(encoding="utf-8"), metrics), encoding="utf-8")


if __name__ == "__main__":
    main()
