"""The weights of the segmentation lattice, see lattice.py, learned from numbers of the training writers.

A semi-Markov conditional random field (Sarawagi, Cohen 2004, Semi-Markov Conditional Random Fields for Information
Extraction): each way to cut a line into digits and other things is as likely as the exponential of minus its costs, and
the weights are those with which the ways in which the lines were composed are the likeliest. In some lines there are
letters or marks, which are no digits, however they are cut.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from tqdm import tqdm

from ...lattice import DIGIT, OTHER, Features, Line, Run, costs, features, lines_of, runs_of, seen
from ...strokes import Points, Strokes
from ..data.by_hand import Random
from ..data.mnist import Images
from ..data.pen import PenDigits
from ..data.strings import LAYOUTS, MARKS, compose, standing
from ..outliers.letters import letter

# Of images of runs: which are zeros, if they are digits, and how far their outlier scores are above the threshold.
Says: TypeAlias = Callable[[Images], tuple[NDArray[np.bool_], NDArray[np.float32]]]

NUMBERS = 1200
_OTHERS = 0.5  # of the numbers hold a letter or a mark besides
# As much do these count: people write them more seldom. With .05 instead of .03 as many of 4,000 numbers of the
# validation writers are misread, 50, and with .02 58; of 500 times two digits and a letter 107 and 122 instead of 114.
# With .05 zeros of less than half the height are no digits.
_RARE = 0.03
_STEPS = 100  # at most; some forty are enough
_REGULAR = 1e-4  # of half the squared weights, beside the mean negative log likelihood of a line
_FREE = "each"  # may speak for a digit, or for something else; nothing else may


class _Drawn(NamedTuple):
    """A line, its runs, and of each whether it is a digit or something else, (n,)."""

    line: Line
    runs: list[Run]
    digit: NDArray[np.bool_]
    other: NDArray[np.bool_]


class Example(NamedTuple):
    """A line's runs, each as a digit and as something else, which of these are true, (2 n,), and how much it counts."""

    runs: list[Run]
    true: NDArray[np.bool_]
    features: Features
    weight: float


def learned(writers: PenDigits, says: Says, numbers: int = NUMBERS) -> list[float]:
    """Return the weights, of `lattice.DIGIT` and then of `lattice.OTHER`."""
    lines = examples(writers, says, numbers, np.random.default_rng(0))
    bounds = [(None if name == _FREE else 0, None) for name in (*DIGIT, *OTHER)]
    with tqdm(total=_STEPS, desc="weights of the lattice", unit="step") as bar:
        found = minimize(
            _loss,
            np.zeros(len(bounds)),
            args=(lines,),
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            callback=lambda _: bar.update(),
            options={"maxiter": _STEPS},
        )
    return [round(weight, 4) for weight in found.x.tolist()]


def examples(writers: PenDigits, says: Says, numbers: int, random: Random) -> list[Example]:
    """Return the lines of numbers by writers, in all layouts, and what the classifier says of their runs."""
    bar = tqdm(range(numbers), desc="numbers", unit="number", mininterval=1)
    drawn = [line for _ in bar for line in _lines(writers, random)]
    images, parts = seen([(each.line, each.runs) for each in drawn])
    zeros, excess = says(images)
    return [
        Example(
            each.runs * 2,
            np.concatenate([each.digit, each.other]),
            features(each.line, each.runs, zeros[part], excess[part]),
            _RARE if each.other.any() else 1.0,
        )
        for each, part in zip(drawn, parts, strict=True)
    ]


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────


