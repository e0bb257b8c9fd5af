"""What a part of a photograph may look like: smooth noise of several scales, and edges."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..data.by_hand import Random


def photo_like(shape: tuple[int, int], detail: float, random: Random) -> NDArray[np.float64]:
    """Return tones in [0, 1] of smooth noise of several scales, and edges, half of them upright.

    In half of them light and shade stand out from each other, as a roof does from the sky.

    Parameters
    ----------
    shape : tuple of int
        Height and width in pixels.
    detail : float
        How fine the noise is: 1 has from 2 to 28 knots along each side.
    random : numpy.random.Generator
    """
    levels = np.zeros(shape)
    # Of the contrast from one scale to the next: bark at one end, sky at the other.
    fall = random.uniform(0.2, 2.5)
    stretch = np.exp(random.uniform(-1, 1))  # of bricks and boards one way, of trunks and posts the other
    for knots in (2, 4, 8, 16, 28):
        size = [max(2, round(knots * detail * each)) for each in (stretch, 1 / stretch)]
        coarse = Image.fromarray(random.normal(0, knots**-fall, size).astype(np.float32))
        levels += np.asarray(coarse.resize(shape[::-1], Image.Resampling.BICUBIC))
    down, across = np.mgrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j]
    for _edge in range(random.integers(0, 4)):
        angle = random.choice([0, np.pi / 2, *random.uniform(0, np.pi, 2)])
        beyond = np.cos(angle) * across + np.sin(angle) * down - random.uniform(-1, 1)
        levels += random.normal(0, 1) * np.clip(beyond * random.uniform(2, shape[0]), 0, 1)
    if random.random() < 0.5:
        middle = np.quantile(levels, random.uniform(0.15, 0.85))
        levels = np.tanh((levels - middle) / levels.std() * np.exp(random.uniform(0, 3)))
        levels += random.normal(0, 0.1) * random.random(shape)
    levels -= levels.min()
    contrast, floor = random.uniform(0.2, 1), random.random()
    levels *= contrast / levels.max()
    tones: NDArray[np.float64] = levels + floor * (1 - contrast)
    return tones
