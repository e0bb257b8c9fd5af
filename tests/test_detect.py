"""What is found on the levels of the pyramid comes to each character once; a picture of faint likenesses holds none."""

import json
from typing import Any, TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray

from digits_detector import DigitRecognizer
from digits_detector.detect import Detections, Peaks, _pyramid, counted, detect, evidence, grey, merged
from digits_detector.lines import characters, grouped, spelled
from digits_detector.networks.detector import CLASSES, Certainty

from .test_numbers import flat, picture, written
from .vectors.detections import AREA, PICTURE_ODDS, SCENES, THRESHOLD, VECTORS

CASES = json.loads(VECTORS.read_text(encoding="utf-8"))
BEST_LEVEL = Certainty(1.0, 0.0, 0.0)
LIMITS = THRESHOLD, PICTURE_ODDS

Found: TypeAlias = tuple[tuple[float, float, float, float], str, float]  # a box, a character, its logit


def peaks(*found: Found, area: float = AREA) -> Peaks:
    """Return what a level shows."""
    logits = np.full((len(found), len(CLASSES)), -9, dtype=np.float32)
    for row, (_, character, logit) in zip(logits, found, strict=True):
        row[CLASSES.index(character)] = logit
    return Peaks(np.array([box for box, *_ in found], dtype=np.float64).reshape(-1, 4), logits, area)


def level_of(found: list[dict[str, Any]]) -> Peaks:
    """Return what the vectors say that a level shows."""
    boxes, logits = ([each[name] for each in found] for name in ("box", "logits"))
    return Peaks(
        np.array(boxes).reshape(-1, 4),
        np.array(logits, dtype=np.float32).reshape(-1, len(CLASSES)),
        AREA,
    )


def read(found: Detections) -> str:
    return "".join(CLASSES[kind] for kind in found.classes)


def test_the_vectors_are_those_of_the_scenes() -> None:
    kept = {case["name"]: (case["found"], case["text"], case["marked"]) for case in CASES}
    assert kept == SCENES


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_what_all_levels_show_is_read_as_it_was_written(case: dict[str, Any]) -> None:
    levels = sorted({each["level"] for each in case["found"]}) or [0]
    shown = [level_of([each for each in case["found"] if each["level"] == level]) for level in levels]
    found = counted(merged(shown, BEST_LEVEL), *LIMITS)
    kinds = characters(found)
    lines = grouped(found.boxes, kinds)
    digits = [
        ["".join(CLASSES[kinds[n]] for n in number if kinds[n] < 10) for number in line] for line in lines
    ]
    assert "\n".join(" ".join(line) for line in digits) == case["text"]
    marked = [" ".join(spelled(number, kinds) for number in line) for line in lines]
    assert "\n".join(marked) == case["marked"]


def test_the_pyramid_ends_where_a_digit_as_high_as_the_picture_is_found() -> None:
    shapes = [level.shape for level in _pyramid(np.ones((201, 90), dtype=np.float32), 48)]
    assert shapes == [(201, 90), (101, 45)]


def test_a_character_that_two_levels_find_is_one() -> None:
    fine = peaks(((10, 10, 30, 40), "3", 2.0), ((60, 10, 80, 40), "7", 1.0))
    coarse = peaks(((11, 9, 31, 41), "3", 1.0))
    found = merged([coarse, fine], BEST_LEVEL)
    assert read(found) == "37"
    assert found.logits[0].max() == pytest.approx(1.5)  # the mean of both levels
    odds = np.exp([2.0, 1.0])
    assert found.boxes[0, 0] == pytest.approx(np.average([10, 11], weights=odds))
    assert found.boxes[1].tolist() == [60, 10, 80, 40]


def test_a_loop_that_a_finer_level_finds_within_a_digit_is_a_part_of_it() -> None:
    nine, loop = ((0, 0, 60, 100), "9", 2.0), ((5, 5, 50, 45), "0", 1.0)
    assert read(merged([peaks(nine), peaks(loop)], BEST_LEVEL)) == "9"


def test_a_digit_that_is_a_surer_one_by_the_boxes_that_all_levels_voted_on_is_left_out() -> None:
    first, second, third = (peaks(((x, 0, x + 20, 40), "0", 2 - x / 90)) for x in (0, 6, 9))
    assert read(merged([first, third], BEST_LEVEL)) == "00"
    assert read(merged([first, second, third], BEST_LEVEL)) == "0"


def test_digits_of_one_level_that_overlap_stay_two() -> None:
    one, four = ((0, 0, 20, 40), "1", 2.0), ((15, 0, 40, 40), "4", 1.0)
    assert read(merged([peaks(one, four)], BEST_LEVEL)) == "14"


def test_a_point_beside_a_digit_is_no_part_of_it() -> None:
    seven, point = ((0, 0, 60, 100), "7", 2.0), ((40, 90, 50, 100), ".", 1.0)
    assert read(merged([peaks(seven), peaks(point)], BEST_LEVEL)) == "7."


