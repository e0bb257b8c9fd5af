"""Several runs are measured on the test images, each once, and held against another."""

import json
import shutil
from pathlib import Path

import pytest

from digits_detector import DataError
from digits_detector.training.data.mnist import REJECTED_LABELS
from studies.seeds import compute, mcnemar, seeds, table

pytestmark = pytest.mark.train


def test_figures_that_can_be_worked_out_by_hand() -> None:
    rejected = list(REJECTED_LABELS)
    document = {
        "runs": {
            "a": {"test": {"n": 10_000, "misread": rejected}},
            "b": {"test": {"n": 10_000, "misread": [0, 1, 2, 3, 4]}},
            "old": {"test": {"n": 10_000, "misread": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]}},
        },
        "seeds": {"runs": ["a", "b"], "against": "old"},
    }
    figures = compute(document)
    assert figures["seeds"] == [0.9985, 0.9995]
    assert figures["mean"] == 0.999
    assert figures["sd"] == pytest.approx(0.000707, abs=1e-6)
    assert figures["without_rejected_labels"] == [1.0, round(1 - 5 / 9985, 6)]
    assert figures["against"]["accuracy"] == 0.999
    assert figures["against"]["mcnemar"][1] == {"only_it": 0, "only_the_other": 5, "p": 0.0625}
    assert "99.900%" in table(figures)


@pytest.mark.parametrize(("first", "second", "p"), [(0, 0, 1), (5, 5, 1), (1, 9, 0.0215), (10, 0, 0.002)])
def test_mcnemar(first: int, second: int, p: float) -> None:
    assert mcnemar(first, second) == pytest.approx(p, abs=1e-4)


@pytest.mark.slow
def test_a_run_reads_the_test_images_once(
    small_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITS_RUNS", str(tmp_path))
    run = shutil.copytree(small_run, tmp_path / "one")
    (run / "test.json").write_text(json.dumps({"n": 10_000, "misread": [1, 2]}))
    recorded, metrics = tmp_path / "runs.json", tmp_path / "metrics.json"
    recorded.write_text(json.dumps({"shipped": "one", "runs": {}}))
    with pytest.raises(DataError, match=r"studies\.seeds"):
        seeds([], recorded=recorded, metrics=metrics)
    figures = seeds(["one"], recorded=recorded, metrics=metrics)
    assert figures["seeds"] == [0.9998]
    kept = json.loads(recorded.read_text())["runs"]["one"]
    assert kept["test"]["misread"] == [1, 2]
    assert [epoch["epoch"] for epoch in kept["history"]] == [1, 2]
    shutil.rmtree(run)
    for names in ([], ["one"]):
        assert seeds(names, recorded=recorded, metrics=metrics) == figures  # from the file alone
    assert json.loads(metrics.read_text())["training"] == figures


@pytest.mark.slow
def test_a_run_that_was_not_measured_yet_is(
    small_run: Path, mnist_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITS_DATA", str(mnist_folder.parent))
    monkeypatch.setenv("DIGITS_RUNS", str(tmp_path))
    run = shutil.copytree(small_run, tmp_path / "one")
    recorded = tmp_path / "runs.json"
    recorded.write_text(json.dumps({"shipped": "one", "runs": {}}))
    figures = seeds(["one"], recorded=recorded, metrics=tmp_path / "metrics.json")
    misread = json.loads((run / "test.json").read_text())["misread"]
    assert figures["n"] == 10_000
    assert figures["seeds"] == [round(1 - len(misread) / 10_000, 6)]
    assert 0.1 < figures["seeds"][0] < 1  # better than chance
