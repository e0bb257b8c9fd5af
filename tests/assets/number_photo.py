"""Makes number_photo.jpg: two numbers, drawn by this project's hand, on ruled paper that a lamp lights from a side.

python -m tests.assets.number_photo
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from ..browser.stage import Point, Stroke, number, way

FILE = Path(__file__).with_suffix(".jpg")
NUMBERS = ("1984", "73294")
WIDTH, HEIGHT = 1280, 960
Levels = NDArray[Any]  # (HEIGHT, WIDTH): what part of the light comes back, 1 from white paper


def main() -> None:
    """Write the picture."""
    photographed().save(FILE, quality=80)


def photographed() -> Image.Image:
    """Return the photo: pen on paper, a blue-ish tint of the rules, the lamp's light, the camera's noise and tilt."""
    random = np.random.default_rng(1984)
    pen = drawn(
        [line for top, text in zip((90, 420), NUMBERS, strict=True) for line in written(text, top)], 13
    )
    rules = drawn([[(-300, y), (WIDTH + 300, y)] for y in range(60, HEIGHT + 200, 110)], 3)
    light = lamp() * (1 - 0.012 * smooth(random))
    noise = random.normal(0, 1.5, (HEIGHT, WIDTH))
    # Of each colour: how much the paper gives back, and how much the rules and the pen take.
    colours = ((0.95, 0.30, 0.85), (0.94, 0.20, 0.80), (0.88, 0.08, 0.60))
    channels = [
        255 * light * paper * (1 - rule * rules) * (1 - ink * pen) + noise for paper, rule, ink in colours
    ]
    return Image.merge(
        "RGB", [Image.fromarray(channel.clip(0, 255).astype(np.uint8)) for channel in channels]
    )


def written(text: str, top: float, size: float = 400) -> list[Stroke]:
    """Write a number on the page: its lines, in pixels."""
    lines = [list(way(stroke, steps=12)) for stroke in number(text, gap=0.12)]
    return [[(170 + size * x, top + size * y) for x, y in line] for line in lines]


def drawn(lines: Sequence[Sequence[Point]], width: int, tilt: float = 2.5) -> Levels:
    """Draw lines on the page as the camera sees it, turned by so many degrees; 1 where there is ink."""
    page = Image.new("L", (2 * WIDTH, 2 * HEIGHT))
    for line in lines:
        doubled = [(2 * x, 2 * y) for x, y in line]
        ImageDraw.Draw(page).line(doubled, fill=255, width=2 * width, joint="curve")
        for x, y in (doubled[0], doubled[-1]):
            ImageDraw.Draw(page).ellipse((x - width, y - width, x + width, y + width), fill=255)
    turned = page.rotate(tilt, Image.Resampling.BILINEAR).resize((WIDTH, HEIGHT))
    return np.asarray(turned.filter(ImageFilter.GaussianBlur(1.2))) / 255


def lamp() -> Levels:
    """Light from the upper left that falls off, and the soft shadow of the hand that holds the camera."""
    y, x = np.mgrid[:HEIGHT, :WIDTH] / WIDTH
    falling = 0.95 - 0.45 * np.hypot(x - 0.2, y - 0.1)
    shadow = 1 / (1 + np.exp(-25 * (x + 0.6 * y - 1.15)))
    lit: Levels = falling * (1 - 0.35 * shadow)
    return lit


def smooth(random: np.random.Generator) -> Levels:
    """Return paper's unevenness: noise whose spots are some pixels wide."""
    coarse = Image.fromarray(random.normal(0, 1, (HEIGHT // 8, WIDTH // 8)).astype(np.float32))
    return np.asarray(coarse.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC))


if __name__ == "__main__":
    main()
