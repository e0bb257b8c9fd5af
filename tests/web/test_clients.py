"""The examples for clients: each is run against the real server."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from ..conftest import ROOT, need
from .serving import serving

EXAMPLES = ROOT / "examples"


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="the example is for a POSIX shell")
def test_curl(api: str, seven: Path) -> None:
    need(shutil.which("curl"), "curl is missing: `apt install curl`")
    picture, pen, reading = map(
        json.loads, run("sh", EXAMPLES / "client.sh", api, seven.name, cwd=seven.parent).splitlines()
    )
    assert (picture["digit"], pen["digit"], reading["text"]) == (7, 7, "7")


def test_httpx(api: str, seven: Path) -> None:
    (seven.parent / "letter.txt").write_text("Dear network, please read this.")
    command = (sys.executable, EXAMPLES / "client_httpx.py", api, seven.name, "letter.txt")
    first, second = run(*command, cwd=seven.parent).splitlines()
    assert first == "seven.png 7"
    assert second.startswith("letter.txt this file is not a picture")


def test_javascript(api: str, seven: Path) -> None:
    need(shutil.which("node"), "Node is missing: `apt install nodejs`")
    assert run("node", EXAMPLES / "client.mjs", api, seven.name, cwd=seven.parent) == "7\n7\n"


def test_what_the_docs_show(api: str, seven: Path) -> None:
    need(shutil.which("curl"), "curl is missing: `apt install curl`")
    docs = (ROOT / "docs" / "service.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```bash\n(.*?)^```$", docs, re.MULTILINE | re.DOTALL)
    shutil.copy(seven, seven.with_name("eight.png"))
    commands = block.replace("http://localhost:7860", api)
    answers = [json.loads(line) for line in run("sh", "-ec", commands, cwd=seven.parent).splitlines()]
    assert [answers[0]["digit"], answers[1]["digit"], answers[3]["text"]] == [7, 7, "7"]
    assert [each["digit"] for each in answers[2]["results"]] == [7, 7]


@pytest.fixture(scope="module")
def with_mcp() -> Iterator[str]:
    need(find_spec("mcp"), 'mcp is missing: `pip install "cnn-digits-detector[mcp]"`')
    with serving("--mcp") as address:
        yield address


@pytest.mark.slow
def test_gradio_client(server: str, seven: Path) -> None:
    assert run(sys.executable, EXAMPLES / "client_gradio.py", server, seven.name, cwd=seven.parent) == "7\n"


@pytest.mark.slow
def test_mcp(with_mcp: str, seven: Path) -> None:
    command = (sys.executable, EXAMPLES / "client_mcp.py", with_mcp, seven.name)
    assert "'digit': 7" in run(*command, cwd=seven.parent)


def test_without_mcp_the_flag_says_how_to_install_it() -> None:
    # A module that can't be found: what Python does with None in its place.
    code = (
        "import sys; sys.modules['mcp'] = None;"
        "from digits_detector.cli import main; sys.exit(main(['serve', '--mcp']))"
    )
    env = {**os.environ, "DIGITS_PORT": "0"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert 'pip install "cnn-digits-detector[mcp]"' in done.stderr
