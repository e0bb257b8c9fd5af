"""Any form of a picture becomes channels of grey, one a colour, with transparency laid on paper.

Decoding, orientation, colour modes and transparency are settled here and nowhere else.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from ..errors import InvalidPicture

Picture: TypeAlias = (
    str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes] | Image.Image | NDArray[Any]
)
Channel: TypeAlias = NDArray[Any]  # (height, width), uint8, uint16 or float

MAX_PIXELS = 64_000_000

_MODES = {"P": "RGBA", "PA": "RGBA", "La": "LA", "RGBa": "RGBA"}  # the rest of the colour modes become RGB
_PLAIN = {"L", "LA", "RGB", "RGBA"}
# What Pillow decodes by itself: for EPS it would start Ghostscript.
_FORMATS = (
    *("AVIF", "BMP", "DIB", "GIF", "ICO", "JPEG", "JPEG2000"),
    *("PCX", "PNG", "PPM", "QOI", "SGI", "TGA", "TIFF", "WEBP"),
)
_OVERSHOOT = 0.1  # of the range: so far beyond it resampling may go, and is cut off


def channels(picture: Picture, max_pixels: int = MAX_PIXELS) -> list[Channel]:
    """Return the colour channels, (h, w) each, with transparency laid on paper.

    Raises
    ------
    InvalidPicture
        If it is not a picture, is broken, or has more than `max_pixels`.
    """
    if isinstance(picture, np.ndarray):
        found = _array_channels(picture, max_pixels)
    elif isinstance(picture, Image.Image):
        with _naming("this image", max_pixels):
            found = _image_channels(picture, max_pixels)
    elif isinstance(picture, bytes | bytearray | memoryview):
        with _naming("this file", max_pixels):
            found = _file_channels(io.BytesIO(picture), max_pixels)
    elif isinstance(picture, str | os.PathLike):
        with _naming(str(picture), max_pixels):
            found = _file_channels(Path(picture), max_pixels)
    elif hasattr(picture, "read") and hasattr(picture, "seek"):
        with _naming(str(getattr(picture, "name", "this file")), max_pixels):
            found = _file_channels(picture, max_pixels)
    else:
        raise InvalidPicture(
            f"{type(picture).__name__} is not a picture: give a path, bytes, an open file, a PIL image or an array; "
            "pen strokes are wrapped in Strokes."
        )
    return _on_paper(found[:-1], found[-1]) if len(found) in (2, 4) else found


def stacked_channels(pictures: NDArray[np.uint8], max_pixels: int = MAX_PIXELS) -> NDArray[np.uint8]:
    """Return the channels of grey pictures (n, h, w) of one size, as `channels` does of each.

    Raises
    ------
    InvalidPicture
        If they are empty, or have more than `max_pixels` each.
    """
    _, height, width = pictures.shape
    _check_size(width, height, max_pixels)
    masks = pictures.reshape(-1, height * width).max(axis=1) <= 1
    return np.where(masks[:, None, None], pictures * np.uint8(255), pictures) if masks.any() else pictures


def full_range(channel: Channel) -> float:
    """Return the distance from black to white."""
    return 1.0 if channel.dtype.kind == "f" else float(np.iinfo(channel.dtype).max)


# ── arrays ───────────────────────────────────────────────────────────────────────────────────────


def _array_channels(array: NDArray[Any], max_pixels: int) -> list[Channel]:
    if array.ndim == 2:
        array = array[..., None]
    if array.ndim != 3 or array.shape[2] not in (1, 3, 4):
        raise InvalidPicture(
            f"an array of shape {array.shape} is not a picture: give (h, w), (h, w, 3) or (h, w, 4)."
        )
    height, width, channels = array.shape
    _check_size(width, height, max_pixels)
    array = _levels(array)
    return [np.ascontiguousarray(array[..., channel]) for channel in range(channels)]


def _levels(array: NDArray[Any]) -> NDArray[Any]:
    """Return the array as uint8, uint16 or float in [0, 1]."""
    if array.dtype.kind not in "buif":
        raise InvalidPicture(
            f"an array of {array.dtype} is not a picture: give bool, uint8, uint16 or float in [0, 1]."
        )
    whole = array.dtype.kind != "f"
    low, high = float(array.min()), float(array.max())
    if whole and 0 <= low <= high <= 1:  # a mask
        return array.astype(np.uint8) * np.uint8(255)
    if array.dtype == np.uint16:
        return _deep(array)
    slack, top = (0, 255) if whole else (_OVERSHOOT, 1)
    if not (low >= -slack and high <= top + slack):  # false for NaN too
        raise InvalidPicture(
            f"an array of {array.dtype} holds values in [0, {top}]; this one has {low:.6g} to {high:.6g}."
        )
    return array.astype(np.uint8, copy=False) if whole else np.clip(array, 0, 1, dtype=np.float32)


def _deep(channel: NDArray[Any]) -> NDArray[Any]:
    """Return whole numbers of 16 bits, of which cameras and scanners may use fewer, as uint16 or float in [0, 1]."""
    largest = int(channel.max())
    used = next(bits for bits in (8, 10, 12, 16) if largest < 1 << bits)
    return channel if used == 16 else channel.astype(np.float32) / np.float32((1 << used) - 1)


# ── images and files ─────────────────────────────────────────────────────────────────────────────


@contextmanager
def _naming(name: str, max_pixels: int) -> Iterator[None]:
    """Say in one sentence of ours why what has this name cannot be read."""
    try:
        yield
    except InvalidPicture:
        raise
    except FileNotFoundError:
        raise InvalidPicture(f"there is no file {name}.") from None
    except IsADirectoryError:
        raise InvalidPicture(f"{name} is a folder; name a picture in it.") from None
    except UnidentifiedImageError:
        raise InvalidPicture(f"{name} is not a picture that can be read: give PNG, JPEG or WebP.") from None
    # A warning where the caller made it an error; filters are not changed here, since that is not thread-safe.
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise InvalidPicture(
            f"{name} would unpack to more than {max_pixels / 1_000_000:g} million pixels."
        ) from None
    # Pillow's decoders raise whatever their format makes them stumble over.
    except (OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, ArithmeticError) as error:
        raise InvalidPicture(f"{name} cannot be read as a picture: {error}.") from None


def _file_channels(source: Path | IO[bytes], max_pixels: int) -> list[Channel]:
    with Image.open(source, formats=_FORMATS) as image:
        return _image_channels(image, max_pixels)


def _image_channels(image: Image.Image, max_pixels: int) -> list[Channel]:
    _check_size(*image.size, max_pixels)
    image.load()  # some formats hold the orientation behind the pixels
    if image.getexif().get(ExifTags.Base.Orientation, 1) != 1:
        image = ImageOps.exif_transpose(image)
    if image.mode == "F":
        return [_levels(_of_floats(np.asarray(image)))]
    if image.mode == "I" or image.mode.startswith("I;16"):
        return [_deep(np.clip(np.asarray(image), 0, 65535).astype(np.uint16))]
    if image.mode not in _PLAIN:
        transparent = image.mode in _MODES or image.has_transparency_data
        image = image.convert(_MODES.get(image.mode, "RGBA" if transparent else _grey_or_rgb(image.mode)))
    return [np.asarray(band) for band in image.split()]


def _of_floats(channel: Channel) -> Channel:
    """Return an image's floats in [0, 1]: its modes do not say whether white is 1 or 255."""
    return channel / np.float32(255) if 1 + _OVERSHOOT < channel.max() <= 255 else channel


def _grey_or_rgb(mode: str) -> str:
    return "L" if mode == "1" else "RGB"


def _check_size(width: int, height: int, max_pixels: int) -> None:
    if width < 1 or height < 1:
        raise InvalidPicture(f"a picture of {width}×{height} pixels has nothing in it.")
    if width * height > max_pixels:
        raise InvalidPicture(
            f"a picture of {width}×{height} pixels is too large: the limit is {max_pixels / 1_000_000:g} million."
        )


def _on_paper(colours: list[Channel], alpha: Channel) -> list[Channel]:
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
