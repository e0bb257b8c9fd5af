"""What stands out from the paper, be it lit evenly or not.

On even paper every pixel is held against the border's median. On a photograph the paper is whiter here and darker
there: its own level at each pixel is what is left when all that is narrow and dark is filled (a closing), and what is
missing from it is ink.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

from .filters import Grey, averaged, box_mean, closing, otsu, stroke_width
from .planes import Plane, full_range

INK_LEVEL = 0.2  # of the darkest ink: what is fainter does not count as written when the box is found
SMALL = 32  # pixels of the longer side: what is smaller shows nothing of its paper
SIDE = 256  # pixels of the longer side at which uneven paper is looked at

_NOISE = 0.06  # of the ink's distance from the paper: what differs less is paper
_STRONG = 0.75  # of the same: what differs more is ink and no shadow
_SAMPLES = 64  # rows and columns, at least, that evenness is judged by


@dataclass(frozen=True, eq=False)
class Sheet:
    """What stands out from a picture's paper; all arrays of shape (height, width), float32, of the picture reduced.

    Attributes
    ----------
    ink : ndarray
        How strong it is, in [0, 1].
    smooth : ndarray
        The same, on noisy paper smoothed: for saying where something is written.
    threshold : ndarray
        What `smooth` is above where something is written.
    scale : int
        Pixels of the picture to a pixel of these.
    """

    ink: Grey
    smooth: Grey
    threshold: Grey
    scale: int


@dataclass(frozen=True)
class Even:
    """Even paper's level, the ink's strongest level, and their distance as part of the full range."""

    level: float
    ink: float
    contrast: float

    @classmethod
    def of(cls, plane: Plane) -> Even:
        """Take the border's median for the paper; what differs from it most is ink, dark or light."""
        level, low, high = _median(_border(plane)), float(plane.min()), float(plane.max())
        ink = low if level - low > high - level else high
        return cls(level, ink, abs(ink - level) / full_range(plane))

    def at(self, part: float) -> float:
        """Return the level at a part of the way from the paper to the ink."""
        return self.level + part * (self.ink - self.level)

    def beyond(self, plane: Plane, part: float) -> int:
        """Count the pixels that differ from the paper by more than this part of the ink's distance."""
        level = self.at(part)
        return int(np.count_nonzero(plane < level if self.ink < self.level else plane > level))

    def strength(self, plane: Plane) -> Grey:
        """Return how strong the ink is at each pixel, in [0, 1]."""
        values = plane.astype(np.float32)
        values -= np.float32(self.level)
        values /= np.float32(self.ink - self.level)
        np.maximum(values, 0, out=values)  # `np.clip` takes longer
        return np.minimum(values, 1, out=values)

    def sheet(self, plane: Plane, side: int = SIDE) -> Sheet:
        """Return what stands out from the paper, the longer side at most `side` pixels long."""
        scale = math.ceil(max(plane.shape) / side)
        ink = self.strength(averaged(plane, scale))
        return Sheet(ink, ink, np.full_like(ink, INK_LEVEL), scale)

    def fits(self, plane: Plane) -> bool:
        """Whether the paper is even: hardly a pixel is neither paper nor ink.

        Uneven light leaves many pixels between the two, or on the paper's other side. An even shadow is taken for
        much weak ink about little that is strong; what tells it from blurred writing is that it covers the border.
        """
        height, width = plane.shape
        if max(height, width) <= SMALL:
            return True
        sample = plane[:: max(1, height // _SAMPLES), :: max(1, width // _SAMPLES)]
        parts = (-INK_LEVEL, -_NOISE, _NOISE, INK_LEVEL, _STRONG)
        not_opposite, not_below, not_paper, ink, strong = (self.beyond(sample, part) for part in parts)
        opposite = sample.size - not_opposite
        unclear = (not_opposite - not_below) + (not_paper - ink)
        if opposite > 0.002 * sample.size or unclear > ink + 0.02 * sample.size:
            return False
        if ink - strong <= 1.5 * strong + 0.01 * sample.size:
            return True
        border = _border(plane)
        return self.beyond(border, -_NOISE) - self.beyond(border, _NOISE) >= 0.8 * border.size


def _median(levels: Plane) -> float:
    """Return the median of an even number of levels: `np.median`, in half of its time."""
    half = len(levels) // 2
    low, high = np.partition(levels, (half - 1, half))[half - 1 : half + 1].tolist()
    return (float(low) + float(high)) / 2


def _border(plane: Plane) -> Plane:
    return np.concatenate((plane[0], plane[-1], plane[:, 0], plane[:, -1]))


# ── uneven paper ─────────────────────────────────────────────────────────────────────────────────

_FAINTEST = 0.03  # of the paper's light: ink that takes less of it, on average, is none
_CLEAR = 4.0  # times the noise: the same
_CLEAN = 8.0  # times the noise: weaker ink is smoothed
_FAINT = 0.3  # of the ink's mean: what is weaker does not count as written
_ABOVE_NOISE = 3.5  # times the noise about a pixel: the same
_PATTERN = 0.7  # of the ink's mean: a printed pattern is weaker
_NARROWEST = 3  # pixels: on less no digit is written
_LOUD = 0.1  # of the paper's light: more noise than this is no paper's, and left to the network to judge
_FEWEST = 16  # pixels: less is noise, as rare as it may be
_DARKEST = np.float32(64)  # of 255: with darker paper noise would be divided by hardly anything
_EDGE = 0.85  # of the paper's light a window inside the picture finds: it is no darker than this at the edge
_MEDIAN, _MEAN = 0.6745, 0.7979  # of normal noise's absolute value, in standard deviations


def lift(plane: Plane) -> Sheet | None:
    """Lift the ink off paper that is lit unevenly; return None where none stands out from the paper's noise.

    The paper is the closing of the picture with a window wider than the strokes; ink is the part that it takes of the
    paper's light; how strong ink is on average, the upper class of Otsu's threshold tells. A pixel counts as written
    where it is clear of the noise about it: deviations are local and from box filters, as in Sauvola's threshold
    (Sauvola, Pietikäinen 2000, Adaptive document image binarization).
    """
    scale = math.ceil(max(plane.shape) / SIDE)
    grey = _grey(plane, scale)
    if not _dark_on_light(grey):
        grey = 255 - grey
    smooth = box_mean(grey, 3)
    paper = _paper(smooth)
    taken = _taken(smooth, paper)
    mean = otsu(taken).above
    noise = _noise(grey) / np.maximum(paper, _DARKEST)
    level = float(np.median(noise)) / _MEDIAN
    if level > _LOUD:
        noise, level = np.zeros_like(noise), 0.0
    if mean < max(_FAINTEST, _CLEAR * level):
        return None
    nearby = box_mean(np.minimum(noise, 3 * level), max(grey.shape) // 4) / np.float32(_MEAN)
    threshold = np.maximum(np.float32(_FAINT * mean), np.float32(_ABOVE_NOISE) * nearby)
    if np.count_nonzero(taken > threshold) < _FEWEST:
        return None
    ink = taken if mean < _CLEAN * level else _taken(grey, paper)
    ink, smooth, threshold = (np.clip(part / np.float32(mean), 0, 1) for part in (ink, taken, threshold))
    return Sheet(ink, smooth, threshold, scale)


def lift_finely(plane: Plane, side: int) -> Sheet | None:
    """Lift the ink as `lift` does, at up to `side` pixels of the longer side, off paper that may have a pattern.

    The paper's light changes slowly, and is found in the picture reduced.
    """
    coarse = _grey(plane, math.ceil(max(plane.shape) / SIDE))
    scale = math.ceil(max(plane.shape) / side)
    grey = _grey(plane, scale)
    if min(grey.shape) < _NARROWEST:
        return None
    if not _dark_on_light(coarse):
        coarse, grey = 255 - coarse, 255 - grey
    reduced = Image.fromarray(_paper(box_mean(coarse, 3)))
    paper = np.asarray(reduced.resize(grey.shape[::-1], Image.Resampling.BILINEAR))
    rows = grey[:-2] + grey[1:-1] + grey[2:]
    smooth = (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / np.float32(9)
    mean = otsu(_taken(smooth, paper[1:-1, 1:-1])).above
    noise = float(np.median(_noise(grey)[::4, ::4])) / _MEDIAN / 255
    if mean < max(_FAINTEST, _CLEAR * noise):
        return None
    ink = np.clip(_taken(grey, paper) / np.float32(mean), 0, 1)
    return Sheet(ink, ink, np.full_like(ink, _PATTERN), scale)


def _grey(plane: Plane, scale: int) -> Grey:
    """Return the plane reduced by a whole number, in [0, 255]."""
    return averaged(plane, scale).astype(np.float32) * np.float32(255 / full_range(plane))


def _dark_on_light(grey: Grey) -> bool:
    """Whether the ink is dark: it covers less of any place than the paper, and so stands out from the mean further."""
    return float(((grey - box_mean(grey, max(grey.shape) // 3)) ** 3).sum()) <= 0


def _paper(grey: Grey) -> Grey:
    """Return the paper's own light: first about strokes of any width, then closer about those that were found."""
    side = min(grey.shape)
    wide = side // 4 | 1
    paper = _filled(grey, wide)
    taken = _taken(grey, paper)
    strokes = (taken > otsu(taken).threshold).astype(np.float32)
    close = int(max(3 * stroke_width(strokes), side / 16)) | 1
    return paper if close >= wide else _filled(grey, close)


def _filled(grey: Grey, width: int) -> Grey:
    """Return the closing, on a picture continued beyond its edges so that a slope stays one.

    Beyond ink that lies along an edge the paper would go on dark. So it stays near what is found without going beyond.
    """
    margin = width // 2
    beyond = np.pad(grey, margin, mode="reflect", reflect_type="odd")
    inner = slice(margin, -margin or None)
    paper: Grey = np.maximum(closing(beyond, width)[inner, inner], _EDGE * closing(grey, width))
    return paper


def _taken(grey: Grey, paper: Grey) -> Grey:
    """Return the part of the paper's light that is missing."""
    light: Grey = np.maximum(paper, _DARKEST)
    return (paper - grey) / light


def _noise(grey: Grey) -> Grey:
    """Return each pixel's share in the noise, which slopes and edges have none in.

    Immerkær 1996, Fast Noise Variance Estimation.
    """
    wide = np.pad(grey, 1, mode="edge")
    rows = wide[:-2] - 2 * wide[1:-1] + wide[2:]
    mask = rows[:, :-2] - 2 * rows[:, 1:-1] + rows[:, 2:]
    # The mask's own gain is 6; smoothing leaves half of the noise, as neighbours share some of it.
    share: Grey = np.abs(mask / np.float32(2 * 6))
    return share
