"""MNIST: its four files, and the one split of its training part."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ...errors import DataError
from ...image.ink import find_ink
from ...normalize import normalize
from . import files

Images = NDArray[np.uint8]  # (n, 28, 28), white ink on black
Labels = NDArray[np.uint8]  # (n,), 0 to 9
Part = Literal["train", "t10k"]

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
MD5 = {
    "train-images-idx3-ubyte.gz": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
    "train-labels-idx1-ubyte.gz": "d53e105ee54ea40749a09fcbcd1e9432",
    "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
    "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
}
WRITERS = files.PublishedFile(
    "mnist/qmnist-train-labels.tsv.gz",
    "sha256:063229afb535986df50a905c6fa03b716f503bd859d2d9bc8a9b4e2c6a2ccee4",
    ("https://raw.githubusercontent.com/facebookresearch/qmnist/main/data/",),
)
VALID_EVERY = 12  # one of twelve training images is held out to choose on: 5,000 of 60,000
SPLIT_SEED = 0

# Test images whose label human raters rejected (Northcutt, Athalye, Mueller 2021, Pervasive Label Errors in Test
# Sets, https://labelerrors.com).
REJECTED_LABELS = (947, 1621, 1901, 2130, 2462, 2597, 2654, 3520, 3558, 5937, 6651, 6783, 8527, 9679, 9729)


def load(part: Part) -> tuple[Images, Labels]:
    """Return the 60,000 images of "train", or the 10,000 of "t10k", with their labels.

    Raises
    ------
    DataError
        If a file is missing and cannot be fetched, or is not the published one.
    """
    images = _read_idx(find(f"{part}-images-idx3-ubyte.gz"), header=16)
    labels = _read_idx(find(f"{part}-labels-idx1-ubyte.gz"), header=8)
    return images.reshape(-1, 28, 28), labels


def writers() -> NDArray[np.int16]:
    """Return who wrote each of the 60,000 training images, (60000,): 539 numbers.

    From the labels of QMNIST (Yadav, Bottou 2019, Cold Case: the Lost MNIST Digits), whose training images are MNIST's
    in MNIST's order.

    Raises
    ------
    DataError
        If the file is missing and cannot be fetched, or is not the published one.
    """
    lines = gzip.decompress(files.find(WRITERS).read_bytes()).decode("ascii").splitlines()
    return np.array([int(line.split()[2]) for line in lines], dtype=np.int16)


def split(labels: Labels) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the indices to train on and to choose on, stratified by label, always the same.

    Neighbours in the file are often by one writer, so the two parts share hands, while the test images are by others:
    a network does better on those to choose on than it will on new hands.
    """
    order = np.random.default_rng(SPLIT_SEED).permutation(len(labels))
    by_label = order[np.argsort(labels[order], kind="stable")]
    choose = np.zeros(len(labels), dtype=bool)
    choose[by_label[::VALID_EVERY]] = True
    return np.flatnonzero(~choose), np.flatnonzero(choose)


def preprocessed(images: Iterable[NDArray[np.uint8]]) -> Images:
    """Return images as the recogniser would hand them to the network."""
    return np.stack([normalize(find_ink(image)) for image in images])


def find(name: str) -> Path:
    """Return the path of one of the four files, fetched if need be."""
    return files.find(files.PublishedFile(f"mnist/{name}", f"md5:{MD5[name]}", MIRRORS))


def _read_idx(path: Path, header: int) -> NDArray[np.uint8]:
    try:
        return np.frombuffer(gzip.decompress(path.read_bytes()), dtype=np.uint8, offset=header)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path} cannot be unpacked: {error}; delete it to fetch it again.") from None
