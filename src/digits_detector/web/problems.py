"""Errors in the form of RFC 9457: `application/problem+json`, with one clear sentence as its `detail`."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from ..errors import DigitsError

MEDIA_TYPE = "application/problem+json"
UNREADABLE = 422
LEFT = 499  # as nginx calls a client that leaves before it is answered
# For OpenAPI.
SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "one sentence that says what is wrong"},
    },
}


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return the answer to a request that fails."""
    content = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    return JSONResponse(content, status, dict(headers or {}), MEDIA_TYPE)


def busy(detail: str, seconds: int = 1) -> HTTPException:
    """Return what to raise where a client should come again."""
    return HTTPException(503, detail, {"Retry-After": str(seconds)})


def tell_problems(app: FastAPI) -> None:
    """Have all errors of an application answered as problems."""
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(DigitsError, _unreadable)
    app.add_exception_handler(ClientDisconnect, _left)
    app.add_exception_handler(Exception, _failed)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return problem(error.status_code, error.detail, error.headers)


async def _unreadable(request: Request, error: Exception) -> Response:
    return problem(UNREADABLE, str(error))


async def _left(request: Request, error: Exception) -> Response:
    return Response(status_code=LEFT)  # the client is gone; the metrics count it


async def _failed(request: Request, error: Exception) -> Response:
    return problem(500, "the server failed at this request; its log says why.")


def described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the description of these failures, for OpenAPI."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {
                MEDIA_TYPE: {
                    "schema": SCHEMA,
                    "example": {
                        "type": "about:blank",
                        "title": HTTPStatus(status).phrase,
                        "status": status,
                        "detail": _EXAMPLES[status],
                    },
                }
            },
        }
        for status in statuses
    }


_EXAMPLES = {
    401: "this server wants its key: send the header `Authorization: Bearer KEY`.",
    408: "the request did not arrive within 30 seconds.",
    413: "the request takes more than 16,000,000 bytes, which is the limit.",
    415: "send a picture as multipart/form-data, in the field `image`, or strokes as application/json.",
    422: "this file is not a picture that can be read: give PNG, JPEG or WebP.",
    429: "more than 600 per 1 minute is too much; come again in 12 seconds.",
    503: "all readers are busy and the queue is full; come again in a second.",
}
