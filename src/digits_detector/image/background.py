"""The background of a picture, even or not, and how far each pixel stands out from it.

On an even background every pixel is held against the border's median. In a photograph the background is lighter here
and darker there: its own level at each pixel is what is left when all that is narrow and dark is filled (a closing).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .decode import Channel, full_range
from .filters import Grey, box_mean, closing, otsu

INK_LEVEL = 0.2  # of the darkest ink: what is fainter does not count as written when the box is found
SMALL = 32  # pixels of the longer side: what is smaller shows nothing of its background
FAINTEST = 0.03  # of the full range: what differs less is nothing

_NOISE = 0.06  # of the ink's distance from the background: what differs less is background
_STRONG = 0.75  # of the same: what differs more is ink and no shadow
_SAMPLES = 64  # rows and columns, at least, on which evenness is estimated
_CLEAR = 4.0  # standard deviations of the noise: what takes less of the light, on average, is not ink
_LOUD = 0.1  # of the light: more noise than this is no background's, and left to the network


@dataclass(frozen=True)
class Even:
    """An even background's level, the ink's strongest level, and their distance as part of the full range."""

    level: float
    ink: float
    contrast: float

    @classmethod
    def of(cls, channel: Channel) -> Even:
        """Take the border's median for the background; what differs from it most is ink, dark or light."""
        level, low, high = _median(_border(channel)), float(channel.min()), float(channel.max())
        ink = low if level - low > high - level else high
        return cls(level, ink, abs(ink - level) / full_range(channel))

    def at(self, part: float) -> float:
        """Return the level at a part of the way from the background to the ink."""
        return self.level + part * (self.ink - self.level)

    def beyond(self, channel: Channel, part: float) -> int:
        """Count the pixels that differ from the background by more than this part of the ink's distance."""
        level = self.at(part)
        return int(np.count_nonzero(channel < level if self.ink < self.level else channel > level))

    def strength(self, channel: Channel) -> Grey:
        """Return how strong the ink is at each pixel, in [0, 1]."""
        values = channel.astype(np.float32)
        values -= np.float32(self.level)
        values /= np.float32(self.ink - self.level)
        np.maximum(values, 0, out=values)  # `np.clip` takes longer
        return np.minimum(values, 1, out=values)

    def fits(self, channel: Channel) -> bool:
        """Whether the background is even: hardly a pixel is neither background nor ink.

        Uneven light leaves many pixels between the two, or on the background's other side. An even shadow is taken for
        much weak ink about little that is strong; unlike blurred writing it covers the border.
        """
        height, width = channel.shape
        if max(height, width) <= SMALL:
            return True
        sample = channel[:: max(1, height // _SAMPLES), :: max(1, width // _SAMPLES)]
        parts = (-INK_LEVEL, -_NOISE, _NOISE, INK_LEVEL, _STRONG)
        not_opposite, not_below, not_paper, ink, strong = (self.beyond(sample, part) for part in parts)
        opposite = sample.size - not_opposite
        unclear = (not_opposite - not_below) + (not_paper - ink)
        if opposite > 0.002 * sample.size or unclear > ink + 0.02 * sample.size:
            return False
        if ink - strong <= 1.5 * strong + 0.01 * sample.size:
            return True
        border = _border(channel)
        return self.beyond(border, -_NOISE) - self.beyond(border, _NOISE) >= 0.8 * border.size


def _median(levels: Channel) -> float:
    """Return the median of an even number of levels: `np.median`, in half of its time."""
    half = len(levels) // 2
    low, high = np.partition(levels, (half - 1, half))[half - 1 : half + 1].tolist()
    return (float(low) + float(high)) / 2


def _border(channel: Channel) -> Channel:
    return np.concatenate((channel[0], channel[-1], channel[:, 0], channel[:, -1]))


class Lifted(NamedTuple):
    """Ink lifted off a background: how strong it is at each pixel, in [0, 1], and what is stronger is written."""

    ink: Grey
    threshold: float


def lifted(channel: Channel) -> Lifted | None:
    """Lift the ink off a background of any light; return None where nothing stands out.

    Ink is the part that it takes of the background's light, a closing with a window of half the picture; how strong ink
    is on average, the upper class of Otsu's threshold says.
    """
    grey = channel.astype(np.float32) / np.float32(full_range(channel))
    if not _dark_on_light(grey):
        grey = 1 - grey
    smooth = box_mean(grey, 3)
    background = _filled(smooth, min(grey.shape) // 2 | 1)
    taken: Grey = ((background - grey) / np.maximum(background, FAINTEST)).astype(np.float32)
    halves = otsu(taken)
    # Of normal noise the median deviation from a mean of nine pixels is .64 of its standard deviation.
    noise = float(np.median(np.abs(grey - smooth))) / 0.64 / max(float(np.median(background)), FAINTEST)
    if halves.above < (FAINTEST if noise > _LOUD else max(FAINTEST, _CLEAR * noise)):
        return None
    ink: Grey = np.clip(taken / np.float32(halves.above), 0, 1)
    return Lifted(ink, min(halves.threshold / halves.above, 0.5))


def _filled(grey: Grey, width: int) -> Grey:
    """Return the closing, on a picture continued beyond its edges so that a slope stays one."""
    margin = width // 2
    beyond = np.pad(grey, margin, mode="reflect", reflect_type="odd") if margin < min(grey.shape) else grey
    inner = slice(margin, -margin or None) if beyond is not grey else slice(None)
    return closing(beyond, width)[inner, inner]


def _dark_on_light(grey: Grey) -> bool:
    """Whether the ink is dark: it covers less of any place than the background, and is further from the mean."""
    return float(((grey - box_mean(grey, max(grey.shape) // 3)) ** 3).sum()) <= 0
