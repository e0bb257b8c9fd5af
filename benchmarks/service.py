"""How many requests a second the service answers, and how fast: `python -m benchmarks.service`.

Server and load generator share one machine and its loopback. Beside `digits serve` two opponents answer the same
requests: a plain FastAPI server of the same network in Keras, which squeezes the whole canvas to 28×28, once with
`model.predict` and once with `model(x)`. All keep their connections open, and take turns.
"""

from __future__ import annotations

import asyncio
import io
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from .command import main
from .speed import CANVAS, SEVEN, machine

CONNECTIONS = (1, 8, 64, 256)
SECONDS = 10.0  # that each row is measured for, after a tenth of that to warm up
OPPONENTS = {"predict": "FastAPI and Keras, predict", "call": "FastAPI and Keras, model(x)"}
OURS = "digits serve"


@dataclass(frozen=True)
class Load:
    """What a number of clients met: the seconds of each answer, and how many failed."""

    times: list[float]
    failures: int
    seconds: float

    def row(self) -> dict[str, Any]:
        """Return the figures of a row."""
        p50, p95, p99 = np.percentile(self.times or [float("inf")], (50, 95, 99)) * 1000
        return {
            "per_second": round(len(self.times) / self.seconds, 1),
            **{name: round(value, 2) for name, value in (("p50", p50), ("p95", p95), ("p99", p99))},
            "failures": self.failures,
        }


def run(
    *, connections: Sequence[int] = CONNECTIONS, seconds: float = SECONDS, keras: bool = True
) -> dict[str, Any]:
    """Measure all servers, each by itself, with each picture and each number of connections."""
    servers = {OURS: [str(Path(sys.executable).with_name("digits")), "serve", "--page", "none"]}
    if keras:
        servers |= {
            name: [sys.executable, "-m", "benchmarks.opponents", way] for way, name in OPPONENTS.items()
        }
    rows = []
    for name, command in servers.items():
        with served(command) as port:
            for picture, content in pictures().items():
                request = as_request(content)
                for number in connections:
                    load(port, request, number, seconds / 10)
                    found = load(port, request, number, seconds)
                    rows.append({"server": name, "picture": picture, "connections": number, **found.row()})
    protocol = (
        f"{seconds:g} seconds a row, server and clients on the same cores; `digits serve --page none` with a worker "
        "a core, the opponents with one process, whose network uses all cores"
    )
    return {"protocol": protocol, "machine": machine(), "rows": rows}


def pictures() -> dict[str, bytes]:
    """Return the two pictures that are sent: a seven, small and on a canvas."""
    canvas = Image.new("RGBA", (CANVAS, CANVAS), "white")
    ImageDraw.Draw(canvas).line([(x, y) for x, y in SEVEN], fill="black", width=12, joint="curve")
    small = canvas.convert("L").resize((28, 28), Image.Resampling.BOX)
    return {"28×28 PNG": _png(small), f"{CANVAS}×{CANVAS} RGBA PNG": _png(canvas)}


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


# ── servers ──────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def served(command: Sequence[str]) -> Iterator[int]:
    """Run a server that prints its address, and yield its port once it answers."""
    environment = {"DIGITS_PORT": "0", "DIGITS_WORKERS": str(os.cpu_count() or 1), **os.environ}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            port = next(
                int(found[1]) for line in server.stdout if (found := re.search(r"http://\S+:(\d+)", line))
            )
            load(port, as_request(pictures()["28×28 PNG"]), 1, 0)  # waits until the first answer
            yield port
        finally:
            server.terminate()


# ── clients ──────────────────────────────────────────────────────────────────────────────────────


def as_request(picture: bytes) -> bytes:
    """Return the whole request of a client that sends a picture."""
    head = b'--x\r\nContent-Disposition: form-data; name="image"; filename="seven.png"\r\n\r\n'
    body = head + picture + b"\r\n--x--\r\n"
    return (
        b"POST /api/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\n"
        + f"Content-Length: {len(body)}\r\n\r\n".encode()
        + body
    )


def load(port: int, request: bytes, connections: int, seconds: float) -> Load:
    """Send a request again and again over several connections, each waiting for its answer; at least once each."""
    return asyncio.run(_load(port, request, connections, seconds))


async def _load(port: int, request: bytes, connections: int, seconds: float) -> Load:
    started = time.perf_counter()
    found = await asyncio.gather(*(_client(port, request, started + seconds) for _ in range(connections)))
    passed = time.perf_counter() - started
    times = [each for answers, _ in found for each in answers]
    return Load(times, sum(failures for _, failures in found), passed)


async def _client(port: int, request: bytes, until: float) -> tuple[list[float], int]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    times, failures = [], 0
    try:
        while True:
            started = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", head)
            await reader.readexactly(int(length[1]) if length else 0)
            now = time.perf_counter()
            if head.startswith(b"HTTP/1.1 200 "):
                times.append(now - started)
            else:
                failures += 1
            if now >= until:
                return times, failures
    finally:
        writer.close()


def table(result: dict[str, Any]) -> str:
    """Return the result as lines for a terminal."""
    head = f"{'':<28} {'':<18} {'connections':>11} {'a second':>9} {'p50':>9} {'p95':>9} {'p99':>9} {'failed':>6}"
    lines = [
        f"{row['server']:<28} {row['picture']:<18} {row['connections']:>11} {row['per_second']:>9.1f} "
        f"{row['p50']:>9.2f} {row['p95']:>9.2f} {row['p99']:>9.2f} {row['failures']:>6}"
        for row in result["rows"]
    ]
    return "\n".join([result["machine"], result["protocol"], head, *lines])


if __name__ == "__main__":
    main("service", run, table)
