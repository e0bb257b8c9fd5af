"""One server for all tests of the page without a browser, one for those of the API, and a picture for both."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image, ImageDraw

from ..conftest import SEVEN
from .serving import serving


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture(scope="session")
def api() -> Iterator[str]:
    """Return the address of a server without the page."""
    with serving("--page", "none") as address:
        yield address


@pytest.fixture(scope="session")
def png() -> bytes:
    """Return a picture of a 7."""
    return drawn()


def drawn(width: int = 280, height: int = 320) -> bytes:
    picture, file = Image.new("L", (width, height), 255), io.BytesIO()
    ImageDraw.Draw(picture).line([tuple(point) for point in SEVEN["strokes"][0]], fill=0, width=18)
    picture.save(file, "PNG")
    return file.getvalue()
