"""Any picture becomes ink: light on dark, float32 in [0, 1], cropped to what was written.

Decoding, orientation, colour, transparency and polarity are settled here and nowhere else.
"""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from .errors import InvalidPicture

Picture: TypeAlias = str | os.PathLike[str] | bytes | Image.Image | NDArray[Any]
Plane: TypeAlias = NDArray[Any]  # (height, width), uint8, uint16 or float

MAX_PIXELS = 64_000_000
MIN_CONTRAST = 0.08  # of the full range: what differs less from the paper is the paper's own noise
INK_LEVEL = 0.2  # of the darkest ink: what is fainter does not count as written when the box is found

_MODES = {"P": "RGBA", "PA": "RGBA", "La": "LA", "RGBa": "RGBA"}  # the rest of the colour modes become RGB
_PLAIN = {"L", "LA", "RGB", "RGBA", "I;16", "I;16B", "I;16L", "I", "F"}


@dataclass(frozen=True, eq=False)
class Ink:
    """What was written in a picture.

    Attributes
    ----------
    values : ndarray of shape (height, width), float32
        0 is paper, 1 the strongest ink; of shape (0, 0) where nothing is written.
    box : tuple of int
        (x0, y0, x1, y1): where in the picture the values stand, in its pixels.
    """

    values: NDArray[np.float32]
    box: tuple[int, int, int, int]

    @property
    def blank(self) -> bool:
        """Whether nothing is written."""
        return self.values.size == 0


BLANK = Ink(np.empty((0, 0), dtype=np.float32), (0, 0, 0, 0))


def find_ink(picture: Picture) -> Ink:
    """Find what is written in a picture, whatever its size, mode, orientation and polarity.

    Parameters
    ----------
    picture : path, bytes of an image file, PIL image, or array
        Arrays are (h, w), (h, w, 1), (h, w, 3) RGB or (h, w, 4) RGBA: bool, uint8, uint16, or float in [0, 1].

    Raises
    ------
    InvalidPicture
        If it is no picture, is broken, or has more than 64 million pixels.
    """
    planes = _planes(picture)
    # Coloured ink can vanish in grey (red on green); it stands out in one of the colours.
    papers = [_paper(plane) for plane in planes]
    plane, paper = max(zip(planes, papers, strict=True), key=lambda pair: pair[1].contrast)
    if paper.contrast < MIN_CONTRAST:
        return BLANK
    x0, y0, x1, y1 = box = _box(plane, paper)
    values = plane[y0:y1, x0:x1].astype(np.float32)
    values -= np.float32(paper.level)
    values /= np.float32(paper.ink - paper.level)
    return Ink(np.clip(values, 0, 1, out=values), box)


@dataclass(frozen=True)
class _Paper:
    """The paper's level, the ink's strongest level, and their distance as part of the full range."""

    level: float
    ink: float
    contrast: float


def _paper(plane: Plane) -> _Paper:
    """Take the border's median for the paper; what differs from it most is ink, dark or light."""
    border = np.concatenate((plane[0], plane[-1], plane[:, 0], plane[:, -1]))
    level, low, high = float(np.median(border)), float(plane.min()), float(plane.max())
    ink = low if level - low > high - level else high
    return _Paper(level, ink, abs(ink - level) / _full_range(plane))


def _box(plane: Plane, paper: _Paper) -> tuple[int, int, int, int]:
    threshold = paper.level + INK_LEVEL * (paper.ink - paper.level)
    if paper.ink < paper.level:
        rows, columns = plane.min(axis=1) < threshold, plane.min(axis=0) < threshold
    else:
        rows, columns = plane.max(axis=1) > threshold, plane.max(axis=0) > threshold
    (ys,), (xs,) = rows.nonzero(), columns.nonzero()
    return int(xs[0]), int(ys[0]), int(xs[-1]) + 1, int(ys[-1]) + 1


def _full_range(plane: Plane) -> float:
    return 1.0 if plane.dtype.kind == "f" else float(np.iinfo(plane.dtype).max)


# ── from any form to planes ──────────────────────────────────────────────────────────────────────


def _planes(picture: Picture) -> list[Plane]:
    """Return the colour planes, (h, w) each, with transparency laid on paper."""
    if isinstance(picture, np.ndarray):
        planes = _array_planes(picture)
    elif isinstance(picture, Image.Image):
        planes = _image_planes(picture)
    else:
        planes = _file_planes(picture)
    if len(planes) in (2, 4):
        return _on_paper(planes[:-1], planes[-1])
    return planes


