"""The JSON API: a picture, a drawing or many pictures in, the same JSON out as on the command line.

An answer's form is in `schemas`, an error's in `problems`; what bounds a request is in `limits`.
"""

from __future__ import annotations

import functools
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeAlias

from fastapi import APIRouter, FastAPI
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .. import models
from ..errors import InvalidStrokes
from ..recognizer import DigitRecognizer
from ..results import Prediction, Reading
from ..strokes import Strokes
from . import metrics, schemas
from .limits import Gate
from .problems import busy, described
from .settings import Settings

LARGEST_DRAWING = 1_000_000  # bytes: some 70,000 points; no other request is answered while JSON is parsed
HOW_TO_ASK = "send a picture as multipart/form-data, in the field `image`, or strokes as application/json."

Asked: TypeAlias = Callable[[], bytes | Strokes]  # called on a thread, to fetch what is asked about

router = APIRouter()


@dataclass(frozen=True)
class Service:
    """What answers, for one application."""

    recognizer: DigitRecognizer
    settings: Settings
    gate: Gate


def add_api(app: FastAPI, recognizer: DigitRecognizer, settings: Settings) -> None:
    """Give an application the API."""
    app.state.service = Service(recognizer, settings, Gate(settings))
    app.include_router(router)


def paths() -> set[str]:
    """Return the paths that are answered here."""
    return {route.path for route in router.routes if hasattr(route, "path")}


# ── reading ──────────────────────────────────────────────────────────────────────────────────────


_ASKED = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {"schema": schemas.files("image")},
            "application/json": {"schema": schemas.DRAWING},
        },
    }
}
_SEVERAL = {
    "requestBody": {
        "required": True,
        "content": {"multipart/form-data": {"schema": schemas.files("images", several=True)}},
    }
}
_FAILURES = described(401, 408, 413, 415, 422, 429, 503)


@router.post(
    "/api/predict",
    summary="Read one digit",
    response_model=schemas.Prediction,
    responses=_FAILURES,
    openapi_extra=_ASKED,
)
async def predict(request: Request) -> Response:
    """Read the digit in a picture or a drawing."""
    return await _answer(request, _service(request).recognizer.predict)


@router.post(
    "/api/read",
    summary="Read all digits",
    response_model=schemas.Reading,
    responses=_FAILURES,
    openapi_extra=_ASKED,
)
async def read(request: Request, marks: bool = False) -> Response:
    """Read the numbers in a picture or a drawing; with `?marks=true` decimal points, minus signs and the like, too."""
    return await _answer(request, functools.partial(_service(request).recognizer.read, marks=marks))


async def _answer(request: Request, read: Callable[[bytes | Strokes], Prediction | Reading]) -> Response:
    async with _question(request) as asked:
        answer = await _service(request).gate.run(lambda: read(asked()).to_json())
    return JSONResponse(answer)


@router.post(
    "/api/predict/batch",
    summary="Read one digit in each of several pictures",
    response_model=schemas.Batch,
    responses=_FAILURES,
    openapi_extra=_SEVERAL,
)
async def predict_batch(request: Request) -> Response:
    """Read the digit in each picture, in one call of the network; a broken one has its error in its place."""
    service = _service(request)
    async with _uploads(request, "images", service.settings.batch) as uploads:
        pictures = service.gate.in_time(upload.file.read() for upload in uploads)
        found = await service.gate.run(lambda: service.recognizer.predict_batch(pictures, on_error="return"))
        names = [upload.filename or "" for upload in uploads]
    answers = [
        {"error": str(found.errors[place])} if place in found.errors else prediction.to_json()
        for place, prediction in enumerate(found)
    ]
    return JSONResponse(
        {"results": [{"file": name, **answer} for name, answer in zip(names, answers, strict=True)]}
    )


# ── what is asked about ──────────────────────────────────────────────────────────────────────────


