"""The page's icon as a picture, for home screens and link previews: a white seven on teal."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

SIDES = (180, 192, 512)  # pixels: iOS, and what browsers ask of a manifest

_SEVEN = ((10, 9), (22, 9), (15, 24))  # in 32nds of the side, as in `story.ICON`
_WIDTH = 3.5
_FINE = 4  # pixels of the drawing to one of the icon


def icon(side: int) -> bytes:
    """Return a PNG of side×side pixels, opaque to its corners: devices cut them off as they like."""
    scale = side * _FINE / 32
    image = Image.new("RGB", (side * _FINE, side * _FINE), "#0f766e")
    draw = ImageDraw.Draw(image)
    corners = [(x * scale, y * scale) for x, y in _SEVEN]
    draw.line(corners, fill="white", width=round(_WIDTH * scale), joint="curve")
    radius = _WIDTH * scale / 2
    for x, y in corners:
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill="white")
    file = io.BytesIO()
    image.resize((side, side), Image.Resampling.BOX).save(file, "PNG", optimize=True)
    return file.getvalue()
