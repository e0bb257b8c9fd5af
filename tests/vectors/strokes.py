"""Writes strokes.json: drawings and the 28×28 that each becomes, by the plainest code that follows the rule.

    python -m tests.vectors.strokes

It shares no line with the package, so that the package, and any version in another language, can be held to it.
"""

import json
import math
from pathlib import Path

VECTORS = Path(__file__).with_name("strokes.json")
SIZE, FIT, WIDTH = 28, 20.0, 2.5

Point = tuple[float, float]


def draw(strokes: list[list[Point]]) -> list[list[int]]:
    """Return 28 rows of 28 levels, 0 to 255."""
    segments = [pair for stroke in strokes for pair in zip(stroke, stroke[1:] or stroke, strict=False)]
    xs, ys = zip(*[point for stroke in strokes for point in stroke], strict=True)
    middle = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    extent = max(wide, high)
    scale = (FIT - WIDTH) / extent if extent else 0.0
    lengths = [math.dist(a, b) for a, b in segments]
    mass = [
        sum(length * (a[axis] + b[axis]) / 2 for length, (a, b) in zip(lengths, segments, strict=True))
        / sum(lengths)
        if extent
        else middle[axis]
        for axis in (0, 1)
    ]
    # The centre of mass goes to the middle, unless ink would leave the picture.
    room = [(SIZE - (side * scale + WIDTH)) / 2 for side in (wide, high)]
    shift = [max(-room[i], min(room[i], (middle[i] - mass[i]) * scale)) for i in (0, 1)]

    def placed(point: Point) -> Point:
        x, y = ((point[i] - middle[i]) * scale + shift[i] + SIZE / 2 for i in (0, 1))
        return x, y

    drawn = [(placed(a), placed(b)) for a, b in segments]
    return [
        [level(min(distance((x + 0.5, y + 0.5), *ab) for ab in drawn)) for x in range(SIZE)]
        for y in range(SIZE)
    ]


def distance(p: Point, a: Point, b: Point) -> float:
    """From a point to a segment."""
    along = (b[0] - a[0], b[1] - a[1])
    square = along[0] ** 2 + along[1] ** 2
    t = ((p[0] - a[0]) * along[0] + (p[1] - a[1]) * along[1]) / square if square else 0.0
    t = max(0.0, min(1.0, t))
    return math.dist(p, (a[0] + t * along[0], a[1] + t * along[1]))


def level(away: float) -> int:
    """From the distance to a pixel's level."""
    return round(255 * max(0.0, min(1.0, WIDTH / 2 + 0.5 - away)))


DRAWINGS: dict[str, list[list[Point]]] = {
    "a seven": [[(60, 60), (220, 60), (120, 260)]],
    "a crossed seven, in two strokes": [[(10, 10), (90, 12), (40, 140)], [(25, 75), (80, 70)]],
    "a four, in two strokes": [[(40, 0), (5, 60), (80, 62)], [(62, 20), (58, 120)]],
    "a one, upright": [[(300, 100), (300, 400)]],
    "a zero": [[(50 + 30 * math.cos(t / 6), 80 - 50 * math.sin(t / 6)) for t in range(39)]],
    "a spiral, whose mass lies off the middle": [
        [(t * math.cos(t / 4), t * math.sin(t / 4)) for t in range(30)]
    ],
    "a dot": [[(17, 23)]],
    "a lever: nearly all of its mass at one end": [
        [(0, 0), (100, 0)],
        [(0, 0), (0, 9), (9, 9), (9, 0), (0, 0), (9, 9)],
    ],
    "tiny and far away": [[(-1e6, 2e6), (-1e6 + 0.5, 2e6), (-1e6 + 0.2, 2e6 + 0.75)]],
    "a point drawn twice, then a line": [[(5, 5), (5, 5), (20, 30)]],
}


def main() -> None:
    """Write the file."""
    vectors = [
        {"name": name, "strokes": strokes, "image": draw(strokes)} for name, strokes in DRAWINGS.items()
    ]
    text = (
        json.dumps(vectors, ensure_ascii=False).replace("], [", "],\n[").replace('"strokes"', '\n"strokes"')
    )
    VECTORS.write_text(text.replace('"image"', '\n"image"') + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
