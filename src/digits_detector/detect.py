"""Where digits are in a picture: the detector on an image pyramid, coarse to fine, and what its peaks come to.

The detector finds digits of a range of heights. The picture, and the picture reduced by √2, are halved until a digit as
high as all of it falls in that range; each level is looked at whole where it is small, and of a large one only tiles in
which the level half as large saw that something too small to be read is written. So a photo of many megapixels with
large digits costs no more than a small one, and memory stays bounded. A small picture is looked at slanted, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .image.decode import Channel, full_range
from .image.filters import scaled
from .networks.detector import CLASSES, MULTIPLE, STRIDE, Certainty, Detector

Grey: TypeAlias = NDArray[np.float32]  # (height, width), in [0, 1], 0 is black
Boxes: TypeAlias = NDArray[np.float64]  # (n, 4): x0, y0, x1, y1

DIGITS = 10  # the first classes
SLASH = CLASSES.index("/")

# Pixels: a level of no more is looked at whole, which bounds the time of what is looked at in vain. Of four numbers on
# a scan of A4, composed of the validation writers' digits, 100,000 loses one in six, 200,000 and 400,000 one in forty.
_WHOLE = 200_000
# Pixels: the same of the levels between. From 50,000 to 400,000 the photographs and the composed pages of twenty digits
# are read alike.
_WHOLE_BETWEEN = 100_000
_TILE = 512  # pixels: the side of a larger level's tiles
_OVERLAP = 64  # pixels: as far as the network sees about a cell
_MARGIN = 8  # pixels of the edge repeated around a level, so that digits at its edge have surroundings
_BETWEEN = (
    2**0.5
)  # the step from a level to the one between it and its half: a digit is seen in several sizes
# As far each row is moved, a unit down: as if it were written with less and with more slant. On 512 validation pages F1
# is 89.3 % with both, 88.5 % without, and 81.1 instead of 79.8 % of the cheques are read.
_SLANTS = (-0.25, 0.25)
_SMALL = 50_000  # pixels: of a picture that is looked at slanted, at most, which bounds the time
_SAME = 0.45  # intersection over union, from which on two boxes are one character
_INSIDE = 0.75  # of the smaller box within the larger: of two digits, one is a part of the other
# The same of two marks, which never overlap: a colon's point is no mark of its own. From .3 to .6, 97.4 to 96.6 % of
# the validation writers' composed numbers with marks are read right; without, 93.0 %.
_OF_A_MARK = 0.45
# The probability from which a digit on one level is looked at. It can count from about .37; what is fainter lowers the
# mean over its levels. From .07 to .13 the photographs are read alike, and 457 to 460 of the 604 cheques.
_LEAST = 0.1
_NEVER = 1e-9  # a probability, so that odds are finite


class Detections(NamedTuple):
    """What was found in a picture, the surest first.

    Attributes
    ----------
    boxes : ndarray of shape (n, 4), float64
        x0, y0, x1, y1 in the picture's pixels; means over the levels that show it, weighted by the odds there.
    logits : ndarray of shape (n, 15), float32
        Of `CLASSES`, the means over the levels that show it.
    certainties : ndarray of shape (n,), float32
        The probability that it is a character, of any class.
    windows : ndarray of shape (n,), float64
        How many squares as high as it, side by side, the area holds in which digits of its size were looked for; at
        least one.
    """

    boxes: Boxes
    logits: NDArray[np.float32]
    certainties: NDArray[np.float32]
    windows: NDArray[np.float64]

    @property
    def classes(self) -> NDArray[np.intp]:
        """The likeliest of `CLASSES`, (n,)."""
        places: NDArray[np.intp] = self.logits.argmax(axis=1)
        return places

    def only(self, mask: NDArray[np.bool_] | NDArray[np.intp]) -> Detections:
        """Return those of a mask, or of some places."""
        return Detections(self.boxes[mask], self.logits[mask], self.certainties[mask], self.windows[mask])


class Peaks(NamedTuple):
    """What one level of the pyramid shows: boxes, logits, and the area that was looked at, in the picture's pixels."""

    boxes: Boxes
    logits: NDArray[np.float32]
    area: float

    @property
    def digits(self) -> NDArray[np.bool_]:
        """Which are digits, (n,)."""
        likely: NDArray[np.bool_] = self.logits.argmax(axis=1) < DIGITS
        return likely

    @property
    def windows(self) -> NDArray[np.float64]:
        """How many squares as high as each box, side by side, the area holds, (n,); at least one."""
        heights = self.boxes[:, 3] - self.boxes[:, 1]
        windows: NDArray[np.float64] = np.maximum(self.area / np.maximum(heights, 1) ** 2, 1)
        return windows

    @property
    def slashes(self) -> NDArray[np.bool_]:
        """Which are slashes, (n,)."""
        likely: NDArray[np.bool_] = self.logits.argmax(axis=1) == SLASH
        return likely

    def only(self, mask: NDArray[np.bool_]) -> Peaks:
        """Return those of a mask."""
        return self._replace(boxes=self.boxes[mask], logits=self.logits[mask])

    def enlarged(self, times: float) -> Peaks:
        """Return the same of a picture that is larger."""
        return Peaks(self.boxes * times, self.logits, self.area * times**2)


