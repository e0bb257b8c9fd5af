"""The JSON API, asked over HTTP as its clients do: the same answers as everywhere else, and clear refusals."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from digits_detector import DigitRecognizer, Strokes, __version__, models
from digits_detector.web import schemas
from digits_detector.web.api import LARGEST_DRAWING

from ..conftest import SEVEN
from .serving import ROUTES, app, ask, is_a_problem

FORM = {"content-type": "multipart/form-data; boundary=x"}
JSON = {"content-type": "application/json"}


def post(api: str, path: str, **request: Any) -> httpx.Response:
    return httpx.post(api + path, timeout=60, **request)


# ── reading ──────────────────────────────────────────────────────────────────────────────────────


def test_a_picture_and_a_drawing_are_read_as_everywhere_else(
    api: str, png: bytes, recognizer: DigitRecognizer
) -> None:
    for request, item in (({"files": {"image": png}}, png), ({"json": SEVEN}, Strokes.from_json(SEVEN))):
        answer = post(api, "/api/predict", **request)
        assert answer.status_code == 200
        assert answer.json() == recognizer.predict(item).to_json()
        assert schemas.Prediction.model_validate(answer.json()).digit == 7


def test_all_digits_are_read_as_everywhere_else(api: str, png: bytes, recognizer: DigitRecognizer) -> None:
    for request, item in (({"files": {"image": png}}, png), ({"json": SEVEN}, Strokes.from_json(SEVEN))):
        answer = post(api, "/api/read", **request)
        assert answer.status_code == 200
        assert answer.json() == recognizer.read(item).to_json()
        assert schemas.Reading.model_validate(answer.json()).text == "7"


def test_many_pictures_are_read_and_a_broken_one_has_its_error_in_its_place(
    api: str, png: bytes, recognizer: DigitRecognizer
) -> None:
    files = [("seven.png", png), ("letter.txt", b"Dear network"), ("again.png", png)]
    answer = post(api, "/api/predict/batch", files=[("images", file) for file in files])
    assert answer.status_code == 200
    first, broken, again = answer.json()["results"]
    assert first == {"file": "seven.png", **recognizer.predict(png).to_json()}
    assert again == {**first, "file": "again.png"}
    assert broken == {
        "file": "letter.txt",
        "error": "this file is not a picture that can be read: give PNG, JPEG or WebP.",
    }
    schemas.Batch.model_validate(answer.json())


def test_256_pictures_are_read_and_one_more_is_refused(api: str, png: bytes) -> None:
    files = [("images", (f"{number}.png", png)) for number in range(257)]
    answer = post(api, "/api/predict/batch", files=files[:256])
    assert [each["file"] for each in answer.json()["results"]] == [f"{number}.png" for number in range(256)]
    assert {each["digit"] for each in answer.json()["results"]} == {7}
    is_a_problem(post(api, "/api/predict/batch", files=files), 422, "1 to 256 files as `images`")


def test_a_drawing_of_nothing_is_blank(api: str) -> None:
    assert post(api, "/api/predict", json={"strokes": []}).json()["status"] == "blank"
    assert post(api, "/api/read", json={"strokes": []}).json() == {"text": "", "lines": []}


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["/api/predict", "/api/read"])
@pytest.mark.parametrize(
    ("request_", "status", "words"),
    [
        ({"files": {"image": b"Dear network"}}, 422, "not a picture"),
        ({"files": {"image": b""}}, 422, "not a picture"),
        ({"files": {"picture": b"Dear network"}}, 422, "one file as `image`"),
        ({"files": {"image": (None, "text")}}, 422, "one file as `image`"),
        ({"files": [("image", b"1"), ("image", b"2")]}, 422, "one file as `image`"),
        ({"content": b"--y\r\n", "headers": FORM}, 422, "one file as `image`"),
        ({"content": b"--x\r\nContent-Disposition: form-data\r\n\r\n", "headers": FORM}, 422, "one file"),
        ({"content": b"", "headers": {"content-type": "multipart/form-data"}}, 422, "one file as `image`"),
        ({"json": {"strokes": [[[1, 2], [3]]]}}, 422, r"stroke 0 is not a \(k, 2\) array"),
        ({"json": [1, 2]}, 422, "strokes in JSON look like"),
        ({"content": b'{"strokes": [[[NaN, 1]]]}', "headers": JSON}, 422, "not a finite number"),
        ({"content": b"{", "headers": JSON}, 422, "not valid JSON"),
        ({"content": b"[" * 100_000, "headers": JSON}, 422, "not valid JSON"),
        ({"content": b" " * (LARGEST_DRAWING + 1), "headers": JSON}, 413, "1,000,000 bytes"),
        ({"content": b"x"}, 415, "multipart/form-data"),
        ({"data": {"image": "x"}}, 415, "multipart/form-data"),
        ({}, 415, "multipart/form-data"),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_refused_in_one_sentence(
    api: str, path: str, request_: dict[str, Any], status: int, words: str
) -> None:
    is_a_problem(post(api, path, **request_), status, words)


@pytest.mark.parametrize(
    ("request_", "status"),
    [({"files": {"image": b"x"}}, 422), ({"data": {"images": "x"}}, 415), ({"json": SEVEN}, 415)],
)
def test_a_batch_is_files_named_images(api: str, request_: dict[str, Any], status: int) -> None:
    is_a_problem(post(api, "/api/predict/batch", **request_), status, "`images`")


def test_what_is_not_there_and_what_is_asked_for_the_wrong_way_are_reported(api: str) -> None:
    is_a_problem(httpx.get(f"{api}/api/guess"), 404, "there is no /api/guess")
    answer = httpx.get(f"{api}/api/predict")
    is_a_problem(answer, 405, "/api/predict takes POST")
    assert answer.headers["allow"] == "POST"


# ── about the server ─────────────────────────────────────────────────────────────────────────────


def test_the_model_is_reported_with_its_figures(api: str, recognizer: DigitRecognizer) -> None:
    reported = httpx.get(f"{api}/api/model").json()
    assert reported["name"] == "mnist_cnn.onnx"
    assert reported["sha256"] == recognizer.checksum
    assert reported["figures"] == models.figures(recognizer.checksum)
    assert reported["figures"]["parameters"] == 468_202


def test_the_figures_of_another_model_are_not_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = tmp_path / "model.json"
    about.write_text(json.dumps({"classifier": {"sha256": "another", "figures": {"parameters": 1}}}))
    monkeypatch.setattr(models, "ABOUT", about)
    assert ask(app(), "GET", "/api/model").json()["figures"] == {}


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_server_that_is_well_says_so(api: str, path: str) -> None:
    answer = httpx.get(api + path)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_the_description_of_the_api_holds_and_has_examples(api: str) -> None:
    document = httpx.get(f"{api}/openapi.json").json()
    assert document["info"]["version"] == __version__
    assert set(document["paths"]) == ROUTES
    asked = document["paths"]["/api/predict"]["post"]["requestBody"]["content"]
    assert set(asked) == {"multipart/form-data", "application/json"}
    example = asked["application/json"]["schema"]["example"]
    answer = post(api, "/api/predict", json=example).json()
    shown = document["components"]["schemas"]["Prediction"]["example"]
    assert set(shown) == set(answer)
    assert (shown["status"], shown["digit"]) == (answer["status"], answer["digit"])


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/"])
def test_without_the_page_there_is_no_page(api: str, path: str) -> None:
    assert httpx.get(api + path).status_code == 404
