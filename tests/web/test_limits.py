"""The limits: whatever comes, it is answered with what is wrong, and the server stays as it was."""

import asyncio
import signal
import socket
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from ..conftest import SEVEN
from .conftest import drawn
from .serving import app, ask, client, is_a_problem, started, until

KEY = "open sesame"


def predict(application: FastAPI, **request: Any) -> httpx.Response:
    return ask(application, "POST", "/api/predict", **(request or {"json": SEVEN}))


# ── size ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_large_body_is_refused_by_its_length() -> None:
    answer = predict(app(body_bytes=1000), files={"image": bytes(1001)})
    is_a_problem(answer, 413, "more than 1,000 bytes")


def test_a_large_body_without_a_length_is_refused_while_it_comes() -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        yield b'--x\r\nContent-Disposition: form-data; name="image"; filename="x"\r\n\r\n'
        while True:
            taken += 1000
            yield bytes(1000)

    answer = predict(
        app(body_bytes=50_000),
        content=endless(),
        headers={"content-type": "multipart/form-data; boundary=x"},
    )
    is_a_problem(answer, 413, "more than 50,000 bytes")
    assert taken <= 51_000


def test_a_picture_of_too_many_pixels_is_refused_and_its_neighbours_are_read(png: bytes) -> None:
    application, large = app(pixels=280 * 320), drawn(281, 320)
    assert predict(application, files={"image": png}).json()["digit"] == 7
    is_a_problem(predict(application, files={"image": large}), 422, "281×320 pixels is too large")
    files = [("images", ("a", png)), ("images", ("b", large))]
    first, second = ask(application, "POST", "/api/predict/batch", files=files).json()["results"]
    assert (first["digit"], "too large" in second["error"]) == (7, True)


def test_a_batch_may_be_made_smaller(png: bytes) -> None:
    files = [("images", png)] * 3
    is_a_problem(ask(app(batch=2), "POST", "/api/predict/batch", files=files), 422, "1 to 2 files")


# ── number and time ──────────────────────────────────────────────────────────────────────────────


@contextmanager
def busy(application: FastAPI, readings: int) -> Iterator[None]:
    """Keep the readers busy with that many readings, that end when this does."""
    done, gate = threading.Event(), application.state.service.gate
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    held = [asyncio.run_coroutine_threadsafe(gate.run(done.wait), loop) for _ in range(readings)]
    try:
        until(lambda: gate._inside == readings)
        yield
    finally:
        done.set()
        for each in held:
            each.result()
        until(lambda: gate._inside == 0)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def test_beyond_the_queue_clients_are_asked_to_come_again_and_all_else_goes_on() -> None:
    application = app(at_once=1, waiting=1, seconds=300)
    with busy(application, 2):
        answer = predict(application)
        is_a_problem(answer, 503, "the queue is full; come again")
        assert int(answer.headers["retry-after"]) >= 1
        is_a_problem(ask(application, "GET", "/readyz"), 503, "the queue is full")
        assert ask(application, "GET", "/healthz").status_code == 200
        assert ask(application, "GET", "/api/model").status_code == 200
    assert predict(application).json()["digit"] == 7
    assert ask(application, "GET", "/readyz").status_code == 200


def test_those_in_the_queue_are_answered_in_their_turn() -> None:
    application = app(at_once=1, waiting=5, seconds=300)

    async def five() -> list[httpx.Response]:
        async with client(application) as asking:
            return await asyncio.gather(*(asking.post("/api/predict", json=SEVEN) for _ in range(5)))

    with busy(application, 1):
        asked = threading.Thread(target=lambda: answers.extend(asyncio.run(five())))
        answers: list[httpx.Response] = []
        asked.start()
        until(lambda: application.state.service.gate._inside == 6)
        assert answers == []
    asked.join()
    assert [answer.json()["digit"] for answer in answers] == [7] * 5


def test_what_takes_too_long_is_given_up_and_leaves_the_queue() -> None:
    application = app(at_once=1, waiting=1, seconds=0.3)
    gate, done = application.state.service.gate, threading.Event()

    async def too_long() -> httpx.Response:
        async with client(application) as asking:
            holding = asyncio.create_task(gate.run(done.wait))
            await asyncio.sleep(0)
            answer = await asking.post("/api/predict", json=SEVEN)
            with pytest.raises(Exception, match="takes longer than"):
                await holding
            return answer

    try:
        answer = asyncio.run(too_long())
        is_a_problem(answer, 503, r"longer than 0\.3 seconds")
        assert "retry-after" in answer.headers
        until(lambda: gate._inside == 1)  # what can't be stopped keeps its place, what waited does not
    finally:
        done.set()
    until(lambda: gate._inside == 0)


def test_a_batch_that_takes_too_long_is_not_read_to_its_end(png: bytes) -> None:
    application = app(seconds=0.001)
    files = [("images", png)] * 256
    is_a_problem(ask(application, "POST", "/api/predict/batch", files=files), 503, "takes longer than")
    until(lambda: application.state.service.gate._inside == 0)