def detect(detector: Detector, grey: Grey) -> Detections:
    """Find all that may be a digit, however faint, and marks in a grey picture; `counted` says what is read.

    Parameters
    ----------
    detector : Detector
    grey : ndarray of shape (h, w), float32
        In [0, 1], 0 is black.
    """
    levels = list(_levels(detector, grey, _WHOLE))
    between = scaled(grey, max(1, round(max(grey.shape) / _BETWEEN)))
    # Points and dashes are so small that those of two levels would seldom be seen to be one.
    others = [
        peaks.only(peaks.digits | peaks.slashes).enlarged(_BETWEEN)
        for peaks in _levels(detector, between, _WHOLE_BETWEEN)
    ]
    if grey.size <= _SMALL:
        slashes = np.concatenate([peaks.boxes[peaks.slashes] for peaks in levels])
        slanted = (peaks for slant in _SLANTS for peaks in _slanted_levels(detector, grey, slant))
        others += [_without(slashes, peaks) for peaks in slanted]
    return merged([*levels, *others], detector.certainty)


def _without(slashes: Boxes, peaks: Peaks) -> Peaks:
    """Return the digits whose middle is in no slash of the picture as it is: a slash that is set upright is a 1."""
    middles = (peaks.boxes[:, None, :2] + peaks.boxes[:, None, 2:]) / 2
    inside = np.all((slashes[:, :2] <= middles) & (middles <= slashes[:, 2:]), axis=2)
    return peaks.only(peaks.digits & ~np.any(inside, axis=1))


def _slanted_levels(detector: Detector, grey: Grey, slant: float) -> Iterator[Peaks]:
    """Yield what each level shows of a picture whose rows are moved by whole pixels; boxes as if they were not."""
    height, width = grey.shape
    moves = np.rint(slant * np.arange(height)).astype(np.intp)
    moves -= moves.min()
    columns = np.arange(width + moves.max()) - moves[:, None]
    slanted = np.take_along_axis(grey, columns.clip(0, width - 1), axis=1)
    for peaks in _levels(detector, slanted, _WHOLE):
        middles = (peaks.boxes[:, 1] + peaks.boxes[:, 3]) / 2
        move = moves[middles.astype(np.intp).clip(0, height - 1)]
        yield peaks._replace(boxes=peaks.boxes - np.outer(move, (1, 0, 1, 0)))


