"""Search for the recipe's hyper-parameters: `python -m studies.tune`.

    python -m studies.tune --name study                  # 40 trials of 4 epochs on 20,000 of MNIST's images
    python -m studies.tune --name study                  # again: goes on where it stopped
    python -m studies.tune --name study --trials 60      # goes on, to 60 trials in all
    python -m studies.tune --name study --storage postgresql://user@host/database     # on as many machines as there are

Every process that is given a study takes the next trial of it until there are enough. If one dies, its trial is given
up after two minutes' silence, and another takes its place. All trials begin with the same weights, see the same digits,
which each process makes once, and differ in the numbers of `study.SPACE`.

What is minimised is the geometric mean of two cross-entropies, of the averaged weights: on MNIST's 5,000, and on the
digits of five other pen writers. Accuracy would be too coarse: most trials differ by a few of the 5,000 digits, less
than chance. The cross-entropy is that at the best temperature (Ashukha et al. 2020, Pitfalls of In-Domain Uncertainty
Estimation and Ensembling in Deep Learning, section 3), since a run's temperature is fitted anyway, and smoothed labels
must not look bad for what that mends. In the geometric mean a tenth less of either counts the same.

Trial 0 is the recipe as it is. Then a tree-structured Parzen estimator proposes (Bergstra et al. 2011, Algorithms for
Hyper-Parameter Optimization, section 4), and what is worse than the median of the trials before it, after as many
epochs, is pruned (Golovin et al. 2017, Google Vizier, section 3.2).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import optuna
from numpy.typing import NDArray
from optuna.samplers import TPESampler
from optuna.trial import TrialState
from tqdm import tqdm

from digits_detector.errors import DataError
from digits_detector.training import runs
from digits_detector.training.classifier import samples
from digits_detector.training.classifier.samples import Course, Samples
from digits_detector.training.classifier.train import build_trainer, fit
from digits_detector.training.scores import negative_log_likelihood
from digits_detector.training.temperature import fit_temperature

from . import report
from .report import document
from .study import FINISHED, SPACE, Plan, as_it_is, finished, give_up_the_dead, opened, rounded

PAUSE = 2.0  # seconds between two looks at what other processes still do


def tune(name: str, plan: Plan, trials: int, storage: str | None = None) -> dict[str, Any]:
    """Search until the study has that number of trials, and return its table (see `report.document`).

    Parameters
    ----------
    trials
        Finished and pruned, of all processes and all times.
    storage
        The address of a database; by default `$DIGITS_RUNS/NAME.db`.

    Raises
    ------
    DataError
        If the database cannot be opened, the study was begun with another plan, or the data cannot be had.
    """
    with opened(name, plan, storage) as study:
        if finished(study) < trials:
            _search(study, plan, trials)
        return document(study)


def _search(study: optuna.Study, plan: Plan, trials: int) -> None:
    used = samples.joined(samples.to_train_on(plan.recipe(as_it_is())).values())
    validation = samples.to_choose_on()
    done = finished(study) * plan.epochs
    with tqdm(total=trials * plan.epochs, initial=done, unit="epoch", smoothing=0) as bar:
        objective = _Objective(plan, trials, used, validation, bar)
        while (count := finished(study)) < trials:
            bar.n = count * plan.epochs  # a pruned trial leaves epochs out, and others work, too
            if count:
                bar.set_postfix(best=f"{study.best_value:.4f}", refresh=False)
            bar.refresh()
            if count + len(study.get_trials(deepcopy=False, states=[TrialState.RUNNING])) < trials:
                # Reseeded a trial: no process draws again what another drew, nor what it drew before it was stopped.
                study.sampler = TPESampler(seed=plan.seed + len(study.get_trials(deepcopy=False)))
                study.optimize(objective, n_trials=1, catch=_TooMany)
                keras.utils.clear_session()  # else each trial's graphs would stay
            else:
                time.sleep(PAUSE)
                give_up_the_dead(study)
        bar.n = bar.total
        bar.refresh()


# ── a trial ──────────────────────────────────────────────────────────────────────────────────────


class _TooMany(Exception):
    """Another process took the last trial at the same moment."""


class _Objective:
    """Trains by a trial's numbers and returns what it came to."""

    def __init__(
        self, plan: Plan, trials: int, used: Samples, validation: dict[str, Samples], bar: Any
    ) -> None:
        self.plan, self.trials, self.used, self.validation, self.bar = plan, trials, used, validation, bar

    def __call__(self, trial: optuna.Trial) -> float:
        others = trial.study.get_trials(deepcopy=False, states=[*FINISHED, TrialState.RUNNING])
        if sum(other.number < trial.number for other in others) >= self.trials:
            raise _TooMany
        self.bar.set_description(f"trial {trial.number}")
        params = {
            name: trial.suggest_float(name, values.low, values.high, log=values.log)
            for name, values in SPACE.items()
        }
        recipe = self.plan.recipe(rounded(params))
        steps = len(self.used.images) // recipe.batch
        used = self.used[: steps * recipe.batch]
        validate = _Validate(trial, self.validation, self.bar)
        course = Course(used, recipe.batch, steps, recipe.epochs, recipe.seed)
        fit(build_trainer(recipe, steps), course, [validate])
        return validate.value


