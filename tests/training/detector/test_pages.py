"""Synthetic pages: always the same, with each digit's ink in its box, and what is asked of the detector."""

from pathlib import Path

import numpy as np
import pytest

from digits_detector.training.data import glyphs
from digits_detector.training.detector.hands import load
from digits_detector.training.detector.labels import DIGITS, FINER, IGNORED, SHAPE, Box, covered, labelled
from digits_detector.training.detector.pages import page, shard

WHOLE = 0, 0, SHAPE[1], SHAPE[0]


@pytest.fixture
def data(mnist_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the pages written by MNIST's writers."""
    monkeypatch.setenv("DIGITS_DATA", str(mnist_folder.parent))


@pytest.mark.usefixtures("data")
def test_a_shard_is_always_the_same() -> None:
    ones, others = shard("valid", 3, 5, 6), shard("valid", 3, 5, 6)
    np.testing.assert_array_equal(ones.images, others.images)
    np.testing.assert_array_equal(ones.boxes, others.boxes)
    assert (shard("valid", 3, 6, 6).images != ones.images).any()


@pytest.mark.usefixtures("data")
def test_boxes_lie_on_the_page_and_hold_something() -> None:
    hands = load("valid")
    digits = 0
    for seed in range(60):
        made = page(hands, np.random.default_rng(seed))
        assert made.image.shape == SHAPE
        for x0, y0, x1, y1, kind in made.boxes.tolist():
            assert 0 <= x0 < x1 <= SHAPE[1]
            assert 0 <= y0 < y1 <= SHAPE[0]
            digits += kind < DIGITS
    assert digits > 100


@pytest.mark.parametrize(
    ("box", "kind"),
    [
        (Box(10, 10, 30, 40, 7, 30), 7),
        (Box(10, 10, 14, 16, 7, 6), FINER),
        (Box(10, 10, 18, 21, 7, 11), IGNORED),
        (Box(-10, 10, 10, 40, 7, 30), IGNORED),
        (Box(10, 30, 14, 34, 10, 30), 10),
    ],
    ids=["to be found", "too small", "nearly too small", "cut off", "a point beside it"],
)
def test_what_is_asked_of_a_character(box: Box, kind: int) -> None:
    ((*_, labelled_kind),) = labelled([box], WHOLE).tolist()
    assert labelled_kind == kind


def test_silence_is_asked_of_what_is_too_large_or_gone() -> None:
    assert len(labelled([Box(0, 0, 80, 120, 7, 120), Box(-50, 0, -10, 30, 7, 30)], WHOLE)) == 0


def test_silence_is_asked_of_a_part_of_what_is_far_too_large() -> None:
    assert len(labelled([Box(20, -100, 180, 100, 7, 200)], WHOLE)) == 0


def test_nothing_is_asked_of_what_is_covered() -> None:
    mask = np.zeros(SHAPE, dtype=bool)
    mask[10:20, 10:20] = True
    one, other = covered([Box(5, 5, 25, 35, 7, 30), Box(50, 5, 70, 35, 7, 30)], mask)
    assert (one.kind, other.kind) == (IGNORED, 7)


def test_a_glyphs_ink_lies_in_its_box() -> None:
    glyph = glyphs.from_strokes([np.array([(0.0, -1.0), (0.6, -1.0), (0.2, 0.0)])])
    to_page = np.array([[40.0, -8.0, 60.0], [3.0, 40.0, 90.0]])
    layer = np.zeros(SHAPE, dtype=np.float32)
    glyphs.draw(layer, glyph, to_page, 0.05, 1.0)
    ys, xs = np.nonzero(layer > 0.5)
    x0, y0, x1, y1 = glyphs.box(glyph, to_page, 0.05)
    assert (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1) == pytest.approx((x0, y0, x1, y1), abs=1.5)
