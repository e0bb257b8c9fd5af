"""One server for all tests of the page without a browser."""

from collections.abc import Iterator

import pytest

from .serving import serving


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with serving() as address:
        yield address
