"""The tables of README.md and MODEL_CARD.md, one function each: from metrics.json to Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Metrics = Mapping[str, Any]


def evaluation(metrics: Metrics) -> str:
    """Return the table of the evaluation."""
    heads = {"mnist": "10,000 test images", "valid": "5,000 held out to choose on"}
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
        ("measured by `python -m benchmarks.mnist`", *columns),
        [
            (words, *(write(section[key]) if key in section else "–" for section in columns.values()))
            for words, key, write in rows
        ],
    )


def headline(metrics: Metrics) -> str:
    """Return the figures that say most, each beside the plain method on the same data."""
    mnist, numbers = metrics["mnist"], metrics["numbers"]["rows"]
    letters = metrics["reject"]["rows"][0]
    pen = [each for each in metrics["sketch"]["rows"] if each["set"] == metrics["sketch"]["rows"][0]["set"]]
    pictures = [each for each in pen if "plain" in each]

    def mean(key: str) -> str:
        return percent(sum(each[key] for each in pictures) / len(pictures))

    rows = [
        ("MNIST's test images", f"{mnist['n']:,}", percent(mnist["accuracy"]), ""),
        (
            "drawings by five writers not in the training set, mean of four ways to draw them",
            f"{pictures[0]['n']:,}",
            mean("accuracy"),
            mean("plain"),
        ),
        *(
            (each["set"], f"{each['n']:,}", percent(each["accuracy"]), percent(each["plain"]))
            for each in metrics["photo"]["rows"]
        ),
        *(
            (
                f"{each['set']}, whole",
                f"{each['n']:,}",
                percent(each["right"]),
                percent(each["plain"]["right"]),
            )
            for each in numbers[:2]
        ),
        (
            "letters that do not look like digits, rejected",
            f"{letters['n']:,}",
            percent(1 - letters["false_accept_shipped"]),
            "",
        ),
    ]
    return table(("", "n", "right", "plain method"), rows)


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


def preprocessing(metrics: Metrics) -> str:
    """Return the table of preprocessing, each form of input beside the raw arrays."""
    section = metrics["preprocessing"]
    raw = section["rows"][0]["accuracy"]
    rows = [
        (
            each["input"],
            percent(each["accuracy"]),
            f"{100 * (each['accuracy'] - raw):+.2f}" if place else "",
            percent(each["rejected"]) if place else "",
        )
        for place, each in enumerate(section["rows"])
    ]
    head = (f"{section['protocol']}, n = {section['rows'][0]['n']:,}", "accuracy", "points", "rejected")
    return table(head, rows)


def sketch(metrics: Metrics) -> str:
    """Return the table of drawings."""
    section = metrics["sketch"]
    rows = [
        (
            f"{each['set']}, n = {each['n']:,}: {each['way']}",
            percent(each["accuracy"]),
            percent(each["rejected"]),
            percent(each["ece"]),
            percent(each["plain"]) if "plain" in each else "",
        )
        for each in section["rows"]
    ]
    head = ("", "read right", "rejected", "calibration error", "plain method")
    return f"{table(head, rows)}\n\n{_sentence(section['protocol'])}"


def photo(metrics: Metrics) -> str:
    """Return the table of digits on paper."""
    section = metrics["photo"]
    rows = [
        (
            f"{each['set']}, n = {each['n']:,}",
            *(percent(each[key]) for key in ("closest", "accuracy", "rejected", "plain")),
        )
        for each in section["rows"]
    ]
    return table(("", "closest digit right", "read right", "rejected", "plain method"), rows)


def reject(metrics: Metrics) -> str:
    """Return the table of rejection, beside two scores that need no training."""
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
        "rejected",
        "AUROC",
        "at 5 %",
        "at 1 %",
        "as shipped",
        "nearest neighbours, at 1 %",
        "largest logit, at 1 %",
    )
    return f"{table(head, rows)}\n\nReal digits rejected as shipped: {digits}."


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
    head = ("", f"MNIST, {section['n']:,} held out", *sets)
    return f"{table(head, rows)}\n\n{_sentence(section['protocol'])}"


def study(metrics: Metrics, best: int = 5) -> str:
    """Return the table of a study's best trials, and of the recipe as it was before."""
    section = metrics["study"]
    ended = [trial for trial in section["trials"] if trial["state"] == "complete"]
    ended.sort(key=lambda trial: trial["value"])
    shown = [*ended[:best], *(trial for trial in ended[best:] if trial["number"] == 0)]
    names = list(section["space"])
    rows = [
        (
            f"{trial['number']}{'' if trial['number'] else ', the recipe as it was'}",
            *(f"{trial['params'][name]:g}" for name in names),
            *(decimal(trial["epochs"][-1][f"{part}_loss"]) for part in ("val", "pen")),
            decimal(trial["value"]),
        )
        for trial in shown
    ]
    words = [name.replace("_", " ").replace("dropout", "dropout ") for name in names]
    head = ("trial", *words, "MNIST", "pen", "value")
    trials = f"{section['n']['complete']} trials ended, {section['n']['pruned']} were pruned"
    plan = f"{section['plan']['epochs']} epochs on {section['plan']['images']:,} images each"
    return f"{table(head, rows)}\n\n{trials}; {plan}. {_sentence(section['protocol'])}"


