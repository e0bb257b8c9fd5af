"""Any form of a picture becomes planes of grey, one a colour, with transparency laid on paper.

Decoding, orientation, colour modes and transparency are settled here and nowhere else.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from .errors import InvalidPicture

Picture: TypeAlias = str | os.PathLike[str] | bytes | Image.Image | NDArray[Any]
Plane: TypeAlias = NDArray[Any]  # (height, width), uint8, uint16 or float

MAX_PIXELS = 64_000_000

_MODES = {"P": "RGBA", "PA": "RGBA", "La": "LA", "RGBa": "RGBA"}  # the rest of the colour modes become RGB
_PLAIN = {"L", "LA", "RGB", "RGBA", "I;16", "I;16B", "I;16L", "I", "F"}


def planes(picture: Picture, max_pixels: int = MAX_PIXELS) -> list[Plane]:
    """Return the colour planes, (h, w) each, with transparency laid on paper.

    Raises
    ------
    InvalidPicture
        If it is no picture, is broken, or has more than `max_pixels`.
    """
    if isinstance(picture, np.ndarray):
        found = _array_planes(picture, max_pixels)
    elif isinstance(picture, Image.Image):
        found = _image_planes(picture, max_pixels)
    else:
        found = _file_planes(picture, max_pixels)
    return _on_paper(found[:-1], found[-1]) if len(found) in (2, 4) else found


def full_range(plane: Plane) -> float:
    """Return the distance from black to white."""
    return 1.0 if plane.dtype.kind == "f" else float(np.iinfo(plane.dtype).max)


def _array_planes(array: NDArray[Any], max_pixels: int) -> list[Plane]:
    if array.ndim == 2:
        array = array[..., None]
    if array.ndim != 3 or array.shape[2] not in (1, 3, 4):
        raise InvalidPicture(
            f"an array of shape {array.shape} is no picture: give (h, w), (h, w, 3) or (h, w, 4)."
        )
    height, width, channels = array.shape
    _check_size(width, height, max_pixels)
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


def _file_planes(source: str | os.PathLike[str] | bytes, max_pixels: int) -> list[Plane]:
    if not isinstance(source, str | os.PathLike | bytes | bytearray):
        raise InvalidPicture(
            f"{type(source).__name__} is no picture: give a path, bytes, a PIL image or an array."
        )
    name = "these bytes" if isinstance(source, bytes | bytearray) else str(source)
    try:
        with Image.open(
            io.BytesIO(source) if isinstance(source, bytes | bytearray) else Path(source)
        ) as image:
            if image.format == "EPS":  # a program, which Pillow would have Ghostscript run
                raise InvalidPicture(f"{name} hold PostScript, which is not read; save it as PNG.")
            return _image_planes(image, max_pixels)
    except FileNotFoundError:
        raise InvalidPicture(f"there is no file {name}.") from None
    except UnidentifiedImageError:
        raise InvalidPicture(f"{name} hold no picture that can be read.") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise InvalidPicture(
            f"{name} would unpack to more than {max_pixels / 1_000_000:g} million pixels."
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


def _image_planes(image: Image.Image, max_pixels: int) -> list[Plane]:
    _check_size(*image.size, max_pixels)
    image.load()  # some formats tell the orientation behind the pixels
    if image.getexif().get(ExifTags.Base.Orientation, 1) != 1:
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


def _check_size(width: int, height: int, max_pixels: int) -> None:
    if width < 1 or height < 1:
        raise InvalidPicture(f"a picture of {width}×{height} pixels has nothing in it.")
    if width * height > max_pixels:
        raise InvalidPicture(
            f"a picture of {width}×{height} pixels is too large: the limit is {max_pixels / 1_000_000:g} million."
        )


def _on_paper(colours: list[Plane], alpha: Plane) -> list[Plane]:
    """Lay a transparent picture on paper.

    Where most of it is transparent, that is the paper, and takes the tone that the ink stands out from.
    Where little is (a rounded corner), it takes the tone of the rest.
    """
    full = full_range(alpha)
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