def _levels(detector: Detector, grey: Grey, whole: int) -> Iterator[Peaks]:
    """Yield what each level of the pyramid shows, the coarsest first.

    Levels of no more than `whole` pixels are looked at whole, of larger ones the tiles that the coarser one asks for.
    """
    levels = list(_pyramid(grey, detector.heights[1]))
    finer: NDArray[np.float32] | None = None  # of the coarser level, a cell of it each
    for depth, level in reversed(list(enumerate(levels))):
        maps = _Maps.of(level)
        for tile in _tiles(level, finer, detector.finer_threshold, whole):
            _look(detector, level, tile, maps)
        yield _peaks(maps, detector.mark_threshold).enlarged(2.0**depth)
        finer = maps.finer


def counted(found: Detections, threshold: float, picture_odds: float) -> Detections:
    """Return what is read of what was found in a picture: nothing, unless digits stand out.

    See `Detector` for the two limits. A faint digit counts beside clear ones, as in Canny 1986, A Computational
    Approach to Edge Detection, section VI.
    """
    digits = found.classes < DIGITS
    certain = found.certainties[digits].astype(np.float64)
    odds = certain / np.maximum(1 - certain, _NEVER)
    if evidence(odds, found.windows[digits]) < picture_odds:
        return found.only(np.empty(0, dtype=np.intp))
    return found.only(~digits | (found.certainties >= threshold))


def evidence(odds: NDArray[np.float64], windows: NDArray[np.float64]) -> float:
    """Return how much speaks for digits in a picture: 0 where none was found.

    The more windows were looked at, the more often something looks like a digit by chance: on a page of 80 letters
    more than in a strip of five. So the odds of each digit, (n,), are divided by the number of its `windows`, (n,), and
    the k-th highest of these counts k times: of two, each may be half as clear as one must be that stands alone
    (multiple testing; Benjamini, Hochberg 1995, Controlling the False Discovery Rate, section 3).
    """
    a_window = np.sort(odds / windows)[::-1]
    return float((a_window * np.arange(1, len(a_window) + 1)).max(initial=0))


