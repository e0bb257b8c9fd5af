"""The weights of the segmentation lattice: the likelihood of its paths, and what is learned from composed numbers."""

import itertools
import math

import numpy as np
import pytest

from digits_detector.lattice import DIGIT, OTHER, best_path, costs
from digits_detector.models import ONNX
from digits_detector.networks.classifier import Classifier
from digits_detector.training.classifier.segmentation import Example, Says, examples, learned, likelihood
from digits_detector.training.data import pen
from digits_detector.training.data.pen import PenDigits


def test_the_likelihood_is_that_of_all_paths() -> None:
    runs = [(0, 1), (1, 2), (2, 3), (0, 2), (1, 3), (0, 1)]
    costs = np.array([0.5, -0.2, 1.0, 2.0, 0.1, 0.9])
    paths = [[0, 1, 2], [5, 1, 2], [3, 2], [0, 4], [5, 4]]
    weights = np.exp([-costs[path].sum() for path in paths])
    total, shares = likelihood(runs, costs)
    assert total == pytest.approx(math.log(weights.sum()))
    for run in range(len(runs)):
        mine = sum(weight for path, weight in zip(paths, weights, strict=True) if run in path)
        assert shares[run] == pytest.approx(mine / weights.sum())


def test_what_may_not_be_is_in_no_path() -> None:
    total, shares = likelihood([(0, 1), (1, 2), (0, 2)], np.array([1.0, np.inf, 3.0]))
    assert total == pytest.approx(-3)
    assert shares.tolist() == [0, 0, 1]


@pytest.fixture(scope="module")
def says() -> Says:
    """Return what the shipped classifier says of runs."""
    classifier = Classifier(ONNX)

    def said(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        outputs = classifier(images)
        return outputs.logits.argmax(axis=1) == 0, outputs.outlier_scores - classifier.outlier_threshold

    return said


@pytest.fixture(scope="module")
def writers() -> tuple[PenDigits, PenDigits]:
    """Return the writers to train on, and those to choose on."""
    return pen.split(pen.load())


def test_each_way_to_cut_a_line_in_digits_is_right_or_wrong(
    writers: tuple[PenDigits, PenDigits], says: Says
) -> None:
    for line in examples(writers[0], says, 20, np.random.default_rng(3)):
        digits, others = np.split(line.true, 2)
        assert digits.any()
        assert not (digits & others).any()
        right = sorted(run for run, true in zip(line.runs, line.true, strict=True) if true)
        assert right[0][0] == 0
        assert all(after[0] <= before[1] for before, after in itertools.pairwise(right))


@pytest.mark.slow
def test_numbers_teach_how_lines_are_cut(writers: tuple[PenDigits, PenDigits], says: Says) -> None:
    weights = np.array(learned(writers[0], says, 150))
    assert (weights[[name != "each" for name in (*DIGIT, *OTHER)]] >= 0).all()
    lines = examples(writers[1], says, 100, np.random.default_rng(4))
    of_digits = [line for line in lines if not np.split(line.true, 2)[1].any()]
    assert np.mean([_cut_right(line, weights) for line in of_digits]) > 0.95


def _cut_right(line: Example, weights: np.ndarray) -> bool:
    digit, other = costs(line.features, weights)
    _, path = best_path(line.runs, np.concatenate([digit, other]))
    right = set(np.flatnonzero(line.true[: len(digit)]).tolist())
    return {place for place in path if place < len(digit)} == right
