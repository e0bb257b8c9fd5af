"""What several tests share: the recogniser, a drawn digit, the data, uv, and the one rule for what is missing."""

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from digits_detector import DigitRecognizer
from digits_detector.errors import DataError
from digits_detector.web.static.export import export_web

ROOT = Path(__file__).parent.parent
# Left out where only what serves is installed; `make test-all` installs all.
NEEDED = {
    "browser": "playwright",
    "bulk": "pyarrow",
    "bulk/test_cluster.py": "ray",
    "benchmarks": "keras",
    "studies": "keras",
    "training": "keras",
}
collect_ignore = [folder for folder, module in NEEDED.items() if not find_spec(module)]
if "DIGITS_SOAK" not in os.environ:  # `make soak` sets how much of it there shall be
    collect_ignore.append("soak")

SEVEN: dict[str, Any] = {"strokes": [[[60, 60], [220, 60], [120, 260]]]}


def need(condition: object, reason: str) -> None:
    """Skip where something is missing, with one line that says how to get it; under DIGITS_REQUIRE_ALL=1 fail."""
    if condition:
        return
    if os.environ.get("DIGITS_REQUIRE_ALL") == "1":
        pytest.fail(f"DIGITS_REQUIRE_ALL=1, but {reason}", pytrace=False)
    pytest.skip(reason)


def resident(pid: int) -> int:
    """Return the megabytes that a process holds."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) // 1024


@pytest.fixture(scope="session")
def recognizer() -> DigitRecognizer:
    return DigitRecognizer()


@pytest.fixture
def seven(tmp_path: Path) -> Path:
    """Return the path of a picture of a 7, black on white."""
    picture = Image.new("L", (280, 320), 255)
    ImageDraw.Draw(picture).line(
        [tuple(point) for point in SEVEN["strokes"][0]], fill=0, width=18, joint="curve"
    )
    picture.save(tmp_path / "seven.png")
    return tmp_path / "seven.png"


@pytest.fixture(scope="session")
def mnist_folder() -> Path:
    """Return the folder of MNIST's four idx.gz files."""
    folder = Path(os.environ.get("DIGITS_DATA", "data")) / "mnist"
    need(
        len(list(folder.glob("*-ubyte.gz"))) == 4,
        f"MNIST is not in {folder}: put its four idx.gz files into $DIGITS_DATA/mnist",
    )
    return folder


@pytest.fixture(scope="session")
def pen_folder() -> Path:
    """Return the folder of the pen strokes."""
    folder = Path(os.environ.get("DIGITS_DATA", "data")) / "pen"
    need(
        (folder / "pendigits-orig.tra.Z").exists(),
        f"the pen strokes are not in {folder}: put pendigits-orig.tra.Z into $DIGITS_DATA/pen",
    )
    return folder


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the page that needs no server; its host serves the folder above."""
    try:
        return export_web(tmp_path_factory.mktemp("host") / "digits")
    except DataError as error:
        need("cannot be fetched" not in str(error), f"ONNX Runtime Web is missing: {error}")
        raise


@pytest.fixture(scope="session")
def uv() -> str:
    """Return the path of uv: the system's, or the Makefile's own."""
    found = shutil.which("uv", path=f"{os.environ.get('PATH', os.defpath)}{os.pathsep}{ROOT / '.uv' / 'bin'}")
    need(found, "uv is missing: `pip install uv`, or run the tests with `make test`")
    assert found
    return found


@pytest.fixture(scope="session")
def small_run(mnist_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a finished run of two epochs on 3,000 digits, and drawings and outliers beside."""
    from digits_detector.training.classifier.recipe import Recipe
    from digits_detector.training.classifier.train import train

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIGITS_DATA", str(mnist_folder.parent))
        patch.setenv("DIGITS_RUNS", str(tmp_path_factory.mktemp("runs")))
        yield train(Recipe(epochs=2, images=3000, batch=50), "small")
