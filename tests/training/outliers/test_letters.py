"""The alphabet of outliers: only letters that are no digits, each as it stands there, none twice the same."""

import numpy as np
import pytest

from digits_detector import Strokes
from digits_detector.normalize import draw
from digits_detector.training.outliers import letters
from digits_detector.training.outliers.letters import ALPHABET, letter

pytestmark = pytest.mark.train


def test_no_letter_is_one_that_people_read_as_a_digit() -> None:
    assert {name[0] for name, _ in ALPHABET}.isdisjoint("OoQDIliJZzSsBbGgqyTLU")


@pytest.mark.parametrize("entry", ALPHABET, ids=[name for name, _ in ALPHABET])
def test_a_letter_has_its_strokes_and_never_the_same_hand(
    entry: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "ALPHABET", (entry,))
    random = np.random.default_rng(0)
    written = [letter(random) for _ in range(20)]
    assert max(map(len, written)) == len(entry[1].split("|"))  # some are written without lifting the pen
    assert all(np.isfinite(line).all() for lines in written for line in lines)
    images = np.stack([draw(Strokes(lines)) for lines in written])
    assert len(np.unique(images, axis=0)) == len(images)
    # The letter still stands out in the mean of all hands.
    ink = images.mean(axis=0) / 255
    assert (ink > 0.5).sum() > 20


def test_an_h_has_two_uprights_and_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "ALPHABET", tuple(entry for entry in ALPHABET if entry[0] == "H"))
    left, right, bar = next(
        lines for lines in (letter(np.random.default_rng(seed)) for seed in range(20)) if len(lines) == 3
    )
    assert np.ptp(left[:, 1]) > 3 * np.ptp(left[:, 0])
    assert np.ptp(right[:, 1]) > 3 * np.ptp(right[:, 0])
    assert np.ptp(bar[:, 0]) > np.ptp(bar[:, 1])
    assert left[:, 0].mean() < bar[:, 0].mean() < right[:, 0].mean()
