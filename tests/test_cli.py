import json
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from digits_detector import __version__
from digits_detector.cli import main
from tests.conftest import SEVEN

COMMANDS = (
    "predict",
    "read",
    "serve",
    "train",
    "calibrate",
    "export",
    "quantize",
    "evaluate",
)
DIGITS = shutil.which("digits", path=str(Path(sys.executable).parent)) or "digits"


@pytest.fixture
def blank(tmp_path: Path) -> Path:
    Image.new("L", (280, 280), 255).save(tmp_path / "blank.png")
    return tmp_path / "blank.png"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    (tmp_path / "notes.txt").write_text("no picture")
    return tmp_path / "notes.txt"


def json_lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_picture_is_read_in_one_line(seven: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["predict", str(seven)]) == 0
    assert re.fullmatch(rf"{re.escape(str(seven))}: 7  \d+\.\d%\n", capsys.readouterr().out)


def test_an_empty_picture_is_blank(blank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["predict", str(blank)]) == 0
    assert capsys.readouterr().out == f"{blank}: blank\n"


def test_json_has_one_object_a_line(seven: Path, blank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["predict", "--json", str(seven), str(blank)]) == 0
    read, empty = json_lines(capsys.readouterr().out)
    assert (read["file"], read["status"], read["digit"]) == (str(seven), "digit", 7)
    assert read["confidence"] == max(read["probabilities"])
    assert len(read["probabilities"]) == 10
    assert (empty["file"], empty["status"], empty["digit"], empty["confidence"]) == (
        str(blank),
        "blank",
        None,
        0,
    )


def test_strokes_are_read_from_a_json_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "seven.json").write_text(json.dumps(SEVEN))
    assert main(["predict", "--json", str(tmp_path / "seven.json")]) == 0
    assert json_lines(capsys.readouterr().out)[0]["digit"] == 7


def test_a_picture_or_strokes_come_from_standard_input(seven: Path) -> None:
    strokes = json.dumps(SEVEN)
    for data in (seven.read_bytes(), strokes.encode(), strokes.encode("utf-8-sig")):
        done = subprocess.run([DIGITS, "predict", "-"], input=data, capture_output=True, check=True)
        assert done.stdout.startswith(b"-: 7 ")


def test_a_file_that_fails_leaves_the_others_alone(
    seven: Path, notes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["predict", str(notes), str(seven)]) == 1
    captured = capsys.readouterr()
    assert captured.out.startswith(f"{seven}: 7 ")
    assert captured.err.startswith("digits: ")
    assert captured.err.count(str(notes)) == 1
    assert captured.err.count("\n") == 1


def test_a_file_that_fails_is_an_error_in_json(
    seven: Path, notes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["predict", "--json", str(notes), str(seven)]) == 1
    captured = capsys.readouterr()
    failed, read = json_lines(captured.out)
    assert set(failed) == {"file", "error"}
    assert failed["file"] == str(notes)
    assert read["digit"] == 7
    assert captured.err == ""


@pytest.mark.parametrize(
    "content", ["{", "[" * 100_000, "[]", '{"strokes": [[[1, "a"]]]}', '{"strokes": [[[1, NaN]]]}']
)
def test_strokes_that_are_none_get_one_sentence(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "strokes.json").write_text(content)
    assert main(["predict", str(tmp_path / "strokes.json")]) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("name", ["missing.png", "missing.json"])
def test_a_missing_file_gets_one_sentence(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["predict", str(tmp_path / name)]) == 1
    captured = capsys.readouterr()
    assert captured.err.startswith("digits: ")
    assert captured.err.count(str(tmp_path / name)) == 1
    assert captured.err.count("\n") == 1


def test_a_missing_model_gets_one_sentence(
    seven: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["predict", "--model", str(tmp_path / "none.onnx"), str(seven)]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("digits: ")
    assert captured.err.count("\n") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes any bytes for a file's name")
def test_a_file_name_need_not_be_text(seven: Path) -> None:
    odd = bytes(seven.parent) + b"/\xff.png"
    Path(seven).rename(odd.decode(errors="surrogateescape"))
    for options in ([], ["--json"]):
        done = subprocess.run([DIGITS, "predict", *options, odd], capture_output=True, check=True)
        assert b"7" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["predict"],
        ["guess", "seven.png"],
        ["predict", "--colour", "seven.png"],
        ["serve", "--port", "70000"],
        ["serve", "--port", "http"],
        ["serve", "--workers", "0"],
    ],
)
def test_wrong_usage_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    assert exit_.value.code == 2
    assert "usage: digits" in capsys.readouterr().err


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
def test_help_shows_examples(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main([*command, "--help"])
    assert exit_.value.code == 0
    assert f"examples:\n  {' '.join(['digits', *command])}" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["--version"])
    assert exit_.value.code == 0
    assert capsys.readouterr().out == f"digits {__version__}\n"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_interrupting_is_quiet(seven: Path) -> None:
    command = [DIGITS, "predict", str(seven), "-"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as digits:
        assert digits.stdout
        assert digits.stderr
        assert (
            b": 7 " in digits.stdout.readline()
        )  # results come as they are read; now it waits for its input
        digits.send_signal(signal.SIGINT)
        assert digits.wait(timeout=30) == 130
        assert digits.stderr.read() == b""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX pipes")
def test_a_reader_that_leaves_is_no_error(seven: Path) -> None:
    command = [DIGITS, "predict", *[str(seven)] * 50]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as digits:
        assert digits.stdout
        assert digits.stderr
        digits.stdout.close()
        assert digits.wait(timeout=30) == 141
        assert digits.stderr.read() == b""
