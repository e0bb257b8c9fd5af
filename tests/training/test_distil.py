"""Lessons: what teachers read in augmented samples, for a student to learn from."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from digits_detector import DataError
from digits_detector.training import runs, samples
from digits_detector.training.distil import lessons, teach
from digits_detector.training.recipe import Recipe
from digits_detector.training.train import train

pytestmark = [pytest.mark.slow, pytest.mark.train]

RECIPE = Recipe(images=200, drawings=0.5, outliers=0.25)


@pytest.fixture(autouse=True)
def _runs(small_run: Path, pen_folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Two runs of one network: "teacher", and "of-mnist", which says that it never saw a drawing."""
    monkeypatch.setenv("DIGITS_DATA", str(pen_folder.parent))
    monkeypatch.setenv("DIGITS_RUNS", str(tmp_path))
    shutil.copytree(small_run, tmp_path / "teacher")
    shutil.copytree(small_run, tmp_path / "of-mnist")
    settings = tmp_path / "of-mnist" / "settings.json"
    runs.write_json(settings, {**runs.read_json(settings), "drawings": 0.0})


def test_a_target_lies_between_the_label_and_what_the_teacher_reads() -> None:
    teach(RECIPE, ["teacher"], 2, "lessons")
    made, copies = lessons("lessons")
    labels = samples.joined(samples.to_train_on(RECIPE).values()).targets
    assert copies == 2
    assert made.images.shape == (700, 28, 28, 1)
    assert made.images.dtype == np.uint8
    np.testing.assert_allclose(made.targets.sum(axis=1), 1, atol=1e-2)
    digits = made.targets[:300]
    of_label = digits[labels[:300] > 0.5]
    assert (of_label >= 0.499).all()
    assert of_label.min() < 0.99
    assert (made.images[:350] != made.images[350:]).any(axis=(1, 2, 3)).all()


def test_nobody_is_asked_about_outliers_and_mnist_knows_no_drawings() -> None:
    teach(RECIPE, ["of-mnist"], 1, "lessons")
    made, _ = lessons("lessons")
    labels = samples.joined(samples.to_train_on(RECIPE).values()).targets
    assert (made.targets[:200] != labels[:200]).any()
    np.testing.assert_allclose(made.targets[200:], labels[200:], atol=1e-3)


def test_a_student_learns_from_lessons() -> None:
    teach(RECIPE, ["teacher"], 2, "lessons")
    run = train(Recipe(lessons="lessons", start="teacher", kept=0.0, epochs=3, batch=32), "student")
    history = runs.read_json(run / "history.json")
    assert [epoch["epoch"] for epoch in history] == [1, 2, 3]
    assert history[-1]["loss"] < history[0]["loss"]


def test_lessons_go_on_and_each_copy_is_drawn_anew() -> None:
    few = replace(RECIPE, images=20)
    folder = teach(few, ["teacher"], 1, "lessons")
    first = (folder / "copy-000.npz").stat().st_mtime_ns
    teach(few, ["teacher"], 2, "lessons")
    assert (folder / "copy-000.npz").stat().st_mtime_ns == first
    made, copies = lessons("lessons")
    assert copies == 2
    drawings, outliers = np.s_[20:30], np.s_[30:35]
    for kind in (drawings, outliers):
        one, other = made.images[:35][kind], made.images[35:][kind]
        assert (one != other).any(axis=(1, 2, 3)).all()


def test_lessons_are_neither_mixed_nor_made_up() -> None:
    teach(replace(RECIPE, images=20), ["teacher"], 1, "lessons")
    with pytest.raises(DataError, match="--name"):
        teach(RECIPE, ["teacher"], 1, "lessons")
    with pytest.raises(DataError, match="digits teach"):
        train(Recipe(lessons="none"), "student")
