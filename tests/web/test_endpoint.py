"""`/predict_digit` and `/read_number`, called as their users do: with `gradio_client`."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from digits_detector import DigitRecognizer

from .serving import serving

PHOTO = Path(__file__).parent.parent / "assets" / "number_photo.jpg"
ENDPOINTS = ["/predict_digit", "/read_number"]


@pytest.fixture(scope="module")
def client(server: str) -> Iterator[Client]:
    client = Client(server, verbose=False)
    yield client
    client.close()


def test_a_picture_is_read_as_everywhere_else(
    client: Client, seven: Path, recognizer: DigitRecognizer
) -> None:
    reading = client.predict(image=handle_file(seven), api_name="/predict_digit")
    assert reading == recognizer.predict(seven).to_json()
    assert reading["digit"] == 7


def test_an_empty_picture_is_blank(client: Client, tmp_path: Path) -> None:
    Image.new("L", (50, 50), 255).save(tmp_path / "empty.png")
    reading = client.predict(image=handle_file(tmp_path / "empty.png"), api_name="/predict_digit")
    assert (reading["status"], reading["digit"]) == ("blank", None)


def test_numbers_in_a_photo_are_read_as_everywhere_else(client: Client, recognizer: DigitRecognizer) -> None:
    reading = client.predict(image=handle_file(PHOTO), api_name="/read_number")
    assert reading == recognizer.read(PHOTO).to_json()
    assert reading["text"] == "1984\n73294"


def test_an_empty_picture_has_no_digits(client: Client, tmp_path: Path) -> None:
    Image.new("L", (50, 50), 255).save(tmp_path / "empty.png")
    reading = client.predict(image=handle_file(tmp_path / "empty.png"), api_name="/read_number")
    assert reading == {"text": "", "lines": []}


@pytest.mark.parametrize("name", ENDPOINTS)
def test_what_is_no_picture_raises_one_sentence(client: Client, tmp_path: Path, name: str) -> None:
    (tmp_path / "letter.png").write_text("Dear network, please read this.")
    with pytest.raises(AppError) as error:
        client.predict(image=handle_file(tmp_path / "letter.png"), api_name=name)
    assert "picture" in str(error.value)
    assert "Traceback" not in str(error.value)


@pytest.mark.parametrize("name", ENDPOINTS)
def test_no_picture_raises_one_sentence(client: Client, name: str) -> None:
    with pytest.raises(AppError, match="No picture was given"):
        client.predict(image=None, api_name=name)


def test_there_are_no_other_endpoints_and_they_say_what_they_do(client: Client) -> None:
    endpoints = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    assert list(endpoints) == ENDPOINTS
    for name in ENDPOINTS:
        (parameter,) = endpoints[name]["parameters"]
        assert parameter["parameter_name"] == "image"
        assert "digit" in endpoints[name]["description"]


@pytest.mark.slow
def test_plain_http_is_answered_by_any_of_two_workers(seven: Path) -> None:
    # `gradio_client` itself waits in a queue, which lives in one process: it needs a single worker.
    with serving("--workers", "2") as address:
        api = f"{address}/gradio_api"
        for _ in range(10):
            (path,) = httpx.post(f"{api}/upload", files={"files": seven.read_bytes()}, timeout=30).json()
            image = {"path": path, "meta": {"_type": "gradio.FileData"}}
            answer = httpx.post(f"{api}/run/predict_digit", json={"data": [image]}, timeout=30).json()
            assert answer["data"][0]["digit"] == 7
