"""What a study came to: its table, study.json, and three pictures that are drawn from the table alone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator, StrMethodFormatter
from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances
from optuna.trial import FrozenTrial, create_trial

from digits_detector.training import figures
from digits_detector.training.figures import AMBER, INK, LINE, MUTED, TEAL, TEALS, picture

from .study import FINISHED, SPACE, rounded

PROTOCOL = (
    "value: the geometric mean of the cross-entropies, each at its best temperature, on MNIST's 5,000 (val) and on the "
    "digits of five other pen writers (pen), of the averaged weights after the last epoch; trial 0 is the recipe as it "
    "was; importance: PED-ANOVA of the best quarter of all trials, which the pruned count among as what they last were"
)
BEST_SHARE = 0.25  # of the trials, whose numbers the importance compares with those of all
WORDS = {
    "dropout1": "dropout 1",
    "dropout2": "dropout 2",
    "dropout3": "dropout 3",
    "learning_rate": "learning rate",
    "weight_decay": "weight decay",
    "label_smoothing": "label smoothing",
    "augmentation": "augmentation",
    "value": "cross-entropy",
}
LOGARITHMIC = {"value", *(name for name, values in SPACE.items() if values.log)}


def document(study: optuna.Study) -> dict[str, Any]:
    """Return a study's table, ready for JSON.

    "best" is the number of the best trial, "recipe" its numbers, "command" what trains by them; "trials" holds of each
    trial number, state, seconds, params, value (the last one), and each epoch's figures on both parts.
    """
    trials = [trial for trial in study.get_trials(deepcopy=False) if "epochs" in trial.user_attrs]
    best = rounded(study.best_trial.params)
    return {
        "name": study.study_name,
        "protocol": PROTOCOL,
        "n": {state.name.lower(): sum(trial.state == state for trial in trials) for state in FINISHED},
        "plan": study.user_attrs["plan"],
        "space": {name: [values.low, values.high] for name, values in SPACE.items()},
        "best": study.best_trial.number,
        "recipe": best,
        "command": command(f"{study.study_name}-best", best),
        "importance": _importance([trial for trial in trials if trial.state in FINISHED]),
        "trials": [_row(trial) for trial in trials],
    }


def _row(trial: FrozenTrial) -> dict[str, Any]:
    return {
        "number": trial.number,
        "state": trial.state.name.lower(),
        "seconds": round(trial.duration.total_seconds(), 1) if trial.duration else None,
        "params": rounded(trial.params),
        "value": round(trial.intermediate_values[trial.last_step or 1], 6),
        "epochs": [
            {"epoch": epoch, "value": round(trial.intermediate_values[epoch], 6), **figures}
            for epoch, figures in enumerate(trial.user_attrs["epochs"], start=1)
        ],
    }


def command(name: str, params: Mapping[str, float]) -> str:
    """Return the command line that trains by these numbers."""
    dropout = " ".join(f"{params[key]:g}" for key in ("dropout1", "dropout2", "dropout3"))
    others = [key for key in SPACE if not key.startswith("dropout")]
    options = "".join(f" --{key.replace('_', '-')} {params[key]:g}" for key in others)
    return f"digits train --name {name} --dropout {dropout}{options}"


def _importance(trials: Sequence[FrozenTrial]) -> dict[str, float]:
    """Return how much each number distinguishes the best trials from all, in shares of one, the most important first.

    Watanabe, Bansal, Hutter 2023, PED-ANOVA: Efficiently Quantifying Hyperparameter Importance in Arbitrary Subspaces.
    Optuna would leave pruned trials out, and with them most of what is bad.
    """
    if len(trials) < 2 / BEST_SHARE:
        return {}
    finished = optuna.create_study()
    for trial in trials:
        finished.add_trial(
            create_trial(
                params=trial.params,
                distributions=trial.distributions,
                value=trial.intermediate_values[trial.last_step or 1],
            )
        )
    evaluator = PedAnovaImportanceEvaluator(target_quantile=BEST_SHARE)
    shares = get_param_importances(finished, evaluator=evaluator)
    return {name: round(share, 4) for name, share in shares.items()}


def write(table: Mapping[str, Any], folder: Path) -> None:
    """Write a study's table and pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "study.json").write_text(json.dumps(table, indent=1) + "\n")
    pictures = {"study_history": history(table), "study_parallel": parallel(table)}
    if table["importance"]:
        pictures["study_importance"] = importance(table)
    figures.save(pictures, folder)


# ── pictures ─────────────────────────────────────────────────────────────────────────────────────


