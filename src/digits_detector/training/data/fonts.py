"""Handwriting fonts of npm's `@fontsource` packages: each is one person's digits and letters.

`fonts.json` beside this module pins each package (version, SHA-512), states its licence as the package's metadata do,
and says whether its hand is trained on ("train"), held out for validation ("valid"), or printed ("print", for words).
Fonts are fetched when they are first needed, and never needed to serve.

    python -m digits_detector.training.data.fonts caveat kalam …    # pins packages: prints their entries
"""

from __future__ import annotations

import hashlib
import io
import json
import string
import sys
import tempfile
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
import pooch
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ... import npm
from ...errors import DataError

Split: TypeAlias = Literal["train", "valid", "print"]

CHARACTERS = string.digits + string.ascii_letters + ".,-/:=#$%+*()&?!'\"€£@;"
PIXELS = 64  # the median height of a font's digits
LICENCES = ("OFL-1.1", "Apache-2.0")
# Held out: the recogniser is scored on them. Never fetched.
RESERVED = frozenset(
    [
        "beth-ellen",
        "coming-soon",
        "handlee",
        "gochi-hand",
        "la-belle-aurore",
        "nothing-you-could-do",
        "over-the-rainbow",
        "rock-salt",
        "zeyada",
        "kristi",
        "homemade-apple",
        "cedarville-cursive",
        "the-girl-next-door",
        "waiting-for-the-sunrise",
        "sue-ellen-francisco",
        "give-you-glory",
        "liu-jian-mao-cao",
        "zhi-mang-xing",
        "long-cang",
        "yomogi",
        "klee-one",
    ]
)


@dataclass(frozen=True, eq=False)
class Glyph:
    """One character of a font.

    Attributes
    ----------
    bitmap : ndarray of shape (h, w), uint8
        Its ink, 255 where it covers a pixel wholly; cropped to the ink.
    top : float
        Of the bitmap, in pixels below the baseline: negative above it.
    advance : float
        To the next character, in pixels.
    """

    bitmap: NDArray[np.uint8]
    top: float
    advance: float


@dataclass(frozen=True, eq=False)
class Hand:
    """A font's characters, those of `CHARACTERS` that it has."""

    name: str
    glyphs: Mapping[str, Glyph]


def pinned() -> list[dict[str, Any]]:
    """Return the entries of fonts.json: name, version, integrity, licence, file and split of each font."""
    return list(json.loads(resources.files(__package__).joinpath("fonts.json").read_text()))


def hands(split: Split) -> tuple[Hand, ...]:
    """Return the fonts of a split, fetched and rendered if need be.

    Raises
    ------
    DataError
        If a package can't be fetched, or is not the pinned one.
    """
    return tuple(hand for name, hand in _all().items() if name in _names(split))


def _names(split: Split) -> set[str]:
    return {entry["name"] for entry in pinned() if entry["split"] == split}


@cache
def _all() -> dict[str, Hand]:
    """Return all fonts by name, from a file in the user's cache where they were rendered before."""
    entries = pinned()
    key = hashlib.sha256(json.dumps([entries, CHARACTERS, PIXELS]).encode()).hexdigest()[:16]
    path = Path(pooch.os_cache("digits-detector")) / f"fonts-{key}.npz"
    if not path.exists():
        made = [rendered(entry["name"], fetched(entry)) for entry in entries]
        path.parent.mkdir(parents=True, exist_ok=True)
        pack(path, made)
    return {hand.name: hand for hand in unpack(path)}


def fetched(entry: Mapping[str, str]) -> bytes:
    """Return the font file of an entry."""
    package = npm.Package(f"@fontsource/{entry['name']}", entry["version"], entry["integrity"])
    return npm.files(package, [entry["file"]])[entry["file"]]


