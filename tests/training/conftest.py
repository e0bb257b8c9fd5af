"""A mirror of the data on this machine."""

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def served(tmp_path: Path) -> Path:
    """Return the folder that the mirror serves; it holds a file that is not MNIST's."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    (folder / "train-images-idx3-ubyte.gz").write_bytes(b"not the file")
    return folder


@pytest.fixture
def file_server(served: Path) -> Iterator[str]:
    """Return the address of a web server with one folder's files."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(served))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
