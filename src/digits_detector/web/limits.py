"""What keeps a server answering, whatever comes: limits of size, time and number, a key, and a rate a client."""

from __future__ import annotations

import asyncio
import ipaddress
import math
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import limits
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .memory import Trim
from .problems import busy, problem
from .settings import Settings

T = TypeVar("T")

WATCHED = {"/healthz", "/readyz", "/metrics"}  # those who watch a server get through when it is full
OVERTIME = "reading this takes longer than {:g} seconds, which is the limit; come again, or send less."


class Guard:
    """ASGI middleware that limits requests: who may send them, how many, and how large.

    A body is counted while it arrives, so that one that is too large is never held; a slow one has to be there in time.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self.rate = Rate(settings.rate) if settings.rate else None
        self.key = settings.api_key.get_secret_value().encode() if settings.api_key else None
        self.under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request, or pass it on with a bound on its body."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if refusal := self._refusal(scope):
            await refusal(scope, receive, send)
            return
        self.under_way += 1
        try:
            await self.app(scope, self._bounded(receive), send)
        finally:
            self.under_way -= 1

    def _refusal(self, scope: Scope) -> Response | None:
        path, headers = scope["path"], Headers(scope=scope)
        if self.under_way >= self.settings.requests and path not in WATCHED:
            return problem(
                503, "too many requests are under way; come again in a second.", {"Retry-After": "1"}
            )
        if self.key and (path.startswith("/api/") or path == "/metrics") and not self._knows_key(headers):
            detail = "this server wants its key: send the header `Authorization: Bearer KEY`."
            return problem(401, detail, {"WWW-Authenticate": "Bearer"})
        if self.rate and scope["method"] == "POST" and (refusal := self.rate.refusal(scope)):
            return refusal
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length[:20]) > self.settings.body_bytes:
            return problem(413, self._too_large)
        return None

    def _knows_key(self, headers: Headers) -> bool:
        scheme, _, key = headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and secrets.compare_digest(key.strip().encode(), self.key or b"")

    @property
    def _too_large(self) -> str:
        return f"the request takes more than {self.settings.body_bytes:,} bytes, which is the limit."

    def _bounded(self, receive: Receive) -> Receive:
        deadline = asyncio.get_running_loop().time() + self.settings.seconds
        total, complete = 0, False

        async def bounded() -> Message:
            nonlocal total, complete
            if complete:  # what comes now is that the client leaves, however late
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError:
                detail = f"the request did not arrive within {self.settings.seconds:g} seconds."
                raise HTTPException(408, detail) from None
            total += len(message.get("body", b""))
            complete = not message.get("more_body", False)
            if total > self.settings.body_bytes:
                raise HTTPException(413, self._too_large)
            return message

        return bounded


class Rate:
    """A number of requests a client in a span of time, counted in this process's memory."""

    def __init__(self, rate: str) -> None:
        self.limit = limits.parse(rate)
        self.limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def refusal(self, scope: Scope) -> Response | None:
        """Count a request; return the answer to one too many."""
        client = _client(scope)
        if self.limiter.hit(self.limit, client):
            return None
        reset = self.limiter.get_window_stats(self.limit, client).reset_time
        seconds = max(1, math.ceil(reset - time.time()))
        detail = f"more than {self.limit} is too much; come again in {seconds} seconds."
        return problem(429, detail, {"Retry-After": str(seconds)})


def _client(scope: Scope) -> str:
    """Return who is calling: an address, or the network of 64 bits that one holder of IPv6 gets at the least."""
    host: str = (scope["client"] or ("unknown",))[0]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return host if address.version == 4 else str(ipaddress.ip_network((host, 64), strict=False))


class Gate:
    """Where readings wait for their turn: a few threads, a queue with an end, and a time limit.

    Reading is work for the processor: outside the event loop it leaves that free to answer all others. Gathering
    requests into batches would gain nothing, since the network costs the same an image alone and among 256.
    """

    def __init__(self, settings: Settings) -> None:
        self._pool = ThreadPoolExecutor(settings.readers, thread_name_prefix="reader")
        self._room = settings.readers + settings.waiting
        self._seconds = settings.seconds
        self._inside = 0
        self._lock = threading.Lock()
        self._trim = Trim()

    @property
    def full(self) -> bool:
        """Whether the next request would be refused."""
        return self._inside >= self._room

    async def run(self, work: Callable[[], T]) -> T:
        """Do the work on a thread; raises 503 where there is no room, or not enough time.

        A thread can't be stopped: work that takes too long keeps its place until it is done.
        """
        if self.full:
            raise busy("all readers are busy and the queue is full; come again in a second.")
        self._count(1)
        future = self._pool.submit(work)
        future.add_done_callback(self._left)
        try:
            async with asyncio.timeout(self._seconds):
                return await asyncio.wrap_future(future)
        except TimeoutError:
            raise busy(OVERTIME.format(self._seconds)) from None

    def in_time(self, items: Iterable[T]) -> Iterator[T]:
        """Return the items, for as long from now on as somebody waits for the answer."""
        deadline = time.monotonic() + self._seconds

        def before_deadline() -> Iterator[T]:
            for item in items:
                if time.monotonic() > deadline:
                    raise busy(OVERTIME.format(self._seconds))
                yield item

        return before_deadline()

    def _left(self, future: Future[T]) -> None:
        self._count(-1)
        self._trim()

    def _count(self, step: int) -> None:
        with self._lock:
            self._inside += step
