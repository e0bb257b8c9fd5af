"""Clients that say nothing, stop in the middle or leave there: nobody waits for them, and nothing of them stays."""

import sys
from contextlib import ExitStack

import httpx
import pytest

from ..conftest import resident
from ..web.serving import started, until
from ..web.test_limits import BODY, HEAD, connect, in_flight
from .conftest import many

CROWD = 400  # at the same time
SAID = [b"", HEAD[:20], HEAD, HEAD + BODY[:5]]


def crowd(address: str, png: bytes) -> None:
    """Come in a crowd: half of the clients leave, the others stay until the server hangs up."""
    with ExitStack() as stack:
        clients = [stack.enter_context(connect(address)) for _ in range(CROWD)]
        for number, client in enumerate(clients):
            client.sendall(SAID[number % len(SAID)])
        for client in clients[: CROWD // 2]:
            client.close()
        answer = httpx.post(f"{address}/api/predict", files={"image": png}, timeout=120)
        assert answer.json()["digit"] == 7
        for client in clients[CROWD // 2 :]:
            while client.recv(65536):
                pass


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_slow_clients_and_clients_that_leave_cost_nothing(png: bytes) -> None:
    with started("--page", "none", seconds=2) as (address, server):
        crowd(address, png)
        before = resident(server.pid)
        for _ in range(many(4000) // CROWD):
            crowd(address, png)
        until(lambda: in_flight(address) == 1)  # the one that asks
        assert resident(server.pid) <= 1.05 * before + 5
        reported = httpx.get(f"{address}/metrics", timeout=60).text
    assert 'status="408"' in reported
    assert 'status="499"' in reported
    assert 'status="5' not in reported
