"""Starting the server: where it listens, what it says, what it says when it can't."""

import re
import socket
import urllib.request

import pytest

from digits_detector import DigitsError, ModelError
from digits_detector.web.server import listen, serve


def test_the_first_page_names_the_product(server: str) -> None:
    with urllib.request.urlopen(server, timeout=30) as answer:
        assert "CNN Digits Detector" in answer.read().decode()


def test_the_address_is_printed_as_people_type_it(server: str) -> None:
    assert re.fullmatch(r"http://localhost:\d+", server)


def test_a_taken_port_is_one_clear_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(DigitsError, match=rf"port {port}.*in use"):
            serve(port=port)


def test_the_body_of_an_answer_does_not_wait_for_its_head_to_be_confirmed() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize("given", ["http", "", "70000"])
def test_a_port_that_is_none_is_one_clear_sentence(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("DIGITS_PORT", given)
    with pytest.raises(DigitsError, match=r"(?i)port"):
        serve()


def test_the_environment_says_where_to_listen(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.2", 0)) as taken:
        monkeypatch.setenv("DIGITS_HOST", "127.0.0.2")
        monkeypatch.setenv("DIGITS_PORT", str(taken.getsockname()[1]))
        with pytest.raises(DigitsError, match=r"127\.0\.0\.2"):
            serve()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_missing_model_is_one_clear_sentence(monkeypatch: pytest.MonkeyPatch, workers: int) -> None:
    monkeypatch.setenv("DIGITS_MODEL", "no_such.onnx")
    with pytest.raises(ModelError, match=r"no_such\.onnx"):
        serve(port=0, workers=workers)
