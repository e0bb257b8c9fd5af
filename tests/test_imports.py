"""The public face, and which way the package's imports go."""

import ast
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

import digits_detector

PACKAGE = Path(digits_detector.__file__).parent
FRAMEWORKS = ("jax", "keras", "tensorflow", "torch")

# What each room may import of the others.
LEAVES = {"errors", "models", "strokes"}
INK = LEAVES | {"image"}
DIGITS = INK | {"fit", "normalize", "networks"}
DETECTIONS = DIGITS | {"detect", "results"}
RECOGNIZER = DETECTIONS | {"lattice", "lines", "locate", "read", "explain"}
CORE = RECOGNIZER | {"recognizer", "annotate", "npm"}
ROOMS = {
    "errors": set(),
    "models": set(),
    "strokes": {"errors"},
    "npm": {"errors"},
    "image": {"errors"},
    "fit": {"image"},
    "normalize": {"fit", "image", "strokes"},
    "networks": {"errors"},
    "explain": DIGITS,
    "annotate": {"image"},
    "results": {"annotate", "image", "networks", "normalize"},
    "detect": {"image", "networks"},
    "lines": {"detect", "networks"},
    "locate": {"detect", "image", "networks"},
    "lattice": DIGITS,
    "read": DETECTIONS | {"lattice", "lines"},
    "recognizer": RECOGNIZER,
    "web": CORE,
    "training": CORE,
    "bulk": CORE,
    "cli": {*CORE, "web", "training", "bulk"},
}


def test_all_is_sorted_and_complete() -> None:
    public = {
        name
        for name, value in vars(digits_detector).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert digits_detector.__all__ == sorted(public | {"__version__"})


@pytest.mark.parametrize(
    "code", ["import digits_detector", "from digits_detector.web.app import create_app; create_app()"]
)
def test_serving_loads_no_training_framework(code: str) -> None:
    code += f"\nimport sys; print(*[name for name in {FRAMEWORKS} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_the_command_line_loads_what_bulk_needs_only_for_bulk() -> None:
    code = "from digits_detector.cli import parser; parser()\nimport sys\n"
    code += "print(*[name for name in ('pyarrow', 'ray', 'tqdm') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.skipif(not find_spec("pyarrow"), reason="needs the bulk extra: pip install '.[bulk]'")
def test_bulk_work_on_this_machine_needs_no_ray() -> None:
    code = "import digits_detector.bulk.local, sys; print('ray' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    "file", sorted(PACKAGE.rglob("*.py")), ids=lambda file: str(file.relative_to(PACKAGE))
)
def test_imports_go_one_way(file: Path) -> None:
    room = file.relative_to(PACKAGE).with_suffix("").parts[0]
    if room == "__init__":
        return
    assert imported_rooms(file) <= ROOMS[room] | {room, "__init__"}


def imported_rooms(file: Path) -> set[str]:
    """Return which modules and folders of the package a file imports, wherever in the file."""
    here = ("digits_detector", *file.relative_to(PACKAGE).parts[:-1])
    names = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name.split(".") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level + 1] if node.level else ()
            module = [*base, *(node.module or "").split(".")] if node.module else [*base]
            names += [[*module, alias.name] for alias in node.names]
    inside = [name[1] for name in names if name[0] == "digits_detector" and len(name) > 1]
    return {
        name if (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").exists() else "__init__"
        for name in inside
    }
