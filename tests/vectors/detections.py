"""Writes detections.json: what the detector found on the levels of its pyramid, and the text that it stands for.

    python -m tests.vectors.detections

The scenes are written down here with their texts, so that the package, and any version in another language, can be held
to them: to the merging of levels, to lines, numbers and marks. A digit's certainty is here the probability of its class
on the level that shows it best.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

VECTORS = Path(__file__).with_name("detections.json")
CLASSES = "0123456789.,-/:"
AREA = 120_000  # pixels: looked at on each level
THRESHOLD = 0.3  # the certainty from which a digit counts
PICTURE_ODDS = 0.02  # that one of the digits must reach, divided by the number of its windows
HEIGHT = 40.0  # pixels of a digit
GAP = 0.2  # of it, between two characters
# Of marks: the left edge off the pen's place, the top and the bottom over the baseline, the width; in heights.
MARKS = {
    ".": (0.12, 0.1, 0.16),
    ",": (0.12, -0.15, 0.16),
    "-": (0.55, 0.45, 0.5),
    "/": (1.05, -0.05, 0.5),
    ":": (0.7, 0.1, 0.15),
}

Found = dict[str, Any]


def found(box: tuple[float, ...], logits: dict[str, float], level: int = 0) -> Found:
    """Return a detection on a level; the classes that are not named have a logit of -6."""
    return {
        "box": [round(edge, 3) for edge in box],
        "logits": [logits.get(name, -6.0) for name in CLASSES],
        "level": level,
    }


def written(text: str, x: float, y: float, *, height: float = HEIGHT, tilt: float = 0.0) -> list[Found]:
    """Return the characters of a line whose baseline begins at x and y, each found with a logit of 3."""
    line, at = [], 0.0
    cos, sin = math.cos(math.radians(tilt)), math.sin(math.radians(tilt))
    for character in text:
        top, bottom, width = MARKS.get(character, (1.0, 0.0, 0.6))
        if character != " ":
            middle = at + width / 2, -(top + bottom) / 2
            u, v = (
                x + height * (middle[0] * cos - middle[1] * sin),
                y + height * (middle[0] * sin + middle[1] * cos),
            )
            half, high = height * width / 2, height * (top - bottom) / 2
            line.append(found((u - half, v - high, u + half, v + high), {character: 3.0}))
        at += 1.5 if character == " " else width + GAP
    return line


def on_level(detections: list[Found], level: int, logit: float) -> list[Found]:
    """Return the same detections as another level of the pyramid shows them."""
    return [
        {**each, "level": level, "logits": [logit if value > 0 else value for value in each["logits"]]}
        for each in detections
    ]


BOX = (100.0, 100.0, 124.0, 140.0)
SLANTED = (128.0, 100.0, 140.0, 140.0)
SCENES: dict[str, tuple[list[Found], str, str]] = {
    "nothing": ([], "", ""),
    "one digit": (written("7", 20, 60), "7", "7"),
    "a number": (written("20745", 20, 60), "20745", "20745"),
    "two numbers on a line": (written("12 3456", 20, 60), "12 3456", "12 3456"),
    "two lines": (written("1984", 20, 60) + written("73294", 25, 130), "1984\n73294", "1984\n73294"),
    "two lines, tilted down": (
        written("19846", 60, 60, tilt=9) + written("73294", 50, 130, tilt=9),
        "19846\n73294",
        "19846\n73294",
    ),
    "two lines, tilted up": (
        written("19846", 60, 120, tilt=-9) + written("73294", 70, 190, tilt=-9),
        "19846\n73294",
        "19846\n73294",
    ),
    "lines of two sizes": (
        written("31", 20, 100, height=80) + written("4159", 20, 160, height=30),
        "31\n4159",
        "31\n4159",
    ),
    "a price": (written("-12.50", 20, 60), "1250", "-12.50"),
    "a comma": (written("3,75", 20, 60), "375", "3,75"),
    "a date": (written("12/10/2026", 20, 60), "12102026", "12/10/2026"),
    "a time": (written("18:05", 20, 60), "1805", "18:05"),
    "a point behind a number": (written("42.", 20, 60), "42", "42"),
    "a mark by itself": (written("42", 20, 60) + written("-", 300, 60), "42", "42"),
    "marks alone": (written("./:", 20, 60), "", ""),
    "one digit on three levels": (
        [found(BOX, {"5": 2.0}), found(BOX, {"5": 3.0}, 1), found(BOX, {"5": 1.0}, 2)],
        "5",
        "5",
    ),
    "two levels that differ": (
        [found(BOX, {"3": 2.0, "8": 1.9}), found(BOX, {"3": 0.5, "8": 1.5}, 1)],
        "8",
        "8",
    ),
    "a faint digit alone": ([found(BOX, {"5": -0.2})], "", ""),
    "a faint digit beside a clear one": (
        [found((70.0, 100.0, 94.0, 140.0), {"3": 2.0}), found(BOX, {"5": -0.2})],
        "35",
        "35",
    ),
    "one that is too faint beside a clear one": (
        [found((70.0, 100.0, 94.0, 140.0), {"3": 2.0}), found(BOX, {"5": -1.2})],
        "3",
        "3",
    ),
    "a zero that is a part of an eight": (
        [found(BOX, {"8": 3.0}, 1), found((101.0, 120.0, 123.0, 139.0), {"0": 2.0})],
        "8",
        "8",
    ),
    "two digits that overlap": (
        [found(BOX, {"4": 3.0}), found((118.0, 100.0, 142.0, 140.0), {"7": 3.0})],
        "47",
        "47",
    ),
    "a slanted one that looks like a slash": (
        [found(BOX, {"2": 3.0}), found(SLANTED, {"/": 2.0, "1": 0.5})],
        "21",
        "21",
    ),
    "the same with a digit on each side": (
        [
            found(BOX, {"2": 3.0}),
            found(SLANTED, {"/": 2.0, "1": 0.5}),
            found((144.0, 100.0, 168.0, 140.0), {"3": 3.0}),
        ],
        "23",
        "2/3",
    ),
    "a colon seen twice, and one of its points": (
        [
            found((20.0, 100.0, 44.0, 140.0), {"8": 3.0}),
            found((50.0, 112.0, 58.0, 136.0), {":": 2.0}),
            found((54.0, 111.0, 61.0, 137.0), {":": 1.0}, 1),
            found((51.0, 130.0, 57.0, 136.0), {".": 1.5}),
            found((66.0, 100.0, 90.0, 140.0), {"3": 3.0}),
        ],
        "83",
        "8:3",
    ),
    "a page seen on two levels": (
        written("605", 20, 60) + on_level(written("605", 20, 60), 1, 2.0) + written("12", 20, 140),
        "605\n12",
        "605\n12",
    ),
}


def main() -> None:
    """Write the file."""
    cases = [
        {"name": name, "found": scene, "text": text, "marked": marked}
        for name, (scene, text, marked) in SCENES.items()
    ]
    rows = (json.dumps(case, ensure_ascii=False) for case in cases)
    VECTORS.write_text("[\n" + ",\n".join(rows) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
