"""Training leaves a run that tells what it did, and goes on where it stopped."""

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from digits_detector import DataError
from digits_detector.training import runs
from digits_detector.training.classifier.recipe import Recipe
from digits_detector.training.classifier.train import _course, train
from digits_detector.training.provenance import checksum_of
from digits_detector.training.repository import RUNS

pytestmark = [pytest.mark.slow, pytest.mark.train]


def history(run: Path) -> list[dict[str, float]]:
    loaded: list[dict[str, float]] = json.loads((run / "history.json").read_text())
    return loaded


def test_a_run_learns_and_keeps_what_it_did(small_run: Path) -> None:
    epochs = history(small_run)
    assert [epoch["epoch"] for epoch in epochs] == [1, 2]
    assert {"loss", "accuracy", "val_loss", "val_accuracy", "seconds"} <= set(epochs[0])
    assert epochs[1]["loss"] < epochs[0]["loss"]
    assert epochs[1]["accuracy"] > epochs[0]["accuracy"] + 0.2
    assert Recipe.from_json(json.loads((small_run / "settings.json").read_text())) == Recipe(
        epochs=2, images=3000, batch=50
    )
    assert sorted(path.name for path in small_run.iterdir()) == [
        "history.json",
        "model.keras",
        "provenance.json",
        "settings.json",
    ]


def test_repeating_a_run_by_its_settings_gives_the_same_samples(
    small_run: Path, mnist_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITS_DATA", str(mnist_folder.parent))
    recorded = json.loads((small_run / "provenance.json").read_text())
    again = _course(runs.recipe(small_run)).samples
    assert recorded["samples"] == checksum_of((again.images, again.targets))
    assert recorded["libraries"].keys() >= {"keras", "numpy"}
    assert recorded["data"]["pen/pendigits-orig.tra.Z"].startswith("sha256:")
    assert recorded["commit"] is None or len(recorded["commit"].removesuffix("+changes")) == 40


def test_every_seed_learns_from_the_same_samples(mnist_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITS_DATA", str(mnist_folder.parent))
    first, other = (_course(Recipe(images=300, epochs=1, seed=seed)).samples for seed in (0, 1))
    np.testing.assert_array_equal(first.images, other.images)


def test_a_run_is_not_overwritten(small_run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITS_RUNS", str(small_run.parent))
    with pytest.raises(DataError, match="--resume"):
        train(Recipe(), small_run.name)


def test_a_missing_run_cannot_be_resumed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITS_RUNS", str(tmp_path))
    with pytest.raises(DataError, match="no run"):
        train(Recipe(), "missing", resume=True)


def test_only_a_run_that_is_recorded_can_be_repeated() -> None:
    recorded = runs.read_json(RUNS)
    assert runs.recorded_recipe(recorded["shipped"]).epochs == len(
        recorded["runs"][recorded["shipped"]]["history"]
    )
    with pytest.raises(DataError, match=f"no run 'mine', only of .*{recorded['shipped']}"):
        runs.recorded_recipe("mine")


def test_a_killed_run_goes_on(mnist_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITS_DATA", str(mnist_folder.parent))
    monkeypatch.setenv("DIGITS_RUNS", str(tmp_path))
    run = tmp_path / "killed"
    command = "import sys; from digits_detector.cli import main; sys.exit(main())"
    arguments = ["train", "--name", "killed", "--epochs", "3", "--images", "1500"]
    with subprocess.Popen([sys.executable, "-c", command, *arguments], stderr=subprocess.DEVNULL) as process:
        while not (run / "history.json").exists():
            assert process.poll() is None
            time.sleep(0.02)
        process.kill()
    before = history(run)
    assert 1 <= len(before) < 3
    assert train(Recipe(), "killed", resume=True) == run
    after = history(run)
    assert after[: len(before)] == before
    assert [epoch["epoch"] for epoch in after] == [1, 2, 3]
    assert after[-1]["loss"] < before[0]["loss"] - 0.3  # it did not begin again
    assert (run / "model.keras").exists()


@pytest.mark.parametrize(
    ("recipe", "sentence"),
    [
        (Recipe(start="typo"), "no finished run"),
        (Recipe(learning_rate=-1), "learning_rate: invalid value -1"),
        (Recipe(dropout=(2, 2, 2)), "dropout: invalid value"),
        (Recipe(drawings=-0.1), "drawings: invalid value"),
    ],
    ids=["a start that is missing", "a rate below 0", "dropout above 1", "fewer than no drawings"],
)
def test_a_recipe_that_makes_no_sense_leaves_nothing_behind(
    recipe: Recipe, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITS_RUNS", str(tmp_path))
    with pytest.raises(DataError, match=sentence):
        train(recipe, "mine")
    assert not list(tmp_path.iterdir())
