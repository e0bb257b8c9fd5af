"""The server around the application: one process or several, that stop when what is under way is answered."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from tempfile import TemporaryDirectory
from typing import Any

import uvicorn
from prometheus_client.multiprocess import mark_process_dead
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.supervisors import Multiprocess

from ..errors import DigitsError
from ..recognizer import DigitRecognizer
from . import metrics
from .settings import PREFIX, Settings, load
from .static.export import runtime

HEALTHY = 60  # seconds in which a worker gives a sign of life, however busy the machine
QUEUE = 2048  # connections that may wait to be accepted
PATIENCE = 10.0  # seconds that a client may take to say what it wants, up to the end of the head


def serve(**given: Any) -> None:
    """Serve until it is interrupted; what is given wins over the environment's settings."""
    settings = load(**given)
    if settings.mcp and not find_spec("mcp"):
        raise DigitsError(
            'the tool for MCP clients needs mcp, which is not installed: pip install "cnn-digits-detector[mcp]"'
        )
    if settings.page == "gradio" and not find_spec("gradio"):
        raise DigitsError(
            "the Gradio page needs gradio, which is not installed: "
            'pip install "cnn-digits-detector[app]", or --page static'
        )
    if settings.page == "static":
        runtime()  # fetched here if need be: a worker that fails to would be started again, for ever
    # A broken model is reported here, before anything is started; a worker would die of it and be restarted for ever.
    DigitRecognizer()
    # Bound first: a taken port is reported at once, and a browser that comes early waits instead of failing.
    with listen(settings.host, settings.port) as listener:
        local = settings.host in {"127.0.0.1", "0.0.0.0", "::", "::1"}
        shown = "localhost" if local else settings.host
        print(f"Digits Detector on http://{shown}:{listener.getsockname()[1]} (Ctrl+C stops it)", flush=True)
        # Workers read the environment.
        with _environment({f"{PREFIX}{name.upper()}": str(value) for name, value in given.items()}):
            run(_config(settings), listener)


def _config(settings: Settings) -> uvicorn.Config:
    # By their names: a worker gives signs of life before it imports all that they need.
    return uvicorn.Config(
        "digits_detector.web.app:create_app",
        factory=True,
        http=f"{__name__}:{Protocol.__name__}",
        workers=settings.workers,
        backlog=QUEUE if settings.workers == 1 else 1,  # see Workers
        forwarded_allow_ips=settings.trusted_proxies,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=round(2 * settings.seconds) + 1,  # to arrive, and to be answered
        timeout_worker_healthcheck=HEALTHY,
    )


def run(config: uvicorn.Config, listener: socket.socket) -> None:
    """Run one process, or several that put their figures into one folder."""
    if config.workers == 1:
        uvicorn.Server(config).run(sockets=[listener])
        return
    with TemporaryDirectory(prefix="digits-metrics-") as folder, _environment({metrics.FOLDER: folder}):
        Workers(config, sockets=[listener]).run()


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set variables that the workers inherit."""
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


class Workers(Multiprocess):
    """Workers of which a lost one is replaced; what it had under way no longer counts as such.

    Each accepts one connection at a time (uvicorn's backlog of 1), else the first to wake would take all that wait, and
    the others have nothing to do.
    """

    def terminate_all(self) -> None:
        """Have the workers end; who comes now is refused at once, not left waiting at an open port."""
        super().terminate_all()
        for listener in self.sockets:
            listener.close()

    def keep_subprocess_alive(self) -> None:
        """Replace the workers that are lost."""
        for process in self.processes:
            # The worker's own end: held open here too, a worker killed while it is asked for a sign of life would be
            # waited for, as long as one that is busy.
            process.child_conn.close()
        for listener in self.sockets:
            listener.listen(
                QUEUE
            )  # a worker that started has told the kernel to queue only as many as it accepts
        before = {process.pid for process in self.processes}
        super().keep_subprocess_alive()
        for pid in before - {process.pid for process in self.processes}:
            mark_process_dead(pid, os.environ[metrics.FOLDER])  # type: ignore[no-untyped-call]


class Protocol(H11Protocol):
    """HTTP that hangs up on a client that takes too long to say what it wants; uvicorn would wait for ever."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait_for_request()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request, which may have come already."""
        self._wait_for_request()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._wait_no_more()
        super().connection_lost(exc)

    def _wait_for_request(self) -> None:
        self._wait_no_more()
        self._waiting = self.loop.call_later(PATIENCE, self._hang_up, self.cycle)

    def _wait_no_more(self) -> None:
        if self._waiting:
            self._waiting.cancel()

    def _hang_up(self, last: object) -> None:
        if self.cycle is last and not self.transport.is_closing():
            self.transport.close()


def listen(host: str, port: int) -> socket.socket:
    """Open the listening socket, or say in one sentence why that fails."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    both = host == "::" and socket.has_dualstack_ipv6()  # all addresses are those of IPv4, too
    try:
        listener = socket.create_server((host, port), family=family, backlog=QUEUE, dualstack_ipv6=both)
    except OSError as error:
        raise DigitsError(f"{host} port {port} can't be listened on: {error.strerror}.") from error
    # An answer's head and body go out apart; the body would wait for the client to confirm the head, some 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # those it accepts inherit this
    return listener
