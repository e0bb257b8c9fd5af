"""Run the notebooks from top to bottom and keep their outputs: `python scripts/run_notebook.py`."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
NOTEBOOK = NOTEBOOKS / "digits_detector_cnn_training.ipynb"
DETECTOR_NOTEBOOK = NOTEBOOKS / "digits_detector_pages.ipynb"


def run(path: Path = NOTEBOOK, **parameters: int) -> Any:
    """Run a notebook and return it with its outputs; a parameter replaces the one of its name in the first cell."""
    notebook = nbformat.read(path, as_version=4)
    (cell,) = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    for name, value in parameters.items():
        cell.source, found = re.subn(rf"^{name} = \S+", f"{name} = {value}", cell.source, flags=re.MULTILINE)
        if not found:
            raise KeyError(f"the notebook has no parameter {name}")
    # Progress bars as text, as they end, and no times of day: the outputs change only with what they show.
    client = NotebookClient(notebook, timeout=None, coalesce_streams=True, record_timing=False)
    client.execute(env={**os.environ, "PYTHONWARNINGS": "ignore:IProgress not found"})
    return notebook


if __name__ == "__main__":
    for path in (NOTEBOOK, DETECTOR_NOTEBOOK):
        nbformat.write(run(path), path)