@picture
def history(table: Mapping[str, Any]) -> Figure:
    """Show what each trial came to, and the best so far."""
    ended, pruned = _rows(table, "complete"), _rows(table, "pruned")
    numbers, values = [row["number"] for row in ended], [row["value"] for row in ended]
    best = np.minimum.accumulate([*values, min(values)])
    last = max(row["number"] for row in table["trials"])
    figure = Figure(figsize=(9, 3.6))
    axes = figure.subplots()
    axes.plot(numbers, values, "o", color=TEAL, markersize=5, label="finished")
    left = [row["number"] for row in pruned]
    axes.plot(left, [row["value"] for row in pruned], "x", color=MUTED, markersize=5, label="pruned")
    axes.step([*numbers, last], best, where="post", color=AMBER, zorder=1.9, label="best so far")
    if numbers[0] == 0:
        axes.axhline(
            values[0],
            color=MUTED,
            linewidth=1,
            linestyle=(0, (4, 3)),
            zorder=1.8,
            label="the recipe as it was",
        )
    axes.set(title="cross-entropy", xlabel="trial", yscale="log")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set(
        major_locator=LogLocator(subs=(1, 1.5, 2, 3, 5, 7)),
        minor_locator=NullLocator(),
        major_formatter=StrMethodFormatter("{x:g}"),
    )
    axes.grid(axis="y")
    axes.legend(ncols=4, loc="lower right", bbox_to_anchor=(1, 0.985), borderpad=0)
    return figure


@picture
def importance(table: Mapping[str, Any]) -> Figure:
    """Show how much each number distinguishes the best trials from all."""
    shares = table["importance"]
    names = [WORDS[name] for name in shares]
    figure = Figure(figsize=(6.4, 0.4 * len(names) + 0.7))
    axes = figure.subplots()
    bars = axes.barh(names, list(shares.values()), color=TEAL, height=0.65)
    axes.bar_label(bars, [f"{100 * share:.0f} %" for share in shares.values()], padding=4, color=INK)
    axes.set(
        title="what distinguishes the best quarter of the trials (PED-ANOVA)",
        xlim=(0, 1.12 * max(shares.values())),
    )
    axes.invert_yaxis()
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(axis="y", labelcolor=INK)
    return figure


@picture
def parallel(table: Mapping[str, Any]) -> Figure:
    """Show each trial as a line through its numbers: the darker, the better; the best in another colour."""
    ended, pruned = _rows(table, "complete"), _rows(table, "pruned")
    ended.sort(key=lambda row: -row["value"])
    values = [row["value"] for row in ended]
    ranges = {**table["space"], "value": [values[-1], max(values[0], 1.01 * values[-1])]}
    figure = Figure(figsize=(10, 4.4))
    axes = figure.subplots()

    def line(row: Mapping[str, Any], names: Sequence[str], **style: Any) -> None:
        numbers = {**row["params"], "value": row["value"]}
        axes.plot(
            *_smooth([_place(numbers[name], ranges[name], name in LOGARITHMIC) for name in names]), **style
        )

    for row in pruned:
        line(row, list(SPACE), color=LINE, linewidth=1)
    for colour, row in zip(TEALS(np.linspace(0.2, 0.85, len(ended))), ended, strict=True):
        line(row, list(ranges), color=colour, linewidth=1.3)
    line(ended[-1], list(ranges), color=AMBER, linewidth=2.6)
    best = {**table["recipe"], "value": values[-1]}
    for x, (name, (low, high)) in enumerate(ranges.items()):
        axes.plot([x, x], [0, 1], color=MUTED, linewidth=0.8)
        axes.text(x, 1.12, WORDS[name], ha="center", va="bottom", weight="bold", fontsize=9)
        axes.text(x, 1.03, f"{high:.3g}", ha="center", va="bottom", color=MUTED, fontsize=9)
        axes.text(x, -0.03, f"{low:.3g}", ha="center", va="top", color=MUTED, fontsize=9)
        axes.text(
            x, -0.11, f"{best[name]:.3g}", ha="center", va="top", color=AMBER, weight="bold", fontsize=9
        )
    axes.text(-0.5, -0.11, "best", ha="center", va="top", color=AMBER, weight="bold", fontsize=9)
    axes.set(xlim=(-0.6, len(ranges) - 0.5), ylim=(-0.18, 1.2))
    axes.axis("off")
    return figure


def _rows(table: Mapping[str, Any], state: str) -> list[Mapping[str, Any]]:
    return [row for row in table["trials"] if row["state"] == state]


def _place(value: float, bounds: Sequence[float], logarithmic: bool) -> float:
    """Return where a value lies between its bounds, 0 to 1."""
    numbers = np.array([value, *bounds])
    value, low, high = np.log(numbers) if logarithmic else numbers
    return float((value - low) / (high - low))


def _smooth(heights: Sequence[float], steps: int = 24) -> tuple[np.ndarray, np.ndarray]:
    """Return x and y of a line that is level as it crosses each axis."""
    x = np.linspace(0, len(heights) - 1, steps * (len(heights) - 1) + 1)
    left = np.minimum(x.astype(int), len(heights) - 2)
    eased = (1 - np.cos(np.pi * (x - left))) / 2
    y = np.array(heights)
    return x, (1 - eased) * y[left] + eased * y[left + 1]