def test_too_many_requests_under_way_are_asked_to_come_again() -> None:
    application = app(requests=1, seconds=300)

    async def ask_while_one_arrives() -> tuple[httpx.Response, httpx.Response, httpx.Response]:
        arrived = asyncio.Event()

        async def slowly() -> AsyncIterator[bytes]:
            yield b"{"
            await arrived.wait()
            yield b'"strokes": []}'

        headers = {"content-type": "application/json"}
        async with client(application) as asking:
            slow = asyncio.create_task(asking.post("/api/predict", content=slowly(), headers=headers))
            await asyncio.sleep(0.1)
            second = await asking.post("/api/predict", json=SEVEN)
            health = await asking.get("/healthz")
            arrived.set()
            return await slow, second, health

    slow, second, health = asyncio.run(ask_while_one_arrives())
    is_a_problem(second, 503, "too many requests are under way")
    assert "retry-after" in second.headers
    assert (slow.json()["status"], health.status_code) == ("blank", 200)


# ── who ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["/api/model", "/metrics"])
@pytest.mark.parametrize("sent", [None, "Bearer wrong", f"Basic {KEY}", KEY, "Bearer", "Bearer \xe9"])
def test_without_the_key_nobody_gets_in(path: str, sent: str | None) -> None:
    headers = {} if sent is None else {"authorization": sent.encode("latin-1")}
    answer = ask(app(api_key=KEY), "GET", path, headers=headers)
    is_a_problem(answer, 401, "Authorization: Bearer KEY")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_with_the_key_one_gets_in_and_health_needs_none() -> None:
    application = app(api_key=KEY)
    answer = predict(application, json=SEVEN, headers={"authorization": f"Bearer {KEY}"})
    assert answer.json()["digit"] == 7
    assert ask(application, "GET", "/healthz").status_code == 200
    assert ask(application, "GET", "/openapi.json").status_code == 200


def test_a_client_that_asks_too_often_waits_and_others_do_not() -> None:
    application = app(rate="2/hour")

    async def ask_from(*addresses: str) -> list[httpx.Response]:
        answers = []
        for address in addresses:
            async with client(application, address) as asking:
                answers.append(await asking.post("/api/predict", json=SEVEN))
        return answers

    often = asyncio.run(ask_from(*["203.0.113.7"] * 3, "203.0.113.8"))
    assert [answer.status_code for answer in often] == [200, 200, 429, 200]
    is_a_problem(often[2], 429, r"more than 2 per 1 hour is too much; come again in \d+ seconds")
    assert 1 <= int(often[2].headers["retry-after"]) <= 7200
    # One holder of IPv6 has a network of addresses.
    network = asyncio.run(ask_from("2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8:1::1"))
    assert [answer.status_code for answer in network] == [200, 200, 429, 200]
    assert ask(application, "GET", "/api/model").status_code == 200


def test_other_sites_are_let_in_only_where_that_is_said() -> None:
    origin = {"origin": "https://a.example"}
    closed = predict(app(), json=SEVEN, headers=origin)
    assert "access-control-allow-origin" not in closed.headers
    application = app(cors_origins="https://a.example", api_key=KEY)
    asked = {**origin, "access-control-request-method": "POST"}
    assert ask(application, "OPTIONS", "/api/predict", headers=asked).status_code == 200
    refused = predict(application, json=SEVEN, headers=origin)
    assert refused.status_code == 401
    assert refused.headers["access-control-allow-origin"] == "https://a.example"
    other = predict(application, json=SEVEN, headers={"origin": "https://b.example"})
    assert "access-control-allow-origin" not in other.headers


# ── slow and leaving clients, and the end ────────────────────────────────────────────────────────

HEAD = (
    b"POST /api/predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n"
)
BODY = b'{"strokes": [] }'


def connect(address: str) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), timeout=120)


def read_all(connection: socket.socket) -> bytes:
    answer = b""
    while part := connection.recv(65536):
        answer += part
        if b"}" in answer:
            break
    return answer


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_slow_clients_and_clients_that_leave_are_no_trouble() -> None:
    with started("--page", "none", seconds=2) as (address, _):
        with connect(address) as slow, connect(address) as leaving:
            slow.sendall(HEAD + BODY[:5])
            leaving.sendall(HEAD + BODY[:5])
            leaving.close()
            answer = read_all(slow)
            assert b" 408 " in answer
            assert b"did not arrive within 2 seconds" in answer
        assert httpx.post(f"{address}/api/predict", json={"strokes": []}).json()["status"] == "blank"
        metrics = httpx.get(f"{address}/metrics").text
        assert 'status="499"' in metrics
        assert 'status="500"' not in metrics


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("workers", [1, 2])
def test_at_the_end_what_is_under_way_is_answered(workers: int) -> None:
    with started("--page", "none", "--workers", str(workers), seconds=120) as (address, server):
        with connect(address) as under_way:
            under_way.sendall(HEAD + BODY[:5])
            until(lambda: in_flight(address) == 2)  # this one, and the one that asks
            server.send_signal(signal.SIGTERM)
            until(lambda: closed(address))
            under_way.sendall(BODY[5:])
            answer = read_all(under_way)
        assert b" 200 " in answer
        assert b'"status":"blank"' in answer
        assert server.wait(timeout=120) in (0, -signal.SIGTERM)


def in_flight(address: str) -> float:
    lines = httpx.get(f"{address}/metrics", timeout=60).text.splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith("digits_requests_in_flight ")))


def closed(address: str) -> bool:
    try:
        connect(address).close()
    except OSError:
        return True
    return False
