"""Digits cut out of synthetic pages, as `read` cuts them out of a picture and hands them to the classifier.

What is left of a digit there is seldom clean: a neighbour's stroke crosses its box, ink is faint or broken, paper has
rulings. So the classifier learns on such crops too.
"""

from __future__ import annotations

from collections.abc import Iterator
from multiprocessing import get_context
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ...image.ink import Ink, ink_in
from ...normalize import normalize
from . import pages
from .hands import Random, Split, load
from .labels import DIGITS

BLOCK = 250  # crops that a worker process cuts out at a time

_ASTRAY = (
    0.04  # of a digit's height, the standard deviation of an edge of its box: about as the detector errs
)
_LEGIBLE = (
    0.5  # intersection over union of the ink and the digit's box: below, little of the digit is in the ink
)

_Box: TypeAlias = NDArray[np.float64]  # (4,)


class Crops(NamedTuple):
    """Digits of pages: `images` (n, 28, 28, 2), uint8, each cut out by two boxes; and their `labels` (n,), uint8."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]


def crops(split: Split, count: int, seed: int, workers: int = 2) -> Crops:
    """Cut `count` digits out of pages, always the same for the same split and seed, in worker processes."""
    tasks = [(split, seed, number) for number in range(-(-count // BLOCK))]
    if len(tasks) == 1:
        blocks = [_block(tasks[0])]
    else:
        with get_context("spawn").Pool(workers) as pool:
            bar = tqdm(total=len(tasks) * BLOCK, desc="digits on pages", unit="digit", mininterval=1)
            blocks = []
            for block in pool.imap(_block, tasks):
                blocks.append(block)
                bar.update(BLOCK)
            bar.close()
    return Crops(*(np.concatenate(column)[:count] for column in zip(*blocks, strict=True)))


def _block(task: tuple[Split, int, int]) -> Crops:
    split, seed, number = task
    random = np.random.default_rng((seed, number))
    found = _endless(split, random)
    images, labels = zip(*(next(found) for _ in range(BLOCK)), strict=True)
    return Crops(np.stack(images), np.array(labels, dtype=np.uint8))


def _endless(split: Split, random: Random) -> Iterator[tuple[NDArray[np.uint8], int]]:
    """Yield two views of a digit and its label, page after page."""
    hands = load(split)
    while True:
        image, boxes = pages.page(hands, random)
        for *corners, kind in boxes.tolist():
            box = np.array(corners)
            inks = [_cut_out(image, box, random) for _ in range(2)] if kind < DIGITS else []
            if inks and all(_overlap(ink.box, box) >= _LEGIBLE for ink in inks):
                yield np.stack([normalize(ink) for ink in inks], axis=-1), int(kind)


def _cut_out(image: NDArray[np.uint8], box: _Box, random: Random) -> Ink:
    """Return what is written inside a box whose edges are a little astray."""
    return ink_in([image], box + random.normal(0, _ASTRAY * (box[3] - box[1]), 4))


def _overlap(one: tuple[int, int, int, int], other: _Box) -> float:
    """Return the intersection over union of two boxes."""
    low, high = np.maximum(one[:2], other[:2]), np.minimum(one[2:], other[2:])
    shared = float((high - low).clip(0).prod())
    areas = (one[2] - one[0]) * (one[3] - one[1]) + (other[2] - other[0]) * (other[3] - other[1])
    return shared / float(areas - shared)
