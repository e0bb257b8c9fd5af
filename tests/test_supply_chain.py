"""The audit tells known vulnerabilities, or that it could not ask; the SBOM lists what serves."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.conftest import ROOT, need

pytestmark = pytest.mark.slow
LOCKED = ROOT / "requirements.txt"
# A few packages have two versions, for different Pythons.
PINS = set(re.findall(r"^(\S+)==(\S+)", LOCKED.read_text(encoding="utf-8"), re.MULTILINE))
ADVISORY = {
    "id": "GHSA-0000-0000-0000",
    "affected": [
        {
            "package": {"name": "pillow", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99.1"}]}],
        }
    ],
}


def audit(*options: str | Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "scripts.audit", LOCKED, *options]
    env = {**os.environ, "NO_PROXY": "127.0.0.1"}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


@contextmanager
def advisories(about: str) -> Iterator[str]:
    """Serve an advisory about one package, and none about others, as osv.dev does."""

    class Osv(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the server's name for it
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            known = {"vulns": [ADVISORY]} if asked["package"]["name"] == about else {}
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(known).encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Osv) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


@pytest.mark.parametrize(("about", "code", "number"), [("pillow", 1, 1), ("another", 0, 0)])
def test_a_known_vulnerability_is_reported_and_ends_with_1(about: str, code: int, number: int) -> None:
    pytest.importorskip("pip_audit", reason="needs the group `audit`, which `make test-all` installs")
    with advisories(about) as address:
        done = audit("--vulnerability-service", "osv", "--osv-url", address)
    assert (done.returncode, done.stderr) == (code, "")
    *lines, total = done.stdout.splitlines()
    assert lines == [f"pillow {dict(PINS)['pillow']}: {ADVISORY['id']}, mended in 99.1"] * number
    assert re.fullmatch(rf"(\d+) of \1 packages audited, {number} advisories", total)


def test_where_nobody_can_be_asked_a_note_says_so() -> None:
    pytest.importorskip("pip_audit", reason="needs the group `audit`, which `make test-all` installs")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        closed = f"http://127.0.0.1:{taken.getsockname()[1]}"
    done = audit("--vulnerability-service", "osv", "--osv-url", closed)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("note: not audited, for the advisories can't be reached: ")
    assert done.stderr.count("\n") == 1


def test_a_wrong_option_is_no_clean_audit() -> None:
    pytest.importorskip("pip_audit", reason="needs the group `audit`, which `make test-all` installs")
    assert audit("--no-such-option").returncode == 2


@pytest.mark.filterwarnings("ignore:`@.tools` is deprecated")  # uv names itself in the older of two ways
def test_the_sbom_is_cyclonedx_and_lists_what_serves(uv: str, tmp_path: Path) -> None:
    bom = pytest.importorskip("cyclonedx.model.bom", reason="needs the group `dev`")
    need(shutil.which("make"), "make is missing: `apt install make`")
    env = {**os.environ, "PATH": f"{Path(uv).parent}{os.pathsep}{os.environ['PATH']}"}
    written = tmp_path / "sbom.json"
    subprocess.run(["make", "sbom", f"SBOM={written}"], cwd=ROOT, env=env, capture_output=True, check=True)
    recorded = bom.Bom.from_json(json.loads(written.read_text(encoding="utf-8")))
    assert recorded.metadata.component.name == "cnn-digits-detector"
    assert {(each.name, each.version) for each in recorded.components} == PINS
    assert all(files.hashes for each in recorded.components for files in each.external_references)
