"""A worker that is lost loses what it had under way, and no more; another one takes its place."""

import os
import signal
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest

from .serving import PATIENCE, started, until
from .test_metrics import figures

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the processes of a server are found in /proc"),
]
CLIENTS = 8


def workers(server: int) -> list[int]:
    """Return the workers' process numbers, the oldest first."""
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    return [int(pid) for pid in children if b"spawn_main" in command(pid)]


def command(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:  # it has just gone
        return b""


def test_a_killed_worker_loses_its_own_requests_alone_and_is_replaced(png: bytes) -> None:
    lose_a_worker(png, PATIENCE)


def lose_a_worker(png: bytes, back_within: float) -> None:
    """Kill one of two workers under load; another one has to answer in its place within so many seconds."""
    with started("--page", "none", "--workers", "2") as (address, server):
        until(lambda: len(workers(server.pid)) == 2)
        lost, kept = workers(server.pid)
        stop, outcomes = threading.Event(), Counter[str]()

        def ask() -> None:
            while not stop.is_set():
                try:
                    answer = httpx.post(f"{address}/api/predict", files={"image": png}, timeout=120)
                except httpx.TransportError:
                    outcomes["lost"] += 1
                else:
                    outcomes[str(answer.json().get("digit"))] += 1

        clients = [threading.Thread(target=ask) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        try:
            until(lambda: outcomes["7"] > 50)
            os.kill(lost, signal.SIGKILL)
            back = time.monotonic() + back_within
            answered = outcomes["7"]
            until(lambda: outcomes["7"] > answered + 50)  # the other goes on
            until(lambda: len(workers(server.pid)) == 2)
            assert kept in workers(server.pid)
            assert lost not in workers(server.pid)
            os.kill(kept, signal.SIGSTOP)  # so that only the new one can answer
            try:
                assert time.monotonic() < back
                assert httpx.get(f"{address}/healthz", timeout=back - time.monotonic()).is_success
            finally:
                os.kill(kept, signal.SIGCONT)
            answered = outcomes["7"]
            until(lambda: outcomes["7"] > answered + 50)
        finally:
            stop.set()
            for client in clients:
                client.join()
        assert set(outcomes) <= {"7", "lost"}
        assert outcomes["lost"] <= CLIENTS
        reported = figures(httpx.get(f"{address}/metrics", timeout=120).text)
        assert reported["digits_requests_in_flight"] == 1  # what was lost is not under way
        # Nor is it forgotten what a lost one read.
        assert reported['digits_read_total{digit="7"}'] >= outcomes["7"]
