"""Handwriting fonts: pinned, licensed, apart from those held out for scoring, and rendered the same each time."""

from pathlib import Path

import numpy as np
import pytest

from digits_detector import DataError
from digits_detector.training.data import fonts


def test_no_font_that_is_held_out_for_scoring_is_used() -> None:
    assert not fonts.RESERVED & {entry["name"] for entry in fonts.pinned()}
    with pytest.raises(DataError, match="held out"):
        fonts.pin("handlee")


def test_each_font_is_pinned_and_freely_licensed() -> None:
    for entry in fonts.pinned():
        assert entry["integrity"].startswith("sha512-")
        assert entry["licence"] in fonts.LICENCES
        assert entry["split"] == "print" or entry["category"] == "handwriting"


def test_a_tenth_of_the_hands_is_kept_for_validation() -> None:
    splits = [entry["split"] for entry in fonts.pinned()]
    assert splits.count("valid") == pytest.approx(splits.count("train") / 9, rel=0.1)


def test_fonts_are_packed_and_unpacked(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    glyphs = {
        character: fonts.Glyph(random.integers(0, 256, (40 + place, 30), dtype=np.uint8), -40.5, 31.25)
        for place, character in enumerate("07a.")
    }
    fonts.pack(tmp_path / "fonts.npz", [fonts.Hand("one", glyphs), fonts.Hand("other", glyphs)])
    one, other = fonts.unpack(tmp_path / "fonts.npz")
    assert (one.name, other.name) == ("one", "other")
    for character, glyph in glyphs.items():
        np.testing.assert_array_equal(one.glyphs[character].bitmap, glyph.bitmap)
        assert (one.glyphs[character].top, one.glyphs[character].advance) == (-40.5, 31.25)


def test_a_font_is_fetched_and_rendered_with_digits_of_one_height() -> None:
    entry = next(entry for entry in fonts.pinned() if entry["name"] == "kalam")
    hand = fonts.rendered("kalam", fonts.fetched(entry))
    heights = [len(hand.glyphs[digit].bitmap) for digit in "0123456789"]
    assert np.median(heights) == pytest.approx(fonts.PIXELS, abs=2)
    assert set("0123456789aZ.,-/:") <= set(hand.glyphs)
