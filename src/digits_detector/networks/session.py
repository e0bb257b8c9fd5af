"""What both networks' ONNX Runtime sessions share: the file, its checksum, the numbers in its metadata."""

from __future__ import annotations

import hashlib
import math
import os
from pathlib import Path

from ..errors import ModelError

# ONNX Runtime would report each session to its maker, and keep an identifier in the user's cache folder. It looks
# here once, as it is loaded.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import onnxruntime as ort
from onnxruntime.capi import onnxruntime_pybind11_state as ort_state

_LOAD_ERRORS = (
    ort_state.Fail,
    ort_state.InvalidArgument,
    ort_state.InvalidGraph,
    ort_state.InvalidProtobuf,
    ort_state.NoSuchFile,
    ort_state.NotImplemented,
    ort_state.RuntimeException,
)


class Session:
    """An ONNX file in ONNX Runtime; safe to call from several threads.

    Parameters
    ----------
    path : Path
        Where `<file>.sha256` stands beside it, as beside the ones that are shipped, the file is held to it.
    threads : int
        That one call uses.
    keep_memory : bool
        Whether what a call took is kept for the next: faster by a third where all calls are alike.

    Attributes
    ----------
    checksum : str
        The file's SHA-256.

    Raises
    ------
    ModelError
        If the file is missing, broken, or not the one that its checksum file names.
    """

    def __init__(self, path: Path, *, threads: int = 1, keep_memory: bool = True) -> None:
        self.path = path
        document = _read(path)
        self.checksum = _checked(path, document)
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = keep_memory
        options.log_severity_level = 4  # what goes wrong is raised
        try:
            self.session = ort.InferenceSession(document, options, providers=["CPUExecutionProvider"])
        except _LOAD_ERRORS:
            raise ModelError(f"{path} is not an ONNX file that ONNX Runtime can load.") from None
        self.metadata: dict[str, str] = self.session.get_modelmeta().custom_metadata_map

    def require(self, kind: str, inputs: dict[str, list[int | str]], outputs: set[str]) -> None:
        """Raise `ModelError` unless the network takes and gives what a network of its kind does.

        Of inputs, all dimensions but the first are compared; a name stands for any size.
        """
        taken = {value.name: value.shape[1:] for value in self.session.get_inputs()}
        given = {value.name for value in self.session.get_outputs()}
        fits = {name: _fixed(shape) for name, shape in taken.items()} == {
            name: _fixed(shape) for name, shape in inputs.items()
        }
        if not fits or not outputs <= given:
            raise ModelError(f"{self.path} is not a {kind}: it takes {taken} and gives {sorted(given)}.")

    def number(self, name: str) -> float:
        """Return a finite number of the metadata; raises `ModelError` where there is no such number."""
        (number,) = self.numbers(name, 1)
        return number

    def numbers(self, name: str, count: int) -> list[float]:
        """Return finite numbers of the metadata, as '12,48'; raises `ModelError` where it has another number."""
        text = self.metadata.get(name, "none")
        try:
            numbers = [float(part) for part in text.split(",")]
        except ValueError:
            numbers = []
        if len(numbers) != count or not all(map(math.isfinite, numbers)):
            wanted = "a finite number" if count == 1 else f"{count} finite numbers with commas between"
            raise ModelError(f"{self.path} gives the {name} {text!r}; it is {wanted}.")
        return numbers

    def positive(self, name: str) -> float:
        """Return a number above 0 of the metadata; raises `ModelError` where there is no such number."""
        number = self.number(name)
        if number <= 0:
            raise ModelError(f"{self.path} gives the {name} {number}; it is a positive number.")
        return number


def _fixed(shape: list[int | str]) -> list[int | None]:
    return [size if isinstance(size, int) else None for size in shape]


def checksum_file(path: Path) -> Path:
    """Return where a model's checksum stands: beside it, as `sha256sum` writes it."""
    return path.with_name(f"{path.name}.sha256")


def _checked(path: Path, document: bytes) -> str:
    """Return the SHA-256 of a model file; raises `ModelError` if its checksum file names another."""
    checksum = hashlib.sha256(document).hexdigest()
    beside = checksum_file(path)
    if beside.is_file() and beside.read_bytes().split()[:1] != [checksum.encode()]:
        raise ModelError(
            f"{path} is not the file that {beside.name} names (its SHA-256 is {checksum}); "
            "install or export it again."
        )
    return checksum


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ModelError(f"there is no model file {path}.") from None
    except OSError as error:
        raise ModelError(f"the model file {path} cannot be read: {error.strerror}.") from None
