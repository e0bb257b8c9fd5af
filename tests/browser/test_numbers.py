"""The tab for numbers: drawn on the wide pad, or in pictures; boxes, bars, and the text to copy."""

import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from digits_detector import DigitRecognizer, Strokes

from ..assets.number_photo import FILE as PHOTO
from ..assets.number_photo import NUMBERS, photographed
from ..web.serving import serving
from .conftest import SCHEMES, SIZES, Visit
from .stage import draw, draw_number, draw_strokes, number, on_pad, open_numbers, way
from .test_drawing import Finger, expect_nothing, expect_reading, lightness
from .test_pictures import catch_questions


def expect_number(page: Page, *lines: str, timeout: float = 5_000) -> None:
    """Expect these lines of digits, to be seen and to be heard, with a box about each digit."""
    text = "".join(lines)
    expect(page.get_by_test_id("number")).to_have_text(text, timeout=timeout)
    expect(page.get_by_test_id("number").locator("div")).to_have_text([*lines])
    expect(page.get_by_test_id("spoken")).to_have_text("\n".join(lines))
    for place, digit in enumerate(text):
        expect(page.get_by_test_id(f"box-{place}")).to_have_text(digit)
    expect(page.get_by_test_id(f"box-{len(text)}")).to_have_count(0)


def expect_idle(page: Page, sentence: str) -> None:
    expect(page.get_by_test_id("numbers-message")).to_have_text(sentence)
    expect(page.get_by_test_id("number")).to_have_text("")
    expect(page.get_by_test_id("spoken")).to_have_text("")
    expect(page.get_by_test_id("box-0")).to_have_count(0)
    expect(page.get_by_test_id("copy")).to_be_hidden()
    expect(page.get_by_test_id("closer")).to_be_hidden()


def expect_the_last_answer(page: Page) -> None:
    """Expect the boxes to reach down as far as the ink: a number may have been read before the pen was lifted."""
    reaching = """() => {
        const lowest = (parts) =>
            Math.max(...[...document.querySelectorAll(parts)].map((part) => part.getBoundingClientRect().bottom));
        return lowest('[data-testid^="box-"] rect') >= lowest(".surface path");
    }"""
    for _ in range(100):
        if page.evaluate(reaching):
            return
        page.wait_for_timeout(50)
    pytest.fail("the boxes end above the ink")


