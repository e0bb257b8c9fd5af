"""The fifteen corruptions change a digit as they say, always the same; the benchmark reads them all."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.corrupt import (
    CORRUPTIONS,
    Corruption,
    brightness,
    canny_edges,
    dotted_line,
    fog,
    impulse_noise,
    plasma,
    scale,
    spatter,
    stripe,
    translate,
    zigzag,
)
from benchmarks.corruptions import measure, table
from digits_detector.training.evaluate import digits

SEVEN = np.zeros((28, 28), dtype=np.uint8)
SEVEN[5:8, 6:21] = 255
SEVEN[8:24, 15:18] = 200


def corrupted(corrupt: Corruption, seed: int = 0) -> np.ndarray:
    return corrupt(SEVEN, np.random.default_rng(seed))


def named(corrupt: Corruption) -> str:
    return corrupt.__name__


def test_there_are_fifteen() -> None:
    assert len(set(map(named, CORRUPTIONS))) == 15


@pytest.mark.parametrize("corrupt", CORRUPTIONS, ids=named)
def test_a_corruption_changes_the_digit_always_the_same(corrupt: Corruption) -> None:
    before = SEVEN.copy()
    once, again = corrupted(corrupt), corrupted(corrupt)
    assert once.shape == (28, 28)
    assert once.dtype == np.uint8
    assert not np.array_equal(once, SEVEN)
    assert np.array_equal(once, again)
    assert np.array_equal(SEVEN, before)


def test_some_are_left_to_chance_and_others_are_not() -> None:
    fixed = {scale, brightness, stripe, canny_edges}
    varying = {
        c for c in CORRUPTIONS if any(not np.array_equal(corrupted(c), corrupted(c, s)) for s in (1, 2, 3))
    }
    assert varying == set(CORRUPTIONS) - fixed


def test_impulses_hit_a_sixth_of_the_pixels() -> None:
    random = np.random.default_rng(0)
    grey = np.full((28, 28), 128, dtype=np.uint8)
    hit = np.mean([impulse_noise(grey, random) != 128 for _ in range(50)])
    assert hit == pytest.approx(0.17, abs=0.01)


def test_a_translation_moves_by_three_pixels_each_way() -> None:
    moved = corrupted(translate)
    assert any(np.array_equal(moved, np.roll(SEVEN, (dy, dx), (0, 1))) for dy in (-3, 3) for dx in (-3, 3))


def test_a_scaled_digit_is_smaller_and_stays_in_the_middle() -> None:
    small = corrupted(scale)
    ys, xs = np.nonzero(small > 60)
    assert np.ptp(ys) == pytest.approx(0.7 * 18, abs=1.5)
    assert np.ptp(xs) == pytest.approx(0.7 * 14, abs=1.5)
    assert (ys.min() + ys.max()) / 2 == pytest.approx(14, abs=1)


def test_brightness_lifts_the_paper_and_stripes_invert_both_quarters() -> None:
    assert corrupted(brightness).min() in (127, 128)
    striped = corrupted(stripe)
    assert np.array_equal(striped[:, 7:21], SEVEN[:, 7:21])
    assert np.array_equal(striped[:, :7], 255 - SEVEN[:, :7])
    assert np.array_equal(striped[:, 21:], 255 - SEVEN[:, 21:])


def test_fog_leaves_a_quarter_of_the_contrast() -> None:
    contrast = [
        int(corrupted(fog, seed)[9:22, 15:18].mean() - corrupted(fog, seed)[9:22, 10:13].mean())
        for seed in range(20)
    ]
    assert np.mean(contrast) == pytest.approx(200 / 4, abs=15)


def test_a_cloud_fills_its_range_and_repeats_at_its_edges() -> None:
    cloud = plasma(64, 2.0, np.random.default_rng(0))
    assert (cloud.min(), cloud.max()) == (0, 1)
    steps = np.abs(np.diff(cloud, axis=1)).mean()
    assert np.abs(cloud[:, 0] - cloud[:, -1]).mean() < 3 * steps


def test_mud_is_dark_grey() -> None:
    muddy = [corrupted(spatter, seed) for seed in range(5)]
    assert max(picture[SEVEN == 0].max() for picture in muddy) in (62, 63)


def test_a_line_goes_from_side_to_side_and_takes_nothing_away() -> None:
    dotted, zigzagged = corrupted(dotted_line), corrupted(zigzag)
    columns = np.flatnonzero((dotted != SEVEN).any(axis=0))
    assert columns.min() <= 3
    assert columns.max() >= 24
    assert (columns // 2 % 2 == 1).all()
    columns = np.flatnonzero((zigzagged != SEVEN).any(axis=0))
    assert columns.min() <= 4
    assert columns.max() >= 22
    assert (dotted >= SEVEN).all()
    assert (zigzagged >= SEVEN).all()


def test_edges_go_about_the_strokes() -> None:
    edges = corrupted(canny_edges)
    assert set(np.unique(edges)) == {0, 255}
    assert not edges[15, 16]  # in the middle of a stroke
    assert edges[15, 12:22].sum() == 2 * 255


def test_the_rows_are_the_digits_as_they_are_the_fifteen_and_their_mean(
    mnist_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITS_DATA", str(mnist_folder.parent))
    images, labels, _ = digits("valid")
    rows = measure(images[:8], labels[:8])
    assert [row["corruption"] for row in rows][:3] == ["none", "shot noise", "impulse noise"]
    assert rows[-1]["corruption"] == "mean"
    assert rows[-1]["recognizer"] == pytest.approx(
        np.mean([row["recognizer"] for row in rows[1:-1]]), abs=1e-5
    )
    assert rows[0]["raw"] == rows[0]["recognizer"] == 1
    lines = table({"protocol": "eight digits", "n": 8, "rows": rows}).splitlines()
    assert len(lines) == 1 + 1 + 17 + 1
    assert "n = 8" in lines[0]
