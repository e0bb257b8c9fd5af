"""Textures are tones of any shape, finer where more detail is asked for."""

import numpy as np
import pytest

from digits_detector.training.outliers.textures import photo_like


@pytest.mark.parametrize("seed", range(20))
def test_tones_lie_between_black_and_white(seed: int) -> None:
    tones = photo_like((40, 70), 1.5, np.random.default_rng(seed))
    assert tones.shape == (40, 70)
    assert 0 <= tones.min() < tones.max() <= 1


def test_more_detail_is_finer() -> None:
    def change(detail: float) -> float:
        """Return how much a pixel differs from the next, as part of all contrast, on average."""
        textures = [photo_like((128, 128), detail, np.random.default_rng(seed)) for seed in range(40)]
        return float(np.mean([np.abs(np.diff(each)).mean() / np.ptp(each) for each in textures]))

    assert change(0.5) < change(4)
