"""Settings: from the environment, from the options, and refused in one sentence where they make no sense."""

import hashlib
import os
import re
import subprocess
import sys

import httpx
import pytest
from pydantic import ValidationError

from digits_detector import DigitsError
from digits_detector.cli import main
from digits_detector.web.server import serve
from digits_detector.web.settings import Settings, load, table

from ..conftest import ROOT
from .serving import serving


def test_the_environment_sets_and_what_is_given_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITS_PORT", "8000")
    monkeypatch.setenv("DIGITS_PAGE", "none")
    monkeypatch.setenv("DIGITS_CORS_ORIGINS", "https://a.example, https://b.example")
    settings = load()
    assert (settings.port, settings.page) == (8000, "none")
    assert settings.origins == ["https://a.example", "https://b.example"]
    assert load(port=1).port == 1


def test_settings_stay_as_they_are() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        load().port = 1


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "http", "DIGITS_PORT is 'http'"),
        ("PORT", "70000", "65535"),
        ("WORKERS", "0", "DIGITS_WORKERS"),
        ("PAGE", "perhaps", "DIGITS_PAGE"),
        ("RATE", "often", "DIGITS_RATE is 'often'"),
        ("BATCH", "257", "256"),
        ("SECONDS", "nan", "DIGITS_SECONDS"),
        ("API_KEY", "", "an empty key would let everybody in"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(f"DIGITS_{name}", value)
    with pytest.raises(DigitsError, match=words) as caught:
        load()
    assert "\n" not in str(caught.value)


def test_mcp_is_part_of_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--mcp", "--page", "none"]) == 1
    assert "MCP is part of the Gradio page" in capsys.readouterr().err


def test_a_key_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITS_API_KEY", "open sesame")
    assert "sesame" not in f"{load()!r} {load()}"
    monkeypatch.setenv("DIGITS_PORT", "http")
    with pytest.raises(DigitsError) as caught:
        load()
    assert "sesame" not in str(caught.value)


def test_help_lists_every_setting(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["serve", "--help"])
    reported = capsys.readouterr().out
    for name in Settings.model_fields:
        assert re.search(rf"^  DIGITS_{name.upper()} ", reported, re.MULTILINE), name


def test_the_docs_list_every_setting_with_its_default() -> None:
    docs = (ROOT / "docs" / "service.md").read_text(encoding="utf-8")
    (listed,) = re.findall(
        r"^\| setting \| default \| what it is \|\n\|[-|: ]+\|\n((?:\|.*\n)+)", docs, re.MULTILINE
    )
    rows = [
        f"| `{name}` | {f'`{default}`' if default else ''} | {text} |".replace("|  |", "| |")
        for name, default, text in table()
    ]
    assert listed.splitlines() == rows


def test_a_missing_page_loads_no_gradio() -> None:
    code = (
        "import sys; from digits_detector.web.app import create_app; from digits_detector.web.settings import load;"
        "create_app(load(page='none')); print('gradio' in sys.modules, 'pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_the_static_page_is_served_as_files_and_loads_no_gradio() -> None:
    with serving("--page", "static") as address:
        page = httpx.get(address)
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert "<h1>CNN Digits Detector</h1>" in page.text
        module = httpx.get(f"{address}/onnxruntime.js")
        assert module.headers["content-type"].startswith("text/javascript")
        model = httpx.get(f"{address}/mnist_cnn.onnx").content
        assert hashlib.sha256(model).hexdigest() == httpx.get(f"{address}/api/model").json()["sha256"]
        assert httpx.get(f"{address}/nothing").status_code == 404


def test_a_page_whose_extra_is_missing_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("digits_detector.web.server.find_spec", lambda name: None)
    assert main(["serve", "--page", "gradio"]) == 1
    assert 'pip install "cnn-digits-detector[app]", or --page static' in capsys.readouterr().err


def test_serving_leaves_the_environment_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    before = dict(os.environ)
    with pytest.raises(DigitsError):
        serve(host="no such host", port=0, workers=2)
    assert dict(os.environ) == before
