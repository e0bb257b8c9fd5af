"""The figures for Prometheus: requests, how long they took, and what was read."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterable

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..errors import DigitsError
from ..image.decode import Picture
from ..recognizer import DigitRecognizer, OnError
from ..results import Predictions, Reading
from ..strokes import Strokes

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # where prometheus-client keeps the figures of several workers
MEDIA_TYPE = CONTENT_TYPE_LATEST

disable_created_metrics()  # type: ignore[no-untyped-call]  # the time of each series' first count is of no use

REQUESTS = Counter("digits_requests_total", "Requests answered", ["route", "status"])
SECONDS = Histogram(
    "digits_request_seconds",
    "From a request's head to the end of its answer",
    ["route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
IN_FLIGHT = Gauge("digits_requests_in_flight", "Requests under way", multiprocess_mode="livesum")
READ = Counter("digits_read_total", "Digits read, on the page too", ["digit"])
REJECTED = Counter(
    "digits_rejected_total", "Pictures and drawings that are not a digit, blank, or broken", ["why"]
)


class Meter:
    """The ASGI middleware that counts; what is not of the API counts as `other`, so that clients cannot add routes."""

    def __init__(self, app: ASGIApp, routes: Collection[str]) -> None:
        self.app = app
        self.routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count a request and take its time."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        route = scope["path"] if scope["path"] in self.routes else "other"
        status, started = "500", time.perf_counter()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        IN_FLIGHT.inc()
        try:
            await self.app(scope, receive, noting)
        finally:
            IN_FLIGHT.dec()
            REQUESTS.labels(route, status).inc()
            if route != "other":  # the page holds streams open
                SECONDS.labels(route).observe(time.perf_counter() - started)


class CountingRecognizer(DigitRecognizer):
    """A recogniser that counts what it reads for all of them: the API, the page, or its endpoint."""

    def predict_batch(self, items: Iterable[Picture | Strokes], on_error: OnError = "raise") -> Predictions:
        """Read a digit from each item."""
        try:
            predictions = super().predict_batch(items, on_error)
        except DigitsError:
            REJECTED.labels("error").inc()
            raise
        for prediction in predictions:
            if prediction.digit is None:
                REJECTED.labels(prediction.status).inc()
            else:
                READ.labels(str(prediction.digit)).inc()
        return predictions

    def read(self, source: Picture | Strokes, *, marks: bool = False) -> Reading:
        """Read all digits."""
        try:
            reading = super().read(source, marks=marks)
        except DigitsError:
            REJECTED.labels("error").inc()
            raise
        for found in reading.digits:
            READ.labels(str(found.digit)).inc()
        return reading


def exposition() -> bytes:
    """Return the figures of all workers in Prometheus' text form."""
    if FOLDER not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
