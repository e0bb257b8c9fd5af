"""What Prometheus is told, by one process and by several."""

import re

import httpx
import pytest

from digits_detector import DigitRecognizer

from ..conftest import SEVEN
from .conftest import drawn
from .serving import ROUTES, app, ask, serving


def figures(text: str) -> dict[str, float]:
    """Return each series of the project's own with its value."""
    rows = (line.rpartition(" ") for line in text.splitlines() if line.startswith("digits_"))
    return {name: float(value) for name, _, value in rows}


def asked(text: str) -> dict[str, float]:
    """Return the number of requests to each route with each status."""
    series = (
        re.fullmatch(r'digits_requests_total{route="(.*)",status="(.*)"}', name) for name in figures(text)
    )
    return {f"{found[1]} {found[2]}": figures(text)[found[0]] for found in series if found}


def test_requests_readings_and_what_is_rejected_are_counted(png: bytes) -> None:
    application = app()

    def now() -> dict[str, float]:
        return figures(ask(application, "GET", "/metrics").text)

    before = now()
    for _ in range(3):
        ask(application, "POST", "/api/predict", files={"image": png})
    ask(application, "POST", "/api/read", json=SEVEN)
    ask(application, "POST", "/api/predict", json={"strokes": []})
    files = [("images", png), ("images", b"no picture")]
    ask(application, "POST", "/api/predict/batch", files=files)
    ask(application, "GET", "/api/nothing")
    after = now()
    gained = {name: value - before.get(name, 0) for name, value in after.items()}
    assert gained['digits_requests_total{route="/api/predict",status="200"}'] == 4
    assert gained['digits_requests_total{route="/api/read",status="200"}'] == 1
    assert gained['digits_requests_total{route="other",status="404"}'] == 1
    assert gained['digits_request_seconds_count{route="/api/predict"}'] == 4
    assert gained['digits_request_seconds_bucket{le="+Inf",route="/api/predict"}'] == 4
    assert gained['digits_request_seconds_sum{route="/api/predict"}'] > 0
    assert gained['digits_read_total{digit="7"}'] == 5
    assert gained['digits_rejected_total{why="blank"}'] == 1
    assert gained['digits_rejected_total{why="error"}'] == 1
    assert after["digits_requests_in_flight"] == 1  # the one that asks


def test_nobody_adds_routes_to_the_figures() -> None:
    application = app()
    for path in ("/a", "/b", "/api/c", "/api/d"):
        ask(application, "GET", path)
    text = ask(application, "GET", "/metrics").text
    assert {name.split()[0] for name in asked(text)} <= ROUTES | {"other"}


@pytest.mark.slow
def test_several_workers_tell_the_same(recognizer: DigitRecognizer) -> None:
    png = drawn()
    with serving("--page", "none", "--workers", "2") as address:
        for _ in range(20):  # each on a connection of its own
            assert httpx.post(f"{address}/api/predict", files={"image": png}, timeout=60).status_code == 200
        reported = [figures(httpx.get(f"{address}/metrics", timeout=60).text) for _ in range(6)]
    for each in reported:
        assert each['digits_requests_total{route="/api/predict",status="200"}'] == 20
        assert each['digits_read_total{digit="7"}'] == 20
        assert each['digits_request_seconds_count{route="/api/predict"}'] == 20
        assert each["digits_requests_in_flight"] == 1