def rendered(name: str, file: bytes) -> Hand:
    """Render a font's characters, its digits `PIXELS` high in the median."""
    font = ImageFont.truetype(io.BytesIO(file), 100)
    heights = [bottom - top for _, top, _, bottom in map(font.getbbox, string.digits)]
    font = ImageFont.truetype(io.BytesIO(file), round(100 * PIXELS / float(np.median(heights))))
    missing = (
        font.getmask("\ue5c3").getbbox(),
        font.getlength("\ue5c3"),
    )  # a private character that no font has
    glyphs = {}
    for character in CHARACTERS:
        left, top, right, bottom = font.getbbox(character, anchor="ls")
        absent = (font.getmask(character).getbbox(), font.getlength(character)) == missing
        if right <= left or bottom <= top or absent:
            continue
        image = Image.new("L", (int(right - left) + 8, int(bottom - top) + 8))
        ImageDraw.Draw(image).text((4 - left, 4 - top), character, font=font, fill=255, anchor="ls")
        if box := image.getbbox():
            bitmap = np.array(image.crop(box))
            glyphs[character] = Glyph(bitmap, float(top - 4 + box[1]), float(font.getlength(character)))
    return Hand(name, glyphs)


def pack(path: Path, hands: list[Hand]) -> None:
    """Write fonts as rendered to one compressed file."""
    glyphs = [(hand.name, character, glyph) for hand in hands for character, glyph in hand.glyphs.items()]
    arrays = {
        "name": np.array([name for name, _, _ in glyphs]),
        "character": np.array([character for _, character, _ in glyphs]),
        "shape": np.array([glyph.bitmap.shape for _, _, glyph in glyphs]),
        "place": np.array([(glyph.top, glyph.advance) for _, _, glyph in glyphs]),
        "pixels": np.concatenate([glyph.bitmap.ravel() for _, _, glyph in glyphs]),
    }
    # Of a name of its own: two commands may fetch at once.
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as part:
        np.savez_compressed(part, allow_pickle=False, **arrays)
    Path(part.name).replace(path)


def unpack(path: Path) -> list[Hand]:
    """Read what `pack` wrote."""
    with np.load(path) as arrays:
        names, characters, shapes = arrays["name"], arrays["character"], arrays["shape"]
        places, pixels = arrays["place"], arrays["pixels"]
    by_name: dict[str, dict[str, Glyph]] = {}
    first = 0
    for name, character, shape, (top, advance) in zip(
        names, characters, shapes, places.tolist(), strict=True
    ):
        size = int(shape[0] * shape[1])
        bitmap = pixels[first : first + size].reshape(shape)
        first += size
        by_name.setdefault(str(name), {})[str(character)] = Glyph(bitmap, top, advance)
    return [Hand(name, glyphs) for name, glyphs in by_name.items()]


# ── pinning ──────────────────────────────────────────────────────────────────────────────────────


def pin(name: str) -> dict[str, str]:
    """Return the entry of a package's newest version, without its split.

    Raises
    ------
    DataError
        If the font is held out for scoring, or its licence is another.
    """
    if name in RESERVED:
        raise DataError(f"{name} is held out for scoring.")
    with urllib.request.urlopen(f"{npm.REGISTRY}/@fontsource/{name}/latest", timeout=npm.PATIENCE) as answer:
        manifest = json.load(answer)
    package = npm.Package(f"@fontsource/{name}", manifest["version"], manifest["dist"]["integrity"])
    metadata = json.loads(npm.files(package, ["metadata.json"])["metadata.json"])
    licence = metadata["license"]["type"] if isinstance(metadata["license"], dict) else metadata["license"]
    if licence not in LICENCES:
        raise DataError(f"{name} is licensed by {licence}, not by {' or '.join(LICENCES)}.")
    file = f"files/{name}-latin-400-normal.woff2"
    return {
        "name": name,
        "version": package.version,
        "integrity": package.integrity,
        "licence": licence,
        "category": metadata["category"],
        "file": file,
    }


if __name__ == "__main__":
    for chosen in sys.argv[1:]:
        print(json.dumps(pin(chosen)))
