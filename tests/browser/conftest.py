"""One server and one browser for all tests of this folder; each test gets a fresh page, watched throughout."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from ..conftest import need
from ..web.serving import serving, static_host
from .stage import find_chromium, launch, open_page

HERE = Path(__file__).parent
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 3,
    "is_mobile": True,
    "has_touch": True,
}
# The second of each only in the whole suite.
SIZES = pytest.mark.parametrize(
    "size", [{}, pytest.param(PHONE, marks=pytest.mark.slow)], ids=["desktop", "phone"]
)
SCHEMES = pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def server() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture(scope="package")  # while it lives, its event loop runs in this thread, and no other can
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = find_chromium(playwright)
        need(chromium, "Chromium is missing: `apt-get install chromium`, or `playwright install chromium`")
        assert chromium
        yield launch(playwright, chromium)


@pytest.fixture(scope="package")
def host(exported: Path) -> Iterator[str]:
    """Return the address of the page, on a host that has it under a path."""
    with static_host(exported.parent) as address:
        yield f"{address}/{exported.name}/"


class Watch:
    """What a page may not do: call another host, or complain in the console."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.host = urlsplit(address).netloc
        self.foreign: list[str] = []
        self.complaints: list[str] = []
        page.on("request", self.note_request)
        page.on("console", self.note_message)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def note_request(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in ("data", "blob") and url.netloc != self.host:
            self.foreign.append(request.url)

    def note_message(self, message: ConsoleMessage) -> None:
        # A test may take the server away, and Gradio's API view looks whether there is a schema for language models.
        expected = "net::ERR_CONNECTION_REFUSED" in message.text or "/mcp/schema" in message.location["url"]
        if message.type == "error" and not expected:
            self.complaints.append(message.text)


@pytest.fixture(scope="package")
def contexts(browser: Browser) -> Callable[..., BrowserContext]:
    """Return a context with such options, the same one each time: its pages share the cache."""
    made: dict[str, BrowserContext] = {}

    def context(**options: Any) -> BrowserContext:
        key = repr(sorted(options.items()))
        if key not in made:
            desktop = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"}
            made[key] = browser.new_context(**{**desktop, **options})
        return made[key]

    return context


Visit = Callable[..., Page]


@pytest.fixture
def visit(contexts: Callable[..., BrowserContext], server: str) -> Iterator[Visit]:
    """Open the page, with the options of `Browser.new_context`; when the test is over it must be without blame."""
    watches: list[Watch] = []

    def visit(address: str = server, **options: object) -> Page:
        page = contexts(**options).new_page()
        watches.append(Watch(page, address))
        return open_page(page, address)

    yield visit
    for watch in watches:
        watch.page.close()
        assert watch.foreign == []
        assert watch.complaints == []


@pytest.fixture
def page(visit: Visit) -> Page:
    """Return the page on a desktop."""
    return visit()


@pytest.fixture
def phone(visit: Visit) -> Page:
    """Return the page on a phone with a touch screen."""
    return visit(**PHONE)