def corruptions(metrics: Metrics) -> str:
    """Return the table of corrupted digits."""
    section = metrics["corruptions"]
    rows = [
        (row["corruption"], percent(row["raw"]), percent(row["recognizer"]), percent(row["rejected"]))
        for row in section["rows"]
    ]
    head = (
        f"closest digit right, n = {section['n']:,}",
        "raw arrays",
        "through the recogniser",
        "rejected",
    )
    return f"{table(head, rows)}\n\n{_sentence(section['protocol'])}"


def numbers(metrics: Metrics) -> str:
    """Return the tables of whole numbers, and of pictures without any digit."""
    section = metrics["numbers"]
    rows = [
        (
            f"{row['set']}, n = {row['n']:,}",
            percent(row["right"]),
            percent(row["numbers"]),
            percent(row["f1"]) if "f1" in row else "",
            percent(row["plain"]["right"]) if "plain" in row else "",
            f"{row['milliseconds']:.0f}",
            f"{row['plain']['milliseconds']:.0f}" if "plain" in row else "",
        )
        for row in section["rows"]
    ]
    without = [
        (
            f"{row['set']}, n = {row['n']:,}",
            f"{row['digits']:.2f}",
            percent(row["none"]),
            f"{row['plain']['digits']:.2f}",
            percent(row["plain"]["none"]),
        )
        for row in section["without_digits"]
    ]
    head = ("", "right", "and its numbers", "F1", "plain method", "ms", "plain, ms")
    other = ("without any digit", "digits read", "none", "plain method", "none")
    models = f"Classifier `{section['classifier'][:12]}`, detector `{section['detector'][:12]}`."
    return f"{table(head, rows)}\n\n{table(other, without)}\n\n{_sentence(section['protocol'])} {models}"


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


def web(metrics: Metrics) -> str:
    """Return the table of the page in the browser alone."""
    section = metrics["web"]
    head = f"{section['browser']}, {section['runtime']} on {section['threads']} threads, {section['machine']}"
    rows = [
        (row["name"], str(row["n"]), f"{row['milliseconds']:.1f} ms", f"{row['p95']:.1f} ms")
        for row in section["rows"]
    ]
    return table((head, "n", "median", "95 % within"), rows)


def lighthouse(metrics: Metrics) -> str:
    """Return the table of Lighthouse's scores."""
    section = metrics["lighthouse"]
    names = list(next(iter(section["scores"].values())))
    rows = [(device, *(str(scores[name]) for name in names)) for device, scores in section["scores"].items()]
    return table((section["lighthouse"], *names), rows)


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
