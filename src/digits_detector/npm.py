"""A package of the npm registry, fetched once into the user's cache, and held to the checksum that is pinned here.

The training data is fetched with pooch. Here the standard library does it, since serving installs no pooch.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import io
import os
import sys
import tarfile
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .errors import DataError

REGISTRY = "https://registry.npmjs.org"
CHUNK = 1 << 18  # bytes
PATIENCE = 30  # seconds of silence


@dataclass(frozen=True)
class Package:
    """A package in one version.

    Attributes
    ----------
    name : str
    version : str
    integrity : str
        Of its archive, as the registry and npm's lock files state it: "sha512-" and the sum in base64.
    """

    name: str
    version: str
    integrity: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    @property
    def archive(self) -> str:
        """The archive's name; a scope such as `@fontsource` is not part of it."""
        return f"{self.name.rpartition('/')[2]}-{self.version}.tgz"

    def holds(self, archive: bytes) -> bool:
        """Say whether this is the archive."""
        return self.integrity == f"sha512-{base64.b64encode(hashlib.sha512(archive).digest()).decode()}"


def files(package: Package, names: Sequence[str]) -> dict[str, bytes]:
    """Return files of a package, fetched from the registry (or from npm's `$NPM_CONFIG_REGISTRY`) if need be.

    Raises
    ------
    DataError
        If it cannot be fetched, or what is fetched is not what is pinned.
    """
    with tarfile.open(fileobj=io.BytesIO(_archive(package))) as archive:
        members = {name: archive.extractfile(f"package/{name}") for name in names}
        return {name: member.read() for name, member in members.items() if member}


def _archive(package: Package) -> bytes:
    cached = _cache() / package.archive
    if cached.is_file() and package.holds(content := cached.read_bytes()):
        return content
    content = _fetched(package)
    if not package.holds(content):
        raise DataError(f"what was fetched is not {package}: its SHA-512 is not {package.integrity[7:]}.")
    _keep(content, cached)
    return content


def _fetched(package: Package) -> bytes:
    registry = os.environ.get("NPM_CONFIG_REGISTRY") or REGISTRY
    url = f"{registry.rstrip('/')}/{package.name}/-/{package.archive}"
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            return b"".join(_with_progress(answer, f"fetching {package}"))
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise DataError(f"{url} cannot be fetched ({error}); check the network and try again.") from None


def _with_progress(answer: http.client.HTTPResponse, what: str) -> Iterator[bytes]:
    """Yield an answer's content; on a terminal, show the share that is there and the time left."""
    started, total, fetched = time.monotonic(), int(answer.headers.get("Content-Length", 0)), 0
    shown = total > 0 and sys.stderr.isatty()
    while chunk := answer.read(CHUNK):
        yield chunk
        fetched += len(chunk)
        left = (time.monotonic() - started) * (total / fetched - 1)
        if shown:
            print(
                f"\r{what}: {fetched / total:4.0%}, {left:.0f} s left ", end="", file=sys.stderr, flush=True
            )
    if shown:
        print(file=sys.stderr)


def _keep(content: bytes, path: Path) -> None:
    """Write a file whole or not at all; where the cache can't be written, the next time fetches it again."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as part:
            part.write(content)
        Path(part.name).replace(path)
    except OSError:
        return


def _cache() -> Path:
    """Return the folder where the user's system keeps what can be fetched again."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "digits-detector" / "npm"
