"""The real server, as a user starts it, on any free port; a host of files; the application in this process."""

import asyncio
import os
import re
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from digits_detector.web.app import create_app
from digits_detector.web.settings import load

DIGITS = Path(sys.executable).with_name("digits")
ROUTES = {
    "/api/predict",
    "/api/predict/batch",
    "/api/read",
    "/api/model",
    "/healthz",
    "/readyz",
    "/metrics",
}
PATIENCE = 300  # seconds: on a busy machine it takes long to import all that a server needs


@contextmanager
def serving(*options: str, **settings: object) -> Iterator[str]:
    """Run `digits serve` with the options and settings, and yield the address it prints, once it answers there."""
    with started(*options, **settings) as (address, _):
        yield address


@contextmanager
def started(*options: str, **settings: object) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """Yield the process, too."""
    given = {f"DIGITS_{name.upper()}": str(value) for name, value in settings.items()}
    env = {"DIGITS_PORT": "0", **os.environ, **given}
    with subprocess.Popen([DIGITS, "serve", *options], env=env, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            line = server.stdout.readline()
            address = re.search(r"http://\S+", line)
            assert address, line
            urllib.request.urlopen(f"{address[0]}/healthz", timeout=PATIENCE).close()
            yield address[0], server
        finally:
            server.terminate()


@contextmanager
def static_host(folder: Path) -> Iterator[str]:
    """Serve a folder as any host of static files does, and yield its address."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def app(**settings: Any) -> FastAPI:
    """Make the application without its page, with these settings."""
    return create_app(load(page="none", **settings))


def ask(app: FastAPI, method: str, path: str, **request: Any) -> httpx.Response:
    """Send one request to an application in this process."""

    async def send() -> httpx.Response:
        async with client(app) as asking:
            return await asking.request(method, path, **request)

    return asyncio.run(send())


def client(app: FastAPI, address: str = "203.0.113.1") -> httpx.AsyncClient:
    """Return a client of an application in this process, that calls from this address."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=True, client=(address, 50_000))
    return httpx.AsyncClient(transport=transport, base_url="http://digits.example")


def until(true: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came to be so"
        time.sleep(0.05)


def is_a_problem(answer: httpx.Response, status: int, words: str) -> None:
    """Assert that an answer says in one sentence what is wrong."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    reported = answer.json()
    assert set(reported) == {"type", "title", "status", "detail"}
    assert reported["status"] == status
    assert re.search(words, reported["detail"]), reported["detail"]
    assert reported["detail"].endswith(".")
    assert "\n" not in reported["detail"]
