"""The page that needs no server: drawn on and shown pictures as the page that is served, with a network or without."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from digits_detector import DigitRecognizer, Strokes

from ..web.serving import static_host
from .conftest import SCHEMES, SIZES, Visit
from .stage import draw, draw_number, draw_strokes, open_numbers, open_page, photograph
from .test_drawing import expect_nothing, expect_reading, lightness
from .test_why import CROSS

PHOTO = Path(__file__).parents[1] / "assets" / "number_photo.jpg"
PATIENCE = 30_000  # ms: a busy machine's first picture


@SIZES
def test_a_drawing_is_read_and_taken_back(visit: Visit, host: str, size: dict[str, object]) -> None:
    page = visit(host, **size)
    expect_nothing(page)
    draw(page, 7)
    expect_reading(page, 7)
    expect(page.get_by_test_id("message")).to_have_text(re.compile(r"^(Over )?\d\d\.\d % sure"))
    expect(page.get_by_test_id("bar-7")).to_have_class(re.compile("wins"))
    expect(page.get_by_test_id("time")).to_have_text(re.compile(r"^Read in \d+\.\d ms, in your browser\.$"))
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.get_by_test_id("undo").click()
    expect_nothing(page)
    draw(page, 4)
    expect_reading(page, 4)
    page.get_by_test_id("clear").click()
    expect_nothing(page)


def test_what_is_no_digit_is_said(visit: Visit, host: str, recognizer: DigitRecognizer) -> None:
    page = visit(host)
    draw_strokes(page, CROSS)
    closest = int(recognizer.predict(Strokes(CROSS)).probabilities.argmax())
    expect(page.get_by_test_id("message")).to_have_text(
        f"That does not look like a digit. Closest: {closest}"
    )


@SIZES
def test_numbers_are_read_on_the_pad_and_in_a_photo(
    visit: Visit, host: str, size: dict[str, object], recognizer: DigitRecognizer
) -> None:
    page = open_numbers(visit(host, **size))
    draw_number(page, "1984")
    expect(page.get_by_test_id("spoken")).to_have_text("1984")
    page.get_by_test_id("numbers-file").set_input_files(PHOTO)
    text = recognizer.read(PHOTO).text
    expect(page.get_by_test_id("spoken")).to_have_text(text, timeout=PATIENCE)
    expect(page.get_by_test_id("box-8")).to_be_attached()
    expect(page.get_by_test_id("numbers-time")).to_contain_text("in your browser")
    page.get_by_test_id("numbers-undo").click()
    expect(page.get_by_test_id("spoken")).to_have_text("1984")


def test_a_photo_of_a_digit_is_read_and_explained(visit: Visit, host: str, tmp_path: Path) -> None:
    page = visit(host)
    photograph(3).save(tmp_path / "three.jpg")
    page.get_by_test_id("file").set_input_files(tmp_path / "three.jpg")
    expect(page.get_by_test_id("digit")).to_have_text("3", timeout=PATIENCE)
    page.get_by_test_id("see-why").click()
    expect(page.get_by_test_id("why")).to_contain_text("Why a 3?", timeout=PATIENCE)
    expect(page.get_by_test_id("map-1")).to_be_visible()


def test_what_is_no_picture_is_reported(visit: Visit, host: str, tmp_path: Path) -> None:
    page = visit(host)
    (tmp_path / "words.png").write_text("no picture")
    page.get_by_test_id("file").set_input_files(tmp_path / "words.png")
    expect(page.get_by_test_id("message")).to_have_text("This file is not a picture that can be shown.")


def test_tabs_are_opened_by_key_and_by_link(visit: Visit, host: str) -> None:
    page = visit(host)
    page.evaluate("location.hash = '#numbers'")
    expect(page.get_by_test_id("numbers-pad")).to_be_visible()
    page.get_by_role("tab", name="Numbers").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_test_id("pad")).to_be_visible()
    expect(page.get_by_test_id("numbers-pad")).to_be_hidden()
    expect(page.get_by_role("tab", name="Digit")).to_be_focused()


@pytest.mark.slow
def test_it_loads_and_reads_without_a_network(
    contexts: Callable[..., BrowserContext], exported: Path
) -> None:
    page = contexts(locale="en-GB").new_page()  # a context of its own, and with it a cache
    with static_host(exported.parent) as address:
        open_page(page, f"{address}/{exported.name}/")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    open_page(page, f"{address}/{exported.name}/")
    draw(page, 7)
    expect(page.get_by_test_id("digit")).to_have_text("7", timeout=PATIENCE)
    open_numbers(page).get_by_test_id("numbers-file").set_input_files(PHOTO)
    expect(page.get_by_test_id("spoken")).to_contain_text("1984", timeout=PATIENCE)
    assert page.evaluate("crossOriginIsolated")  # so the network runs on several threads
    page.close()


def test_it_can_be_installed(visit: Visit, host: str) -> None:
    page = visit(host)
    manifest = page.evaluate(
        "fetch(document.querySelector('[rel=manifest]').href).then((file) => file.json())"
    )
    assert (manifest["display"], manifest["start_url"]) == ("standalone", ".")
    for each in manifest["icons"]:
        size = page.evaluate(
            "(name) => fetch(name).then((file) => file.blob()).then(createImageBitmap).then((icon) => icon.width)",
            each["src"],
        )
        assert each["sizes"] == f"{size}x{size}"


@pytest.mark.slow
def test_it_reads_on_when_its_host_is_gone(visit: Visit, exported: Path) -> None:
    with static_host(exported.parent) as address:
        page = visit(f"{address}/{exported.name}/")
        draw(page, 7)
        expect_reading(page, 7)
    page.get_by_test_id("clear").click()
    draw(page, 3)
    expect_reading(page, 3)


def open_without_network(visit: Visit, host: str) -> tuple[Page, Callable[[], None]]:
    """Return the page while its classifier is on the way, and what lets it arrive."""
    page = visit(host, service_workers="block")  # it would answer before the route below
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/mnist_cnn.onnx", hold)
    with page.expect_request("**/mnist_cnn.onnx"):
        open_page(page, host)

    def arrive() -> None:
        held[0].continue_()
        page.evaluate("import('./client.js').then(({ loaded }) => loaded)")

    return page, arrive


def test_what_is_drawn_while_the_network_loads_is_read_then(visit: Visit, host: str) -> None:
    page, arrive = open_without_network(visit, host)
    draw(page, 7)
    expect(page.get_by_test_id("message")).to_have_text("Loading the network …")
    expect(page.get_by_test_id("digit")).to_have_text("")
    arrive()
    expect_reading(page, 7)


def test_what_is_said_of_a_file_stays_when_the_network_is_there(
    visit: Visit, host: str, tmp_path: Path
) -> None:
    page, arrive = open_without_network(visit, host)
    (tmp_path / "words.png").write_text("no picture")
    page.get_by_test_id("file").set_input_files(tmp_path / "words.png")
    message = page.get_by_test_id("message")
    expect(message).to_have_text("This file is not a picture that can be shown.")
    arrive()
    expect(message).to_have_text("This file is not a picture that can be shown.")


def test_a_network_that_is_missing_is_reported(
    contexts: Callable[..., BrowserContext], exported: Path, tmp_path: Path
) -> None:
    broken = shutil.copytree(exported, tmp_path / "page")
    (broken / "mnist_cnn.onnx").unlink()
    with static_host(tmp_path) as address:
        page = open_page(contexts().new_page(), f"{address}/page/")
        draw(page, 7)
        expect(page.get_by_test_id("message")).to_contain_text("The network could not be loaded.")
        page.close()


@SCHEMES
def test_it_is_light_or_dark_as_the_system_is(visit: Visit, host: str, scheme: str) -> None:
    page = visit(host, color_scheme=scheme)
    draw(page, 7)
    expect_reading(page, 7)
    ink = lightness(page, ".surface path", "stroke")
    paper = lightness(page, "html", "backgroundColor")
    assert (ink < paper) == (scheme == "light")
    assert abs(ink - paper) > 150


def test_it_can_call_no_other_host(
    contexts: Callable[..., BrowserContext], host: str, exported: Path
) -> None:
    page = open_page(contexts().new_page(), host)
    call = "address => fetch(address, { mode: 'no-cors' }).then(() => 'called', () => 'kept in')"
    with static_host(exported) as other:
        assert page.evaluate(call, f"{host}model.json") == "called"
        assert page.evaluate(call, f"{other}/model.json") == "kept in"
    page.close()
