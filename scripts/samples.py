"""Make the samples that both pages offer to click on: `python -m scripts.samples`.

Drawings and photographs are composed of the strokes of `training/data/forms.py`, so all of them are the project's own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from digits_detector.strokes import Points
from digits_detector.training.data import forms
from digits_detector.web import sketchpad

SAMPLES = Path(sketchpad.__file__).parent / "samples"
DIGITS, NUMBERS = "0257489", ("1984", "73 206")
GAP, SPACE = 0.22, 1.0  # heights of a digit
SIDE = (640, 480)  # pixels of a photograph
_FINE = 3
# Marks in heights of a digit, over the baseline.
MARKS = {
    ".": [[(0, -0.02), (0.02, 0)]],
    "-": [[(0, -0.5), (0.4, -0.52)]],
    "/": [[(0, 0.08), (0.35, -1.05)]],
    ":": [[(0, -0.25), (0.01, -0.24)], [(0, -0.7), (0.01, -0.69)]],
}


@dataclass(frozen=True)
class Scene:
    """What a photograph is of: lines of text, colours of paper, pen and rules, and how they lie."""

    name: str
    lines: Sequence[str]
    paper: tuple[int, int, int]
    pen: tuple[int, int, int]
    rules: tuple[int, int, int]
    squared: bool
    tilt: float  # degrees
    height: int = 78  # pixels of a digit
    width: float = 6  # pixels of the pen


SCENES = (
    Scene("prices", ("12.50", "-7.25", "108"), (236, 233, 222), (34, 44, 92), (176, 198, 222), True, -4),
    Scene("dates", ("24/12/2026", "18:30"), (246, 224, 120), (52, 40, 36), (246, 224, 120), False, 5, 62),
    Scene("board", ("3141", "59265"), (38, 78, 62), (226, 232, 224), (38, 78, 62), False, -2, 96, 9),
)


def written(text: str, random: np.random.Generator) -> list[Points]:
    """Write a line: strokes in heights of a digit, the baseline at y = 0."""
    strokes: list[Points] = []
    x = 0.0
    for character in text:
        if character == " ":
            x += SPACE
            continue
        drawn = [np.array(stroke) for stroke in _character(character, random)]
        low = np.concatenate(drawn).min(axis=0)[0]
        strokes += [stroke + np.array((x - low, 0)) for stroke in drawn]
        x = float(np.concatenate(strokes)[:, 0].max()) + GAP
    return strokes


def _character(character: str, random: np.random.Generator) -> list[Points]:
    if character in MARKS:
        return [np.array(stroke, dtype=np.float64) for stroke in MARKS[character]]
    drawn = forms.digit(character, random)
    points = np.concatenate(drawn)
    height = np.ptp(points[:, 1])
    return [(stroke - (0, points[:, 1].max())) / height for stroke in drawn]


def fitted(strokes: Sequence[Points], width: float, height: float) -> str:
    """Return strokes as a link holds them (sketchpad/share.js), in the middle of a pad."""
    points = np.concatenate(strokes)
    low, size = points.min(axis=0), np.ptp(points, axis=0)
    scale = min(0.62 * height / size[1], 0.8 * width / size[0])
    shift = (np.array([width, height]) - size * scale) / 2
    placed = [np.rint((stroke - low) * scale + shift).astype(int) for stroke in strokes]
    return "~".join("_".join(f"{x}.{y}" for x, y in stroke.tolist()) for stroke in placed)


def photograph(scene: Scene, random: np.random.Generator) -> Image.Image:
    """Take a photograph: uneven light, a camera's blur and noise."""
    width, height = (side * _FINE for side in SIDE)
    paper = Image.new("RGB", (width, height), scene.paper)
    draw = ImageDraw.Draw(paper)
    step = round(0.5 * scene.height * _FINE)
    for place in range(step // 2, max(width, height), step):
        draw.line((0, place, width, place), fill=scene.rules, width=_FINE)
        if scene.squared:
            draw.line((place, 0, place, height), fill=scene.rules, width=_FINE)
    top = (height - len(scene.lines) * 1.5 * scene.height * _FINE) / 2
    for number, text in enumerate(scene.lines):
        baseline = top + (number + 1.1) * 1.5 * scene.height * _FINE - 0.3 * scene.height * _FINE
        for stroke in written(text, random):
            line = stroke * scene.height * _FINE + (0.14 * width, baseline)
            _pen(draw, line, scene.pen, scene.width * _FINE)
    turned = paper.rotate(scene.tilt, Image.Resampling.BICUBIC, fillcolor=scene.paper)
    small = np.asarray(
        turned.resize(SIDE, Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(0.8)), dtype=float
    )
    light = np.linspace(1.02, 0.72, SIDE[0])[None, :, None] * np.linspace(1, 0.88, SIDE[1])[:, None, None]
    return Image.fromarray((small * light + random.normal(0, 2, small.shape)).clip(0, 255).astype(np.uint8))


def _pen(draw: ImageDraw.ImageDraw, line: Points, colour: tuple[int, int, int], width: float) -> None:
    points = [(float(x), float(y)) for x, y in line]
    draw.line(points, fill=colour, width=round(width), joint="curve")
    for x, y in (points[0], points[-1]):
        draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=colour)


def main() -> None:
    """Write the files."""
    random = np.random.default_rng(29)
    SAMPLES.mkdir(exist_ok=True)
    samples = {
        "digit": {"drawings": [fitted(written(digit, random), 400, 400) for digit in DIGITS], "pictures": []},
        "numbers": {
            "drawings": [fitted(written(number, random), 800, 400) for number in NUMBERS],
            "pictures": [f"{scene.name}.jpg" for scene in SCENES],
        },
    }
    (SAMPLES / "samples.json").write_text(json.dumps(samples, indent=1) + "\n", encoding="utf-8")
    for scene in SCENES:
        photograph(scene, random).save(SAMPLES / f"{scene.name}.jpg", quality=72, optimize=True)


if __name__ == "__main__":
    main()
