"""100,000 malformed requests: no 5xx, no hang, and no growth."""

import sys
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings

from ..web.malformed import PATHS, REQUESTS, SEVEN_AGAIN, Request
from ..web.test_malformed import is_read_or_refused
from .conftest import many

LONG = settings(
    max_examples=many(100_000),
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def resident(pid: int) -> int:
    """Return the megabytes that a process holds."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) // 1024


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_no_malformed_request_fails_the_server_or_makes_it_grow(service: tuple[str, int]) -> None:
    address, pid = service
    with httpx.Client(base_url=address, timeout=120) as asking:

        def post(path: str, request: Request) -> httpx.Response:
            body, kind = request
            return asking.post(path, content=body, headers={b"content-type": kind.encode("latin-1")})

        @LONG
        @given(PATHS, REQUESTS)
        def each(path: str, request_: Request) -> None:
            is_read_or_refused(post(path, request_))

        each()  # what Pillow's plugins and the allocator take once, they keep
        before = resident(pid)
        each()
        assert post("/api/predict", SEVEN_AGAIN).json()["digit"] == 7
        assert resident(pid) <= 1.05 * before + 5
        told = asking.get("/metrics").text
    assert 'status="5' not in told
