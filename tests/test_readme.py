"""README and docs are right: their code runs, their figures are those of metrics.json, their links lead somewhere."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from digits_detector.fit import FIT
from digits_detector.models import ABOUT
from digits_detector.normalize import STROKE_WIDTH
from digits_detector.training.repository import RUNS
from scripts import readme
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
TEXTS = [README, *(path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md")))]
BLOCKS = [
    block for text in TEXTS for block in re.findall(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
]
PYTHON = [block for language, block in BLOCKS if language == "python"]
COMMANDS = [
    block for language, block in BLOCKS if re.search(r"\bdigits (?!detector)", block) and language == "sh"
]
QUICK = {  # what would take an hour
    r"^(digits train .*?)(?= *#|$)": r"\1 --images 1000 --epochs 1 --drawings 0 --outliers 0",
}


@pytest.fixture
def copied(tmp_path: Path, seven: Path) -> dict[str, str]:
    """Return an environment where `digits` works on a copy of the package, which a command may change."""
    copy = shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "models", tmp_path / "models")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONPATH": str(copy), "DIGITS_RUNS": str(tmp_path / "runs")}


def run(block: str, env: dict[str, str], cwd: Path) -> str:
    for command, quick in QUICK.items():
        block = re.sub(command, quick, block, flags=re.MULTILINE)
    done = subprocess.run(
        ["sh", "-e"], input=block, env=env, cwd=cwd, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, f"{block}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout


def test_python_blocks_run(seven: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(seven.parent)
    assert PYTHON
    for block in PYTHON:
        names: dict[str, Any] = {}
        exec(block, names)
        assert names["p"].digit == 7
        assert names["p"].status == "digit"


def test_digits_stand_in_blocks_that_are_run() -> None:
    lines = [line for language, block in BLOCKS if language != "sh" for line in block.splitlines()]
    assert not [line for line in lines if line.startswith("digits ")]
    assert len(COMMANDS) == 4


@pytest.mark.skipif(sys.platform == "win32", reason="the blocks are for a POSIX shell")
def test_commands_that_read_digits_run(copied: dict[str, str], tmp_path: Path) -> None:
    (predicting,) = [block for block in COMMANDS if "digits --version" in block]
    words, as_json, pen, version = run(predicting, copied, tmp_path).splitlines()
    assert words.startswith("seven.png: 7")
    assert pen.startswith("-: 7")
    assert version.startswith("digits ")
    (shown,) = [json.loads(block) for language, block in BLOCKS if language == "json"]
    real = json.loads(as_json)
    assert list(shown) == list(real)
    assert (shown["file"], shown["status"], shown["digit"]) == (real["file"], real["status"], real["digit"])
    assert sum(shown["probabilities"]) == pytest.approx(1)
    assert max(shown["probabilities"]) == shown["confidence"]


@pytest.mark.slow
@pytest.mark.train
@pytest.mark.skipif(sys.platform == "win32", reason="the blocks are for a POSIX shell")
def test_the_steps_of_training_end_with_the_new_model_in_the_package(
    copied: dict[str, str], tmp_path: Path, mnist_folder: Path
) -> None:
    shipped = tmp_path / "src" / "digits_detector" / "models" / "mnist_cnn.onnx"
    before = shipped.read_bytes()
    for block in COMMANDS:
        run(block, {**copied, "DIGITS_DATA": str(mnist_folder.parent)}, tmp_path)
    assert shipped.read_bytes() != before
    assert (tmp_path / "mine" / "mnist_cnn.onnx").read_bytes() == shipped.read_bytes()
    recorded = json.loads((tmp_path / "models" / "runs.json").read_text(encoding="utf-8"))
    assert recorded["shipped"] == "mine"
    assert recorded["runs"]["mine"]["history"][-1]["val_accuracy"] > 0.3


@pytest.mark.train
def test_the_commands_that_made_the_shipped_model_have_its_settings() -> None:
    pytest.importorskip("keras", reason="needs the training extra")
    from digits_detector.cli import parser
    from digits_detector.cli.training import recipe_of
    from digits_detector.training.classifier.recipe import Recipe
    from digits_detector.training.runs import line_of

    recorded = json.loads(RUNS.read_text(encoding="utf-8"))
    for name in line_of(recorded["runs"], recorded["shipped"]):
        (command,) = re.findall(rf"^\$ digits (train --name {name} .*)$", "\n".join(TEXTS), re.MULTILINE)
        asked = recipe_of(parser().parse_args(shlex.split(command, comments=True)))
        assert asked == Recipe.from_json(recorded["runs"][name]["settings"])


@pytest.mark.parametrize("document", readme.DOCUMENTS, ids=lambda path: path.name)
def test_figures_are_those_of_metrics_json(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    filled = readme.fill(text, readme.measured())
    assert filled == text, "run `python -m scripts.readme`"
    assert "not measured yet" not in text


def test_the_package_reports_what_was_measured() -> None:
    about = json.loads(ABOUT.read_text(encoding="utf-8"))
    assert about == readme.about(readme.measured()), "run `python -m scripts.readme`"
    assert ABOUT.stat().st_size < 4_000


def test_a_figure_that_is_not_measured_says_so_and_a_name_that_is_none_is_an_error() -> None:
    assert readme.fill("<!-- accuracy -->x<!-- /accuracy -->", {}) == (
        "<!-- accuracy -->(not measured yet: mnist)<!-- /accuracy -->"
    )
    with pytest.raises(KeyError, match="no-such-figure"):
        readme.fill("<!-- no-such-figure --><!-- /no-such-figure -->", {})


def test_a_table_stands_between_its_marks_and_is_replaced_not_repeated() -> None:
    rows = [
        {"input": "raw", "n": 5000, "accuracy": 0.9965},
        {"input": "inverted", "n": 5000, "accuracy": 0.996, "rejected": 0.004},
    ]
    metrics = {"preprocessing": {"protocol": "5,000 digits", "rows": rows}}
    once = readme.fill("a\n<!-- preprocessing -->\n<!-- /preprocessing -->\nb", metrics)
    assert once.splitlines() == [
        "a",
        "<!-- preprocessing -->",
        "| 5,000 digits, n = 5,000 | accuracy | points | rejected |",
        "| --- | ---: | ---: | ---: |",
        "| raw | 99.65 % |  |  |",
        "| inverted | 99.60 % | -0.05 | 0.40 % |",
        "<!-- /preprocessing -->",
        "b",
    ]
    assert readme.fill(once, metrics) == once


@pytest.mark.parametrize("document", readme.DOCUMENTS, ids=lambda path: path.name)
def test_pictures_and_links_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    assert [target for target in targets if not (document.parent / target).is_file()] == []


def test_the_structure_names_what_is_there() -> None:
    (tree,) = re.findall(r"## Project structure\n\n```\n(.*?)```", README, re.DOTALL)
    missing, folder = [], ROOT
    for line in tree.splitlines():
        names = re.split(r" {3,}", line.strip())[0].split()
        base = folder if line.startswith(" ") else ROOT
        missing += [name for name in names if not (base / name).exists()]
        if not line.startswith(" "):
            folder = ROOT / names[0]
    assert missing == []


def test_the_rule_of_the_rasteriser_has_the_numbers_of_the_code() -> None:
    design = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    assert f"*width* is {STROKE_WIDTH}" in design
    assert f"the longer side is {FIT:g} − {STROKE_WIDTH} pixels" in design


def test_the_front_matter_is_what_a_space_needs() -> None:
    settings = dict(line.split(": ", 1) for line in README.split("---\n")[1].splitlines())
    assert (settings["sdk"], settings["app_port"], settings["license"]) == ("docker", "7860", "mit")
    assert "EXPOSE 7860" in (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_the_readme_is_read_in_one_sitting() -> None:
    assert len(README.splitlines()) <= 200


@pytest.mark.slow
def test_the_docs_are_built_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs", reason="the docs are built by the docs group: `make test-all` installs it")
    command = (sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", tmp_path)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert (tmp_path / "results" / "index.html").is_file()
    assert (tmp_path / "media" / "demo.gif").is_file()
