"""How the page that needs no server scores with Lighthouse, on phone and desktop: `python -m benchmarks.lighthouse`.

It needs Node.js with npx, which fetches Lighthouse in a pinned version, and Chromium.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from digits_detector.errors import DataError

from .command import main
from .speed import machine
from .web import export, find_chromium, served

LIGHTHOUSE = "lighthouse@12.8.2"
DEVICES = {"phone": [], "desktop": ["--preset=desktop"]}  # a phone's network and processor are simulated
FLAGS = "--headless --no-sandbox --disable-background-networking"


def run() -> dict[str, Any]:
    """Score the exported page: performance, accessibility, best practices and SEO, of 100 each.

    Raises
    ------
    DataError
        If npx or Chromium is missing, or Lighthouse fails.
    """
    npx = shutil.which("npx")
    if npx is None:
        raise DataError("npx is missing: install Node.js.")
    chromium = find_chromium()
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page"
        export(page)
        with served(page) as (address, _):
            reports = {
                device: _report(npx, chromium, address, Path(folder), more)
                for device, more in DEVICES.items()
            }
    return {
        "scores": {
            device: {each["title"]: round(100 * each["score"]) for each in report["categories"].values()}
            for device, report in reports.items()
        },
        "lighthouse": LIGHTHOUSE.replace("@", " "),
        "machine": machine(),
    }


def _report(npx: str, chromium: str, address: str, folder: Path, more: list[str]) -> dict[str, Any]:
    path = folder / "report.json"
    command = [npx, "--yes", LIGHTHOUSE, address, "--quiet", "--output=json", f"--output-path={path}"]
    done = subprocess.run(
        [*command, f"--chrome-flags={FLAGS}", *more],
        env={**os.environ, "CHROME_PATH": chromium},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise DataError(f"Lighthouse failed: {done.stderr.strip().splitlines()[-1:]}.")
    return dict(json.loads(path.read_text(encoding="utf-8")))


def table(result: dict[str, Any]) -> str:
    """Return the result as lines for a terminal."""
    lines = [f"{result['lighthouse']}, {result['machine']}"]
    for device, scores in result["scores"].items():
        lines.append(f"{device}: " + ", ".join(f"{name} {score}" for name, score in scores.items()))
    return "\n".join(lines)


if __name__ == "__main__":
    main("lighthouse", run, table)
