"""What augmentation costs is measured in turns."""

import pytest

from benchmarks.epoch import run, table
from digits_detector.cli import main
from digits_detector.training.classifier.recipe import PRESETS


@pytest.mark.slow
def test_bare_steps_are_held_against_both_ways_to_augment() -> None:
    result = run(rounds=1, steps=1)
    assert [row["what"] for row in result["rows"]] == [
        "bare forward and backward passes",
        "the same, augmented",
        "the same, augmented image by image",
    ]
    assert result["rows"][0]["ratio"] == 1
    assert len(table(result).splitlines()) == 2 + 3


def test_the_command_knows_every_preset(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    assert f"--preset {{{','.join(PRESETS)}}}" in capsys.readouterr().out