def expect_no_scrolling_sideways(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def upload(page: Page, file: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_test_id("numbers-choose").click()
    chooser.value.set_files(file)


def strokes(page: Page) -> int:
    return page.get_by_test_id("numbers-pad").locator(".surface path").count()


# ── drawn ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "gap",
    [0.1, pytest.param(0.0, marks=pytest.mark.slow), pytest.param(-0.015, marks=pytest.mark.slow)],
    ids=["apart", "touching", "overlapping"],
)
def test_a_number_is_read_while_it_is_drawn(page: Page, gap: float) -> None:
    open_numbers(page)
    expect_idle(page, "Draw a number")
    draw_number(page, "1984", gap)
    expect_number(page, "1984")
    expect(page.get_by_test_id("numbers-message")).to_have_text(re.compile(r"\d\d\.\d %"))
    expect(page.get_by_test_id("numbers-time")).to_have_text(re.compile(r"Read in \d+\.\d ms"))


@pytest.mark.slow
def test_a_finger_writes_overlapping_digits_on_a_phone(phone: Page) -> None:
    open_numbers(phone)
    finger = Finger(phone, "numbers-pad")
    for stroke in number("1984", gap=-0.015):
        finger.draw([(0.1 + 0.9 * x, 0.05 + 0.9 * y) for x, y in stroke])
    expect_number(phone, "1984")
    expect(phone.get_by_test_id("found-0")).to_be_in_viewport()
    assert phone.evaluate("scrollY") == 0
    expect_no_scrolling_sideways(phone)


def test_the_reading_follows_the_pen_before_it_is_lifted(page: Page) -> None:
    open_numbers(page)
    (seven,) = number("7")
    start, *rest = (on_pad(page, (0.3 + 0.8 * x, 0.1 + 0.8 * y), pad="numbers-pad") for x, y in way(seven))
    page.mouse.move(*start)
    page.mouse.down()
    for point in rest:
        page.mouse.move(*point)
    expect_number(page, "7")
    page.mouse.up()


def test_the_boxes_lie_about_the_ink(page: Page) -> None:
    open_numbers(page)
    draw_number(page, "73", gap=0.3)
    expect_number(page, "73")
    expect_the_last_answer(page)
    ink = [path.bounding_box() for path in page.locator(".surface path").all()]
    for place, drawn in ((0, ink[:1]), (1, ink[1:])):
        box = page.get_by_test_id(f"box-{place}").locator("rect").first
        expect(box).to_be_visible()
        frame = box.bounding_box()
        assert frame
        for path in drawn:
            assert path
            assert frame["x"] <= path["x"]
            assert path["x"] + path["width"] <= frame["x"] + frame["width"]
            assert frame["y"] <= path["y"]
            assert path["y"] + path["height"] <= frame["y"] + frame["height"]
            assert frame["width"] < 150


def test_a_chosen_digit_shows_the_recognisers_ten_bars(page: Page, recognizer: DigitRecognizer) -> None:
    open_numbers(page)
    questions = catch_questions(page)
    draw_number(page, "1984")
    expect_number(page, "1984")
    page.get_by_test_id("found-2").click()
    heading = page.get_by_test_id("closer").get_by_role("heading")
    expect(heading).to_have_text(re.compile(r"^8: (Over )?\d\d\.\d % sure"))
    expect(page.get_by_test_id("found-2")).to_have_attribute("aria-pressed", "true")
    page.wait_for_timeout(500)
    reading = recognizer.read(Strokes.from_json(questions[-1]))
    for digit, probability in enumerate(reading.digits[2].probabilities):
        bar = page.get_by_test_id(f"numbers-bar-{digit}")
        assert bar.get_attribute("role") == "meter"
        assert float(bar.get_attribute("aria-valuenow") or "") == pytest.approx(probability * 100, abs=1e-3)
    expect(page.get_by_test_id("numbers-bar-8")).to_have_class(re.compile("wins"))
    page.get_by_test_id("found-2").click()
    expect(page.get_by_test_id("closer")).to_be_hidden()


def test_a_digit_is_chosen_by_keyboard(page: Page) -> None:
    open_numbers(page)
    draw_number(page, "94")
    expect_number(page, "94")
    expect(page.get_by_test_id("numbers-sample-4")).to_be_visible()
    samples = [f"sample-{place}" for place in range(5)]
    for name in ("undo", "redo", "clear", "predict", "choose", *samples, "share"):
        page.keyboard.press("Tab")
        expect(page.get_by_test_id(f"numbers-{name}")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("found-1")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("closer")).to_contain_text("4: ")
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("copy")).to_be_focused()


def test_undo_and_clear_lead_back_to_the_empty_pad(page: Page) -> None:
    open_numbers(page)
    draw_number(page, "77")
    expect_number(page, "77")
    page.get_by_test_id("found-1").click()
    page.get_by_test_id("numbers-undo").click()
    expect_number(page, "7")
    expect(page.get_by_test_id("closer")).to_be_hidden()
    page.get_by_test_id("numbers-undo").click()
    expect_idle(page, "Draw a number")
    draw_number(page, "93")
    expect_number(page, "93")
    page.get_by_test_id("numbers-clear").click()
    expect_idle(page, "Draw a number")
    assert strokes(page) == 0


def test_what_is_no_number_is_said(page: Page) -> None:
    open_numbers(page)
    zigzag = [(0.1 + 0.1 * i, 0.3 + 0.4 * (i % 2)) for i in range(12)]
    draw_strokes(page, [zigzag], pad="numbers-pad")
    expect_idle(page, "That does not look like a number.")


# ── in pictures ──────────────────────────────────────────────────────────────────────────────────


