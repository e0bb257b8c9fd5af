"""`digits read`: a line a file, JSON, and the annotated picture."""

import json
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from digits_detector import Strokes
from digits_detector.cli import main
from tests.test_numbers import flat, grey, picture, written


@pytest.fixture
def number(tmp_path: Path) -> Path:
    """Return the path of a picture of 395."""
    Image.fromarray(grey(picture(flat(written("395"))))).save(tmp_path / "number.png")
    return tmp_path / "number.png"


def test_the_number_is_printed_behind_the_file(number: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", str(number)]) == 0
    assert capsys.readouterr().out == f"{number}: 395\n"


def test_strokes_of_two_lines_are_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    strokes = Strokes(flat([*written("70"), *written("39", top=400)]))
    (tmp_path / "lines.json").write_text(json.dumps(strokes.to_json()))
    assert main(["read", str(tmp_path / "lines.json")]) == 0
    assert capsys.readouterr().out.endswith("lines.json: 70 39\n")


def test_a_white_picture_has_no_digits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Image.new("L", (200, 80), 255).save(tmp_path / "white.png")
    assert main(["read", str(tmp_path / "white.png")]) == 0
    assert capsys.readouterr().out.endswith("white.png: no digits\n")


def test_json_holds_lines_and_boxes(number: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "--json", str(number)]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["file"], document["text"]) == (str(number), "395")
    assert [len(digit["box"]) for digit in document["lines"][0]["digits"]] == [4, 4, 4]


def test_the_annotated_picture_is_saved(number: Path, tmp_path: Path) -> None:
    out = tmp_path / "boxes.png"
    assert main(["read", str(number), "--annotate", str(out)]) == 0
    with Image.open(out) as image, Image.open(number) as plain:
        assert (image.mode, image.size) == ("RGB", plain.size)


def test_what_cannot_be_annotated_is_said(
    number: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["read", str(number), str(number), "--annotate", "out.png"]) == 1
    assert main(["read", str(number), "--annotate", str(tmp_path / "missing" / "out.png")]) == 1
    (tmp_path / "drawn.json").write_text(json.dumps(Strokes(flat(written("7"))).to_json()))
    assert main(["read", str(tmp_path / "drawn.json"), "--annotate", str(tmp_path / "out.png")]) == 1
    errors = capsys.readouterr().err.splitlines()
    assert len(errors) == 3
    assert all(error.startswith("digits: ") for error in errors)


def test_a_bad_file_does_not_stop_the_next(number: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "missing.png", str(number)]) == 1
    said = capsys.readouterr()
    assert said.out == f"{number}: 395\n"
    assert said.err == "digits: there is no file missing.png.\n"


def test_strokes_are_no_picture_to_annotate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "drawn.json").write_text(json.dumps(Strokes(flat(written("7"))).to_json()))
    assert main(["read", str(tmp_path / "drawn.json"), "--annotate", str(tmp_path / "out.png")]) == 1
    assert "draws on a picture" in capsys.readouterr().err


def test_marks_are_read_where_they_are_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    image = Image.new("L", (420, 140), 255)
    ImageDraw.Draw(image).text((40, 30), "35.48", fill=0, font=ImageFont.load_default(80))
    image.save(tmp_path / "price.png")
    assert main(["read", str(tmp_path / "price.png"), "--marks"]) == 0
    assert main(["read", str(tmp_path / "price.png")]) == 0
    marked, plain = capsys.readouterr().out.splitlines()
    assert (marked.split(": ")[1], plain.split(": ")[1]) == ("35.48", "3548")
