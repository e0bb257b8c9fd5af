"""Pictures without any digit, for `python -m benchmarks.numbers`: pages of letters, textures, photographs of things."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digits_detector.errors import DataError
from digits_detector.training.outliers.letters import CLEAR

from . import nondigits

_PAGE = 420, 1150  # pixels down and across
_LINES, _ROW = 4, 95  # and pixels from line to line
_PAPER = 215


def letter_pages(folder: Path, n: int) -> Iterator[NDArray[np.uint8]]:
    """Yield pages of about 80 letters from photo/paper_letters.npz, as words in four lines; always the same."""
    letters = _letters(folder / "photo" / "paper_letters.npz")
    random = np.random.default_rng(0)
    for _ in range(n):
        page = np.full(_PAGE, _PAPER, dtype=np.uint8)
        for line in range(1, _LINES + 1):
            x = 20
            while x < _PAGE[1] - 90:
                for _ in range(random.integers(3, 8)):
                    x = _put(page, letters[random.integers(len(letters))], x, _ROW * line)
                x += 40
        yield page


def _letters(path: Path) -> list[NDArray[np.uint8]]:
    """Return the clear letters, their paper of the page's tone."""
    try:
        with np.load(path) as arrays:
            images, labels, crops = arrays["images"], arrays["label"], arrays["crop_yxhw"]
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{path} holds no letters: {error}.") from None
    letters = []
    for image, label, (top, left, height, width) in zip(images, labels, crops.tolist(), strict=True):
        if str(label) in CLEAR:
            letter = image[top : top + height, left : left + width].astype(int)
            toned = np.clip(letter + _PAPER - int(np.median(image)), 0, 255)
            letters.append(toned.astype(np.uint8))
    return letters


def _put(page: NDArray[np.uint8], letter: NDArray[np.uint8], x: int, bottom: int) -> int:
    """Put a letter on the page and return where the next may stand; where there is no room, nothing."""
    height, width = letter.shape
    if x + width > _PAGE[1] - 20:
        return x
    page[bottom - height : bottom, x : x + width] = letter
    return int(x + width + 3)


def textures(n: int) -> list[nondigits.Picture]:
    """Return pictures of noise of four kinds, always the same."""
    return nondigits.noise(n // 4, np.random.default_rng(0))


def photographs(n: int) -> list[nondigits.Picture]:
    """Return scikit-learn's two photographs whole, and n squares cut out of them; nothing where it isn't installed."""
    try:
        images = importlib.import_module("sklearn.datasets").load_sample_images().images
    except ModuleNotFoundError:
        return []
    return [*images, *nondigits.patches(n, images, np.random.default_rng(0))]
