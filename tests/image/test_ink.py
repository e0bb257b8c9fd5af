"""Any picture becomes ink: the same seven in every form that a picture comes in."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from digits_detector import InvalidPicture
from digits_detector.image.ink import MAX_PIXELS, find_ink
from digits_detector.normalize import normalize

POINTS = [(70, 60), (210, 60), (120, 250)]


def seven(size: tuple[int, int] = (300, 320), paper: Any = 255, ink: Any = 0, mode: str = "L") -> Image.Image:
    picture = Image.new(mode, size, paper)
    ImageDraw.Draw(picture).line(POINTS, fill=ink, width=16, joint="curve")
    return picture


def encoded(picture: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, form, **options)
    return buffer.getvalue()


def sideways() -> bytes:
    """Return a JPEG that lies on its side and says so in its EXIF data."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return encoded(seven().rotate(90, expand=True), "JPEG", quality=95, exif=exif)


GREY = np.asarray(seven())
FORMS: dict[str, Callable[[], Any]] = {
    "uint8 array": lambda: GREY,
    "light on dark": lambda: 255 - GREY,
    "bool array": lambda: GREY > 128,
    "uint16 array": lambda: GREY.astype(np.uint16) * 257,
    "uint16 array of 8 bits": lambda: GREY.astype(np.uint16),
    "uint16 array of 10 bits": lambda: GREY.astype(np.uint16) * 4,
    "mask of 0 and 1": lambda: (GREY > 128).astype(np.uint8),
    "float array with overshoot": lambda: GREY / 255 * 1.12 - 0.06,
    "int64 array": lambda: GREY.astype(np.int64),
    "float array": lambda: GREY / 255,
    "float32 array (h, w, 1)": lambda: (GREY / np.float32(255))[..., None],
    "RGB array": lambda: np.stack([GREY] * 3, axis=-1),
    "not contiguous": lambda: np.asarray(seven().rotate(180))[::-1, ::-1],
    "PIL image": seven,
    "1-bit": lambda: seven().convert("1"),
    "grey with alpha": lambda: seven().convert("LA"),
    "RGB": lambda: seven(mode="RGB", paper="white", ink="black"),
    "red on green of the same grey": lambda: seven(mode="RGB", paper=(0, 130, 0), ink=(255, 0, 0)),
    "yellow on white": lambda: seven(mode="RGB", paper="white", ink="yellow"),
    "low contrast": lambda: seven(paper=200, ink=150),
    "black on transparent": lambda: seven(mode="RGBA", paper=(0, 0, 0, 0), ink=(0, 0, 0, 255)),
    "white on transparent": lambda: seven(mode="RGBA", paper=(0, 0, 0, 0), ink=(255, 255, 255, 255)),
    "black on opaque RGBA": lambda: seven(mode="RGBA", paper=(255, 255, 255, 255), ink=(0, 0, 0, 255)),
    "palette": lambda: seven(mode="RGB", paper="white", ink="navy").quantize(4),
    "CMYK": lambda: seven(mode="RGB", paper="white", ink="black").convert("CMYK"),
    "YCbCr": lambda: seven(mode="RGB", paper="white", ink="black").convert("YCbCr"),
    "HSV": lambda: seven(mode="RGB", paper="white", ink="black").convert("HSV"),
    "16-bit image": lambda: Image.fromarray(GREY.astype(np.uint16) * 257),
    "32-bit integer image": lambda: seven(mode="I", paper=65535, ink=0),
    "32-bit integer image of 8 bits": lambda: seven().convert("I"),
    "float image": lambda: seven(mode="F", paper=1.0, ink=0.0),
    "float image up to 255": lambda: seven().convert("F"),
    "PNG bytes": lambda: encoded(seven()),
    "16-bit PNG bytes": lambda: encoded(Image.fromarray(GREY.astype(np.uint16) * 257)),
    "JPEG bytes": lambda: encoded(seven(), "JPEG"),
    "WebP bytes": lambda: encoded(seven(), "WEBP"),
    "GIF bytes": lambda: encoded(seven(), "GIF"),
    "BMP bytes": lambda: encoded(seven(), "BMP"),
    "TIFF bytes": lambda: encoded(seven(), "TIFF"),
    "CMYK JPEG bytes": lambda: encoded(seven(mode="RGB", paper="white", ink="black").convert("CMYK"), "JPEG"),
    "EXIF-rotated JPEG": sideways,
    "palette PNG with transparency": lambda: encoded(
        seven(mode="RGBA", paper=(0, 0, 0, 0), ink=(0, 0, 0, 255)).quantize(4)
    ),
    "bytearray": lambda: bytearray(encoded(seven())),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_shows_the_same_seven(form: str) -> None:
    expected = normalize(find_ink(GREY)).astype(int)
    shown = normalize(find_ink(FORMS[form]())).astype(int)
    # JPEG's ringing and a palette's few colours move a level here and there, not the digit.
    assert np.abs(shown - expected).mean() < 3


def test_a_path_and_a_text_name_the_same_file(tmp_path: Path) -> None:
    seven().save(tmp_path / "seven.png")
    for name in (tmp_path / "seven.png", str(tmp_path / "seven.png")):
        assert find_ink(name).values.shape == find_ink(GREY).values.shape


def test_the_box_is_where_the_ink_stands() -> None:
    picture = np.zeros((50, 80), dtype=np.uint8)
    picture[10:30, 60:65] = 255
    ink = find_ink(picture)
    assert ink.box == (60, 10, 65, 30)
    assert ink.values.shape == (20, 5)
    assert ink.values.min() == ink.values.max() == 1.0


@pytest.mark.parametrize(
    "blank",
    [
        pytest.param(np.zeros((28, 28), dtype=np.uint8), id="black"),
        pytest.param(np.full((28, 28), 255, dtype=np.uint8), id="white"),
        pytest.param(np.full((520, 520, 4), 0, dtype=np.uint8), id="transparent"),
        pytest.param(np.full((1, 1), 7, dtype=np.uint8), id="one pixel"),
        pytest.param(np.full((40, 40, 3), 0.5), id="grey"),
        pytest.param(
            np.random.default_rng(0).integers(245, 256, (99, 99), dtype=np.uint8), id="paper with noise"
        ),
    ],
)
def test_paper_without_ink_is_blank(blank: NDArray[Any]) -> None:
    assert find_ink(blank).blank


def test_a_rounded_corner_is_no_ink() -> None:
    picture = seven(mode="RGBA", paper=(255, 255, 255, 255), ink=(0, 0, 0, 255))
    ImageDraw.Draw(picture).rectangle((0, 0, 12, 12), fill=(0, 0, 0, 0))
    assert find_ink(picture).box == find_ink(GREY).box


def test_sixty_four_megapixels_are_read() -> None:
    picture = np.full((8000, 8000), 255, dtype=np.uint8)
    picture[4000:7000, 4000:4200] = 0
    assert find_ink(picture).box == (4000, 4000, 4200, 7000)


def closed() -> Image.Image:
    picture = seven()
    picture.close()
    return picture


def bomb(side: int = 50_000) -> bytes:
    """Return a PNG of a few bytes that claims so many pixels a side."""
    data = bytearray(encoded(Image.new("1", (8, 8))))
    data[16:24] = side.to_bytes(4, "big") * 2
    import zlib

    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    return bytes(data)


BAD: dict[str, Any] = {
    "text": b"I am no picture",
    "nothing": b"",
    "a truncated PNG": encoded(seven())[:300],
    "a truncated JPEG": encoded(seven(), "JPEG")[:400],
    "a truncated image": Image.open(io.BytesIO(encoded(seven())[:300])),
    "a closed image": closed(),
    "a bomb": bomb(),
    "half a bomb": bomb(side=10_000),
    "a missing file": "no/such/file.png",
    "a folder": ".",
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 28 28\n%%EndComments\nshowpage\n",
    "a name with a zero byte": "seven\0.png",
    "an empty array": np.empty((0, 28)),
    "too few dimensions": np.zeros(784),
    "too many dimensions": np.zeros((2, 28, 28, 1)),
    "five channels": np.zeros((28, 28, 5)),
    "NaN": np.full((28, 28), np.nan),
    "infinite": np.full((28, 28), np.inf),
    "floats up to 255": np.full((28, 28), 255.0),
    "negative": np.full((28, 28), -1),
    "complex": np.zeros((28, 28), dtype=complex),
    "objects": np.full((28, 28), None),
    "a float image with NaN": Image.fromarray(np.full((9, 9), np.nan, dtype=np.float32)),
    "a list": [[0, 1], [1, 0]],
    "None": None,
    "too many pixels": np.broadcast_to(np.uint8(0), (8001, 8000)),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_picture_is_refused_in_one_sentence(name: str) -> None:
    with pytest.raises(InvalidPicture, match=r"\.$") as caught:
        find_ink(BAD[name])
    assert "\n" not in str(caught.value)


def test_the_limit_is_said() -> None:
    with pytest.raises(InvalidPicture, match="64 million"):
        find_ink(np.broadcast_to(np.uint8(0), (8001, MAX_PIXELS // 8000)))
