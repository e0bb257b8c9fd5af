"""What augmentation costs is told in turns; the fast preset tells what it reached beside the reference."""

import re
from pathlib import Path

import pytest

from digits_detector.benchmarks.epoch import run, table
from digits_detector.cli import main
from digits_detector.training.recipe import PRESETS


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


@pytest.mark.slow
def test_the_fast_preset_prints_its_accuracy_and_the_reference(
    mnist_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DIGITS_DATA", str(mnist_folder.parent))
    monkeypatch.setenv("DIGITS_RUNS", str(tmp_path))
    assert main(["train", "--name", "first", "--preset", "fast", "--images", "512"]) == 0
    out = capsys.readouterr().out
    assert re.search(r"\d% of the 5,000 in \d+ s; two epochs augmented image by image take \d+ s", out)


def test_the_command_knows_every_preset(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    assert f"--preset {{{','.join(PRESETS)}}}" in capsys.readouterr().out
