"""Strokes drawn again stay the digit that they were, and are drawn as a recogniser would see them."""

import numpy as np
import pytest

from digits_detector import DigitRecognizer, Strokes
from digits_detector.image.ink import find_ink
from digits_detector.normalize import normalize
from digits_detector.training.data.drawing import Hand, picture, varied, views
from digits_detector.training.data.styles import LINES, styled

SEVEN = Strokes([[*np.linspace((60, 60), (220, 60), 15), *np.linspace((215, 70), (120, 260), 20)]])
STILL = Hand(rotation=0, slant=0, aspect=0, bend=0, jitter=0, coarse=0, lift=0, drag=0)


def test_a_still_hand_repeats_the_drawing() -> None:
    again = varied(SEVEN, np.random.default_rng(0), STILL)
    assert np.abs(normalize(again).astype(int) - normalize(SEVEN)).max() <= 1


def test_no_two_drawings_are_the_same() -> None:
    random = np.random.default_rng(0)
    drawings = np.stack([views(SEVEN, random) for _ in range(20)])
    assert drawings.shape == (20, 28, 28, 2)
    assert drawings.dtype == np.uint8
    assert len(np.unique(drawings.reshape(20, -1), axis=0)) == 20
    inks = drawings[..., 0].sum(axis=(1, 2), dtype=float)
    assert inks.max() > 1.3 * inks.min()  # thin and thick pens


def test_most_are_still_read(recognizer: DigitRecognizer) -> None:
    random = np.random.default_rng(0)
    read = recognizer.predict_batch(varied(SEVEN, random) for _ in range(50))
    assert sum(prediction.probabilities.argmax() == 7 for prediction in read) >= 47


def test_a_picture_has_room_for_the_brush() -> None:
    drawn = picture(SEVEN, extent=60, brush=8)
    assert drawn.max() == 255
    assert max(drawn[0].max(), drawn[-1].max(), drawn[:, 0].max(), drawn[:, -1].max()) == 0
    ink = find_ink(drawn)
    assert max(ink.values.shape) == pytest.approx(68, abs=1)


def test_joined_strokes_lose_no_point() -> None:
    two = Strokes([[(0, 0), (0, 50)], [(-20, 20), (20, 20)]])
    dragged = varied(two, np.random.default_rng(3), Hand(**{**vars(STILL), "drag": 1.0}))
    assert sum(map(len, dragged.strokes)) == 4


def test_a_lifted_pen_leaves_a_gap() -> None:
    line = Strokes([np.linspace((0, 0), (0, 100), 60)])
    lifted = varied(line, np.random.default_rng(0), Hand(**{**vars(STILL), "lift": 1.0}))
    assert len(lifted) == 2


@pytest.mark.parametrize("label", LINES)
def test_some_digits_get_the_line_of_another_style(label: int) -> None:
    random = np.random.default_rng(0)
    lines = {len(styled(SEVEN, label, random, 0.5)) for _ in range(100)}
    assert lines == {1, 2}
    assert {len(styled(SEVEN, 3, random, 1.0)) for _ in range(100)} == {1}


def test_some_crossed_sevens_lose_their_bar() -> None:
    random = np.random.default_rng(0)
    crossed = Strokes([*SEVEN.strokes, [(120, 160), (200, 155)]])
    styles = [styled(crossed, 7, random, 0.5) for _ in range(50)]
    assert {len(strokes) for strokes in styles} == {1, 2}
    assert all(np.array_equal(strokes.strokes[0], SEVEN.strokes[0]) for strokes in styles)
