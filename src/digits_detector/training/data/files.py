"""Published files: found in `$DIGITS_DATA` or else the user's cache, fetched once, and held to their sums."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pooch

from ...errors import DataError


@dataclass(frozen=True)
class PublishedFile:
    """A file that anyone can fetch.

    Attributes
    ----------
    path : str
        Where it lies in `$DIGITS_DATA` or in the cache: "folder/name".
    sum : str
        Its published checksum, "md5:…" or "sha256:…".
    mirrors : tuple of str
        Addresses that end in a slash; its name is put behind.
    """

    path: str
    sum: str
    mirrors: tuple[str, ...]


def find(file: PublishedFile) -> Path:
    """Return where the file lies, from `$DIGITS_DATA` or the cache, fetched if need be.

    Raises
    ------
    DataError
        If it is missing and cannot be fetched, or is not the published one.
    """
    cached = Path(pooch.os_cache("digits-detector")) / file.path
    given = os.environ.get("DIGITS_DATA")
    for path in ([Path(given) / file.path] if given else []) + [cached]:
        if path.is_file():
            return _checked(path, file)
    return _fetched(cached, file)


def _checked(path: Path, file: PublishedFile) -> Path:
    kind, expected = file.sum.split(":")
    if pooch.file_hash(str(path), alg=kind) != expected:
        raise DataError(
            f"{path} is not the published file (its {kind} differs); delete it to fetch it again."
        )
    return path


def _fetched(path: Path, file: PublishedFile) -> Path:
    """Fetch from the first mirror that answers; pooch downloads to a side and moves only what has the right sum."""
    problems = []
    for mirror in file.mirrors:
        try:
            pooch.retrieve(mirror + path.name, file.sum, path.name, path.parent, progressbar=True)
        except (OSError, ValueError) as error:
            problems.append(f"{mirror}: {type(error).__name__}")
        else:
            return path
    raise DataError(
        f"{path.name} cannot be fetched ({'; '.join(problems)}); check the network, "
        f"or put it at {file.path} in a folder that you name in DIGITS_DATA."
    )
