"""What a careless or a hostile client may send: the examples that the tests draw from."""

import io
import json
import struct
import zlib
from typing import Any

import numpy as np
from hypothesis import strategies as st
from PIL import Image

from ..conftest import SEVEN
from .conftest import drawn

Request = tuple[bytes, str]  # the body, and its content type

JSON = "application/json"
NUMBERS = st.one_of(
    st.floats(),
    st.integers(),
    st.sampled_from([1e99, -1e99, 1e-320, 2**63, -(2**70), 0.0, -0.0, float("nan"), float("inf")]),
)
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, st.text(max_size=5))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=20,
)
STROKES = st.lists(st.lists(st.lists(NUMBERS, min_size=2, max_size=2), max_size=8), max_size=5)


def bomb(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """Return a PNG that says it is large, and holds a thousand bytes, or more in further chunks."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", head), *chunks, (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


def pictures() -> list[bytes]:
    """Return small pictures of many formats and modes."""
    grey = Image.open(io.BytesIO(drawn())).resize((40, 44))
    kinds = [("PNG", "L"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "1"), ("PNG", "I;16"), ("JPEG", "RGB")]
    kinds += [("JPEG", "CMYK"), ("GIF", "P"), ("BMP", "RGB"), ("TIFF", "L"), ("TIFF", "F"), ("WEBP", "RGB")]
    kinds += [("PPM", "RGB"), ("ICO", "RGBA"), ("TGA", "RGB"), ("PCX", "L"), ("SGI", "L"), ("JPEG2000", "L")]
    files = []
    for kind, mode in kinds:
        picture = (
            Image.fromarray(np.asarray(grey).astype(np.uint16)) if mode == "I;16" else grey.convert(mode)
        )
        file = io.BytesIO()
        picture.save(file, kind)
        files.append(file.getvalue())
    return files


PICTURES = pictures()
CLAIMS = [
    b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n(r) file\n",
    b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
    b"%PDF-1.7\n1 0 obj\n",
    b"GIF89a" + PICTURES[0],
    PICTURES[0][:8] + PICTURES[5],
    b"\xff\xd8\xff\xe0" + PICTURES[0],
    b"BM" + b"\xff" * 60,
    b"II*\0" + b"\xff" * 60,
    b"RIFF\xff\xff\xff\xffWEBPVP8 " + b"\xff" * 30,
    b"P6 1000000000 1000000000 255\n",
    b"\0\0\0\x0cjP  \r\n\x87\n" + b"\xff" * 60,
]


@st.composite
def broken_pictures(draw: st.DrawFn) -> bytes:
    """Draw a picture that is cut off, changed here and there, followed by more, or none at all."""
    whole = draw(st.sampled_from(PICTURES + CLAIMS))
    way = draw(st.sampled_from(["cut", "changed", "followed", "other", "bomb"]))
    if way == "cut":
        return whole[: draw(st.integers(0, len(whole)))]
    if way == "changed":
        changed = bytearray(whole)
        places = st.integers(0, len(whole) - 1)
        for place, value in draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=20)):
            changed[place] = value
        return bytes(changed)
    if way == "followed":
        return whole + draw(st.sampled_from([*CLAIMS, b"PK\x03\x04" + bytes(50), bytes(1000)]))
    if way == "bomb":
        return bomb(draw(st.integers(0, 2**31 - 1)), draw(st.integers(0, 2**31 - 1)))
    return draw(st.binary(max_size=500))


def form(content: bytes, name: str = "image", boundary: str = "x") -> Request:
    """Return a multipart form with one file."""
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="a.png"\r\n\r\n'
    return (
        head.encode() + content + f"\r\n--{boundary}--\r\n".encode(),
        f"multipart/form-data; boundary={boundary}",
    )


@st.composite
def broken_forms(draw: st.DrawFn) -> Request:
    """Draw a form that is cut off or changed, under a content type that is as it should be, or not."""
    body, kind = form(
        draw(st.sampled_from(PICTURES[:3])), draw(st.sampled_from(["image", "images", "", "\0"]))
    )
    changed = bytearray(body)
    for place, value in draw(st.lists(st.tuples(st.integers(0, 120), st.integers(0, 255)), max_size=6)):
        changed[min(place, len(changed) - 1)] = value
    kinds = ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=y"]
    kinds += ["multipart/form-data; boundary=" + "z" * 300, "multipart/form-data; charset=utf-7; boundary=x"]
    return bytes(changed[: draw(st.integers(0, len(changed)))]), draw(st.sampled_from([kind, kind, *kinds]))


def document(value: Any) -> Request:
    """Return JSON, such as Python writes it: with NaN and Infinity."""
    return json.dumps(value).encode(), JSON


REQUESTS: st.SearchStrategy[Request] = st.one_of(
    broken_pictures().map(form),
    broken_pictures().map(lambda content: form(content, "images")),
    broken_forms(),
    VALUES.map(document),
    VALUES.map(lambda value: document({"strokes": value})),
    STROKES.map(lambda value: document({"strokes": value})),
    st.binary(max_size=200).map(lambda content: (content, JSON)),
    st.integers(1, 3000).map(lambda depth: (b'{"strokes":' + b"[" * depth + b"]" * depth + b"}", JSON)),
    st.integers(1, 20_000).map(lambda digits: (b'{"strokes":[[[1' + b"0" * digits + b",1]]]}", JSON)),
    st.tuples(
        st.binary(max_size=50), st.sampled_from(["", "text/plain", "image/png", JSON + "; charset=\xff", "*"])
    ),
)
PATHS = st.sampled_from(["/api/predict", "/api/read", "/api/predict/batch"])
SEVEN_AGAIN = document(SEVEN)
