"""What is handed to others works away from the checkout: wheel, requirements.txt, the image's steps, each Python."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.conftest import ROOT, SEVEN

BIN = "Scripts" if sys.platform == "win32" else "bin"
HEAVY = (
    "gradio",
    "fastapi",
    "keras",
    "tensorflow",
    "tensorflow-cpu",
    "jax",
    "torch",
    "opencv-python",
    "scipy",
)

PYTHONS = ("3.11", "3.12", "3.13")
Suite = tuple[subprocess.Popen[bytes], Path]  # a test run under way, and what it prints

# The environment that runs the tests must not leak into those under test, which do keep their bytecode.
PRIVATE = ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE")
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in PRIVATE}
ENVIRONMENT["UV_PYTHON_DOWNLOADS"] = "never"


def run(*command: str | Path, cwd: Path, env: Mapping[str, str] = ENVIRONMENT) -> str:
    """Run a command and return what it prints; where it fails, the test does, and shows what it printed."""
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def installed(uv: str, environment: Path) -> set[str]:
    listing = run(uv, "pip", "list", "--format", "json", "--python", environment, cwd=environment)
    return {package["name"] for package in json.loads(listing)}


@contextmanager
def serving(command: Sequence[str | Path], cwd: Path, *, code: int = 130, **env: str) -> Iterator[str]:
    """Serve on any free port, yield the address, and interrupt the server as Ctrl+C does."""
    env = {**ENVIRONMENT, "DIGITS_PORT": "0", **env}
    with subprocess.Popen(command, cwd=cwd, env=env, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            address = re.search(r"http://\S+", server.stdout.readline())
            assert address
            yield address[0]
        finally:
            server.send_signal(signal.SIGINT)
    assert server.returncode == code


def first_page(address: str) -> str:
    with urllib.request.urlopen(address, timeout=60) as answer:
        page: str = answer.read().decode()
    return page


# ── the source distribution ──────────────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_the_suite_can_be_run_from_the_source_distribution(uv: str, tmp_path: Path) -> None:
    run(uv, "build", "--sdist", "--out-dir", tmp_path, cwd=ROOT)
    (packed,) = tmp_path.glob("cnn_digits_detector-*.tar.gz")
    shutil.unpack_archive(packed, tmp_path, filter="data")
    unpacked = tmp_path / packed.name.removesuffix(".tar.gz")
    env = {**ENVIRONMENT, "PYTHONPATH": str(unpacked / "src"), "DIGITS_SOAK": "0.01"}
    tests = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    run(*tests, "--collect-only", cwd=unpacked, env=env)  # fails where a test can't be imported
    assert "passed" in run(*tests, "tests/test_fit.py", "tests/test_readme.py", cwd=unpacked, env=env)


# ── the wheel ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def wheel(uv: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(uv, "build", "--wheel", "--out-dir", folder, cwd=ROOT)
    (built,) = folder.glob("cnn_digits_detector-*.whl")
    return built


@pytest.fixture(scope="module")
def bare(uv: str, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an environment with nothing but the wheel and what it depends on, in the locked versions."""
    environment = tmp_path_factory.mktemp("bare") / "environment"
    run(uv, "venv", "--python", sys.executable, environment, cwd=wheel.parent)
    constraints = ROOT / "requirements.txt"
    run(uv, "pip", "install", "--python", environment, "-c", constraints, wheel, cwd=wheel.parent)
    return environment