@SIZES
def test_a_photo_comes_back_with_its_numbers(
    visit: Visit, size: dict[str, object], recognizer: DigitRecognizer
) -> None:
    page = open_numbers(visit(**size))
    upload(page, PHOTO)
    expect_number(page, *NUMBERS)
    expect(page.get_by_test_id("numbers-picture")).to_be_in_viewport()
    expect(page.locator(".placeholder").last).to_be_hidden()
    expect(page.get_by_test_id("found-0")).to_be_in_viewport()
    expect_no_scrolling_sideways(page)
    picture = page.get_by_test_id("numbers-picture").bounding_box()
    frame = page.get_by_test_id("box-4").locator("rect").first.bounding_box()
    x0, y0, x1, _ = recognizer.read(PHOTO).digits[4].box
    assert picture
    assert frame
    scale = picture["height"] / 960
    assert frame["width"] == pytest.approx(scale * (x1 - x0), abs=5)
    assert frame["y"] - picture["y"] == pytest.approx(scale * y0, abs=5)
    page.get_by_test_id("box-4").locator("rect").first.click()
    expect(page.get_by_test_id("closer")).to_contain_text("7: ")
    expect(page.get_by_test_id("found-4")).to_have_attribute("aria-pressed", "true")
    expect_no_scrolling_sideways(page)


def test_a_phone_takes_a_photo_of_numbers(phone: Page) -> None:
    open_numbers(phone)
    with phone.expect_file_chooser() as chooser:
        phone.get_by_test_id("numbers-take").tap()
    assert chooser.value.element.get_attribute("capture") == "environment"
    chooser.value.set_files(PHOTO)
    expect_number(phone, *NUMBERS)


def test_twelve_megapixels_travel_as_one(page: Page, tmp_path: Path) -> None:
    open_numbers(page)
    with Image.open(PHOTO) as photo:
        photo.resize((4000, 3000)).save(tmp_path / "large.jpg")
    questions = catch_questions(page)
    upload(page, tmp_path / "large.jpg")
    expect_number(page, *NUMBERS)
    (question,) = questions
    assert len(json.dumps(question)) < 700_000
    width, height = page.get_by_test_id("numbers-picture").evaluate(
        "image => [image.naturalWidth, image.naturalHeight]"
    )
    assert 1_000_000 < width * height < 1_500_000


def test_an_empty_sheet_is_reported_kindly(page: Page, tmp_path: Path) -> None:
    open_numbers(page)
    draw_number(page, "7")
    expect_number(page, "7")
    Image.new("L", (300, 200), 240).save(tmp_path / "sheet.png")
    upload(page, tmp_path / "sheet.png")
    expect_idle(page, "No digits were found in this picture.")
    page.keyboard.press("Control+z")
    expect_number(page, "7")


def test_the_committed_photo_is_what_its_module_makes(recognizer: DigitRecognizer) -> None:
    made = photographed()
    packed = io.BytesIO()
    made.save(packed, "JPEG", quality=80)
    with Image.open(PHOTO) as committed, Image.open(packed) as remade:
        # Another version of the JPEG library rounds differently.
        difference = np.abs(np.asarray(committed, dtype=float) - np.asarray(remade, dtype=float))
    assert difference.mean() < 1
    assert recognizer.read(made).text == recognizer.read(PHOTO).text == "\n".join(NUMBERS)


# ── the page ─────────────────────────────────────────────────────────────────────────────────────


