"""The public face, and which way the package's imports go."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

import digits_detector

PACKAGE = Path(digits_detector.__file__).parent
FRAMEWORKS = ("jax", "keras", "tensorflow", "torch")

FRONT_ENDS = ("bulk", "cli", "training", "web")  # what stands around the recogniser


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


def test_front_ends_import_the_recogniser_and_not_each_other() -> None:
    for module, imported in modules().items():
        own = module.split(".")[0]
        allowed = set(FRONT_ENDS) if own == "cli" else {own}
        assert {name.split(".")[0] for name in imported} & set(FRONT_ENDS) <= allowed, module


def test_no_imports_go_in_a_circle() -> None:
    TopologicalSorter(modules()).prepare()  # raises CycleError, which names the modules


def modules() -> dict[str, set[str]]:
    """Return the modules of the package, each with those that it imports, wherever in its file."""
    files = {name_of(file): file for file in PACKAGE.rglob("*.py")}
    return {name: imports_of(file) & files.keys() - {name} for name, file in files.items()}


def name_of(file: Path) -> str:
    parts = file.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(file: Path) -> set[str]:
    here = file.relative_to(PACKAGE).parts[:-1]
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = (*here[: len(here) - node.level + 1], *(node.module or "").split("."))
            module = ".".join(part for part in base if part)
            names |= {module, *(f"{module}.{alias.name}".lstrip(".") for alias in node.names)}
    # A package's face imports what lies in it, which is no circle: its modules do not import the face.
    return names - {"", ".".join(here)}
