"""100,000 malformed requests: no 5xx, no hang, and no growth."""

import io
import itertools
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from PIL import Image

from ..conftest import resident
from ..web.malformed import PATHS, REQUESTS, SEVEN_AGAIN, Request, form
from ..web.test_malformed import is_read_or_refused
from .conftest import many

ROUND = settings(  # Hypothesis remembers all examples of a round
    max_examples=many(1000),
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def large() -> Iterator[bytes]:
    """Yield the most work that a picture can be: 15 megabytes of noise, as many pieces as go into one call, colours."""
    noise = np.random.default_rng(0).integers(0, 256, (3900, 3900), dtype=np.uint8)
    pieces = np.full((3000, 3000), 255, np.uint8)
    for top, left in itertools.product(range(100, 2900, 150), repeat=2):
        pieces[top : top + 90, left : left + 12] = 0
    coloured = Image.new("RGBA", (3900, 3900), (255, 255, 255, 128))
    coloured.paste(Image.fromarray(pieces))
    for picture in (Image.fromarray(noise), Image.fromarray(pieces), coloured):
        picture.save(file := io.BytesIO(), "PNG", compress_level=1)
        yield from 2 * [file.getvalue()]  # one to predict, one to read


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_no_malformed_request_fails_the_server_or_makes_it_grow(service: tuple[str, int]) -> None:
    address, pid = service
    with httpx.Client(base_url=address, timeout=120) as asking:

        def post(path: str, request: Request) -> httpx.Response:
            body, kind = request
            return asking.post(path, content=body, headers={b"content-type": kind.encode("latin-1")})

        @ROUND
        @given(PATHS, REQUESTS)
        def one_round(path: str, request_: Request) -> None:
            is_read_or_refused(post(path, request_))

        # What Pillow's plugins and the allocator take once, they may keep.
        with ThreadPoolExecutor(4) as clients:
            for answer in clients.map(post, ["/api/predict", "/api/read"] * 30, [*map(form, large())] * 10):
                assert answer.status_code == 200
        for _ in range(30):  # so that requests near the pixel limit, which are rare, have come
            one_round()
        levels = [resident(pid)]
        for _ in range(10):
            for _ in range(10):
                one_round()
            time.sleep(1.1)  # memory is returned at most once a second
            assert post("/api/predict", SEVEN_AGAIN).json()["digit"] == 7
            levels.append(resident(pid))
        # A leak would go on growing in the last half; what rare large requests take early is no leak.
        assert levels[-1] <= 1.02 * max(levels[:6]) + 2, levels
        reported = asking.get("/metrics").text
    assert 'status="5' not in reported
