"""Measure a network for digits on MNIST: accuracy, calibration, what it misread; and the file that figures go to."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
import onnx
from numpy.typing import NDArray

from ..networks.rejection import probabilities
from . import runs
from .data import mnist
from .repository import RUNS
from .scores import (
    Floats,
    Labels,
    accuracy,
    brier,
    confusion,
    expected_calibration_error,
    negative_log_likelihood,
    normalised,
    per_class,
    reliability,
)

Part: TypeAlias = Literal["test", "valid"]


def digits(part: Part) -> tuple[mnist.Images, mnist.Labels, NDArray[np.intp]]:
    """Return images, labels, and the images' places in MNIST's file."""
    if part == "test":
        images, labels = mnist.load("t10k")
        return images, labels, np.arange(len(labels))
    images, labels = mnist.load("train")
    _, indices = mnist.split(labels)
    return images[indices], labels[indices], indices


def in_words(part: Part) -> str:
    """Say which digits these are; and whether the shipped network was trained on them, as one on all 60,000 was."""
    if part == "test":
        return "MNIST's 10,000 test digits"
    recorded = runs.read_json(RUNS)
    trained = recorded["runs"][recorded["shipped"]]["settings"]["part"] == "all"
    return f"5,000 of MNIST's training digits, {'which it was' if trained else 'never'} trained on"


def measure(
    logits: Floats, labels: Labels, temperature: float, *, indices: NDArray[np.intp] | None = None
) -> dict[str, Any]:
    """Return all figures of readings, ready for JSON.

    Parameters
    ----------
    logits : ndarray of shape (n, 10)
    labels : ndarray of shape (n,)
    temperature : float
        As served. "loss" is the network's own, without it; "ece", "nll", "brier" and "reliability" are with it.
    indices : ndarray of shape (n,), optional
        What the misread images are called by; by default their places in `labels`.
    """
    indices = np.arange(len(labels)) if indices is None else indices
    readings = logits.argmax(axis=1)
    served = probabilities(logits.astype(np.float32), temperature)
    counts = confusion(readings, labels)
    bins = reliability(served, labels)
    figures = {
        "n": len(labels),
        "accuracy": accuracy(readings, labels),
        "loss": negative_log_likelihood(logits, labels),
        "ece": expected_calibration_error(bins),
        "nll": negative_log_likelihood(logits / temperature, labels),
        "brier": brier(served, labels),
        "temperature": temperature,
        "per_class": per_class(counts),
        "confusion": {"counts": counts.tolist(), "normalised": normalised(counts).tolist()},
        "reliability": bins,
        "misread": [
            {
                "index": int(indices[place]),
                "label": int(labels[place]),
                "reading": int(readings[place]),
                "confidence": float(served[place].max()),
            }
            for place in np.flatnonzero(readings != labels)
        ],
    }
    rounded: dict[str, Any] = _rounded(figures)
    return rounded


# ── the model ────────────────────────────────────────────────────────────────────────────────────


def describe(model: Path) -> dict[str, Any]:
    """Return a model's checksum, the parameters of network and outlier score, and how it was trained."""
    document = onnx.load(model)
    metadata = {each.key: each.value for each in document.metadata_props}
    sizes = {tensor.name: math.prod(tensor.dims) for tensor in document.graph.initializer}
    return {
        "sha256": hashlib.sha256(model.read_bytes()).hexdigest(),
        "parameters": sum(size for name, size in sizes.items() if not name.startswith("outlier")),
        "outlier_parameters": sum(size for name, size in sizes.items() if name.startswith("outlier")),
        "outlier_threshold": float(metadata["outlier_threshold"]),
        "trained": _trained(metadata),
    }


_ESSENTIALS = ("part", "batch", "copies", "precision", "seed")


def _trained(metadata: Mapping[str, str]) -> dict[str, Any]:
    """Return the run's name and, where models/runs.json holds it, the essentials of the recipe and its cost."""
    name = metadata.get("training_run", "")
    story = runs.read_json(RUNS)["runs"] if RUNS.exists() else {}
    if name not in story:
        return {"run": name}
    settings = story[name]["settings"]
    whole = runs.whole_history(story, name)
    images = settings["images"] or {"train": 55_000, "all": 60_000}[settings["part"]]
    return {
        "run": name,
        "images": images,
        **{kind: round(settings.get(kind, 0) * images) for kind in ("drawings", "hands", "outliers")},
        **{key: settings.get(key) for key in _ESSENTIALS},
        "line": runs.line_of(story, name),
        "epochs": len(whole),
        "seconds": round(sum(epoch["seconds"] for epoch in whole)),
    }


# ── metrics.json ─────────────────────────────────────────────────────────────────────────────────


def write_sections(path: Path, sections: Mapping[str, Any], checksum: str | None = None) -> dict[str, Any]:
    """Replace sections of a JSON file, keep the others, and return them all; the file is whole at any time.

    Each section holds the SHA-256 of the model that it was measured on, where it is of one; what shows it checks that.
    """
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    measured_on = {"sha256": checksum} if checksum else {}
    document.update({name: {**measured_on, **section} for name, section in sections.items()})
    text = json.dumps(document, indent=1, ensure_ascii=False)
    # A row of numbers on one line; a raw line break is never inside a string.
    text = re.sub(r"\[\n\s+([-\d.,e\s]+?)\n\s+\]", lambda row: f"[{' '.join(row[1].split())}]", text)
    part = path.with_suffix(".part")
    part.write_text(text + "\n", encoding="utf-8")
    part.replace(path)
    return document


def _rounded(value: Any) -> Any:
    """Return figures to six decimals: more would be noise in the file."""
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    return [_rounded(each) for each in value] if isinstance(value, list) else value
