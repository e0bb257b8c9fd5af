"""A real Chromium before the real page, and a hand that draws digits in it."""

import math
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import Browser, Page, Playwright

Point = tuple[float, float]
Stroke = list[Point]

# How a hand writes: the turning points of each stroke, in heights of the pad.
HAND: dict[int, list[Stroke]] = {
    1: [[(0.4, 0.36), (0.53, 0.2), (0.535, 0.21), (0.53, 0.5), (0.52, 0.81)]],
    2: [
        [(0.32, 0.35), (0.42, 0.21), (0.6, 0.23), (0.64, 0.38), (0.5, 0.58)],
        [(0.5, 0.58), (0.3, 0.78), (0.31, 0.79), (0.7, 0.77)],
    ],
    3: [
        [(0.34, 0.27), (0.47, 0.18), (0.62, 0.24), (0.6, 0.38), (0.46, 0.46)],
        [(0.46, 0.46), (0.63, 0.53), (0.65, 0.7), (0.5, 0.81), (0.33, 0.74)],
    ],
    4: [[(0.47, 0.18), (0.33, 0.52), (0.32, 0.55), (0.34, 0.555), (0.7, 0.53)], [(0.6, 0.34), (0.55, 0.83)]],
    7: [[(0.3, 0.25), (0.69, 0.24), (0.7, 0.25), (0.6, 0.48), (0.47, 0.8)]],
    8: [
        [
            (0.61, 0.27),
            (0.49, 0.19),
            (0.39, 0.3),
            (0.5, 0.46),
            (0.63, 0.62),
            (0.56, 0.79),
            (0.42, 0.77),
            (0.39, 0.63),
            (0.51, 0.45),
            (0.61, 0.34),
            (0.61, 0.27),
        ],
    ],
    9: [
        [(0.62, 0.3), (0.5, 0.2), (0.37, 0.29), (0.39, 0.46), (0.53, 0.48), (0.63, 0.34), (0.63, 0.3)],
        [(0.63, 0.3), (0.61, 0.55), (0.55, 0.82)],
    ],
}


def find_chromium(playwright: Playwright) -> str | None:
    """Return the path of Chromium: the one that DIGITS_CHROMIUM names, the system's, or Playwright's own."""
    named = os.environ.get("DIGITS_CHROMIUM")
    installed = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    own = playwright.chromium.executable_path
    return named or next(filter(None, installed), own if Path(own).exists() else None)


def launch(playwright: Playwright, chromium: str) -> Browser:
    # A container's root has no sandbox of its own; the second flag keeps Chromium's own calls home out of the tests.
    arguments = ["--no-sandbox", "--disable-background-networking"]
    return playwright.chromium.launch(executable_path=chromium, args=arguments)


def open_page(page: Page, address: str) -> Page:
    """Go to the page and wait until it can be drawn on."""
    page.goto(address)
    page.get_by_test_id("bar-9").wait_for()
    return page


def open_numbers(page: Page) -> Page:
    """Open the tab for numbers."""
    page.get_by_role("tab", name="Numbers").click()
    page.get_by_test_id("numbers-bar-9").wait_for(state="attached")  # made by the script
    return page


def way(stroke: Sequence[Point], steps: int = 4) -> Iterator[Point]:
    """Yield the points of a smooth line through a stroke's turning points."""
    points = [stroke[0], *stroke, stroke[-1]]
    yield stroke[0]
    for four in zip(points, points[1:], points[2:], points[3:], strict=False):
        pieces = max(1, round(steps * math.dist(four[1], four[2]) / 0.15))
        for i in range(1, pieces + 1):
            yield bend(*four, i / pieces)


def bend(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    """Return the point at `t` of the way from `b` to `c` (Catmull and Rom's spline)."""

    def along(k: int) -> float:
        square, cube = 2 * a[k] - 5 * b[k] + 4 * c[k] - d[k], 3 * (b[k] - c[k]) + d[k] - a[k]
        return b[k] + 0.5 * t * (c[k] - a[k] + t * (square + t * cube))

    return along(0), along(1)


def number(text: str, gap: float = 0.1) -> list[Stroke]:
    """Return the strokes of a number: its digits beside each other, with so much between them; they overlap below 0."""
    right, strokes = 0.0, []
    for digit in map(int, text):
        xs = [x for stroke in HAND[digit] for x, _ in way(stroke)]
        strokes += [[(right + x - min(xs), y) for x, y in stroke] for stroke in HAND[digit]]
        right += max(xs) - min(xs) + gap
    return strokes


def on_pad(
    page: Page, point: Point, scale: float = 1.0, corner: Point = (0.0, 0.0), pad: str = "pad"
) -> Point:
    """Return where on the screen a point lies, in heights of the pad; `scale` and `corner` place a smaller drawing."""
    box = page.get_by_test_id(pad).bounding_box()
    assert box
    x, y = corner[0] + scale * point[0], corner[1] + scale * point[1]
    return box["x"] + x * box["height"], box["y"] + y * box["height"]


def draw(page: Page, digit: int, scale: float = 1.0, corner: Point = (0.0, 0.0)) -> None:
    """Draw a digit with the mouse."""
    draw_strokes(page, HAND[digit], scale, corner)


def draw_number(page: Page, text: str, gap: float = 0.1) -> None:
    """Draw a number with the mouse on the wide pad."""
    draw_strokes(page, number(text, gap), scale=0.8, corner=(0.1, 0.1), pad="numbers-pad")


def draw_strokes(
    page: Page,
    strokes: Sequence[Stroke],
    scale: float = 1.0,
    corner: Point = (0.0, 0.0),
    pad: str = "pad",
) -> None:
    """Draw strokes with the mouse."""
    for stroke in strokes:
        start, *rest = (on_pad(page, point, scale, corner, pad) for point in way(stroke))
        page.mouse.move(*start)
        page.mouse.down()
        for point in rest:
            page.mouse.move(*point)
        page.mouse.up()


def photograph(digit: int, size: tuple[int, int] = (800, 600)) -> Image.Image:
    """Return a photo of a digit, in dark pen on grey paper: a lamp from the left, and a sensor's noise."""
    width, height = size
    side = min(size)
    sharp = Image.new("L", (2 * width, 2 * height))
    for stroke in HAND[digit]:
        line = [(width + (x - 0.5) * 2 * side, height + (y - 0.5) * 2 * side) for x, y in way(stroke)]
        ImageDraw.Draw(sharp).line(line, fill=255, width=side // 18, joint="curve")
    ink = np.asarray(sharp.resize(size).filter(ImageFilter.GaussianBlur(1.5))) / 255
    light = np.linspace(205, 130, width) + np.linspace(8, -8, height)[:, None]
    noise = np.random.default_rng(0).normal(0, 3, (height, width))
    paper = light * (1 - 0.65 * ink) + noise
    return Image.merge(
        "RGB", [Image.fromarray((paper * tint).clip(0, 255).astype(np.uint8)) for tint in (1, 0.98, 0.92)]
    )