@pytest.mark.slow
def test_the_wheel_holds_the_whole_package(wheel: Path) -> None:
    source = {
        file.relative_to(ROOT / "src").as_posix()
        for file in (ROOT / "src" / "digits_detector").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    held = set(zipfile.ZipFile(wheel).namelist())
    assert source <= held
    assert {Path(name).name for name in held if name.startswith("digits_detector/models/")} == {
        "__init__.py",
        "detector.onnx",
        "detector.onnx.sha256",
        "mnist_cnn.onnx",
        "mnist_cnn.onnx.sha256",
        "model.json",
    }
    assert wheel.stat().st_size < 4_000_000
    assert "digits_detector/py.typed" in held


@pytest.mark.slow
def test_the_wheels_description_is_for_its_page_on_pypi(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        description = archive.read(name).decode().split("\n\n", 1)[1]
    assert description.startswith("# CNN Digits Detector")
    assert "app_port" not in description
    assert not re.findall(r"\]\((?!https?:)|<!--", description)
    assert "| MNIST's test images | 10,000 |" in description


@pytest.mark.slow
def test_the_wheel_predicts_in_a_bare_environment(bare: Path, seven: Path, tmp_path: Path) -> None:
    code = (
        f"from digits_detector import DigitRecognizer; print(DigitRecognizer().predict({str(seven)!r}).digit)"
    )
    assert run(bare / BIN / "python", "-c", code, cwd=tmp_path) == "7\n"
    (line,) = run(bare / BIN / "digits", "predict", "--json", seven.name, cwd=tmp_path).splitlines()
    assert (json.loads(line)["file"], json.loads(line)["digit"]) == ("seven.png", 7)


@pytest.mark.slow
def test_the_wheel_exports_the_page_that_needs_no_server(bare: Path, exported: Path, tmp_path: Path) -> None:
    run(bare / BIN / "digits", "export", "--web", "page", cwd=tmp_path)
    here, there = (
        {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
        for folder in (exported, tmp_path / "page")
    )
    assert here == there


@pytest.mark.slow
def test_the_wheel_brings_no_page_and_no_training_framework(uv: str, bare: Path) -> None:
    assert installed(uv, bare).isdisjoint(HEAVY)


@pytest.mark.slow
def test_the_serve_extra_is_light_and_serves_the_page_that_reads_in_the_browser(
    uv: str, wheel: Path, tmp_path: Path
) -> None:
    environment = tmp_path / "environment"
    run(uv, "venv", "--python", sys.executable, environment, cwd=tmp_path)
    constraints = ROOT / "requirements.txt"
    extra = f"{wheel}[serve]"
    run(uv, "pip", "install", "--python", environment, "-c", constraints, extra, cwd=tmp_path)
    assert installed(uv, environment).isdisjoint({*HEAVY, "pandas"} - {"fastapi"})
    files = [path for path in environment.rglob("*") if path.is_file() and not path.is_symlink()]
    assert sum(path.stat().st_size for path in files) < 220_000_000
    with serving([environment / BIN / "digits", "serve"], tmp_path) as address:
        assert "<h1>CNN Digits Detector</h1>" in httpx.get(address).text
        answer = httpx.post(f"{address}/api/predict", json=SEVEN)
        assert answer.json()["digit"] == 7


@pytest.mark.slow
def test_a_command_whose_extra_is_missing_says_how_to_install_it(bare: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [bare / BIN / "digits", "serve"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert 'pip install "cnn-digits-detector[serve]"' in done.stderr
    assert done.stderr.count("\n") == 1


# ── requirements.txt ─────────────────────────────────────────────────────────────────────────────


def test_requirements_are_the_locked_serving_dependencies(uv: str) -> None:
    (command,) = re.findall(
        r"^#    uv (export .*) --output-file requirements\.txt$", requirements(), re.MULTILINE
    )
    exported = run(uv, *command.split(), "--no-header", cwd=ROOT)
    assert [line for line in requirements().splitlines() if not line.startswith("#")] == exported.splitlines()
    pins = re.split(r"\n(?=\S)", exported.strip())
    assert all("--hash=sha256:" in pin for pin in pins)
    assert {pin.partition("==")[0] for pin in pins}.isdisjoint({*HEAVY} - {"gradio", "fastapi"})


def requirements() -> str:
    return (ROOT / "requirements.txt").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_app_py_serves_in_an_environment_of_requirements_txt(uv: str, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    run(uv, "venv", "--python", sys.executable, environment, cwd=tmp_path)
    locked = ("--require-hashes", "-r", ROOT / "requirements.txt")
    run(uv, "pip", "install", "--python", environment, *locked, cwd=tmp_path)
    assert "cnn-digits-detector" not in installed(uv, environment)
    with serving([environment / BIN / "python", ROOT / "app.py"], tmp_path) as address:
        assert "gradio" in first_page(address)


# ── the image ────────────────────────────────────────────────────────────────────────────────────


def dockerfile_steps() -> Iterator[tuple[str, str]]:
    """Yield (instruction, arguments) of the Dockerfile's first stage, which installs."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").split("\nFROM ")[1]
    for line in text.splitlines()[1:]:
        if line and not line.startswith("#"):
            instruction, arguments = line.split(maxsplit=1)
            yield instruction, arguments


@pytest.fixture(scope="module")
def image(uv: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the first stage's steps word for word in a fresh folder. No image is built: that takes a container engine."""
    folder = tmp_path_factory.mktemp("image")
    app, python = folder / "app", folder / "python"
    app.mkdir()
    run(uv, "venv", "--seed", "--python", find_python(uv, "3.12") or sys.executable, python, cwd=folder)
    env = {**ENVIRONMENT, "PATH": f"{python / BIN}{os.pathsep}/usr/bin{os.pathsep}/bin"}
    for instruction, arguments in dockerfile_steps():
        if instruction == "ENV":
            env |= dict(setting.split("=", 1) for setting in arguments.split())
        elif instruction == "COPY":
            copy(arguments.split(), app)
        elif instruction == "RUN":
            run("sh", "-c", arguments, cwd=app, env=env)
        else:
            assert (instruction, arguments) == ("WORKDIR", "/app")
    shutil.rmtree(app / "src")  # the image's second stage takes the environment alone
    return app


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the image is made on Linux")
def test_the_steps_of_the_dockerfile_install_what_serves(uv: str, image: Path) -> None:
    assert installed(uv, image / ".venv").isdisjoint({*HEAVY, "pytest", "uv"} - {"gradio", "fastapi"})
    assert list((image / ".venv").glob("lib/*/site-packages/gradio/__pycache__/blocks.*.pyc"))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the image is made on Linux")
def test_it_serves_where_nothing_can_be_written_but_the_temporary_folder(image: Path, tmp_path: Path) -> None:
    """As with the README's `docker run --read-only --cap-drop ALL`; two workers share figures in a folder, too."""
    home, temporary = tmp_path / "home", tmp_path / "tmp"
    home.mkdir(mode=0o500)
    temporary.mkdir()
    folders = [Path(folder) for folder, _, _ in os.walk(image)]
    for folder in folders:  # the files themselves are shared with uv's cache
        folder.chmod(0o555)
    # Without its capabilities, root too is held to what a folder permits.
    drop: list[str | Path] = (
        ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all"] if os.getuid() == 0 else []
    )
    command = [*drop, image / ".venv" / BIN / "digits", "serve", "--workers", "2"]
    before = contents(image)
    with serving(command, home, code=0, HOME=str(home), TMPDIR=str(temporary)) as address:
        assert "gradio" in first_page(address)
        answer = httpx.post(f"{address}/api/predict", json=SEVEN, timeout=60)
        assert answer.json()["digit"] == 7
        (sent,) = httpx.post(f"{address}/gradio_api/upload", files={"files": b"7"}, timeout=60).json()
        assert Path(sent).is_relative_to(temporary)
        assert 'digits_read_total{digit="7"} 1.0' in httpx.get(f"{address}/metrics", timeout=60).text
    assert contents(image) == before
    assert list(home.iterdir()) == []


def contents(folder: Path) -> dict[Path, int]:
    """Return when each file in a folder was last written."""
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def copy(paths: Sequence[str], app: Path) -> None:
    *sources, target = paths
    for source in (ROOT / name for name in sources):
        if source.is_dir():
            shutil.copytree(source, app / target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, app / target)


# ── each Python ──────────────────────────────────────────────────────────────────────────────────


def find_python(uv: str, version: str) -> Path | None:
    """Find an interpreter of this version on the machine."""
    # pyenv's shims run no version but the one that is asked for.
    env = {**ENVIRONMENT, "PYENV_VERSION": version}
    command = [uv, "python", "find", "--no-project", "--system", version]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    return Path(done.stdout.strip()) if done.returncode == 0 else None


@pytest.fixture(scope="module")
def suites(uv: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Suite]]:
    """Start the serving tests on each Python, all at once, with nothing but the serving dependencies."""
    folder = tmp_path_factory.mktemp("suites")
    what = ("--isolated", "--locked", "--no-default-groups", "--group", "test", "--extra", "app")
    tests = ("-m", "not slow and not browser and not train", "-p", "no:cacheprovider")
    run_tests = ("python", "-m", "pytest", *tests)
    running: dict[str, Suite] = {}
    try:
        for version in PYTHONS:
            if python := find_python(uv, version):
                command = (uv, "run", *what, "--python", python, *run_tests)
                log = folder / version
                with log.open("w") as out:
                    process = subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stdout=out, stderr=out)
                running[version] = process, log
        yield running
    finally:
        for process, _ in running.values():
            process.terminate()
            process.wait()


@pytest.mark.slow
@pytest.mark.parametrize("version", PYTHONS)
def test_serving_works_on_python(version: str, suites: dict[str, Suite]) -> None:
    if version not in suites:
        pytest.skip(f"Python {version} is not on this machine: `uv python install {version}` brings it")
    process, log = suites[version]
    assert process.wait(timeout=600) == 0, log.read_text()[-5000:]
