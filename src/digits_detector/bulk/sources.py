"""Where the pictures of a bulk run come from: image files, Parquet or idx, any part of which can be read by itself.

A source is small and goes as JSON, so that any process on any machine that sees the same files can read from it.
"""

from __future__ import annotations

import gzip
import os
import shutil
import struct
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

from ..errors import DataError

Batch: TypeAlias = tuple[list[str | None], Any]  # paths, and what `DigitRecognizer.predict_batch` takes
Group: TypeAlias = tuple[str, int, int]  # a Parquet file, one of its row groups, and how many rows that has

_AT_ONCE = 1024  # rows
_BYTES_AT_ONCE = 32_000_000  # of image files
_NAMES_AT_ONCE = 8192
_IDX = b"\0\0\x08"  # and the number of dimensions: of bytes, of which there are three
_HEADER = struct.Struct(">4s3I")


# ── kinds ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class IdxFile:
    """Pictures of one size, one behind the other, as MNIST's files hold them; not packed."""

    path: str
    rows: int
    height: int
    width: int

    rows_a_part: ClassVar = 8192  # many small pictures are read faster together

    def read(self, first: int, count: int) -> Iterator[Batch]:
        """Yield some of the pictures, in order."""
        size = self.height * self.width
        for start in range(first, first + count, self.rows_a_part):
            rows = min(self.rows_a_part, first + count - start)
            with reported(self.path):
                pixels = np.fromfile(self.path, np.uint8, rows * size, offset=_HEADER.size + start * size)
            if len(pixels) < rows * size:
                raise DataError(f"{self.path} has become shorter.")
            yield [None] * rows, pixels.reshape(rows, self.height, self.width)


@dataclass(frozen=True)
class ParquetFiles:
    """A column of image files in Parquet: of bytes, or of structs with `bytes` and perhaps `path`."""

    column: str
    groups: tuple[Group, ...]
    rows: int

    rows_a_part: ClassVar = 1024

    def read(self, first: int, count: int) -> Iterator[Batch]:
        """Yield some of the pictures, in order."""
        for rows in _slices(self.groups, self.column, first, count):
            structs = [row if isinstance(row, dict) else {"bytes": row} for row in rows]
            yield [row.get("path") for row in structs], [row["bytes"] or b"" for row in structs]


@dataclass(frozen=True)
class Listing:
    """Image files whose names a Parquet file lists, so that all read the same ones in the same order."""

    base: str  # the folder that the names are relative to
    groups: tuple[Group, ...]
    rows: int

    rows_a_part: ClassVar = 512

    def read(self, first: int, count: int) -> Iterator[Batch]:
        """Yield some of the pictures, in order."""
        for names in _slices(self.groups, "name", first, count):
            # A name need not be text.
            paths = [name.decode(errors="backslashreplace") for name in names]
            yield paths, [Path(self.base, os.fsdecode(name)) for name in names]


Source: TypeAlias = IdxFile | ParquetFiles | Listing


def to_json(source: Source) -> dict[str, Any]:
    """Return a source as JSON."""
    return {"kind": type(source).__name__, **asdict(source)}


def from_json(document: dict[str, Any]) -> Source:
    """Return the source again."""
    fields = {name: value for name, value in document.items() if name != "kind"}
    if "groups" in fields:
        fields["groups"] = tuple((path, group, rows) for path, group, rows in fields["groups"])
    kinds: dict[str, type[Source]] = {kind.__name__: kind for kind in (IdxFile, ParquetFiles, Listing)}
    return kinds[document["kind"]](**fields)


# ── what an input is ─────────────────────────────────────────────────────────────────────────────


def find_source(given: str, column: str | None, folder: Path) -> Source:
    """Return the source that is meant by a path or a glob.

    Parameters
    ----------
    given : str
        A folder or glob of image files or of Parquet files, a Parquet file, or an idx file, packed by gzip or not.
    column : str, optional
        Of Parquet; by default `image`, or the only one that can hold pictures.
    folder : Path
        Where the names of many files are written down, and what was packed is unpacked.

    Raises
    ------
    DataError
        If there is nothing to read, or it is broken.
    """
    path = Path(given)
    with reported(given):
        if path.is_dir():
            source: Source | None = _listing(path, _pictures_in(path), folder) or _parquet(
                _parquet_in(path), column
            )
        elif path.is_file():
            source = _of_file(path, column, folder)
        else:
            anchor = path.anchor
            files = sorted(
                str(file) for file in Path(anchor).glob(given.removeprefix(anchor)) if file.is_file()
            )
            if not files:
                none = "no file matches" if set("*?[") & set(given) else "there is no file or folder"
                raise DataError(f"{none} {given}.")
            source = (
                _parquet(files, column) if files[0].endswith(".parquet") else _listing(Path(), files, folder)
            )
    if source is None or not source.rows:
        raise DataError(f"{given} holds no images.")
    return source


