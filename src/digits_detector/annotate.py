"""A picture with boxes around what was found in it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from .image.decode import Picture, channels, full_range

_COLOUR = (214, 39, 40)
_LETTER = 0.4  # of the box's height
_SMALLEST = 10  # pixels: legible


def annotated(
    picture: Picture, found: Iterable[tuple[tuple[float, float, float, float], str]]
) -> Image.Image:
    """Return the picture, upright and in RGB, with boxes (x0, y0, x1, y1) and above each its text.

    Raises
    ------
    InvalidPicture
        If it is not a picture that can be read.
    """
    every = channels(picture)
    colours = every[:3] if len(every) > 2 else every[:1] * 3
    levels = [np.asarray(channel, dtype=np.float32) * (255 / full_range(channel)) for channel in colours]
    image = Image.fromarray(np.rint(np.stack(levels, axis=-1)).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    for (x0, y0, x1, y1), text in found:
        size = max(_SMALLEST, _LETTER * (y1 - y0))
        draw.rectangle((x0, y0, x1, y1), outline=_COLOUR, width=max(1, round(size / 12)))
        draw.text((x0, max(0, y0 - size)), text, fill=_COLOUR, font=ImageFont.load_default(size))
    return image
