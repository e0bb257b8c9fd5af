"""Records the README's pictures of the page, from the real pages in a real Chromium.

They are media/ui.png and media/numbers.png of the page that is served, media/demo.gif of the one without a server.

python -m scripts.record_page
"""

import io
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from digits_detector.web.static.export import export_web
from tests.assets.number_photo import FILE as PHOTO
from tests.assets.number_photo import NUMBERS
from tests.browser.stage import HAND, draw, find_chromium, launch, on_pad, open_numbers, open_page, way
from tests.web.serving import serving, static_host

MEDIA = Path(__file__).parent.parent / "media"
VIEWPORT: ViewportSize = {"width": 1120, "height": 930}
DIGITS = (7, 4, 9)
PHOTOS = {
    "numbers-sample-2": "12.50-7.25108",
    "numbers-sample-3": "24/12/202618:30",
}  # and what is read in them
STEP, PAUSE, GAP = 60, 1400, 400  # ms: a frame while drawing, the finished digit, the empty pad
Frame = tuple[Image.Image, int]


def main() -> None:
    """Record all three."""
    MEDIA.mkdir(exist_ok=True)
    with serving() as address, sync_playwright() as playwright:
        chromium = find_chromium(playwright)
        if chromium is None:
            raise SystemExit(
                "Chromium is missing: `apt-get install chromium`, or `playwright install chromium`"
            )
        browser = launch(playwright, chromium)
        take_picture(browser, address, MEDIA / "ui.png")
        take_picture_of_numbers(browser, address, MEDIA / "numbers.png")
        with tempfile.TemporaryDirectory() as folder, static_host(export_web(Path(folder) / "page")) as host:
            record(browser, host, MEDIA / "demo.gif")
        browser.close()


def take_picture(browser: Browser, address: str, file: Path) -> None:
    """Save the page, sharp, with a 3 on its pad."""
    page = open_page(browser.new_page(viewport=VIEWPORT, device_scale_factor=2), address)
    draw(page, 3)
    expect(page.get_by_test_id("digit")).to_have_text("3")
    save(page, file)


def take_picture_of_numbers(browser: Browser, address: str, file: Path) -> None:
    """Save the tab for numbers after it read a photo, with one digit's bars."""
    page = open_numbers(open_page(browser.new_page(viewport=VIEWPORT, device_scale_factor=2), address))
    page.get_by_test_id("numbers-file").set_input_files(PHOTO)
    expect(page.get_by_test_id("number")).to_have_text("".join(NUMBERS))
    page.get_by_test_id("found-1").click()
    save(page, file)


def save(page: Page, file: Path) -> None:
    """Save what the page shows, once its bars stand still, in few colours."""
    page.mouse.move(0, 0)
    page.wait_for_timeout(500)
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.quantize(256, dither=Image.Dither.NONE).save(file, optimize=True)


def record(browser: Browser, address: str, file: Path) -> None:
    """Save a moving picture of digits being drawn and read, then photos."""
    page = open_page(browser.new_page(viewport=VIEWPORT), address)
    frames, durations = zip(*play(page), strict=True)
    # One palette for all: it must know the colours of sure and of unsure readings, and of the photos, the last frames.
    palette = montage([*frames[::8], *frames[-len(PHOTOS) :]]).quantize(160, kmeans=1)
    first, *rest = (frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames)
    first.save(file, save_all=True, append_images=rest, duration=durations, loop=0, optimize=True)


def play(page: Page) -> Iterator[Frame]:
    """Draw digit after digit, show photo after photo, and yield what the page shows on the way."""
    for digit in DIGITS:
        yield look(page), GAP
        for stroke in HAND[digit]:
            points = [on_pad(page, point) for point in way(stroke, steps=12)]
            page.mouse.move(*points[0])
            page.mouse.down()
            for i in range(1, len(points), 3):
                for point in points[i : i + 3]:
                    page.mouse.move(*point)
                page.wait_for_timeout(STEP)
                yield look(page), STEP
            page.mouse.up()
        expect(page.get_by_test_id("digit")).to_have_text(str(digit))
        page.wait_for_timeout(500)
        yield look(page), PAUSE
        page.get_by_test_id("clear").click()
        page.wait_for_timeout(300)
    yield look(page), GAP
    open_numbers(page).get_by_test_id("marks").check()
    yield look(page), GAP
    for photo, text in PHOTOS.items():
        page.get_by_test_id(photo).click()
        expect(page.get_by_test_id("number")).to_have_text(text)
        page.wait_for_timeout(500)
        yield look(page), 2 * PAUSE


def montage(pictures: Sequence[Image.Image]) -> Image.Image:
    """Put the pictures under one another."""
    width, height = pictures[0].size
    whole = Image.new("RGB", (width, height * len(pictures)))
    for i, picture in enumerate(pictures):
        whole.paste(picture, (0, i * height))
    return whole


def look(page: Page) -> Image.Image:
    """Return what the page shows."""
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


if __name__ == "__main__":
    main()