def test_a_digit_is_more_certain_where_more_levels_show_it_as_clearly() -> None:
    clear, faint = ((0, 0, 20, 40), "4", 1.0), ((0, 0, 20, 40), "4", -2.0)
    certainty = Certainty(1.0, 1.0, -1.0)
    (both,) = merged([peaks(clear), peaks(clear)], certainty).certainties
    (one,) = merged([peaks(clear), peaks(faint)], certainty).certainties
    assert both == pytest.approx(1 / (1 + np.exp(-1)))
    assert one < both


def test_a_mark_is_as_certain_as_it_is_probable() -> None:
    point = ((0, 0, 5, 5), ".", 1.0)
    assert merged([peaks(point)], Certainty(9.0, 9.0, 9.0)).certainties[0] == pytest.approx(
        1 / (1 + np.exp(-1))
    )


def test_faint_digits_count_beside_a_clear_one_only() -> None:
    def reading(*found: Found) -> str:
        return read(counted(merged([peaks(*found)], BEST_LEVEL), *LIMITS))

    faint, fainter = ((0, 0, 20, 40), "4", -0.3), ((80, 0, 99, 40), "9", -1.0)
    assert reading(faint) == ""
    assert reading(((40, 0, 60, 40), "2", 1.0), faint, fainter) == "24"
    assert reading(((40, 0, 60, 40), ".", 1.0), faint) == ""  # a mark is no digit
    assert reading() == ""


def test_a_pen_of_any_colour_stands_out() -> None:
    blue, white = np.array([20, 20, 200]), np.array([250, 250, 250])
    page = np.tile(white, (8, 8, 1))
    page[3, 2:6] = blue
    channels = [page[..., channel].astype(np.uint8) for channel in range(3)]
    assert grey(channels)[3, 3] < 0.1
    assert grey(channels)[0, 0] > 0.9
    inverted = [np.asarray(255 - channel) for channel in channels]
    assert grey(inverted)[3, 3] > 0.9
    assert grey(inverted)[0, 0] < 0.1


@pytest.mark.parametrize("size", [(900, 1200), (2400, 900)])
def test_a_large_picture_is_looked_at_in_tiles_and_nothing_is_lost(
    size: tuple[int, int], recognizer: DigitRecognizer
) -> None:
    small = picture(flat(written("3")), scale=0.2, brush=3)
    height, width = small.shape
    page: NDArray[np.float32] = np.ones(size, dtype=np.float32)
    places = [(row, column) for row in (5, size[0] - height - 5) for column in (5, 440, size[1] - width - 5)]
    for row, column in places:  # at the corners, and across the border of two tiles
        page[row : row + height, column : column + width] = small
    detector = recognizer.detector()
    found = counted(detect(detector, page), detector.threshold, detector.picture_odds)
    assert read(found) == "3" * len(places)


def test_the_more_windows_were_looked_at_the_clearer_a_digit_must_be() -> None:
    def reading(area: float, picture_odds: float) -> str:
        found = merged([peaks(((0, 0, 20, 40), "7", 1.0), area=area)], BEST_LEVEL)
        return read(counted(found, THRESHOLD, picture_odds))

    odds = np.exp(1.0)
    assert reading(100 * 40**2, 0.99 * odds / 100) == "7"
    assert reading(100 * 40**2, 1.01 * odds / 100) == ""
    assert reading(0.5 * 40**2, 0.99 * odds) == "7"  # cut close, there is one window


def test_of_many_digits_each_may_be_less_clear() -> None:
    windows = np.full(3, 50.0)
    assert evidence(np.array([9.0, 1.0, 0.1]), windows) == pytest.approx(9 / 50)
    assert evidence(np.array([9.0, 8.0, 7.0]), windows) == pytest.approx(3 * 7 / 50)
    assert evidence(np.empty(0), np.empty(0)) == 0


def test_marks_never_overlap() -> None:
    colon, point = ((0, 10, 10, 50), ":", 2.0), ((1, 42, 9, 50), ".", 1.0)
    beside = ((4, 10, 14, 50), ":", 0.5)
    assert read(merged([peaks(colon, point, beside)], BEST_LEVEL)) == ":"
    found = merged([peaks(colon), peaks(point)], BEST_LEVEL)
    assert found.logits.max() == 2  # the point says nothing of the colon
    lower = ((0, 15, 10, 55), ":", 1.9)  # so the colon's box ends at 52.4
    below = ((1, 49, 9, 56), ".", 1.0)
    assert read(merged([peaks(colon), peaks(below)], BEST_LEVEL)) == ":."
    assert read(merged([peaks(colon), peaks(lower), peaks(below)], BEST_LEVEL)) == ":"


@pytest.mark.parametrize("slant", [-0.6, 0.6])
def test_a_small_picture_of_a_much_slanted_number_is_read(slant: float, recognizer: DigitRecognizer) -> None:
    moved = np.array([[1, 0], [-slant, 1]])
    page = picture([stroke @ moved for stroke in flat(written("3407951"))], scale=0.2, brush=3)
    assert recognizer.read((255 * page).astype(np.uint8)).text == "3407951"