def test_the_number_is_copied(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_numbers(page)
    upload(page, PHOTO)
    expect_number(page, *NUMBERS)
    page.get_by_test_id("copy").click()
    expect(page.get_by_test_id("copy")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "\n".join(NUMBERS)


def test_points_and_minus_signs_are_read_on_demand(page: Page) -> None:
    open_numbers(page)
    minus, seven = [(0.2, 0.5), (0.4, 0.5)], number("7")[0]
    draw_strokes(page, [minus, [(0.4 + 0.8 * x, 0.1 + 0.8 * y) for x, y in seven]], pad="numbers-pad")
    expect(page.get_by_test_id("number")).to_have_text("7")
    page.get_by_test_id("marks").check()
    expect(page.get_by_test_id("number")).to_have_text("-7")
    expect(page.get_by_test_id("spoken")).to_have_text("-7")
    expect(page.get_by_test_id("found-0")).to_have_text("7")
    page.get_by_test_id("marks").uncheck()
    expect(page.get_by_test_id("number")).to_have_text("7")


def test_what_was_read_is_downloaded(page: Page, recognizer: DigitRecognizer) -> None:
    open_numbers(page)
    expect(page.get_by_test_id("save-json")).to_be_hidden()
    upload(page, PHOTO)
    expect_number(page, *NUMBERS)
    with page.expect_download() as saved:
        page.get_by_test_id("save-json").click()
    document = json.loads(saved.value.path().read_text())
    assert saved.value.suggested_filename == "numbers.json"
    assert document["text"] == "\n".join(NUMBERS)
    assert len(document["lines"][0]["digits"][0]["probabilities"]) == 10
    with page.expect_download() as saved:
        page.get_by_test_id("save-csv").click()
    head, *rows = saved.value.path().read_text().splitlines()
    assert head == "line,number,x0,y0,x1,y1"
    assert [row.split(",")[:2] for row in rows] == [[str(n), text] for n, text in enumerate(NUMBERS, start=1)]


def test_keys_and_pasted_pictures_go_to_the_open_tab_alone(page: Page) -> None:
    draw(page, 3)
    expect_reading(page, 3)
    open_numbers(page)
    draw_number(page, "77")
    expect_number(page, "77")
    page.keyboard.press("Control+z")
    expect_number(page, "7")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    copy_picture(page)
    page.keyboard.press("Control+v")
    expect(page.get_by_test_id("numbers-picture")).to_be_visible()
    expect_number(page, "94")
    page.get_by_role("tab", name="Digit").click()
    expect_reading(page, 3)
    expect(page.get_by_test_id("picture")).to_be_hidden()
    page.keyboard.press("Escape")
    expect_nothing(page)
    open_numbers(page)
    expect_number(page, "94")
    page.keyboard.press("Escape")
    expect_idle(page, "Draw a number")


def copy_picture(page: Page) -> None:
    """Put a picture of 94, black on white, into the clipboard."""
    lines = [[[300 * x + 40, 300 * y] for x, y in way(stroke)] for stroke in number("94", gap=0.2)]
    page.evaluate(
        """async (lines) => {
            const canvas = Object.assign(document.createElement("canvas"), { width: 500, height: 300 });
            const context = canvas.getContext("2d");
            context.fillStyle = "white";
            context.fillRect(0, 0, 500, 300);
            context.lineWidth = 14;
            for (const line of lines) {
                context.beginPath();
                line.forEach(([x, y]) => context.lineTo(x, y));
                context.stroke();
            }
            const blob = await new Promise((resolve) => canvas.toBlob(resolve));
            await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
        }""",
        lines,
    )


def test_a_link_opens_the_tab_and_the_address_names_it(page: Page, server: str) -> None:
    page.goto("about:blank")
    page.goto(server + "#numbers")
    expect(page.get_by_test_id("numbers-pad")).to_be_visible()
    expect(page.get_by_test_id("pad")).to_be_hidden()
    page.get_by_role("tab", name="Digit").click()
    expect(page).to_have_url(re.compile(r"#digit$"))


@SCHEMES
def test_numbers_stand_out_in_both_schemes(visit: Visit, scheme: str) -> None:
    page = open_numbers(visit(color_scheme=scheme))
    draw_number(page, "7")
    expect_number(page, "7")
    pad = "[data-testid=numbers-pad]"
    ink, paper = lightness(page, f"{pad} .surface path", "stroke"), lightness(page, pad, "backgroundColor")
    assert (ink < paper) == (scheme == "light")
    assert abs(ink - paper) > 150
    said, around = (
        lightness(page, "[data-testid=found-0]", "color"),
        lightness(page, "body", "backgroundColor"),
    )
    assert abs(said - around) > 150


@pytest.mark.slow
def test_a_lost_server_is_reported_and_its_return_noticed(visit: Visit) -> None:
    with serving() as address:
        page = open_numbers(visit(address))
        draw_number(page, "94")
        expect_number(page, "94")
    page.get_by_test_id("numbers-predict").click()
    expect(page.get_by_test_id("numbers-message")).to_contain_text("The server does not answer")
    with serving("--port", address.rpartition(":")[2]):
        expect_number(page, "94", timeout=20_000)


@pytest.mark.slow
def test_a_long_number_stays_within_a_phone(phone: Page) -> None:
    open_numbers(phone)
    lines = [number("7" * 11, gap=0.05), number("7" * 11, gap=0.05)]
    for line, top in zip(lines, (0.05, 0.55), strict=True):
        for stroke in line:
            Finger(phone, "numbers-pad").draw([(0.08 + 0.38 * x, top + 0.38 * y) for x, y in stroke])
    expect_number(phone, "7" * 11, "7" * 11)
    expect_no_scrolling_sideways(phone)
