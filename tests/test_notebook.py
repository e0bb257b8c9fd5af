"""The notebook runs from top to bottom, and what is committed has run."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("nbclient", reason="the notebook is run with nbclient: `make test-all` installs it")
pytest.importorskip("keras", reason="needs the training extra: `make test-all` installs it")

import nbformat

from digits_detector.training.repository import METRICS
from scripts.run_notebook import DETECTOR_NOTEBOOK, NOTEBOOK, run

pytestmark = pytest.mark.train


def outputs(notebook: Any) -> list[Any]:
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def printed(notebook: Any) -> str:
    return "".join(output.text for output in outputs(notebook) if output.get("name") == "stdout")


@pytest.mark.slow
def test_the_notebook_trains_exports_and_reads(
    mnist_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITS_DATA", str(mnist_folder.parent))
    monkeypatch.setenv("DIGITS_RUNS", str(tmp_path))
    notebook = run(IMAGES=2000, EPOCHS=1)
    assert (tmp_path / "notebook" / "export" / "mnist_cnn.onnx").is_file()
    assert "largest difference" in printed(notebook)
    assert printed(notebook).splitlines()[-1].startswith("digit ")


@pytest.mark.slow
def test_the_detectors_notebook_trains(mnist_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITS_DATA", str(mnist_folder.parent))
    assert "the loss falls" in printed(run(DETECTOR_NOTEBOOK, EPOCHS=2))


def test_the_committed_notebook_of_the_detector_has_run() -> None:
    notebook = nbformat.read(DETECTOR_NOTEBOOK, as_version=4)
    assert not [output for output in outputs(notebook) if output.output_type == "error"]
    assert sum("image/png" in output.get("data", {}) for output in outputs(notebook)) == 4
    assert "the loss falls" in printed(notebook)


def test_the_committed_notebook_has_run_from_top_to_bottom() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert not [output for output in outputs(notebook) if output.output_type == "error"]
    assert sum("image/png" in output.get("data", {}) for output in outputs(notebook)) >= 6
    assert printed(notebook).splitlines()[-1].startswith("digit 7")


def test_the_committed_notebook_shows_the_shipped_figures() -> None:
    shown = [
        output.data["text/plain"]
        for output in outputs(nbformat.read(NOTEBOOK, as_version=4))
        if "data" in output
    ]
    measured = json.loads(METRICS.read_text(encoding="utf-8"))["mnist"]
    figures = {name: value for name, value in measured.items() if isinstance(value, int | float)}
    assert figures in [ast.literal_eval(text) for text in shown if text.startswith("{")], (
        "run `python scripts/run_notebook.py`"
    )
