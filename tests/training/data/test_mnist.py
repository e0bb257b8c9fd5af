"""MNIST: the right files, the one split, and what is said when there is trouble."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from digits_detector import DataError
from digits_detector.training.data import mnist

NOBODY = "http://127.0.0.1:9/mnist/"  # the discard port: nobody answers


def test_the_training_part(mnist_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITS_DATA", str(mnist_folder.parent))
    images, labels = mnist.load("train")
    assert (images.shape, labels.shape) == ((60_000, 28, 28), (60_000,))
    assert images.dtype == np.uint8
    assert labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    train, choose = mnist.split(labels)
    assert (len(train), len(choose)) == (55_000, 5_000)
    assert not set(train) & set(choose)
    shares = np.bincount(labels[choose]) / 5_000 - np.bincount(labels) / 60_000
    assert np.abs(shares).max() < 0.0005


def test_what_is_not_in_the_folder_is_taken_from_the_cache(
    mnist_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "t10k-labels-idx1-ubyte.gz"
    monkeypatch.setenv("DIGITS_DATA", str(tmp_path / "no-such-folder"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(mnist, "MIRRORS", (NOBODY,))
    with pytest.raises(DataError, match=r"t10k-labels-idx1-ubyte\.gz cannot be fetched"):
        mnist.find(name)
    shutil.copytree(mnist_folder, tmp_path / "digits-detector" / "mnist", dirs_exist_ok=True)
    assert mnist.find(name).is_relative_to(tmp_path / "digits-detector")
    monkeypatch.setenv("DIGITS_DATA", str(mnist_folder.parent))
    assert mnist.find(name).parent == mnist_folder


@pytest.mark.parametrize("damage", ["truncated", "another"])
def test_a_damaged_file_is_refused(
    damage: str, mnist_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(mnist_folder, tmp_path / "mnist")
    file = tmp_path / "mnist" / "t10k-labels-idx1-ubyte.gz"
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:2000] if damage == "truncated" else b"something else")
    monkeypatch.setenv("DIGITS_DATA", str(tmp_path))
    with pytest.raises(DataError, match="md5"):
        mnist.find(file.name)


def test_no_network_gets_one_sentence_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DIGITS_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(mnist, "MIRRORS", (NOBODY,))
    with pytest.raises(DataError, match="cannot be fetched"):
        mnist.load("train")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_wrong_file_from_a_mirror_is_refused_and_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file_server: str
) -> None:
    monkeypatch.delenv("DIGITS_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(mnist, "MIRRORS", (file_server,))
    with pytest.raises(DataError, match="cannot be fetched"):
        mnist.load("train")
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []


def test_the_second_mirror_serves_where_the_first_fails(
    mnist_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file_server: str, served: Path
) -> None:
    name = "t10k-labels-idx1-ubyte.gz"
    shutil.copy(mnist_folder / name, served / name)
    monkeypatch.delenv("DIGITS_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(mnist, "MIRRORS", (NOBODY, file_server))
    assert mnist.find(name).read_bytes() == (mnist_folder / name).read_bytes()
