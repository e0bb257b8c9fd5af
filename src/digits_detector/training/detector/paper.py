"""What the pages are written on: paper, light, patterns, tables, frames; all as a tone in [0, 1], 1 is white."""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from .hands import Random

Tone: TypeAlias = NDArray[np.float32]  # (height, width)


def paper(shape: tuple[int, int], random: Random) -> Tone:
    """Return paper in some light, without anything printed on it."""
    tone = np.full(shape, random.uniform(0.35, 1.0), dtype=np.float32)
    if random.random() < 0.55:
        tone *= _light(shape, random)
    if random.random() < 0.5:
        tone *= 1 - random.uniform(0.01, 0.12) * texture(shape, random)
    if random.random() < 0.12:
        tone *= _shadow(shape, random)
    if random.random() < 0.08:
        tone *= _folds(shape, random)
    return tone


def texture(shape: tuple[int, int], random: Random) -> Tone:
    """Return smooth noise in [0, 1] of some grain, fine or coarse, stretched or not."""
    size = random.integers(2, 48, 2) if random.random() < 0.6 else np.array(shape) // random.integers(1, 3, 2)
    noise = random.random((int(size[0]), int(size[1])), dtype=np.float32)
    grown: Tone = cv2.resize(noise, shape[::-1], interpolation=cv2.INTER_LINEAR)
    return grown


def _light(shape: tuple[int, int], random: Random) -> Tone:
    """Return a gradient, or the vignette of a lens."""
    y, x = (np.linspace(-1, 1, n, dtype=np.float32) for n in shape)
    if random.random() < 0.6:
        angle = random.uniform(0, 2 * np.pi)
        slope = random.uniform(0.05, 0.35)
        return np.float32(1) - np.float32(slope) * (
            1 + np.float32(np.cos(angle)) * x + np.float32(np.sin(angle)) * y[:, None]
        )
    centre = random.uniform(-0.6, 0.6, 2).astype(np.float32)
    distance = (x - centre[0]) ** 2 + (y[:, None] - centre[1]) ** 2
    vignette: Tone = np.float32(1) - np.float32(random.uniform(0.05, 0.3)) * np.minimum(distance, 2)
    return vignette


def _shadow(shape: tuple[int, int], random: Random) -> Tone:
    """Return the shadow of something with a straight edge, hard or soft."""
    height, width = shape
    mask = np.zeros(shape, dtype=np.float32)
    centre = random.uniform(0, 1, 2) * (width, height)
    angle = random.uniform(0, 2 * np.pi)
    along, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    far = 2.0 * (width + height)
    corners = [
        centre - far * along,
        centre + far * along,
        centre + far * (along + across),
        centre + far * (across - along),
    ]
    cv2.fillConvexPoly(mask, np.rint(corners).astype(np.int32), 1.0)
    soft = random.choice([0.0, 1.5, 4.0, 12.0])
    if soft:
        mask = cv2.GaussianBlur(mask, (0, 0), soft)
    return np.float32(1) - np.float32(random.uniform(0.1, 0.6)) * mask


def _folds(shape: tuple[int, int], random: Random) -> Tone:
    mask = np.zeros(shape, dtype=np.uint8)
    for _ in range(random.integers(1, 4)):
        start, end = random.uniform(-0.2, 1.2, (2, 2)) * shape[::-1]
        line(mask, start, end, int(random.integers(1, 4)))
    soft = cv2.GaussianBlur(mask, (0, 0), float(random.uniform(0.6, 2)))
    folded: Tone = np.float32(1) + soft * np.float32(random.uniform(-0.25, 0.15) / 255)
    return folded


def line(mask: NDArray[np.uint8], start: NDArray[np.float64], end: NDArray[np.float64], width: int) -> None:
    """Draw a line with soft edges, of 255, in place."""
    a, b = (np.rint(np.clip(point, -4e3, 4e3) * 16).astype(int).tolist() for point in (start, end))
    cv2.line(mask, a, b, 255, width, cv2.LINE_AA, 4)


# ── printed on it ────────────────────────────────────────────────────────────────────────────────


def security_print(shape: tuple[int, int], random: Random) -> Tone:
    """Return the fine waves and meshes that are printed on cheques, as ink in [0, 1]."""
    height, width = shape
    ink = np.zeros(shape, dtype=np.float32)
    for _ in range(random.integers(1, 4)):
        step = float(random.uniform(2.5, 10))
        angle = random.uniform(-0.25, 0.25) + random.choice([0, 0, np.pi / 4, -np.pi / 4, np.pi / 2])
        amplitude, period = random.uniform(0, 6), random.uniform(20, 160)
        drift = random.uniform(0, 2 * np.pi)
        reach = height + width
        along = np.arange(-reach, reach, 6.0)
        wave = amplitude * np.sin(2 * np.pi * along / period + drift)
        bend = random.uniform(-1, 1) * (along / reach) ** 2 * 40
        cos, sin = np.cos(angle), np.sin(angle)
        strokes = []
        for offset in np.arange(-reach, reach, step):
            across = offset + wave + bend
            points = np.stack(
                [along * cos - across * sin + width / 2, along * sin + across * cos + height / 2], axis=1
            )
            inside = (
                (points[:, 0] > -20)
                & (points[:, 0] < width + 20)
                & (points[:, 1] > -20)
                & (points[:, 1] < height + 20)
            )
            if inside.sum() > 1:
                strokes.append(np.rint(points[inside] * 16).astype(np.int32))
        layer = np.zeros(shape, dtype=np.uint8)
        cv2.polylines(layer, strokes, False, 255, 1, cv2.LINE_AA, 4)
        np.maximum(ink, layer * np.float32(random.uniform(0.4, 1) / 255), out=ink)
    return ink


def sheet_on_a_desk(tone: Tone, random: Random) -> Tone:
    """Let the page end somewhere: beyond its edge lies something darker, lighter or patterned."""
    height, width = tone.shape
    mask = np.ones(tone.shape, dtype=np.float32)
    cut = random.uniform(0.02, 0.2, 4) * (width, height, width, height) * (random.random(4) < 0.5)
    lean = random.uniform(-0.06, 0.06, 4) * width
    x0, y0, x1, y1 = cut[0], cut[1], width - cut[2], height - cut[3]
    far = 2.0 * (width + height)
    sides = (
        [(x0 + lean[0], 0), (x0 - lean[0], height), (-far, height), (-far, 0)],
        [(0, y0 + lean[1]), (width, y0 - lean[1]), (width, -far), (0, -far)],
        [(x1 + lean[2], 0), (x1 - lean[2], height), (far, height), (far, 0)],
        [(0, y1 + lean[3]), (width, y1 - lean[3]), (width, far), (0, far)],
    )
    for corners, there in zip(sides, cut > 0, strict=True):
        if there:
            cv2.fillConvexPoly(mask, np.rint(corners).astype(np.int32), 0.0)
    mask = cv2.GaussianBlur(mask, (0, 0), float(random.uniform(0.5, 1.5)))
    desk = np.float32(random.uniform(0, 0.9)) * (
        1 - np.float32(random.uniform(0, 0.6)) * texture(tone.shape, random)
    )
    both: Tone = mask * tone + (1 - mask) * desk
    return both
