"""Digits cut out of synthetic pages: always the same, legible, and as the classifier is given them."""

from pathlib import Path

import numpy as np
import pytest

from digits_detector.training.detector.crops import BLOCK, crops


@pytest.fixture(autouse=True)
def _data(mnist_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITS_DATA", str(mnist_folder.parent))


def test_two_views_of_as_many_digits_as_asked_for() -> None:
    images, labels = crops("valid", 30, seed=1)
    assert images.shape == (30, 28, 28, 2)
    assert images.dtype == labels.dtype == np.uint8
    assert set(labels.tolist()) <= set(range(10))
    assert images.any(axis=(1, 2)).all()
    assert (images[..., 0] != images[..., 1]).any()


@pytest.mark.slow
def test_worker_processes_cut_out_what_one_would() -> None:
    images, labels = crops("valid", BLOCK + 20, seed=1)
    first = crops("valid", BLOCK, seed=1)
    np.testing.assert_array_equal(images[:BLOCK], first.images)
    np.testing.assert_array_equal(labels[:BLOCK], first.labels)
    assert len(images) == len(labels) == BLOCK + 20
    assert (crops("valid", 20, seed=2).images != images[:20]).any()
