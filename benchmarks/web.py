"""How long a reading takes in the browser alone: `python -m benchmarks.web`.

The page is exported, served from this machine's loopback and opened in a Chromium without a window; its recogniser
reads pen digits one after the other, and sends the times back.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np

from digits_detector.errors import DataError
from digits_detector.training.data import pen

from .command import main
from .speed import machine

READINGS = 200
PATIENCE = 120  # seconds, for a busy machine
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")

SCRIPT = """
import { Recognizer } from "./page/recognizer.js";
const drawings = await (await fetch("drawings.json")).json();
const recognizer = await Recognizer.load();
const readings = [];
for (const drawing of drawings) readings.push(await recognizer.read(drawing));
const times = readings.map(({ milliseconds }) => milliseconds);
await fetch("times", { method: "POST", body: JSON.stringify({ times, browser: navigator.userAgent }) });
"""


def run(readings: int = READINGS) -> dict[str, Any]:
    """Measure n readings, of the pen digits of writers who were not trained on.

    Raises
    ------
    DataError
        If Chromium is missing or does not answer, or the digits or the runtime cannot be fetched.
    """
    chromium = os.environ.get("DIGITS_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if chromium is None:
        raise DataError("Chromium is missing: install it, or name one in DIGITS_CHROMIUM.")
    _, digits = pen.split(pen.load())
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _export(root / "page")
        drawings = [strokes.to_json() for strokes in digits.strokes[:readings]]
        (root / "drawings.json").write_text(json.dumps(drawings), encoding="utf-8")
        (root / "index.html").write_text(f'<script type="module">{SCRIPT}</script>', encoding="utf-8")
        measured = _ask(chromium, root)
        size = sum(file.stat().st_size for file in (root / "page").iterdir())
        runtime = json.loads((root / "page" / "model.json").read_text(encoding="utf-8"))["runtime"]
    median, p95 = np.percentile(measured["times"], (50, 95))
    return {
        "n": len(measured["times"]),
        "milliseconds": round(float(median), 2),
        "p95": round(float(p95), 2),
        "megabytes": round(size / 1e6, 1),
        "browser": measured["browser"]
        .split()[-2]
        .removeprefix("Headless"),  # "… HeadlessChrome/147.0.0.0 Safari/537.36"
        "runtime": runtime,
        "machine": machine(),
    }


def _export(folder: Path) -> None:
    digits = Path(sys.executable).with_name("digits")
    done = subprocess.run([digits, "export", "--web", folder], stdout=subprocess.DEVNULL, check=False)
    if done.returncode != 0:  # the command has said why
        raise DataError("the page could not be exported.")


def _ask(chromium: str, root: Path) -> dict[str, Any]:
    """Open the folder's page and return what it sends."""
    # A child of the browser may still write into the profile when the browser itself has ended.
    kept = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    with _served(root) as (address, answers), kept as profile:
        # A container's root has no sandbox of its own; the next flag keeps Chromium's own calls home out of this.
        flags = (
            "--headless",
            "--no-sandbox",
            "--disable-background-networking",
            f"--user-data-dir={profile}",
        )
        browser = subprocess.Popen([chromium, *flags, address], stderr=subprocess.DEVNULL)
        try:
            return dict(json.loads(answers.get(timeout=PATIENCE)))
        except queue.Empty:
            raise DataError(f"{chromium} did not read the drawings within {PATIENCE} seconds.") from None
        finally:
            browser.terminate()
            browser.wait()


@contextmanager
def _served(root: Path) -> Iterator[tuple[str, queue.Queue[bytes]]]:
    """Serve a folder; yield the address, and the queue of what is posted to it."""
    posted: queue.Queue[bytes] = queue.Queue()

    class Handler(SimpleHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.put(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(root))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/", posted
        finally:
            server.shutdown()


def table(result: dict[str, Any]) -> str:
    """Return the result as lines for a terminal."""
    return "\n".join(
        [
            f"{result['machine']}, {result['browser']}, {result['runtime']}, {result['megabytes']} MB of files",
            f"a reading of pen strokes, n = {result['n']}: median {result['milliseconds']:.2f} ms, "
            f"95 % within {result['p95']:.2f} ms",
        ]
    )


if __name__ == "__main__":
    main("web", run, table)
