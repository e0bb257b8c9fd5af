"""What the network's maps should hold for the boxes of a page, and the loss between the two."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from keras import ops

from .labels import CLASSES, DIGITS, FINER, IGNORED
from .network import BOX, HEAT, STRIDE

SIZE = 16.0  # pixels: boxes are learnt as logarithms of their size over this
_NEAR = 0.6  # of a heat map's peak: cells with more learn the class and the box
_CLASS, _BOX, _FINER = 0.5, 0.5, 0.3  # weights of the losses beside the heat maps'


class Targets(NamedTuple):
    """Of each cell of a batch of pages, (n, h, w, …).

    Attributes
    ----------
    heat : (n, h, w, 15)
        Gaussian peaks of 1 in the cells of the centres.
    finer : (n, h, w)
        1 where a digit that is too small lies.
    asked : (n, h, w)
        0 where the loss leaves out the heat maps.
    near : (n, h, w)
        How near the cell is to the centre of the nearest box, in [0, 1].
    box : (n, h, w, 4)
        As the network puts it, of that box.
    """

    heat: Any
    finer: Any
    asked: Any
    near: Any
    box: Any


def targets(boxes: Any, height: int, width: int) -> Targets:
    """Return the targets of boxes (n, k, 5) for maps of that height and width; class -1 is no box."""
    x0, y0, x1, y1, kind = (boxes[:, :, place] for place in range(5))
    x, y = (x0 + x1) / (2 * STRIDE), (y0 + y1) / (2 * STRIDE)  # cells
    across = _gaussian(ops.floor(x), (x1 - x0) / STRIDE, width)
    down = _gaussian(ops.floor(y), (y1 - y0) / STRIDE, height)
    found = ops.cast((kind >= 0) & (kind < len(CLASSES)), "float32")
    peaks = down[:, :, :, None] * across[:, :, None, :] * found[:, :, None, None]  # (n, k, h, w)
    near, nearest = ops.max(peaks, axis=1), ops.argmax(peaks, axis=1)
    size = [ops.log(ops.maximum(side, 1.0) / SIZE) for side in (x1 - x0, y1 - y0)]
    known = ops.stack([x, y, *size, kind], axis=-1)  # (n, k, 5)
    flat = ops.reshape(nearest, (-1, height * width, 1))
    mine = ops.reshape(ops.take_along_axis(known, flat, axis=1), (-1, height, width, 5))
    heat = near[..., None] * ops.one_hot(ops.cast(mine[..., 4], "int32"), len(CLASSES))
    cells = ops.convert_to_tensor(
        np.stack(np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5), axis=-1).astype(np.float32)
    )
    box = ops.concatenate([mine[..., :2] - cells, mine[..., 2:4]], axis=-1)
    finer = _covered(boxes, kind == FINER, height, width)
    ignored = _covered(boxes, kind == IGNORED, height, width)
    # A digit to be found beside one that is left out is asked for all the same.
    asked = ops.cast((ignored < 0.5) | (near > _NEAR), "float32")
    return Targets(heat, finer, asked, near, box)


def _gaussian(centre: Any, extent: Any, length: int) -> Any:
    """Return (n, k, length): a bell around the centre's cell, the wider the box."""
    sigma = 0.5 + 0.06 * extent
    cells = ops.arange(length, dtype="float32")
    return ops.exp(-ops.square(cells - centre[:, :, None]) / (2 * ops.square(sigma[:, :, None])))


def _covered(boxes: Any, mask: Any, height: int, width: int) -> Any:
    """Return (n, h, w): 1 in the cells whose middle lies in a box of the mask (n, k)."""
    x = STRIDE * (ops.arange(width, dtype="float32") + 0.5)
    y = STRIDE * (ops.arange(height, dtype="float32") + 0.5)
    # Boxes may be narrower than a cell: half a cell is added on each side.
    half = STRIDE / 2
    across = (x >= boxes[:, :, 0, None] - half) & (x <= boxes[:, :, 2, None] + half)
    down = (y >= boxes[:, :, 1, None] - half) & (y <= boxes[:, :, 3, None] + half)
    inside = down[:, :, :, None] & across[:, :, None, :] & mask[:, :, None, None]
    return ops.cast(ops.any(inside, axis=1), "float32")


def loss(boxes: Any, maps: Any) -> Any:
    """Return the loss (n,) of maps (n, h, w, 20) for boxes (n, k, 5).

    Penalty-reduced focal loss of the heat maps and L1 of the boxes (Zhou, Wang, Krähenbühl 2019, section 3); beside
    them cross-entropy among the ten digits where one stands, and of the map of digits that are too small.
    """
    maps = ops.cast(maps, "float32")
    wanted = targets(boxes, maps.shape[1], maps.shape[2])
    logits = maps[..., : len(CLASSES)]
    count = 1.0 + ops.sum(ops.cast(wanted.heat > 0.999, "float32"), axis=(1, 2, 3))
    focal = _focal(wanted.heat, logits) * wanted.asked[..., None]
    heat = ops.sum(focal, axis=(1, 2, 3))
    near = ops.where(wanted.near > _NEAR, wanted.near, 0.0)
    digit = wanted.heat[..., :DIGITS]
    log_shares = logits[..., :DIGITS] - ops.logsumexp(logits[..., :DIGITS], axis=-1, keepdims=True)
    classes = -ops.sum(ops.where(digit > _NEAR, digit, 0.0) * log_shares, axis=(1, 2, 3))
    distance = ops.sum(ops.abs(maps[..., HEAT : HEAT + BOX] - wanted.box), axis=-1)
    box = ops.sum(near * distance, axis=(1, 2))
    finer = _binary(wanted.finer, maps[..., len(CLASSES)])
    # As many cells count as a page has: a page without small digits must not weigh too much.
    finer = ops.mean(finer, axis=(1, 2))
    return (heat + _CLASS * classes + _BOX * box) / count + _FINER * finer


def _focal(heat: Any, logits: Any) -> Any:
    """Return the focal loss of each cell, alpha 2, beta 4 (Law, Deng 2018, CornerNet, section 3.2)."""
    probability = ops.sigmoid(logits)
    hit = ops.cast(heat > 0.999, "float32")
    positive = ops.square(1 - probability) * ops.softplus(-logits)
    negative = ops.power(1 - heat, 4.0) * ops.square(probability) * ops.softplus(logits)
    return hit * positive + (1 - hit) * negative


def _binary(truth: Any, logits: Any) -> Any:
    return ops.softplus(logits) - truth * logits
