"""A worker that is killed under load is back in time; on a quiet machine, so it does not stand with the other tests."""

import sys

import pytest

from ..web.test_workers import lose_a_worker
from .conftest import many


@pytest.mark.skipif(sys.platform != "linux", reason="the processes of a server are found in /proc")
@pytest.mark.parametrize("time", range(many(10)))
def test_a_killed_worker_is_back_within_20_seconds(png: bytes, time: int) -> None:
    lose_a_worker(png, back_within=20)
