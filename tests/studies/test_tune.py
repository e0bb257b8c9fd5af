"""A study goes on where it stopped, is shared by processes, and ends as a table, pictures and a command line."""

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from optuna.trial import TrialState

from digits_detector import DataError
from digits_detector.cli import main
from digits_detector.training import runs
from digits_detector.training.classifier.recipe import Recipe
from studies import study
from studies.study import Plan, as_it_is
from studies.tune import cross_entropy, tune
from studies.tune import main as search
from tests.conftest import ROOT, need

pytestmark = [pytest.mark.slow, pytest.mark.train]

PLAN = Plan(epochs=1, images=300)
OPTIONS = ["--name", "study", "--epochs", "1", "--images", "300"]


@pytest.fixture(autouse=True)
def _folders(mnist_folder: Path, pen_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITS_DATA", str(mnist_folder.parent))
    monkeypatch.setenv("DIGITS_RUNS", str(tmp_path))


@pytest.fixture
def postgresql() -> Iterator[str]:
    """Return the address of a database on a server of our own, reached through a socket in its folder."""
    found = shutil.which("initdb") or next(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")), None)
    need(found, "PostgreSQL is missing: apt-get install postgresql")
    programs = Path(str(found)).resolve().parent
    user = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root

    def run(program: str, *arguments: str) -> None:
        command = [str(programs / program), "--pgdata", f"{folder}/data", *arguments]
        subprocess.run(command, user=user, group=user, cwd=folder, stdout=subprocess.DEVNULL, check=True)

    with tempfile.TemporaryDirectory() as folder:
        if user:
            shutil.chown(folder, user, user)
        run("initdb", "--username", "digits", "--auth", "trust", "--no-sync")
        run("pg_ctl", "start", "--log", f"{folder}/log", "-o", f"-F -k {folder} -c listen_addresses=''")
        yield f"postgresql://digits@/postgres?host={folder}"
        run("pg_ctl", "stop", "--mode", "immediate")


def start(trials: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "studies.tune", *OPTIONS, "--trials", str(trials)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def states(table: dict[str, Any]) -> list[tuple[int, str]]:
    return [(trial["number"], trial["state"]) for trial in table["trials"]]


def test_a_study_ends_as_a_table_pictures_and_a_command_that_trains(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = tune("study", PLAN, trials=1)
    assert first["recipe"] == as_it_is()
    folder = tmp_path / "report"
    search([*OPTIONS, "--trials", "2", "--report", str(folder)])
    table = json.loads((folder / "study.json").read_text())
    assert table["trials"][0] == first["trials"][0]  # it went on
    assert states(table) == [(0, "complete"), (1, "complete")]
    best = min(table["trials"], key=lambda trial: float(trial["value"]))
    assert (best["number"], best["params"]) == (table["best"], table["recipe"])
    assert best["epochs"][0]["value"] == best["value"]
    assert best["value"] ** 2 == pytest.approx(
        best["epochs"][0]["val_loss"] * best["epochs"][0]["pen_loss"], rel=1e-4
    )
    assert {path.name for path in folder.iterdir()} >= {
        "study.json",
        "study_history.png",
        "study_parallel.png",
    }
    command = capsys.readouterr().out.splitlines()[-1]
    assert command == table["command"]
    assert main([*shlex.split(command)[1:], "--epochs", "1", "--images", "300"]) == 0
    assert runs.recipe(runs.folder() / "study-best") == PLAN.recipe(table["recipe"])


def test_a_study_keeps_to_its_plan() -> None:
    with study.opened("study", PLAN):
        pass
    with pytest.raises(DataError, match="--epochs 1 --images 300 --seed 0"):
        tune("study", replace(PLAN, images=400), trials=1)


def test_another_trial_takes_the_place_of_one_that_was_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with start(trials=2) as process:
        while not (tmp_path / "study.db").exists() or not _running():
            assert process.poll() is None
            time.sleep(0.05)
        process.kill()
    assert _running() == 1
    monkeypatch.setattr(study, "GRACE", 3)
    table = tune("study", PLAN, trials=2)
    assert sum(table["n"].values()) == 2
    assert _running() == 0


def test_a_trial_that_was_killed_before_its_first_heartbeat_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with study.opened("study", PLAN) as opened, pytest.warns(UserWarning, match="Heartbeat"):
        opened.ask()  # which takes a trial, but sends no heartbeat
    assert _running() == 1
    monkeypatch.setattr(study, "GRACE", 3)
    assert states(tune("study", PLAN, trials=1)) == [(1, "complete")]
    assert _running() == 0


def _running() -> int:
    with study.opened("study", PLAN) as opened:
        return len(opened.get_trials(states=[TrialState.RUNNING]))


def test_two_processes_share_a_study() -> None:
    processes = [start(trials=3) for _ in range(2)]
    recorded = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert recorded[0] == recorded[1]
    with study.opened("study", PLAN) as opened:
        assert study.finished(opened) == 3
        values = [trial.params["learning_rate"] for trial in opened.get_trials(states=study.FINISHED)]
    assert len(set(values)) == len(values)


def test_a_study_lives_on_a_postgresql_server(postgresql: str, tmp_path: Path) -> None:
    table = tune("study", PLAN, trials=1, storage=postgresql)
    assert tune("study", PLAN, trials=1, storage=postgresql) == table
    assert states(table) == [(0, "complete")]
    assert not list(tmp_path.glob("*.db"))


@pytest.mark.parametrize("address", ["nowhere", "postgresql://127.0.0.1:1/none", "sqlite:////none/study.db"])
def test_a_database_that_cannot_be_opened_gets_one_sentence(
    address: str,
) -> None:
    with pytest.raises(SystemExit, match="the study's database cannot be opened: ") as stopped:
        search([*OPTIONS, "--storage", address])
    assert str(stopped.value).count("\n") == 0


def test_the_first_trial_is_the_recipe_as_it_is() -> None:
    assert Plan(Recipe.epochs, 1000, 3).recipe(as_it_is()) == Recipe(images=1000, seed=3)


def test_the_cross_entropy_ignores_how_sure_the_network_is_on_average() -> None:
    random = np.random.default_rng(0)
    logits = random.normal(0, 2, (500, 10))
    labels = (logits + random.gumbel(0, 1, logits.shape)).argmax(axis=1)

    def of(sharpness: float) -> float:
        powers = np.exp(sharpness * logits)
        return cross_entropy((powers / powers.sum(axis=1, keepdims=True)).astype(np.float32), labels)

    assert of(0.5) == pytest.approx(of(1), rel=1e-3)
    assert of(2) == pytest.approx(of(1), rel=1e-3)
    assert of(1) < np.log(10) == pytest.approx(cross_entropy(np.full((500, 10), np.nan), labels))
