"""How long the long tests are: `DIGITS_SOAK=1` is all of it, the issue's numbers; 0.05 is a twentieth."""

import os
from collections.abc import Iterator

import pytest

from ..web.conftest import drawn
from ..web.serving import started

SOAK = float(os.environ.get("DIGITS_SOAK", "0.05"))


def many(all_of_them: int) -> int:
    return max(1, round(SOAK * all_of_them))


@pytest.fixture(scope="module")
def service() -> Iterator[tuple[str, int]]:
    """Yield the address of a server without the page, and the number of its process."""
    with started("--page", "none") as (address, process):
        yield address, process.pid


@pytest.fixture(scope="session")
def png() -> bytes:
    return drawn()
