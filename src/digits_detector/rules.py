"""Printed lines across a picture: the rules of the paper, and the sides of boxes."""

from __future__ import annotations

import numpy as np

from .components import components
from .filters import Mask, opening_of_columns, runs_of_columns

_FEWEST = 32  # pixels: what is shorter is no rule
_GAP = 3  # pixels: what is narrower is bridged
_THICK = 1.6  # times the rule's usual thickness: where it is thicker, a stroke crosses it
_ALONE = (
    1.2  # times all that is written is high: where there is one rule and it is shorter, it is the roof of a 7
)
_BARE = 0.8  # of the length shows nothing but the rule


def rules(written: Mask, long: float) -> Mask:
    """Return what belongs to rules that go from left to right, level or nearly so, over that part of the width.

    It lies in a long run of a row (gaps, and steps of a pixel, are bridged) and in a short run of its column: where a
    digit stands on the rule or crosses it, the column's run is longer, and stays.
    """
    none = np.zeros_like(written)
    length = int(long * written.shape[1]) | 1
    above, below = none.copy(), none.copy()
    above[1:], below[:-1] = written[:-1], written[1:]
    thick = written | above | below
    rows = np.count_nonzero(thick, axis=1) >= (1 - 1 / _GAP) * length  # all others have no such run
    if length < _FEWEST or not rows.any():
        return none
    bridged = none.copy()
    bridged[rows] = _opened(~_opened(~thick[rows], _GAP), length)
    rule = bridged & written
    if not rule.any():
        return none
    runs = runs_of_columns(written)
    thin = rule & (runs <= _THICK * np.median(runs[rule]) + 1)
    names = components(bridged.astype(np.float32)).labels
    lengths = np.array(
        [np.count_nonzero((thin & (names == name)).any(axis=0)) for name in range(names.max() + 1)]
    )
    bare = lengths >= _BARE * length
    high = np.ptp(np.flatnonzero(written.any(axis=1))) + 1
    if bare.sum() == 1 and lengths[bare][0] < _ALONE * high:
        return none
    found: Mask = thin & np.append(bare, False)[names]
    return found


def _opened(mask: Mask, length: int) -> Mask:
    """Keep the runs of rows that are as long."""
    opened: Mask = opening_of_columns(mask.T.astype(np.float32), length).T > 0
    return opened