class _Validate(keras.callbacks.Callback):  # type: ignore[misc]
    """Reports each epoch to the study, and prunes the trial if it does worse than most."""

    def __init__(self, trial: optuna.Trial, validation: dict[str, Samples], bar: Any) -> None:
        super().__init__()
        self.trial, self.validation, self.bar = trial, validation, bar
        self.epochs: list[dict[str, float]] = []
        self.value = np.inf

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        figures: dict[str, float] = {}
        for part, held_out in self.validation.items():
            averaged = keras.callbacks.SwapEMAWeights()
            read = self.model.predict(held_out.images, batch_size=500, verbose=0, callbacks=[averaged])
            figures[f"{part}_loss"] = cross_entropy(read, held_out.targets.argmax(axis=1))
            figures[f"{part}_accuracy"] = float(
                (read.argmax(axis=1) == held_out.targets.argmax(axis=1)).mean()
            )
        self.value = float(np.sqrt(figures["val_loss"] * figures["pen_loss"]))
        self.epochs.append({name: round(value, 6) for name, value in figures.items()})
        self.trial.set_user_attr("epochs", self.epochs)
        self.trial.report(self.value, epoch + 1)
        self.bar.update()
        if self.trial.should_prune():
            raise optuna.TrialPruned


def cross_entropy(read: NDArray[np.float32], labels: NDArray[np.integer[Any]]) -> float:
    """Return the cross-entropy at the best temperature.

    Parameters
    ----------
    read : ndarray of shape (n, 10)
        Probabilities; a network that diverged, and reads NaN, counts as one that knows nothing.
    labels : ndarray of shape (n,)
    """
    logits = np.log(np.maximum(np.nan_to_num(read, nan=0.1), 1e-30))
    return negative_log_likelihood(logits / fit_temperature(logits, labels), labels)


def main(argv: Sequence[str] | None = None) -> None:
    """Run the search from the command line, then write its table and pictures."""
    parser = argparse.ArgumentParser(
        prog="python -m studies.tune", description="Search for hyper-parameters."
    )
    parser.add_argument("--name", required=True, help="of the study")
    parser.add_argument("--trials", type=int, default=40, help="in all (default: %(default)s)")
    parser.add_argument("--epochs", type=int, default=Plan.epochs, help="of each (default: %(default)s)")
    parser.add_argument(
        "--images",
        type=int,
        default=Plan.images,
        help="MNIST's first images, this many (default: %(default)s)",
    )
    parser.add_argument("--seed", type=int, default=0, help="(default: %(default)s)")
    parser.add_argument("--precision", choices=["float32", "bfloat16"], default=Plan.precision)
    parser.add_argument(
        "--storage", metavar="URL", help="of the database; SQLAlchemy's form (default: $DIGITS_RUNS/NAME.db)"
    )
    parser.add_argument(
        "--report", type=Path, metavar="FOLDER", help="for table and pictures (default: $DIGITS_RUNS/NAME)"
    )
    args = parser.parse_args(argv)
    plan = Plan(args.epochs, args.images, args.seed, args.precision)
    try:
        table = tune(args.name, plan, args.trials, args.storage)
    except DataError as error:
        raise SystemExit(str(error)) from None
    folder = args.report or runs.folder() / args.name
    report.write(table, folder)
    print(f"{folder}: written; the best is trial {table['best']}\n{table['command']}")


if __name__ == "__main__":
    main()