def grey(channels: Sequence[Channel]) -> Grey:
    """Return the colour channels of a picture, (h, w) each, as one of grey.

    Of colours the darkest on light paper, the lightest on dark: so a pen of any colour stands out, yellow too. The
    network sees no colours, so training can't supply this.
    """
    channels = [channel.astype(np.float32) / np.float32(full_range(channel)) for channel in channels]
    if len(channels) == 1:
        return channels[0]
    darkest = np.minimum.reduce(channels)
    lightest = np.maximum.reduce(channels)
    every = max(1, int(max(darkest.shape)) // 256)
    light = float(np.median(darkest[::every, ::every] + lightest[::every, ::every])) >= 1
    chosen: Grey = darkest if light else lightest
    return chosen


# ── the pyramid ──────────────────────────────────────────────────────────────────────────────────


def _pyramid(grey: Grey, highest: float) -> Iterator[Grey]:
    """Yield the picture and its halves, until a digit as high as the picture is no higher than `highest` pixels."""
    yield grey
    while min(grey.shape) > highest:
        grey = _halved(grey)
        yield grey


def _halved(grey: Grey) -> Grey:
    """Return the means of 2×2 pixels; an odd last row or column is repeated."""
    height, width = grey.shape
    if height % 2 or width % 2:
        grey = np.pad(grey, ((0, height % 2), (0, width % 2)), mode="edge")
    rows = grey[::2] + grey[1::2]
    halves: Grey = (rows[:, ::2] + rows[:, 1::2]) * np.float32(0.25)
    return halves


class _Tile(NamedTuple):
    """A part of a level: where it lies, and where its core does, whose cells no other tile has; in pixels."""

    y0: int
    x0: int
    y1: int
    x1: int
    core: tuple[int, int, int, int]


def _tiles(level: Grey, finer: NDArray[np.float32] | None, threshold: float, whole: int) -> Iterator[_Tile]:
    """Yield all of a small level, or the tiles of a large one in which the coarser level wants a closer look."""
    height, width = level.shape
    if level.size <= whole:
        yield _Tile(0, 0, height, width, (0, 0, height, width))
        return
    step = _TILE - 2 * _OVERLAP
    for y in range(0, height, step):
        for x in range(0, width, step):
            core = y, x, min(y + step, height), min(x + step, width)
            if finer is not None and not (_part(finer, core) >= threshold).any():
                continue
            yield _Tile(
                max(y - _OVERLAP, 0),
                max(x - _OVERLAP, 0),
                min(core[2] + _OVERLAP, height),
                min(core[3] + _OVERLAP, width),
                core,
            )


def _part(finer: NDArray[np.float32], core: tuple[int, int, int, int]) -> NDArray[np.float32]:
    """Return the cells of the coarser level's map, twice as large, that lie over a core."""
    cell = 2 * STRIDE
    y0, x0, y1, x1 = core
    return finer[y0 // cell : -(-y1 // cell), x0 // cell : -(-x1 // cell)]


@dataclass(frozen=True, eq=False)
class _Maps:
    """What the detector says of a level, where it was looked at.

    Attributes
    ----------
    heat : ndarray of shape (rows, columns, 15), float32
        Logits; minus infinity where it was not looked at.
    box : ndarray of shape (rows, columns, 4), float32
    finer : ndarray of shape (rows, columns), float32
        Probabilities that digits too small to be read lie there.
    """

    heat: NDArray[np.float32]
    box: NDArray[np.float32]
    finer: NDArray[np.float32]

    @classmethod
    def of(cls, level: Grey) -> _Maps:
        rows, columns = (-(-side // STRIDE) for side in level.shape)
        return cls(
            np.full((rows, columns, len(CLASSES)), -np.inf, dtype=np.float32),
            np.zeros((rows, columns, 4), dtype=np.float32),
            np.zeros((rows, columns), dtype=np.float32),
        )


def _look(detector: Detector, level: Grey, tile: _Tile, maps: _Maps) -> None:
    """Run the detector on a tile and keep what it says of the core."""
    part = level[tile.y0 : tile.y1, tile.x0 : tile.x1]
    padding = [
        (_MARGIN, -(side + _MARGIN) % MULTIPLE + _MARGIN // MULTIPLE * MULTIPLE) for side in part.shape
    ]
    said = detector(np.pad(part, padding, mode="edge")[None])
    y0, x0, y1, x1 = tile.core
    rows = slice(y0 // STRIDE, -(-y1 // STRIDE))
    columns = slice(x0 // STRIDE, -(-x1 // STRIDE))
    # Of the tile's maps the same cells: the margin and the overlap before them are whole cells.
    down, across = (_MARGIN + y0 - tile.y0) // STRIDE, (_MARGIN + x0 - tile.x0) // STRIDE
    inner = (
        slice(down, down + rows.stop - rows.start),
        slice(across, across + columns.stop - columns.start),
    )
    maps.heat[rows, columns] = said.heat[0][inner][..., : len(CLASSES)]
    maps.box[rows, columns] = said.box[0][inner]
    maps.finer[rows, columns] = _sigmoid(said.heat[0][inner][..., len(CLASSES)])


# ── peaks ────────────────────────────────────────────────────────────────────────────────────────


def _peaks(maps: _Maps, mark_threshold: float) -> Peaks:
    """Return the cells whose best class is no less likely than in the eight around, and likely enough."""
    best = maps.heat.max(axis=2)
    wide = np.pad(best, 1, constant_values=-np.inf)
    rows = np.maximum(np.maximum(wide[:-2], wide[1:-1]), wide[2:])
    highest = np.maximum(np.maximum(rows[:, :-2], rows[:, 1:-1]), rows[:, 2:])
    mark = maps.heat.argmax(axis=2) >= DIGITS
    least = np.where(mark, _logit(mark_threshold), _logit(_LEAST))
    row, column = np.nonzero((best >= highest) & (best >= least))
    x, y, width, height = maps.box[row, column].astype(np.float64).T
    x, y = x + (column + 0.5) * STRIDE, y + (row + 0.5) * STRIDE
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=1)
    area = STRIDE**2 * np.isfinite(best).sum()
    return Peaks(boxes, maps.heat[row, column], float(area))


def merged(found: Sequence[Peaks], certainty: Certainty) -> Detections:
    """Return what all levels found, each character once: greedy non-maximum suppression, the likeliest first.

    Its box is voted on by the levels (Gidaris, Komodakis 2015, Object Detection via a Multi-region & Semantic
    Segmentation-aware CNN Model).
    """
    boxes = np.concatenate([peaks.boxes for peaks in found])
    logits = np.concatenate([peaks.logits for peaks in found])
    levels = np.repeat(np.arange(len(found)), [len(peaks.boxes) for peaks in found])
    windows = np.concatenate([peaks.windows for peaks in found])
    order = np.argsort(-logits.max(axis=1), kind="stable")
    boxes, logits, levels, windows = boxes[order], logits[order], levels[order], windows[order]
    digit = logits.argmax(axis=1) < DIGITS
    waiting, kept, means, voted = np.ones(len(order), dtype=bool), [], logits.copy(), boxes.copy()
    for place in range(len(order)):
        if not waiting[place]:
            continue
        kept.append(place)
        rest = np.flatnonzero(waiting[place + 1 :]) + place + 1
        same, part = _overlapping(boxes[place], boxes[rest], _inside(digit[place]))
        elsewhere = levels[rest] != levels[place]
        seen = [place, *rest[same & elsewhere]]
        means[place] = logits[seen].mean(axis=0)
        voted[place] = np.average(boxes[seen], axis=0, weights=np.exp(logits[seen].max(axis=1)))
        part &= (digit[rest] == digit[place]) & (elsewhere | ~digit[place])
        waiting[rest[same | part]] = False
    certainties = _certain(logits[kept], means[kept], certainty)
    return _distinct(Detections(voted[kept], means[kept], certainties, windows[kept]))


def _distinct(found: Detections) -> Detections:
    """Leave out digits that are a surer one, or a part of it, and marks, by the boxes that all levels voted on.

    These are more exact than those of a level, and above all than those of a slanted one.
    """
    digit = found.classes < DIGITS
    kept = np.ones(len(digit), dtype=bool)
    for place in range(len(digit)):
        if not kept[place]:
            continue
        rest = np.flatnonzero(kept[place + 1 :] & (digit[place + 1 :] == digit[place])) + place + 1
        same, part = _overlapping(found.boxes[place], found.boxes[rest], _inside(digit[place]))
        kept[rest[same | part]] = False
    return found.only(kept)


def _inside(digit: bool) -> float:
    return _INSIDE if digit else _OF_A_MARK


def _overlapping(
    box: NDArray[np.float64], others: Boxes, inside: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which of others (n, 4) are the same as a box, and where one holds so much of the other, (n,) each."""
    sides = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    shared = np.maximum(sides, 0).prod(axis=1)
    one, two = (box[2:] - box[:2]).prod(), (others[:, 2:] - others[:, :2]).prod(axis=1)
    return shared >= _SAME * (one + two - shared), shared >= inside * np.minimum(one, two)


def _certain(
    logits: NDArray[np.float32], means: NDArray[np.float32], certainty: Certainty
) -> NDArray[np.float32]:
    """Return the certainties of detections, (n,): of a mark its probability, of a digit by logistic regression.

    On the largest logit of the level that shows it best, and of the mean over all levels that show it: a stroke that
    looks like a digit in one size only is seldom one.
    """
    best, mean = logits.max(axis=1), means.max(axis=1)
    digit = means.argmax(axis=1) < DIGITS
    return _sigmoid(np.where(digit, certainty.logit(best, mean), mean))


def _sigmoid(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    result: NDArray[np.float32] = (1 / (1 + np.exp(-logits.clip(-60, 60)))).astype(np.float32)
    return result


def _logit(probability: float) -> float:
    return float(np.log(probability / (1 - probability)))
