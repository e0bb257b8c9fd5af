"""Where runs live, and what a run leaves: a folder of settings.json, history.json and, once finished, model.keras."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import pooch

from ..errors import DataError
from .classifier.recipe import Recipe
from .repository import RUNS


def folder() -> Path:
    """Return where runs live: `$DIGITS_RUNS`, or a folder in the user's cache."""
    return Path(os.environ.get("DIGITS_RUNS") or Path(pooch.os_cache("digits-detector")) / "runs")


def recipe(run: Path) -> Recipe:
    """Return the recipe of a run, finished or not.

    Raises
    ------
    DataError
        If there is no such run.
    """
    try:
        return Recipe.from_json(read_json(run / "settings.json"))
    except FileNotFoundError:
        raise DataError(f"there is no run {run}.") from None


def recorded_recipe(name: str) -> Recipe:
    """Return the recipe of a run in models/runs.json of the repository.

    Raises
    ------
    DataError
        If there is no run of this name.
    """
    known = read_json(RUNS)["runs"]
    if name not in known:
        raise DataError(f"{RUNS.name} has no run {name!r}, only of {', '.join(known) or 'none'}.")
    return Recipe.from_json(known[name]["settings"])


def network(run: Path) -> keras.Model:
    """Return the network of a finished run.

    Raises
    ------
    DataError
        If there is no such run, or it is not finished.
    """
    try:
        return keras.saving.load_model(run / "model.keras", compile=False)
    except (OSError, ValueError):
        raise DataError(f"there is no finished run {run}.") from None


def record(run: Path) -> dict[str, Any]:
    """Return what a run and all runs behind it left, but for the weights, by name, the oldest first.

    Settings; provenance, history, and what was misread of the test images, where there is such a file.

    Raises
    ------
    DataError
        If one of them is not there any more.
    """
    try:
        settings = read_json(run / "settings.json")
    except FileNotFoundError:
        raise DataError(f"{run} is missing: what a run came from is shipped with it.") from None
    before: dict[str, Any] = record(run.parent / settings["start"]) if settings["start"] else {}
    left = {part: run / f"{part}.json" for part in ("provenance", "history", "test")}
    recorded = {part: read_json(path) for part, path in left.items() if path.exists()}
    return {**before, run.name: {"settings": settings, **recorded}}


def line_of(recorded: Mapping[str, Any], name: str) -> list[str]:
    """Return the names of a run and of those it went on from, the first first; `recorded` maps names to records."""
    start = recorded[name]["settings"].get("start")
    return [*(line_of(recorded, start) if start in recorded else []), name]


def whole_history(recorded: Mapping[str, Any], name: str) -> list[dict[str, float]]:
    """Return the epochs of all these runs, counted through."""
    epochs = [epoch for run in line_of(recorded, name) for epoch in recorded[run]["history"]]
    return [{**epoch, "epoch": number} for number, epoch in enumerate(epochs, start=1)]


def plain(document: Any) -> Any:
    """Return a document as it comes back from JSON: tuples are lists."""
    return json.loads(json.dumps(document))


def read_json(path: Path) -> Any:
    """Read what `write_json` wrote."""
    return json.loads(path.read_text())


def write_json(path: Path, document: Any) -> None:
    """Write a document whole or not at all."""
    part = path.with_suffix(".part")
    part.write_text(json.dumps(document, indent=1) + "\n")
    part.replace(path)
