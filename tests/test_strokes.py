"""Strokes, and the rasteriser's rule held to vectors that share no code with it."""

import json

import numpy as np
import pytest

from digits_detector import InvalidStrokes, Strokes
from digits_detector.normalize import normalize
from digits_detector.strokes import rasterize

from .vectors.strokes import DRAWINGS, VECTORS, draw

CASES = json.loads(VECTORS.read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_drawings_become_the_vectors(case: dict[str, list[list[list[float]]]]) -> None:
    drawn = normalize(Strokes(case["strokes"])).astype(int)
    assert np.abs(drawn - case["image"]).max() <= 1  # float32 may round the other way


def test_the_vectors_are_what_their_script_writes() -> None:
    assert [(case["name"], case["image"]) for case in CASES] == [
        (name, draw(strokes)) for name, strokes in DRAWINGS.items()
    ]


def test_where_and_how_large_makes_no_difference() -> None:
    points = np.array([(60, 60), (220, 60), (120, 260)], dtype=float)
    here = normalize(Strokes([points]))
    there = normalize(Strokes([points * 0.013 - 77]))
    assert np.abs(here.astype(int) - there).max() <= 1


def test_a_finely_sampled_line_is_drawn_like_its_two_ends() -> None:
    ends = np.array([(3.0, 4.0), (24.0, 20.0)])
    fine = ends[0] + np.linspace(0, 1, 5000)[:, None] * (ends[1] - ends[0])
    np.testing.assert_allclose(rasterize([fine], width=2.5), rasterize([ends], width=2.5), atol=1e-4)


def test_a_million_points_are_drawn() -> None:
    scribble = np.random.default_rng(0).normal(size=(1_000_000, 2)).cumsum(axis=0)
    assert normalize(Strokes([scribble])).any()


def test_a_line_has_the_width_of_the_pen() -> None:
    across = rasterize([np.array([(14.0, -9.0), (14.0, 40.0)])], width=3.0)[10]
    assert across.sum() == pytest.approx(3.0)


@pytest.mark.parametrize(
    "strokes",
    [
        pytest.param([[(0, 0), (1, float("nan"))]], id="NaN"),
        pytest.param([[(0, 0), (float("inf"), 1)]], id="infinite"),
        pytest.param([[(0, 0), (1e300, 1)]], id="beyond all pads"),
        pytest.param([[(0, 0, 0)]], id="three coordinates"),
        pytest.param([[0, 1, 2]], id="flat"),
        pytest.param([[(0, 0), (1,)]], id="ragged"),
        pytest.param([["ab", "cd"]], id="text"),
        pytest.param(7, id="no list"),
        pytest.param([[(10**400, 0)]], id="an integer beyond floats"),
    ],
)
def test_bad_strokes_are_refused_in_one_sentence(strokes: object) -> None:
    with pytest.raises(InvalidStrokes, match=r"^stroke.*\.$"):
        Strokes(strokes)  # type: ignore[arg-type]


@pytest.mark.parametrize("document", [None, [], {}, {"strokes": 3}, {"strokes": {"0": []}}, {"points": []}])
def test_json_of_another_form_is_refused(document: object) -> None:
    with pytest.raises(InvalidStrokes):
        Strokes.from_json(document)


def test_json_there_and_back() -> None:
    document = {"strokes": [[[1.0, 2.5], [3.0, 4.0]], [[7.0, 7.0]]]}
    assert Strokes.from_json(document).to_json() == document


def test_strokes_without_a_point_are_left_out() -> None:
    assert len(Strokes([[], [(1, 2)], np.empty((0, 2))])) == 1
