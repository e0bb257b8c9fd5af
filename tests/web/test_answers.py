"""What the page is told when it asks."""

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digits_detector import DigitRecognizer
from digits_detector.web import answers

from ..conftest import SEVEN


def question(picture: bytes) -> dict[str, str]:
    return {"picture": "data:image/png;base64," + base64.b64encode(picture).decode()}


def test_a_drawing_and_a_picture_are_read_as_everywhere_else(
    recognizer: DigitRecognizer, seven: Path
) -> None:
    for asked, item in ((SEVEN, answers.item(SEVEN)), (question(seven.read_bytes()), seven)):
        answer, prediction = answers.read(recognizer, asked), recognizer.predict(item)
        assert answer["digit"] == 7
        assert prediction.to_json().items() <= answer.items()
        assert base64.b64decode(answer["seen"]) == prediction.input.tobytes()
        assert answer["milliseconds"] > 0


def test_all_digits_are_read_as_everywhere_else(recognizer: DigitRecognizer, seven: Path) -> None:
    apart = [[[x + 300, y] for x, y in stroke] for stroke in SEVEN["strokes"]]
    two = {"strokes": [*SEVEN["strokes"], *apart]}
    for asked, item, text in ((two, answers.item(two), "77"), (question(seven.read_bytes()), seven, "7")):
        answer, reading = answers.read_all(recognizer, asked), recognizer.read(item)
        assert answer["text"] == text
        assert reading.to_json().items() <= json.loads(json.dumps(answer)).items()
        assert answer["milliseconds"] > 0


def test_marks_are_read_where_they_are_asked_for(recognizer: DigitRecognizer) -> None:
    minus = [[10, 160], [55, 160]]
    drawn = {"strokes": [minus, *[[[x + 30, y] for x, y in stroke] for stroke in SEVEN["strokes"]]]}
    assert answers.read_all(recognizer, drawn)["text"] == "7"
    assert answers.read_all(recognizer, {**drawn, "marks": True})["text"] == "-7"


def test_where_there_are_no_digits_the_text_is_empty(recognizer: DigitRecognizer) -> None:
    answer = answers.read_all(recognizer, {"strokes": []})
    assert (answer["text"], answer["lines"]) == ("", [])


def test_a_drawing_and_a_picture_are_explained(recognizer: DigitRecognizer, seven: Path) -> None:
    for asked in (SEVEN, question(seven.read_bytes())):
        answer = json.loads(json.dumps(answers.explain(recognizer, asked)))
        assert answer["digits"][0] == 7
        assert np.shape(answer["heat"]) == (2, 28, 28)
        assert len(base64.b64decode(answer["seen"])) == 784


@pytest.mark.parametrize(
    "asked",
    [
        None,
        {"strokes": "a line"},
        {"picture": None},
        {"picture": "/etc/hostname"},
        {"picture": "https://example.org/seven.png"},
        {"picture": "data:image/png;base64,ab!"},
        {"picture": "data:image/png,"},
        question(b"Dear network, please read this."),
        {"picture": "data:image/png;base64," + "A" * answers.LONGEST},
    ],
    ids=lambda asked: str(asked)[:40],
)
def test_what_cannot_be_read_is_answered_in_one_sentence(recognizer: DigitRecognizer, asked: Any) -> None:
    for ask in (answers.read, answers.read_all, answers.explain):
        answer = ask(recognizer, asked)
        assert list(answer) == ["error"]
        assert len(answer["error"]) < 200
        assert "\n" not in answer["error"]