@contextmanager
def reported(name: str) -> Iterator[None]:
    """Say in one sentence why what has this name cannot be read."""
    try:
        yield
    except (pa.ArrowException, EOFError, zlib.error, OSError) as error:
        raise DataError(f"{name} cannot be read: {str(error).splitlines()[0].rstrip('.')}.") from None


def _of_file(path: Path, column: str | None, folder: Path) -> Source | None:
    with path.open("rb") as file:
        start = file.read(4)
    if start == b"PAR1":
        return _parquet([str(path)], column)
    if start.startswith(b"\x1f\x8b"):
        unpacked = folder / "input.idx"
        with gzip.open(path) as packed, unpacked.open("wb") as file:
            shutil.copyfileobj(packed, file)
        return _idx(unpacked, str(path))
    return _idx(path, str(path)) if start.startswith(_IDX) else _listing(path.parent, [path.name], folder)


def _idx(path: Path, name: str) -> IdxFile:
    with path.open("rb") as file:
        header = file.read(_HEADER.size)
    if not header.startswith(_IDX + b"\3") or len(header) < _HEADER.size:
        raise DataError(f"{name} holds no images: an idx file of images has three dimensions of bytes.")
    _, rows, height, width = _HEADER.unpack(header)
    expected, size = _HEADER.size + rows * height * width, path.stat().st_size
    if size != expected:
        raise DataError(
            f"{name} should hold {rows:,} images of {height}×{width}, which are {expected:,} bytes, and has {size:,}."
        )
    return IdxFile(str(path.absolute()), rows, height, width)


def _pictures_in(folder: Path) -> Iterator[str]:
    """Yield the names of the image files in a folder and its folders, in order; known by their suffixes."""
    Image.init()  # which finds out what can be read
    suffixes = {suffix for suffix, kind in Image.registered_extensions().items() if kind in Image.OPEN}
    for path, folders, names in os.walk(folder):
        folders.sort()
        inside = Path(path).relative_to(folder)
        yield from (str(inside / name) for name in sorted(names) if Path(name).suffix.lower() in suffixes)


def _parquet_in(folder: Path) -> list[str]:
    return sorted(map(str, folder.glob("*.parquet")))


def _listing(base: Path, files: Iterable[str], folder: Path) -> Listing | None:
    path = folder / "names.parquet"
    names = (os.fsencode(name) for name in files)
    with pq.ParquetWriter(path, pa.schema({"name": pa.binary()})) as writer:
        while some := list(islice(names, _NAMES_AT_ONCE)):
            writer.write_batch(pa.record_batch({"name": some}))
    groups = _groups(path)
    return Listing(str(base.absolute()), groups, sum(rows for *_, rows in groups)) if groups else None


def _parquet(files: list[str], column: str | None) -> ParquetFiles | None:
    if not files:
        return None
    for file in files:  # the first says which column is meant, if it isn't given
        column = _column(pq.read_schema(file), column, file)
    assert column
    groups = tuple(group for file in files for group in _groups(file))
    return ParquetFiles(column, groups, sum(rows for *_, rows in groups))


def _groups(file: str | Path) -> tuple[Group, ...]:
    metadata = pq.read_metadata(file)
    return tuple(
        (str(Path(file).absolute()), group, metadata.row_group(group).num_rows)
        for group in range(metadata.num_row_groups)
    )


def _column(schema: pa.Schema, column: str | None, name: str) -> str:
    """Return the column of pictures."""
    possible = [field.name for field in schema if _holds_pictures(field.type)]
    if column is None and "image" in possible:
        return "image"
    if column is None and len(possible) == 1:
        return str(possible[0])
    if column is not None and column in possible:
        return column
    named = (
        f"has no column {column!r} of"
        if column
        else "has several columns of"
        if possible
        else "has no column of"
    )
    columns = ", ".join(schema.names)
    raise DataError(
        f"{name} {named} image files, as bytes or as structs with bytes; its columns are {columns}."
    )


def _holds_pictures(kind: pa.DataType) -> bool:
    if pa.types.is_struct(kind):
        return any(field.name == "bytes" and _holds_pictures(field.type) for field in kind)
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _slices(groups: tuple[Group, ...], column: str, first: int, count: int) -> Iterator[list[Any]]:
    """Yield some rows of a column, a few at a time."""
    start = 0
    for path, group, rows in groups:
        low, high = max(first - start, 0), min(first + count - start, rows)
        if low < high:
            yield from _slices_of_group(path, group, column, low, high)
        start += rows


def _slices_of_group(path: str, group: int, column: str, low: int, high: int) -> Iterator[list[Any]]:
    with reported(path), pq.ParquetFile(path) as file:
        described = file.metadata.row_group(group)
        a_row = max(1, described.total_byte_size // described.num_rows)
        at_once = min(max(1, _BYTES_AT_ONCE // a_row), _AT_ONCE)
        start = 0
        for batch in file.iter_batches(at_once, row_groups=[group], columns=[column]):
            rows = batch.column(0)[max(low - start, 0) : max(high - start, 0)]
            start += len(batch)
            if len(rows):
                yield rows.to_pylist()
            if start >= high:
                break
