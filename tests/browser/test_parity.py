"""The recogniser in the browser gives what Python's gives: the same digits, probabilities and boxes."""

import base64
import io
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page

from benchmarks.nondigits import rows_of_digits, scribbles, signs
from digits_detector import DigitRecognizer, Strokes
from digits_detector.image.decode import channels, full_range

from ..conftest import need
from ..photographs import DIGITS, PHOTOGRAPHS, photograph
from ..pictures import picture
from ..test_numbers import circles, eights_beside_a_one
from ..vectors import detections, strokes
from .conftest import Visit
from .stage import number

CLOSE = 1e-3  # of probabilities
LIMITS = detections.AREA, detections.THRESHOLD, detections.PICTURE_ODDS
NORMALIZE = """async (drawings) => {
    const { normalize } = await import("./normalize.js");
    return drawings.map((strokes) => Array.from(normalize(strokes)));
}"""
MERGE = """async ([cases, area, threshold, pictureOdds]) => {
    const { counted, merged } = await import("./detect.js");
    const { grouped, kinds, spelled } = await import("./lines.js");
    const { CLASSES, DIGITS } = await import("./networks.js");
    const said = ({ box, logits, level }) => ({ box, logits: Float32Array.from(logits), level, area });
    const digits = (group) => group.map(({ kind }) => (kind < DIGITS ? CLASSES[kind] : "")).join("");
    return cases.map(({ found }) => {
        const characters = counted(merged(found.map(said), [1, 0, 0]), { threshold, pictureOdds });
        const known = kinds(characters);
        const lines = grouped(characters.map((each, i) => ({ ...each, kind: known[i] })));
        return [digits, spelled].map((text) => lines.map((line) => line.map(text).join(" ")).join("\\n"));
    });
}"""
ASK = """async ([name, questions]) => {
    const { Recognizer } = await import("./recognizer.js");
    window.recognizer ??= await Recognizer.load();
    const answers = [];
    for (const question of questions) {
        const { input, ...answer } = await window.recognizer[name](question);
        answers.push({ ...answer, input: input && Array.from(input) });
    }
    return answers;
}"""


@pytest.fixture(scope="module")
def ask(
    contexts: Callable[..., Any], host: str
) -> Iterator[Callable[[str, list[Any]], list[dict[str, Any]]]]:
    """Ask the recogniser in a browser many questions."""
    page: Page = contexts().new_page()
    page.goto(host)
    yield lambda name, questions: page.evaluate(ASK, [name, questions])
    page.close()


def test_the_rasteriser_is_held_to_the_vectors(visit: Visit, host: str) -> None:
    cases = json.loads(strokes.VECTORS.read_text(encoding="utf-8"))
    drawn = visit(host).evaluate(NORMALIZE, [case["strokes"] for case in cases])
    for case, image in zip(cases, drawn, strict=True):
        assert np.abs(np.reshape(image, (28, 28)) - case["image"]).max() <= 1, case["name"]


def test_levels_and_lines_are_held_to_the_vectors(visit: Visit, host: str) -> None:
    cases = json.loads(detections.VECTORS.read_text(encoding="utf-8"))
    texts = visit(host).evaluate(MERGE, [cases, *LIMITS])
    for case, text in zip(cases, texts, strict=True):
        assert text == [case["text"], case["marked"]], case["name"]


def test_nothing_drawn_is_blank(ask: Callable[..., Any]) -> None:
    (reading,) = ask("predict", [{"strokes": [[], []]}])
    assert reading["status"] == "blank"
    assert reading["digit"] is None
    assert reading["probabilities"] == [0.1] * 10


