"""A study's pictures show what its table holds; its importance finds what matters."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from scripts import tables
from studies import report
from studies.study import SPACE, Plan

pytestmark = pytest.mark.train

BEST = {
    "dropout1": 0.2,
    "dropout2": 0.25,
    "dropout3": 0.4,
    "learning_rate": 0.002,
    "weight_decay": 0.002,
    "label_smoothing": 0.05,
    "augmentation": 1.0,
}


def words(figure: Figure) -> set[str]:
    """Return all that is written in a figure."""
    figure.draw_without_rendering()
    return {text.get_text() for text in figure.findobj(Text) if isinstance(text, Text)}


@pytest.fixture(scope="module")
def table() -> dict[str, Any]:
    """Return the table of a study in which only the learning rate matters; bad trials are pruned."""

    def objective(trial: optuna.Trial) -> float:
        params = {
            name: trial.suggest_float(name, each.low, each.high, log=each.log) for name, each in SPACE.items()
        }
        value = 0.01 + 60 * abs(params["learning_rate"] - 0.002)
        figures = {"val_loss": value, "val_accuracy": 0.9, "pen_loss": value, "pen_accuracy": 0.9}
        trial.set_user_attr("epochs", [figures])
        trial.report(value, 1)
        if value > 0.2:
            raise optuna.TrialPruned
        return float(value)

    study = optuna.create_study(study_name="made-up", sampler=optuna.samplers.RandomSampler(seed=1))
    study.set_user_attr("plan", vars(Plan()))
    study.enqueue_trial(BEST)
    study.optimize(objective, n_trials=40)
    document: dict[str, Any] = json.loads(json.dumps(report.document(study)))
    return document


def test_the_readme_shows_the_best_trials_first_and_the_recipe_as_it_was(table: dict[str, Any]) -> None:
    _, _, *rows = tables.study({"study": table}, best=3).split("\n\n")[0].splitlines()
    assert rows[0].startswith("| 0, the recipe as it was | 0.2 | 0.25 | 0.4 | 0.002 |")
    values = [float(row.split("|")[-2]) for row in rows]
    assert len(values) == 3
    assert values == sorted(values)


def test_importance_finds_what_matters(table: dict[str, Any]) -> None:
    assert next(iter(table["importance"])) == "learning_rate"
    assert sum(table["importance"].values()) == pytest.approx(1, abs=1e-3)


def test_the_table_counts_finished_and_pruned_trials(table: dict[str, Any]) -> None:
    assert table["n"]["complete"] + table["n"]["pruned"] == 40 == len(table["trials"])
    assert table["n"]["pruned"] > 0
    assert table["best"] == 0


def test_the_command_line_has_the_best_numbers(table: dict[str, Any]) -> None:
    assert table["command"] == (
        "digits train --name made-up-best --dropout 0.2 0.25 0.4 --learning-rate 0.002 --weight-decay 0.002 "
        "--label-smoothing 0.05 --augmentation 1"
    )


def test_the_history_separates_finished_trials_from_pruned_ones(table: dict[str, Any]) -> None:
    figure = report.history(table)
    assert {"finished", "pruned", "best so far", "the recipe as it was"} <= words(figure)
    finished, pruned, best = (np.asarray(line.get_ydata()) for line in figure.axes[0].lines[:3])
    assert (len(finished), len(pruned)) == (table["n"]["complete"], table["n"]["pruned"])
    assert finished.min() == best.min() == pytest.approx(0.01)


def test_the_importance_is_shown_in_per_cent(table: dict[str, Any]) -> None:
    share = table["importance"]["learning_rate"]
    assert {"learning rate", f"{100 * share:.0f} %"} <= words(report.importance(table))


def test_parallel_coordinates_name_each_number_its_range_and_the_best(table: dict[str, Any]) -> None:
    shown = words(report.parallel(table))
    assert {"dropout 1", "weight decay", "cross-entropy", "0.0003", "0.3", "best", "0.25", "0.4"} <= shown


def test_all_is_written_into_a_folder(table: dict[str, Any], tmp_path: Path) -> None:
    report.write(table, tmp_path / "new")
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        "study.json",
        "study_history.png",
        "study_importance.png",
        "study_parallel.png",
    ]
    assert json.loads((tmp_path / "new" / "study.json").read_text()) == table
