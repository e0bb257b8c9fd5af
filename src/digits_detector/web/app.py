"""The application: FastAPI with the JSON API, and one of the two pages mounted at `/`."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import FastAPI, HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from .. import __version__
from . import settings as settings_
from .api import add_api, paths
from .limits import Guard
from .memory import Trim
from .metrics import CountingRecognizer, Meter
from .problems import tell_problems
from .sketchpad import files
from .static.export import ISOLATED, export_web


def create_app(settings: settings_.Settings | None = None) -> FastAPI:
    """Make the application. Each worker calls this once; workers share nothing but the figures of `/metrics`."""
    settings = settings or settings_.load()
    logging.getLogger("python_multipart").setLevel(logging.ERROR)  # a broken form is answered, not logged
    # FastAPI's own documentation pages load their scripts from another host.
    app = FastAPI(
        title="CNN Digits Detector",
        summary="Reads handwritten digits, drawn or pictured, and says how sure it is.",
        version=__version__,
        docs_url=None,
        redoc_url=None,
    )
    recognizer = CountingRecognizer(max_pixels=settings.pixels)
    tell_problems(app)
    add_api(app, recognizer, settings)
    if settings.page == "gradio":
        add_page(app, recognizer, settings)
    elif settings.page == "static":
        add_static_page(app)
    # The one that is added last sees a request first.
    app.add_middleware(Guard, settings=settings)
    if settings.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type"],
        )
    app.add_middleware(Meter, routes=paths())
    return app


def add_page(app: FastAPI, recognizer: CountingRecognizer, settings: settings_.Settings) -> None:
    """Mount the page; without it, Gradio and its megabytes are not loaded."""
    with no_stub_files():
        import gradio as gr

    from . import page

    add_files(app)
    blocks = page.build_page(recognizer)
    blocks.max_threads = settings.readers  # of its own; Gradio's default is 40
    blocks.queue(max_size=settings.waiting or 1, default_concurrency_limit=settings.readers)
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        theme=page.THEME,
        head=page.HEAD,
        js=page.TABS,
        footer_links=["api"],
        run_history=False,
        ssr_mode=False,
        allowed_paths=[],
        max_file_size=settings.body_bytes,
        mcp_server=settings.mcp,
    )


def add_files(app: FastAPI) -> None:
    """Offer what the sketchpads load; a browser asks again at each visit, since a newer version has other files."""
    known = files()

    def file(request: Request) -> FileResponse:
        path = known.get(request.path_params["name"])
        if path is None:
            raise HTTPException(404)
        kind = "text/javascript" if path.suffix == ".js" else None  # which not every system knows
        return FileResponse(path, media_type=kind, headers={"Cache-Control": "no-cache"})

    app.add_route("/sketchpad/{name:path}", file)


def add_static_page(app: FastAPI) -> None:
    """Mount the page that reads in the browser, as files.

    Raises
    ------
    DataError
        If the browser's runtime has to be fetched and cannot be.
    """
    folder = TemporaryDirectory(prefix="digits-page-")
    app.state.page = folder  # is deleted with the application
    app.mount("/", Isolated(directory=export_web(Path(folder.name) / "page"), html=True))
    Trim()()  # the runtime's archive was unpacked: thirty megabytes


class Isolated(StaticFiles):
    """Files of a page that is isolated from others, whose network may run on several threads."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file with two headers more."""
        response = await super().get_response(path, scope)
        response.headers.update(ISOLATED)
        return response


@contextmanager
def no_stub_files() -> Iterator[None]:
    """Keep Gradio from writing a stub file for editors beside each of its components as it is imported.

    That is half of the time of its import. It leaves out classes that come from no file, as all of them seem to here.
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
