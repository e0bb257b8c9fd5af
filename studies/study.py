"""A study: its plan, the numbers that it varies, and the database where its trials stand.

The database is `$DIGITS_RUNS/NAME.db` in SQLite, for the processes of one machine; or any that SQLAlchemy has an
address for, such as postgresql://user@host/database, for many machines (its driver: pip install "psycopg[binary]").
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import optuna
from optuna.distributions import FloatDistribution
from optuna.exceptions import DuplicatedStudyError, ExperimentalWarning
from optuna.pruners import MedianPruner
from optuna.storages import RDBStorage, fail_stale_trials
from optuna.trial import TrialState
from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from digits_detector.errors import DataError
from digits_detector.training import runs
from digits_detector.training.classifier.augment import Augmentation
from digits_detector.training.classifier.recipe import Precision, Recipe, scaled

SPACE = {
    "dropout1": FloatDistribution(0.0, 0.5),
    "dropout2": FloatDistribution(0.0, 0.5),
    "dropout3": FloatDistribution(0.0, 0.6),
    "learning_rate": FloatDistribution(3e-4, 1e-2, log=True),
    "weight_decay": FloatDistribution(3e-4, 0.3, log=True),
    "label_smoothing": FloatDistribution(0.0, 0.15),
    "augmentation": FloatDistribution(0.4, 1.6),  # how strong, times the recipe's
}
FINISHED = (TrialState.COMPLETE, TrialState.PRUNED)
UNPRUNED = 5  # trials run to their end before any is pruned
FIRST_TO_PRUNE = 2  # in the first epoch the learning rate only warms up
HEARTBEAT, GRACE = (
    15,
    120,
)  # seconds: how often a trial says that it is alive, and the silence that says it is not

Params = dict[str, float]


@dataclass(frozen=True)
class Plan:
    """What all trials of a study have in common."""

    epochs: int = 4
    images: int = 20_000  # of MNIST's, the first
    seed: int = 0
    precision: Precision = "float32"

    def recipe(self, params: Params) -> Recipe:
        """Return a trial's recipe."""
        return Recipe(
            epochs=self.epochs,
            images=self.images,
            seed=self.seed,
            precision=self.precision,
            dropout=(params["dropout1"], params["dropout2"], params["dropout3"]),
            learning_rate=params["learning_rate"],
            weight_decay=params["weight_decay"],
            label_smoothing=params["label_smoothing"],
            augmentation=scaled(Augmentation(), params["augmentation"]),
        )


def as_it_is() -> Params:
    """Return the recipe's own numbers."""
    recipe = Recipe()
    return {
        **dict(zip(("dropout1", "dropout2", "dropout3"), recipe.dropout, strict=True)),
        "learning_rate": recipe.learning_rate,
        "weight_decay": recipe.weight_decay,
        "label_smoothing": recipe.label_smoothing,
        "augmentation": 1.0,
    }


def rounded(params: Params) -> Params:
    """Return the numbers to three digits: so a trial trains with them, and so the command line shows them."""
    return {name: float(f"{params[name]:.3g}") for name in SPACE}


def finished(study: optuna.Study) -> int:
    """Return how many trials came to their end, or were pruned."""
    return len(study.get_trials(deepcopy=False, states=FINISHED))


def give_up_the_dead(study: optuna.Study) -> None:
    """Fail the trials whose process died: others take their place."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        fail_stale_trials(study)
    # Which leaves out one whose process was killed before its first heartbeat. It never drew all its numbers.
    limit = datetime.now() - timedelta(seconds=GRACE)
    for trial in study.get_trials(deepcopy=False, states=[TrialState.RUNNING]):
        if len(trial.params) < len(SPACE) and trial.datetime_start and trial.datetime_start < limit:
            study.tell(trial.number, state=TrialState.FAIL, skip_if_finished=True)


# ── the database ─────────────────────────────────────────────────────────────────────────────────


@contextmanager
def opened(name: str, plan: Plan, storage: str | None = None) -> Iterator[optuna.Study]:
    """Open a study, or begin it, with the recipe as it is for its first trial.

    Raises
    ------
    DataError
        If the database cannot be opened, or the study was begun with another plan.
    """
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        database = _connect(storage or _address(name))
    except (ImportError, SQLAlchemyError) as error:
        raise DataError(f"the study's database cannot be opened: {str(error).splitlines()[0]}") from error
    try:
        yield _study(name, plan, database)
    finally:
        database.remove_session()
        database.engine.dispose()


def _address(name: str) -> str:
    runs.folder().mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{(runs.folder() / name).absolute()}.db"


def _connect(url: str, tries: int = 4) -> RDBStorage:
    patience = {"connect_args": {"timeout": 60}} if url.startswith("sqlite") else {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ExperimentalWarning)  # which Optuna calls the heartbeat
            return RDBStorage(url, patience, heartbeat_interval=HEARTBEAT, grace_period=GRACE)
    except DatabaseError:
        if tries == 1:
            raise
        time.sleep(0.5)  # another process that begins the same study may be making the tables
        return _connect(url, tries - 1)


def _study(name: str, plan: Plan, database: RDBStorage) -> optuna.Study:
    pruner = MedianPruner(UNPRUNED, FIRST_TO_PRUNE)
    try:
        study = optuna.create_study(study_name=name, storage=database, pruner=pruner)
        study.enqueue_trial(as_it_is())
    except DuplicatedStudyError:
        study = optuna.load_study(study_name=name, storage=database, pruner=pruner)
    begun = Plan(**study.user_attrs.get("plan", asdict(plan)))
    if begun != plan:
        options = " ".join(f"--{name} {value}" for name, value in asdict(begun).items())
        raise DataError(
            f"the study {name} was begun with {options}: go on with these, or give another --name."
        )
    study.set_user_attr("plan", asdict(plan))
    return study
