"""Valid pictures, drawn at random: shapes, lines, tones, colours, noise, text, alpha, of any size and depth."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

SIZES = (1, 2, 3, 7, 16, 28, 31, 32, 33, 64, 97, 200, 420, 900, 2000)


def picture(seed: int, largest: int = 900) -> Any:
    """Return a picture that is valid, in one of the forms that pictures come in; always the same for a seed."""
    random = np.random.default_rng(seed)
    sizes = [size for size in SIZES if size <= largest]
    width, height = (int(random.choice(sizes)) for _ in range(2))
    image = Image.new("RGB", (width, height), _colour(random))
    draw = ImageDraw.Draw(image)
    for _ in range(random.integers(0, 12)):
        _SHAPES[random.integers(len(_SHAPES))](draw, (width, height), random)
    levels = np.asarray(image).astype(np.float64)
    if random.random() < 0.3:
        levels *= np.linspace(random.uniform(0.3, 1), 1, width)[None, :, None]
    if random.random() < 0.3:
        levels += random.normal(0, random.choice([1, 5, 40]), levels.shape)
    return _form(np.clip(levels, 0, 255).astype(np.uint8), random)


def _colour(random: np.random.Generator) -> tuple[int, ...]:
    if random.random() < 0.6:
        return (int(random.integers(0, 256)),) * 3
    return tuple(random.integers(0, 256, 3).tolist())


def _corners(size: tuple[int, int], random: np.random.Generator) -> list[tuple[float, float]]:
    (x0, y0), (x1, y1) = np.sort(random.uniform(-0.2, 1.2, (2, 2)) * size, axis=0).tolist()
    return [(x0, y0), (x1, y1)]


def _rectangle(draw: ImageDraw.ImageDraw, size: tuple[int, int], random: np.random.Generator) -> None:
    draw.rectangle(_corners(size, random), fill=_colour(random))


def _ellipse(draw: ImageDraw.ImageDraw, size: tuple[int, int], random: np.random.Generator) -> None:
    draw.ellipse(_corners(size, random), outline=_colour(random), width=int(random.integers(1, 20)))


def _line(draw: ImageDraw.ImageDraw, size: tuple[int, int], random: np.random.Generator) -> None:
    points = [tuple(point) for point in (random.random((random.integers(2, 8), 2)) * size).tolist()]
    draw.line(points, fill=_colour(random), width=int(random.integers(1, 20)))


def _text(draw: ImageDraw.ImageDraw, size: tuple[int, int], random: np.random.Generator) -> None:
    text = "".join(random.choice(list("0123456789abcXYZ.,-/:"), random.integers(1, 9)))
    font = ImageFont.load_default(float(random.uniform(6, max(7, min(size) / 2))))
    draw.text(tuple((random.random(2) * size).tolist()), text, fill=_colour(random), font=font)


_SHAPES = (_rectangle, _ellipse, _line, _text)


def _form(levels: NDArray[np.uint8], random: np.random.Generator) -> Any:
    """Return the same picture as an array or an image of one kind or another."""
    grey = levels.mean(axis=2).astype(np.uint8)
    alpha = random.integers(0, 256, grey.shape, dtype=np.uint8)
    forms = (
        lambda: grey,
        lambda: levels,
        lambda: np.dstack([levels, alpha]),
        lambda: grey > 128,
        lambda: (grey > 128).astype(np.uint16),
        lambda: grey.astype(np.uint16) * 257,
        lambda: grey.astype(np.uint16) * 4,
        lambda: grey / 255,
        lambda: (levels / np.float32(255)).astype(np.float32),
        lambda: grey.astype(np.int64),
        lambda: Image.fromarray(levels),
        lambda: Image.fromarray(levels).quantize(16),
        lambda: Image.fromarray(grey).convert("1"),
        lambda: Image.fromarray(np.dstack([levels, alpha])),
    )
    return forms[random.integers(len(forms))]()
