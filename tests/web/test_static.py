"""`digits export --web`: what it writes, and what it says where it can't."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from digits_detector import DigitRecognizer
from digits_detector.cli import main
from digits_detector.models import DETECTOR, ONNX
from digits_detector.networks.classifier import Classifier
from digits_detector.web.static.export import RUNTIME

from .serving import static_host


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that is the user's cache on any system; nothing is in it."""
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "cache"))
    return tmp_path / "cache"


def refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Return the one sentence with which an export fails; it leaves nothing behind."""
    before = set(folder.parent.iterdir())
    assert main(["export", "--web", str(folder)]) == 1
    assert set(folder.parent.iterdir()) == before
    sentence = capsys.readouterr().err
    assert sentence.startswith("digits: ")
    assert sentence.endswith(".\n")
    assert sentence.count("\n") == 1
    return sentence


def test_the_folder_holds_the_same_model_and_what_it_says_of_itself(
    exported: Path, recognizer: DigitRecognizer
) -> None:
    assert (exported / "mnist_cnn.onnx").read_bytes() == ONNX.read_bytes()
    assert (exported / "detector.onnx").read_bytes() == DETECTOR.read_bytes()
    reported = json.loads((exported / "model.json").read_text(encoding="utf-8"))
    assert reported["runtime"] == str(RUNTIME)
    assert reported["classifier"] == {
        "file": "mnist_cnn.onnx",
        "sha256": recognizer.checksum,
        "temperature": recognizer.temperature,
        "outlier_threshold": recognizer.threshold,
        "lattice": Classifier(ONNX).lattice,
    }
    detector = recognizer.detector()
    assert reported["detector"]["sha256"] == detector.checksum
    for name in ("temperature", "threshold", "mark_threshold", "finer_threshold", "picture_odds"):
        assert reported["detector"][name] == getattr(detector, name)
    assert tuple(reported["detector"]["certainty"]) == detector.certainty
    assert tuple(reported["detector"]["heights"]) == detector.heights


def test_the_service_worker_keeps_every_file_and_is_another_for_other_files(
    exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kept(folder: Path) -> tuple[list[str], str]:
        text = (folder / "service-worker.js").read_text(encoding="utf-8")
        version = text.split('SCOPE + "')[1].split('"')[0]
        return json.loads(text.split("FILES = ")[1].split(";")[0]), version

    files, version = kept(exported)
    there = {file.relative_to(exported).as_posix() for file in exported.rglob("*") if file.is_file()}
    assert {*files} == (there - {"README.md", "service-worker.js"}) | {"./"}
    other = tmp_path / "other.onnx"
    other.write_bytes(ONNX.read_bytes() + b"\x72\x06\x0a\x01a\x12\x01b")
    monkeypatch.setenv("DIGITS_MODEL", str(other))
    assert main(["export", "--web", str(tmp_path / "page")]) == 0
    assert kept(tmp_path / "page")[1] != version


def test_the_folder_is_a_static_space(exported: Path) -> None:
    text = (exported / "README.md").read_text(encoding="utf-8")
    settings = dict(line.split(": ", 1) for line in text.split("---\n")[1].splitlines())
    assert (settings["sdk"], settings["license"]) == ("static", "mit")
    assert (exported / settings["app_file"]).is_file()
    assert len(settings["short_description"]) <= 60
    assert str(RUNTIME) in text


def test_it_needs_neither_the_page_nor_a_training_framework(exported: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from digits_detector.cli import main; main(['export', '--web', sys.argv[1]]); "
        "print(*{'gradio', 'fastapi', 'keras', 'onnx', 'pooch'} & {*sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "page"], capture_output=True, text=True, check=True
    )
    written, loaded = done.stdout.splitlines()
    assert written.startswith(f"{tmp_path / 'page'}: written")
    assert loaded == ""
    assert {file.name for file in (tmp_path / "page").iterdir()} == {file.name for file in exported.iterdir()}


def test_another_model_is_exported_without_the_figures_of_the_bundled_one(
    exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.onnx"
    # One more metadata entry: protobuf's fields may come in any order.
    other.write_bytes(ONNX.read_bytes() + b"\x72\x06\x0a\x01a\x12\x01b")
    monkeypatch.setenv("DIGITS_MODEL", str(other))
    assert main(["export", "--web", str(tmp_path / "page")]) == 0
    assert (tmp_path / "page" / "mnist_cnn.onnx").read_bytes() == other.read_bytes()
    assert "468,202" in (exported / "index.html").read_text(encoding="utf-8")
    assert "468,202" not in (tmp_path / "page" / "index.html").read_text(encoding="utf-8")


def test_a_model_that_is_none_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DIGITS_MODEL", str(tmp_path / "none.onnx"))
    assert "there is no model file" in refused(tmp_path / "page", capsys)


def test_what_is_there_is_not_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "page").mkdir()
    (tmp_path / "page" / "mine.txt").write_text("mine")
    assert "is there already" in refused(tmp_path / "page", capsys)
    assert (tmp_path / "page" / "mine.txt").read_text() == "mine"


def test_an_empty_folder_is_filled(exported: Path, tmp_path: Path) -> None:
    assert exported
    (tmp_path / "page").mkdir()
    assert main(["export", "--web", str(tmp_path / "page")]) == 0
    assert (tmp_path / "page" / "index.html").is_file()


def test_a_missing_network_is_reported(
    tmp_path: Path, empty_cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with static_host(tmp_path) as gone:
        pass
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", gone)
    assert "check the network" in refused(tmp_path / "page", capsys)
    with static_host(tmp_path) as without:
        monkeypatch.setenv("NPM_CONFIG_REGISTRY", without)
        assert "404" in refused(tmp_path / "page", capsys)


def test_a_package_with_another_sum_is_not_used_nor_kept(
    tmp_path: Path, empty_cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    registry = tmp_path / "registry"
    (registry / RUNTIME.name / "-").mkdir(parents=True)
    (registry / RUNTIME.name / "-" / RUNTIME.archive).write_bytes(b"another archive")
    with static_host(registry) as address:
        monkeypatch.setenv("NPM_CONFIG_REGISTRY", address)
        assert "its SHA-512 is not" in refused(tmp_path / "page", capsys)
    assert not list(empty_cache.rglob("*.tgz"))


def test_a_file_in_the_way_is_reported(
    exported: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exported
    (tmp_path / "file").write_text("no folder")
    assert main(["export", "--web", str(tmp_path / "file" / "page")]) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_a_run_and_a_page_are_not_exported_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    for more in (["mine"], ["--to", "folder"]):
        with pytest.raises(SystemExit) as stop:
            main(["export", "--web", "page", *more])
        assert stop.value.code == 2
    assert "--web takes no RUN" in capsys.readouterr().err
