"""Whatever is sent, it is read or refused in one sentence, and the server is as well as before."""

import asyncio
import json
import warnings
import zlib
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import HealthCheck, given, settings

from .malformed import CLAIMS, JSON, PATHS, PICTURES, REQUESTS, SEVEN_AGAIN, Request, bomb, form
from .serving import app, client, is_a_problem

CALM = settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Asking:
    """A client of one application, without the page, in this process."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner()
        self.client = client(app(seconds=300))

    def post(self, path: str, request: Request) -> httpx.Response:
        body, kind = request
        headers = {b"content-type": kind.encode("latin-1")}
        # Pillow warns of what it finds odd in a picture.
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="PIL")
            return self.runner.run(self.client.post(path, content=body, headers=headers))

    def close(self) -> None:
        self.runner.run(self.client.aclose())
        self.runner.close()


@pytest.fixture(scope="module")
def asking() -> Iterator[Asking]:
    asking = Asking()
    yield asking
    asking.close()


def is_read_or_refused(answer: httpx.Response) -> None:
    if answer.status_code == 200:
        json.loads(answer.text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    else:
        assert answer.status_code in {413, 415, 422}
        is_a_problem(answer, answer.status_code, r"\w")


# Starlette leaves the file of a part that is cut off to the collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@CALM
@given(PATHS, REQUESTS)
def test_whatever_is_sent_is_read_or_refused(asking: Asking, path: str, request_: Request) -> None:
    is_read_or_refused(asking.post(path, request_))


@pytest.mark.parametrize("content", [*PICTURES, *CLAIMS], ids=lambda content: str(content[:12]))
def test_a_picture_cut_off_anywhere_is_read_or_refused(asking: Asking, content: bytes) -> None:
    for length in {*range(0, len(content), max(1, len(content) // 12)), len(content)}:
        is_read_or_refused(asking.post("/api/predict", form(content[:length])))


@pytest.mark.parametrize("side", [50_000, 2**31 - 1])
def test_a_bomb_is_refused_unopened(asking: Asking, side: int) -> None:
    for path in ("/api/predict", "/api/read"):
        is_a_problem(asking.post(path, form(bomb(side, side))), 422, "million")


@pytest.mark.parametrize("kind", [b"zTXt", b"iCCP"])
def test_a_text_that_unpacks_to_a_hundred_megabytes_is_refused(asking: Asking, kind: bytes) -> None:
    packed = b"a\0\0" + zlib.compress(bytes(100_000_000))
    is_a_problem(asking.post("/api/predict", form(bomb(9, 9, (kind, packed)))), 422, "too large")


@pytest.mark.parametrize(("points", "status"), [(1_000_000, 413), (120_000, 200)])
def test_a_million_points_are_refused_and_as_many_as_are_allowed_are_read(
    asking: Asking, points: int, status: int
) -> None:
    strokes = [[[number % 97, number % 89] for number in range(points)]]
    body = json.dumps({"strokes": strokes}, separators=(",", ":")).encode()
    for path in ("/api/predict", "/api/read"):
        answer = asking.post(path, (body, JSON))
        assert answer.status_code == status
        is_read_or_refused(answer)


def test_after_all_that_it_reads_as_before(asking: Asking) -> None:
    assert asking.post("/api/predict", SEVEN_AGAIN).json()["digit"] == 7
