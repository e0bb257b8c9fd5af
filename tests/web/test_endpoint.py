"""`/predict_digit`, called as its users do: with `gradio_client`."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from digits_detector import DigitRecognizer

from .serving import serving


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


def test_what_is_no_picture_raises_one_sentence(client: Client, tmp_path: Path) -> None:
    (tmp_path / "letter.png").write_text("Dear network, please read this.")
    with pytest.raises(AppError) as error:
        client.predict(image=handle_file(tmp_path / "letter.png"), api_name="/predict_digit")
    assert "picture" in str(error.value)
    assert "Traceback" not in str(error.value)


def test_no_picture_raises_one_sentence(client: Client) -> None:
    with pytest.raises(AppError, match="No picture was given"):
        client.predict(image=None, api_name="/predict_digit")


def test_it_is_the_only_endpoint_and_says_what_it_does(client: Client) -> None:
    endpoints = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    assert list(endpoints) == ["/predict_digit"]
    (parameter,) = endpoints["/predict_digit"]["parameters"]
    assert parameter["parameter_name"] == "image"
    assert "digit" in endpoints["/predict_digit"]["description"]


def test_plain_http_is_answered_by_any_of_two_workers(seven: Path) -> None:
    # `gradio_client` itself waits in a queue, which lives in one process: it needs a single worker.
    with serving("--workers", "2") as address:
        api = f"{address}/gradio_api"
        for _ in range(10):
            (path,) = httpx.post(f"{api}/upload", files={"files": seven.read_bytes()}, timeout=30).json()
            image = {"path": path, "meta": {"_type": "gradio.FileData"}}
            answer = httpx.post(f"{api}/run/predict_digit", json={"data": [image]}, timeout=30).json()
            assert answer["data"][0]["digit"] == 7
