"""Memory stays flat over 100,000 requests, and small after a thousand canvases, with the page and without."""

import io
import sys
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from PIL import Image, ImageDraw

from ..conftest import SEVEN, resident
from ..web.serving import started
from .conftest import many

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")


def canvas() -> bytes:
    picture, file = Image.new("RGBA", (520, 520), "white"), io.BytesIO()
    ImageDraw.Draw(picture).line([tuple(point) for point in SEVEN["strokes"][0]], fill="black", width=18)
    picture.save(file, "PNG")
    return file.getvalue()


def ask(address: str, picture: bytes, times: int) -> None:
    """Send a picture so many times, by eight clients at once."""

    def some(share: int) -> None:
        with httpx.Client(base_url=address, timeout=300) as client:
            for _ in range(share):
                assert client.post("/api/predict", files={"image": picture}).json()["digit"] == 7

    with ThreadPoolExecutor(8) as clients:
        list(clients.map(some, [times // 8 + 1] * 8))


def test_memory_is_flat(service: tuple[str, int], png: bytes) -> None:
    """What an allocator once took for a large picture it keeps; a leak would go on growing in the last half."""
    address, pid = service
    ask(address, png, many(55_000))
    halfway = resident(pid)
    ask(address, png, many(55_000))
    assert resident(pid) <= 1.02 * halfway + 2


@pytest.mark.parametrize(("options", "megabytes"), [(["--page", "static"], 170), ([], 300)])
def test_a_worker_is_small_after_a_thousand_canvases(options: list[str], megabytes: int) -> None:
    with started(*options) as (address, process):
        ask(address, canvas(), 1000)
        assert resident(process.pid) <= megabytes
