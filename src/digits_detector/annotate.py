"""A picture with boxes about the digits that were read in it."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from .image.decode import Picture, full_range, planes
from .results import Reading

_COLOUR = (214, 39, 40)
_LETTER = 0.4  # of the box's height
_SMALLEST = 10  # pixels: what can still be read


def annotated(picture: Picture, reading: Reading) -> Image.Image:
    """Return the picture, upright and in RGB, with a box about each digit and the digit above it.

    Raises
    ------
    InvalidPicture
        If it is no picture that can be read.
    """
    found = planes(picture)
    colours = found[:3] if len(found) > 2 else found[:1] * 3
    levels = [np.asarray(plane, dtype=np.float32) * (255 / full_range(plane)) for plane in colours]
    image = Image.fromarray(np.rint(np.stack(levels, axis=-1)).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    for digit in reading.digits:
        x0, y0, x1, y1 = digit.box
        size = max(_SMALLEST, _LETTER * (y1 - y0))
        draw.rectangle((x0, y0, x1, y1), outline=_COLOUR, width=max(1, round(size / 12)))
        draw.text((x0, max(0, y0 - size)), str(digit.digit), fill=_COLOUR, font=ImageFont.load_default(size))
    return image