@asynccontextmanager
async def _question(request: Request) -> AsyncIterator[Asked]:
    kind = _kind(request)
    if kind == "application/json":
        document = await _drawing(request)
        yield lambda: _strokes(document)
    elif kind == "multipart/form-data":
        async with _uploads(request, "image", 1) as uploads:
            yield uploads[0].file.read
    else:
        raise HTTPException(415, HOW_TO_ASK)


def _kind(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def _drawing(request: Request) -> bytes:
    document = bytearray()
    async for chunk in request.stream():
        document += chunk
        if len(document) > LARGEST_DRAWING:
            raise HTTPException(
                413, f"the strokes take more than {LARGEST_DRAWING:,} bytes, which is the limit."
            )
    return bytes(document)


def _strokes(document: bytes) -> Strokes:
    try:
        question = json.loads(document)
    except (ValueError, RecursionError):
        raise InvalidStrokes("the strokes are not valid JSON.") from None
    return Strokes.from_json(question)


@asynccontextmanager
async def _uploads(request: Request, name: str, most: int) -> AsyncIterator[list[UploadFile]]:
    """Yield the files of that name in a multipart body; small ones are in memory, others in a temporary file."""
    if _kind(request) != "multipart/form-data":
        raise HTTPException(415, f"send pictures as multipart/form-data, in the field `{name}`.")
    try:
        form = await request.form(max_files=most, max_fields=0)
    except HTTPException as error:
        if error.status_code != 400:
            raise
        detail = f"this is not a multipart form with {_up_to(most)} as `{name}`: {error.detail}"
        raise HTTPException(422, detail) from None
    try:
        uploads = [upload for upload in form.getlist(name) if isinstance(upload, UploadFile)]
        if len(uploads) == 0 or len(uploads) < len(form.multi_items()):
            raise HTTPException(422, f"send {_up_to(most)} as `{name}`, and no other field.")
        yield uploads
    finally:
        await form.close()


def _up_to(most: int) -> str:
    return "one file" if most == 1 else f"1 to {most} files"


# ── about the server ─────────────────────────────────────────────────────────────────────────────


@router.get(
    "/api/model", summary="Describe the model", response_model=schemas.Model, responses=described(401, 503)
)
async def model(request: Request) -> Response:
    """Return the model file's name, its SHA-256, and the figures measured on that file."""
    recognizer = _service(request).recognizer
    figures = models.figures(recognizer.checksum)
    return JSONResponse({"name": recognizer.model.name, "sha256": recognizer.checksum, "figures": figures})


@router.get("/healthz", summary="Report that the server is alive", response_model=schemas.State)
async def healthz() -> Response:
    """Answer."""
    return JSONResponse({"status": "ok"})


@router.get(
    "/readyz",
    summary="Report whether the server takes requests",
    response_model=schemas.State,
    responses=described(503),
)
async def readyz(request: Request) -> Response:
    """Answer, or turn a balancer to another server while this one's queue is full."""
    if _service(request).gate.full:
        raise busy("all readers are busy and the queue is full.")
    return JSONResponse({"status": "ok"})


@router.get(
    "/metrics", summary="Report metrics to Prometheus", response_class=Response, responses=described(401)
)
async def prometheus() -> Response:
    """Return the figures of all workers in Prometheus' text form."""
    return Response(metrics.exposition(), media_type=metrics.MEDIA_TYPE)


@router.api_route(
    "/api/{path:path}",
    methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
    include_in_schema=False,
)
async def nothing(request: Request, path: str) -> Response:
    """Say that there is nothing here, or not by this method; the page's server would answer with a page."""
    methods = {
        method
        for route in router.routes
        if getattr(route, "path", None) == request.url.path
        for method in getattr(route, "methods", None) or ()
    }
    if methods:
        allowed = ", ".join(sorted(methods))
        raise HTTPException(405, f"{request.url.path} takes {allowed}.", {"Allow": allowed})
    raise HTTPException(404, f"there is no {request.url.path}; /openapi.json lists what there is.")


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service
