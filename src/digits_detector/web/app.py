"""The server: a FastAPI application with the page mounted at `/`."""

import inspect
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from ..errors import DigitsError
from ..recognizer import DigitRecognizer


def create_app() -> FastAPI:
    """Make the application. Each worker calls this once; workers share nothing."""
    with no_stub_files():
        import gradio as gr

    from . import page

    # FastAPI's own documentation pages load their scripts from another host.
    app = FastAPI(title=page.TITLE, docs_url=None, redoc_url=None)
    gr.mount_gradio_app(
        app,
        page.build_page(DigitRecognizer()),
        path="/",
        theme=page.THEME,
        head=page.HEAD,
        js=page.TABS,
        footer_links=["api"],
        run_history=False,
        ssr_mode=False,
        max_file_size="32mb",
    )
    return app


@contextmanager
def no_stub_files() -> Iterator[None]:
    """Keep Gradio from writing a stub file for editors beside each of its components as it is imported.

    That is half of the time of its import. It leaves out classes that come from no file, so it is told so here.
    """
    getfile = inspect.getfile

    def getfile_outside_gradio(item: Any) -> str:
        if isinstance(item, type) and item.__module__.startswith("gradio."):
            raise OSError("not asked for")
        return getfile(item)

    inspect.getfile = getfile_outside_gradio  # type: ignore[assignment]
    try:
        yield
    finally:
        inspect.getfile = getfile


def serve(host: str | None = None, port: int | None = None, workers: int = 1) -> None:
    """Serve the page until it is interrupted.

    Without `host` and `port`, `DIGITS_HOST` and `DIGITS_PORT` say where, else 127.0.0.1 and 7860.
    """
    host = host or os.environ.get("DIGITS_HOST", "127.0.0.1")
    config = uvicorn.Config(
        "digits_detector.web.app:create_app",
        factory=True,
        workers=workers,
        log_level="warning",
        access_log=False,
        timeout_worker_healthcheck=60,  # a busy machine may take long to start one
    )
    # A broken model is told here, before anything is started; a worker would die of it and be started again, for ever.
    DigitRecognizer()
    # Bound first: a taken port is told at once, and a browser that comes early waits instead of failing.
    with listen(host, default_port() if port is None else port) as listener:
        shown = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::", "::1"} else host
        print(f"Digits Detector on http://{shown}:{listener.getsockname()[1]} (Ctrl+C stops it)", flush=True)
        if workers == 1:
            uvicorn.Server(config).run(sockets=[listener])
        else:
            Multiprocess(config, sockets=[listener]).run()


def default_port() -> int:
    """Read the port from `DIGITS_PORT`."""
    given = os.environ.get("DIGITS_PORT", "7860")
    if not (given.isdecimal() and int(given) <= 65535):
        raise DigitsError(f"DIGITS_PORT is {given!r}, but a port is a whole number from 0 to 65535.")
    return int(given)


def listen(host: str, port: int) -> socket.socket:
    """Open the listening socket, or say in one sentence why that fails."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise DigitsError(f"{host} port {port} can't be listened on: {error.strerror}.") from error