@pytest.mark.slow
@pytest.mark.train  # the pen strokes are unpacked by what training brings
def test_1000_drawings_are_read_as_python_reads_them(
    ask: Callable[..., Any], recognizer: DigitRecognizer, pen_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from digits_detector.training.data import pen

    monkeypatch.setenv("DIGITS_DATA", str(pen_folder.parent))
    random = np.random.default_rng(0)
    _, digits = pen.split(pen.load())
    drawings = [*digits.strokes[:650], *signs(40, random), *scribbles(40, random)]
    drawings += rows_of_digits(1000 - len(drawings) - 1, digits.strokes, random)
    drawings += [Strokes([[(200, 200), (201, 200)], [(200, 201)]])]  # a dot, made of two
    assert len(drawings) == 1000
    questions = [drawing.to_json() for drawing in drawings]
    reported = ask("predict", questions)
    known = recognizer.predict_batch(drawings)
    assert [each["status"] for each in reported] == list(known.status)
    assert [each["digit"] for each in reported] == [each.digit for each in known]
    assert {*known.status} == {"digit", "not_a_digit"}
    theirs, ours = (np.array([row[name] for row in reported]) for name in ("probabilities", "outlier_score"))
    assert np.abs(theirs - known.probabilities).max() <= CLOSE
    assert np.abs(ours - known.outlier_score).max() <= 0.02
    inputs = np.array([each["input"] for each in reported]).reshape(-1, 28, 28)
    assert np.abs(inputs - known.input.astype(int)).max() <= 1
    for reading, drawing in zip(ask("read", questions[600:]), drawings[600:], strict=True):
        same_reading(reading, recognizer.read(drawing))


@pytest.mark.parametrize("marks", [False, True])
def test_numbers_on_the_pad_are_read_as_python_reads_them(
    ask: Callable[..., Any], recognizer: DigitRecognizer, marks: bool
) -> None:
    rows = [number(text, gap) for text in ("7", "1984", "73294") for gap in (-0.05, 0.1, 1.0)]
    drawings = [[[[400 * x, 400 * y] for x, y in stroke] for stroke in row] for row in rows]
    drawings.append(
        [*drawings[3], [[60, 500], [120, 500]], *[[[x, y + 400] for x, y in s] for s in drawings[5]]]
    )
    drawings.append([(circle + 200).tolist() for circle in circles([(0, 0), (0, 80), (90, 0), (90, 80)])])
    drawings.append([(stroke + 400).tolist() for stroke in eights_beside_a_one()])
    reported = ask("read", [{"strokes": drawing, "marks": marks} for drawing in drawings])
    for reading, drawing in zip(reported, drawings, strict=True):
        same_reading(reading, recognizer.read(Strokes(drawing), marks=marks))


@pytest.mark.slow
def test_300_pictures_are_read_as_python_reads_them(
    ask: Callable[..., Any], recognizer: DigitRecognizer
) -> None:
    files = [*random_pictures(39), *photographs(), *collected(51)]
    need(len(files) >= 300, "the pictures of $DIGITS_DATA are missing")
    assert len(files) == 300
    questions = [picture_question(file) for file in files]
    off: list[float] = []
    for reading, file in zip(ask("read", questions[::2]), files[::2], strict=True):
        off += same_reading(reading, recognizer.read(file), close=0.05)
    # Where an edge lies midway between two pixels, or ink on its threshold, it may be rounded either way.
    assert np.mean(np.array(off) <= CLOSE) >= 0.99, sorted(off)[-5:]
    predicted, known = ask("predict", questions[1::2]), [recognizer.predict(file) for file in files[1::2]]
    assert [(each["status"], each["digit"]) for each in predicted] == [
        (each.status, each.digit) for each in known
    ]
    ours, theirs = [each.probabilities for each in known], [each["probabilities"] for each in predicted]
    assert np.mean(np.abs(np.subtract(ours, theirs)).max(axis=1) <= CLOSE) >= 0.99
    for explained, file in zip(ask("explain", questions[::30]), files[::30], strict=True):
        explanation = recognizer.explain(file)
        assert explained["digits"] == list(explanation.digits)
        assert (
            np.abs(np.reshape(explained["heat"], explanation.heat.shape) - explanation.heat).max(initial=0)
            <= 0.01
        )


def test_noise_is_judged_as_python_judges_it(ask: Callable[..., Any], recognizer: DigitRecognizer) -> None:
    random = np.random.default_rng(0)
    files = [png(random.integers(256, size=random.integers(20, 60, 2), dtype=np.uint8)) for _ in range(60)]
    judged = ask("predict", [picture_question(file) for file in files])
    assert [each["status"] for each in judged] == list(recognizer.predict_batch(files).status)


def test_a_transparent_picture_is_laid_on_paper(ask: Callable[..., Any], recognizer: DigitRecognizer) -> None:
    ink = np.where(photograph(next(iter(PHOTOGRAPHS)), next(iter(DIGITS))) < 128, 255, 0).astype(np.uint8)
    file = png(np.stack([np.zeros_like(ink)] * 3 + [ink], axis=-1))
    (read,) = ask("read", [picture_question(file)])
    same_reading(read, recognizer.read(file))


def same_reading(reported: dict[str, Any], known: Any, close: float = CLOSE) -> list[float]:
    """Assert that two readings are the same, and return how far off each digit's probabilities are."""
    expected = known.to_json()
    assert reported["text"] == expected["text"]
    ours, theirs = (
        [digit for line in each["lines"] for digit in line["digits"]] for each in (expected, reported)
    )
    off = []
    for one, other in zip(ours, theirs, strict=True):
        off.append(float(np.abs(np.subtract(one["probabilities"], other["probabilities"])).max()))
        assert off[-1] <= close
        assert np.abs(np.subtract(one["box"], other["box"])).max() <= 1
    assert [line["numbers"] for line in reported["lines"]] == [
        [{"text": each["text"], "box": pytest.approx(each["box"], abs=1)} for each in line["numbers"]]
        for line in expected["lines"]
    ]
    return off


def picture_question(file: bytes) -> dict[str, str]:
    return {"picture": "data:image/png;base64," + base64.b64encode(file).decode()}


def png(levels: NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(levels).save(file, "PNG")
    return file.getvalue()


def random_pictures(n: int) -> Iterator[bytes]:
    """Yield files of pictures that are valid, and show anything."""
    for seed in range(n):
        bands = [
            np.rint(band * (255 / full_range(band))).astype(np.uint8) for band in channels(picture(seed, 400))
        ]
        yield png(np.stack(bands * 3 if len(bands) == 1 else bands, axis=-1))


def photographs() -> Iterator[bytes]:
    """Yield files of photographs of digits, of all kinds."""
    for kind in PHOTOGRAPHS:
        for name in DIGITS:
            yield png(np.asarray(Image.fromarray(photograph(kind, name)).convert("RGB")))


def collected(n: int) -> Iterator[bytes]:
    """Yield files of people's own pictures: cheques, old documents, digits on paper."""
    folder = Path(os.environ.get("DIGITS_DATA", "data"))
    for name in ("strings/cheque_amounts", "photo/dida_digits", "photo/paper_digits"):
        path = folder / f"{name}.npz"
        if not path.exists():
            continue
        with np.load(path) as arrays:
            images, boxes = arrays["images"], arrays["crop_yxhw"]
        for place in np.linspace(0, len(images) - 1, n).astype(int):
            y, x, h, w = boxes[place]
            yield png(np.asarray(Image.fromarray(images[place][y : y + h, x : x + w]).convert("RGB")))