def _array_planes(array: NDArray[Any]) -> list[Plane]:
    if array.ndim == 2:
        array = array[..., None]
    if array.ndim != 3 or array.shape[2] not in (1, 3, 4):
        raise InvalidPicture(
            f"an array of shape {array.shape} is no picture: give (h, w), (h, w, 3) or (h, w, 4)."
        )
    height, width, channels = array.shape
    _check_size(width, height)
    array = _levels(array)
    return [np.ascontiguousarray(array[..., channel]) for channel in range(channels)]


def _levels(array: NDArray[Any]) -> NDArray[Any]:
    """Return the array as uint8, uint16 or float in [0, 1]."""
    if array.dtype in (np.uint8, np.uint16):
        return array
    if array.dtype == bool:
        return array.astype(np.uint8) * np.uint8(255)
    if array.dtype.kind not in "iuf":
        raise InvalidPicture(
            f"an array of {array.dtype} is no picture: give bool, uint8, uint16 or float in [0, 1]."
        )
    top = 1 if array.dtype.kind == "f" else 255
    low, high = array.min(), array.max()
    if not (low >= 0 and high <= top):  # false for NaN too
        raise InvalidPicture(
            f"an array of {array.dtype} holds values in [0, {top}]; this one has {low:g} to {high:g}."
        )
    return array.astype(np.float32 if top == 1 else np.uint8)


def _file_planes(source: str | os.PathLike[str] | bytes) -> list[Plane]:
    if not isinstance(source, str | os.PathLike | bytes | bytearray):
        raise InvalidPicture(
            f"{type(source).__name__} is no picture: give a path, bytes, a PIL image or an array."
        )
    name = "these bytes" if isinstance(source, bytes | bytearray) else str(source)
    try:
        with Image.open(
            io.BytesIO(source) if isinstance(source, bytes | bytearray) else Path(source)
        ) as image:
            return _image_planes(image)
    except FileNotFoundError:
        raise InvalidPicture(f"there is no file {name}.") from None
    except UnidentifiedImageError:
        raise InvalidPicture(f"{name} hold no picture that can be read.") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise InvalidPicture(
            f"{name} would unpack to more than {MAX_PIXELS // 1_000_000} million pixels."
        ) from None
    except InvalidPicture:
        raise
    # Pillow's decoders raise whatever their format makes them stumble over.
    except (
        OSError,
        SyntaxError,
        ValueError,
        TypeError,
        IndexError,
        KeyError,
        EOFError,
        ArithmeticError,
    ) as error:
        raise InvalidPicture(f"{name} cannot be read as a picture: {error}.") from None


def _image_planes(image: Image.Image) -> list[Plane]:
    _check_size(*image.size)
    image = ImageOps.exif_transpose(image)
    if image.mode not in _PLAIN:
        transparent = image.mode in _MODES or image.has_transparency_data
        image = image.convert(_MODES.get(image.mode, "RGBA" if transparent else _grey_or_rgb(image.mode)))
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return [_deep(np.asarray(image))]
    return [np.asarray(band) for band in image.split()]


def _grey_or_rgb(mode: str) -> str:
    return "L" if mode == "1" else "RGB"


def _deep(plane: Plane) -> Plane:
    """Return a plane of more than 8 bits as uint16, or float in [0, 1]."""
    if plane.dtype.kind == "f":
        return _levels(plane)
    return np.clip(plane, 0, 65535).astype(np.uint16)


def _check_size(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise InvalidPicture(f"a picture of {width}×{height} pixels has nothing in it.")
    if width * height > MAX_PIXELS:
        raise InvalidPicture(
            f"a picture of {width}×{height} pixels is too large: the limit is {MAX_PIXELS // 1_000_000} million."
        )


def _on_paper(colours: list[Plane], alpha: Plane) -> list[Plane]:
    """Lay a transparent picture on paper.

    Where most of it is transparent, that is the paper, and takes the tone that the ink stands out from.
    Where little is (a rounded corner), it takes the tone of the rest.
    """
    full = _full_range(alpha)
    if alpha.min() == full:
        return colours
    opaque = alpha > full / 2
    share = np.count_nonzero(opaque) / opaque.size
    laid = []
    for colour in colours:
        paper: float = full
        if share > 0:
            tone = float(np.median(colour[opaque]))
            paper = tone if share > 0.5 else full * (tone < full / 2)
        weight = alpha.astype(np.float32) / full
        laid.append((paper + weight * (colour - np.float32(paper))) / np.float32(full))
    return laid
