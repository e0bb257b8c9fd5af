"""Fill README.md, MODEL_CARD.md, docs/ and the package's model.json with what was measured: `python -m scripts.readme`.

A figure stands between two marks, `<!-- NAME -->` and `<!-- /NAME -->`, where NAME is one of `FIGURES`; what stands
between them is replaced. A test fails when a document and those files disagree.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from digits_detector.models import ABOUT, DETECTOR, ONNX
from digits_detector.training.repository import DETECTOR_RUNS, METRICS, RUNS

from . import phrases, tables
from .tables import Metrics

ROOT = Path(__file__).parent.parent
STUDY = ROOT / "studies" / "study.json"
SPRINT = ROOT / "studies" / "sprint.json"
DOCUMENTS = (ROOT / "README.md", ROOT / "MODEL_CARD.md", *sorted((ROOT / "docs").glob("*.md")))
MARKED = re.compile(r"<!-- (?P<name>[a-z-]+) -->.*?<!-- /(?P=name) -->", re.DOTALL)
FIGURES: dict[str, Callable[[Metrics], str]] = {
    "ablation": tables.ablation,
    "accuracy": phrases.accuracy,
    "billion": phrases.billion,
    "bulk": tables.bulk,
    "checksum": phrases.checksum,
    "corruptions": tables.corruptions,
    "drawn": phrases.drawn,
    "epoch": phrases.epoch,
    "evaluation": tables.evaluation,
    "preprocessing": tables.preprocessing,
    "headline": tables.headline,
    "lighthouse": tables.lighthouse,
    "misread": phrases.misread,
    "numbers": tables.numbers,
    "outlier-parameters": phrases.outlier_parameters,
    "parameters": phrases.parameters,
    "per-class": tables.per_class,
    "photo": tables.photo,
    "reject": tables.reject,
    "seeds": tables.seeds,
    "service": tables.service,
    "sketch": tables.sketch,
    "speed": tables.speed,
    "sprint": phrases.sprint,
    "study": tables.study,
    "temperature": phrases.temperature,
    "threshold": phrases.threshold,
    "training": phrases.training,
    "web": tables.web,
    "web-megabytes": phrases.web_megabytes,
}


def measured() -> Metrics:
    """Return all figures: metrics.json, and as "study", "sprint" and "runs" what these files hold."""
    metrics, study, sprint, recorded = (
        json.loads(path.read_text(encoding="utf-8")) for path in (METRICS, STUDY, SPRINT, RUNS)
    )
    return {**metrics, "study": study, "sprint": sprint, "runs": recorded["runs"]}


def fill(text: str, metrics: Metrics) -> str:
    """Return a document with its figures as they were measured."""
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


def about(metrics: Metrics) -> dict[str, Any]:
    """Return what the package's model.json holds: the two networks, and the classifier's figures on MNIST."""
    model, detectors = metrics["model"], json.loads(DETECTOR_RUNS.read_text(encoding="utf-8"))
    checksum = hashlib.sha256(DETECTOR.read_bytes()).hexdigest()
    of_mnist = {
        name: {key: metrics[name][key] for key in ("n", "accuracy", "nll", "ece", "brier")}
        for name in ("mnist", "valid")
        if metrics.get(name, {}).get("sha256") == model["sha256"]
    }
    return {
        "classifier": {
            "file": ONNX.name,
            "sha256": model["sha256"],
            "training_run": model["trained"]["run"],
            "figures": {"parameters": model["parameters"], **of_mnist},
        },
        "detector": {"file": DETECTOR.name, "sha256": checksum, "training_run": detectors["shipped"]},
    }


def main() -> None:
    """Write all documents again."""
    metrics = measured()
    ABOUT.write_text(json.dumps(about(metrics), indent=2) + "\n", encoding="utf-8")
    for document in DOCUMENTS:
        document.write_text(fill(document.read_text(encoding="utf-8"), metrics), encoding="utf-8")


if __name__ == "__main__":
    main()
