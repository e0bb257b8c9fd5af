"""The model card names the fonts whose hands the detector learnt from."""

from pathlib import Path

import pytest

pytest.importorskip("pooch", reason="the fonts are listed by the training extra: `make test-all` installs it")

from digits_detector.training.data import fonts

CARD = (Path(__file__).parents[1] / "MODEL_CARD.md").read_text(encoding="utf-8")


def test_the_card_names_each_font_under_its_licence() -> None:
    (section,) = CARD.split("## Handwriting fonts")[1:]
    named = {
        licence: set(names.split(", "))
        for licence, names in (line[2:].split(": ") for line in section.splitlines() if line.startswith("- "))
    }
    pinned = fonts.pinned()
    assert named == {
        licence: {entry["name"] for entry in pinned if entry["licence"] == licence} for licence in named
    }
    assert sum(map(len, named.values())) == len(pinned)
