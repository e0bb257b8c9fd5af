"""A server that has read a large picture is as small as before."""

import io
import sys
import time

import httpx
import pytest
from PIL import Image, ImageDraw

from ..conftest import resident
from .serving import started


def picture(side: int) -> bytes:
    drawn, file = Image.new("RGBA", (side, side), "white"), io.BytesIO()
    corners = [(side // 4, side // 4), (3 * side // 4, side // 4), (2 * side // 5, 3 * side // 4)]
    ImageDraw.Draw(drawn).line(corners, fill="black", width=side // 20)
    drawn.save(file, "PNG")
    return file.getvalue()


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_the_memory_of_a_large_picture_is_given_back() -> None:
    small, large = picture(300), picture(3900)
    with (
        started("--page", "none") as (address, process),
        httpx.Client(base_url=address, timeout=100) as client,
    ):

        def level() -> int:
            time.sleep(1.1)  # memory is given back at most once a second, after a reading
            assert client.post("/api/predict", files={"image": small}).json()["digit"] == 7
            return resident(process.pid)

        client.post("/api/read", files={"image": small})  # loads the detector
        before = level()
        for path in ("/api/predict", "/api/read"):
            assert client.post(path, files={"image": large}).is_success
        assert (
            level() <= before + 30
        )  # the picture unpacked takes 61 MB, and four times that while it is read
