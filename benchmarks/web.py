"""How long reading takes in the browser alone, and how much a visitor downloads: `python -m benchmarks.web`.

The page is exported, served from this machine's loopback with the headers that its service worker sends from the second
visit on, and opened in a Chromium without a window. Its own modules read drawings of one digit, numbers drawn on the
pad, and photos of one and of twelve megapixels, which the page scales down as it does for a visitor, and send the times
back. All are composed of the digits of pen writers that were not trained on.
"""

from __future__ import annotations

import gzip
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
from PIL import Image

from digits_detector import Strokes
from digits_detector.errors import DataError
from digits_detector.training.data import pen
from digits_detector.training.data.strings import LAYOUTS
from digits_detector.web.static.export import ISOLATED

from . import strings
from .command import main
from .speed import machine

DRAWINGS, NUMBERS, PHOTOS = 200, 50, 8
PATIENCE = 300  # seconds, for a busy machine
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")

SCRIPT = """
import { redrawn } from "./page/sketchpad/picture.js";
import { PIXELS } from "./page/sketchpad/number.js";

const ready = () => new Promise((resolve) => {
  const started = performance.now();
  const worker = new Worker("./page/worker.js", { type: "module" });
  worker.addEventListener("message", () => { worker.terminate(); resolve(performance.now() - started); });
});
const times = { cold: [await ready()], warm: [] };
for (let i = 0; i < 5; i++) times.warm.push(await ready());

const { Recognizer } = await import("./page/recognizer.js");
const { THREADS: threads } = await import("./page/networks.js");
const recognizer = await Recognizer.load();
async function timed(name, items, read) {
  await read(items[0]);  // the first one takes longer
  times[name] = [];
  for (const item of items) {
    const started = performance.now();
    await read(item);
    times[name].push(performance.now() - started);
  }
}
const scale = (width, height) => Math.sqrt(PIXELS / (width * height));
const photo = async (file) => recognizer.read({ picture: await redrawn(file, scale) });
const items = await (await fetch("items.json")).json();
const files = (names) => Promise.all(names.map(async (name) => (await fetch(name)).blob()));
await timed("drawing", items.drawings, (drawing) => recognizer.predict(drawing));
await timed("number", items.numbers, (drawing) => recognizer.read(drawing));
await timed("photo", await files(items.photos), photo);
await timed("large", await files(items.large), photo);
await fetch("times", { method: "POST", body: JSON.stringify({ times, threads, browser: navigator.userAgent }) });
"""
ROWS = {
    "cold": "the page is ready, its files not yet in the browser's cache",
    "warm": "the same, with its files there",
    "drawing": "one digit, drawn",
    "number": "a number of two to six digits, drawn",
    "photo": "twenty digits in a photo of 1 megapixel, from the file on",
    "large": "the same, of 12 megapixels",
}


def run(drawings: int = DRAWINGS, numbers: int = NUMBERS, photos: int = PHOTOS) -> dict[str, Any]:
    """Measure readings in the browser alone.

    Raises
    ------
    DataError
        If Chromium is missing or does not answer, or the digits or the runtime cannot be fetched.
    """
    chromium = find_chromium()
    _, digits = pen.split(pen.load())
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        export(root / "page")
        pages = list(strings.pages(digits, photos))
        layout = next(iter(LAYOUTS.values()))
        items = {
            "drawings": [strokes.to_json() for strokes in digits.strokes[:drawings]],
            "numbers": [_strokes(each) for each in strings.as_strokes(digits, numbers, layout)],
            "photos": [_photo(page, root / f"photo-{n}.jpg") for n, page in enumerate(pages)],
            "large": [
                _photo(strings.large(page), root / f"large-{n}.jpg") for n, page in enumerate(pages[:5])
            ],
        }
        (root / "items.json").write_text(json.dumps(items), encoding="utf-8")
        (root / "index.html").write_text(f'<script type="module">{SCRIPT}</script>', encoding="utf-8")
        measured = _ask(chromium, root)
        files = [file.read_bytes() for file in (root / "page").rglob("*") if file.is_file()]
        runtime = json.loads((root / "page" / "model.json").read_text(encoding="utf-8"))["runtime"]
    rows = []
    for name, times in measured["times"].items():
        median, p95 = np.percentile(times, (50, 95))
        rows.append(
            {
                "name": ROWS[name],
                "n": len(times),
                "milliseconds": round(float(median), 1),
                "p95": round(float(p95), 1),
            }
        )
    return {
        "rows": rows,
        "threads": measured["threads"],
        "megabytes": round(sum(map(len, files)) / 1e6, 1),
        "compressed": round(sum(len(gzip.compress(file)) for file in files) / 1e6, 1),
        "browser": measured["browser"]
        .split()[-2]
        .removeprefix("Headless"),  # "… HeadlessChrome/147.0.0.0 Safari/537.36"
        "runtime": runtime,
        "machine": machine(),
    }


def _strokes(number: strings.Number) -> dict[str, Any]:
    assert isinstance(number.source, Strokes)
    return number.source.to_json()


def _photo(page: strings.Number, path: Path) -> str:
    """Write a page as a JPEG and return its name."""
    Image.fromarray(np.asarray(page.source)).save(path, quality=90)
    return path.name


def find_chromium() -> str:
    """Return the path of Chromium; raises `DataError` where there is none."""
    chromium = os.environ.get("DIGITS_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if chromium is None:
        raise DataError("Chromium is missing: install it, or name one in DIGITS_CHROMIUM.")
    return chromium


def export(folder: Path) -> None:
    """Write the page into a folder, as a user does."""
    digits = Path(sys.executable).with_name("digits")
    done = subprocess.run([digits, "export", "--web", folder], stdout=subprocess.DEVNULL, check=False)
    if done.returncode != 0:  # the command has said why
        raise DataError("the page could not be exported.")


def _ask(chromium: str, root: Path) -> dict[str, Any]:
    """Open the folder's page and return what it sends."""
    # A child of the browser may still write into the profile when the browser itself has ended.
    kept = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    with served(root) as (address, answers), kept as profile:
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
def served(root: Path) -> Iterator[tuple[str, queue.Queue[bytes]]]:
    """Serve a folder; yield the address, and the queue of what is posted to it."""
    posted: queue.Queue[bytes] = queue.Queue()

    class Handler(SimpleHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.put(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def end_headers(self) -> None:
            for name, value in ISOLATED.items():
                self.send_header(name, value)
            super().end_headers()

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
    lines = [
        f"{result['machine']}, {result['browser']}, {result['runtime']} on {result['threads']} threads",
        f"{result['megabytes']} MB of files, {result['compressed']} MB with gzip",
        f"{'':62}{'n':>5}{'median':>10}{'95 %':>10}",
    ]
    lines += [
        f"{row['name']:62}{row['n']:5}{row['milliseconds']:7.1f} ms{row['p95']:7.1f} ms"
        for row in result["rows"]
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main("web", run, table)