def _lines(writers: PenDigits, random: Random) -> Iterator[_Drawn]:
    """Compose a number, and yield those of its lines, as the lattice tells them, in which each digit is a run."""
    layout = list(LAYOUTS.values())[random.integers(len(LAYOUTS))]
    chosen, written = compose(writers, random, layout)
    rows = np.repeat(np.arange(len(chosen)), [len(line) for line in chosen])
    parts = written + (_besides(written, random) if random.random() < _OTHERS else [])
    drawn = Strokes(stroke for part in parts for stroke in part)
    owners = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    owner = {id(stroke): part for stroke, part in zip(drawn.strokes, owners.tolist(), strict=True)}
    for _, line in lines_of(drawn):
        parts_of = np.array([owner[id(stroke)] for stroke in line.drawn])
        digits = np.unique(parts_of[parts_of < len(written)])
        runs = list(runs_of(line))
        whole = np.array([_is_one(parts_of[slice(*run)], owners) for run in runs])
        part = np.array([parts_of[first] for first, _ in runs])
        digit = whole & (part < len(written))
        other = np.array([(parts_of[slice(*run)] >= len(written)).all() for run in runs])
        is_a_line = any(np.array_equal(digits, np.flatnonzero(rows == row)) for row in range(len(chosen)))
        if is_a_line and digit.sum() == len(digits):
            yield _Drawn(line, runs, digit, other)


def _is_one(parts: NDArray[np.intp], owners: NDArray[np.intp]) -> bool:
    """Whether strokes are all those of one part, and no others."""
    return bool((parts == parts[0]).all() and len(parts) == (owners == parts[0]).sum())


def _besides(written: Sequence[list[Points]], random: Random) -> list[list[Points]]:
    """Return a mark beside a digit, or a letter at the end of the last line; heights as in `compose`."""
    points = np.concatenate(written[-1])
    if random.random() < 0.5:
        beside = np.concatenate(written[int(random.integers(len(written)))])
        mark = MARKS[".,-:"[random.integers(4)]]
        corner = (beside[:, 0].max() + random.uniform(0.02, 0.15), beside[:, 1].max())
        return [[np.array(stroke) + corner for stroke in mark]]
    strokes = standing(letter(random), random.uniform(0.6, 1))
    corner = (points[:, 0].max() + random.uniform(0.05, 0.4), points[:, 1].max())
    return [[stroke + corner for stroke in strokes]]


# ── likelihood ───────────────────────────────────────────────────────────────────────────────────


def _loss(weights: NDArray[np.float64], lines: Sequence[Example]) -> tuple[float, NDArray[np.float64]]:
    """Return the mean negative log likelihood of the true ways to cut lines, with weight decay, and its gradient."""
    loss, gradient = 0.0, np.zeros_like(weights)
    for runs, true, of_runs, weight in lines:
        paid = np.concatenate(costs(of_runs, weights))
        every, expected = likelihood(runs, paid)
        right, wanted = likelihood(runs, np.where(true, paid, np.inf))
        loss += weight * (every - right)
        more = np.split(wanted - expected, 2)
        gradient += weight * np.concatenate([each @ rows for each, rows in zip(more, of_runs, strict=True)])
    count = sum(line.weight for line in lines)
    return loss / count + _REGULAR / 2 * float(weights @ weights), gradient / count + _REGULAR * weights


def likelihood(runs: Sequence[Run], costs: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    """Return the logarithm of what all paths through runs come to, and the probability (n,) of each run.

    The forward-backward algorithm.
    """
    count = max(last for _, last in runs)
    ending: list[list[tuple[int, float]]] = [[] for _ in range(count + 1)]
    beginning: list[list[tuple[int, float]]] = [[] for _ in range(count + 1)]
    for (first, last), cost in zip(runs, costs.tolist(), strict=True):
        ending[last].append((first, cost))
        beginning[first].append((last, cost))
    before, behind = [0.0] * (count + 1), [0.0] * (count + 1)
    for place in range(1, count + 1):
        before[place] = _log_sum(before[first] - cost for first, cost in ending[place])
    for place in reversed(range(count)):
        behind[place] = _log_sum(behind[last] - cost for last, cost in beginning[place])
    ends = np.array(runs)
    logs = np.array(before)[ends[:, 0]] - costs + np.array(behind)[ends[:, 1]]
    return before[-1], np.exp(logs - before[-1])


def _log_sum(logarithms: Iterator[float]) -> float:
    """Return the logarithm of a sum of exponentials."""
    terms = list(logarithms)
    largest = max(terms)
    return (
        largest + math.log(sum(math.exp(term - largest) for term in terms))
        if largest > -math.inf
        else largest
    )
