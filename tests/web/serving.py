"""The real server, as a user starts it, on any free port."""

import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DIGITS = Path(sys.executable).with_name("digits")


@contextmanager
def serving(*options: str) -> Iterator[str]:
    """Run `digits serve` with the options, and yield the address that it prints, once it answers there."""
    env = {"DIGITS_PORT": "0", **os.environ}
    with subprocess.Popen([DIGITS, "serve", *options], env=env, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            line = server.stdout.readline()
            address = re.search(r"http://\S+", line)
            assert address, line
            urllib.request.urlopen(
                address[0], timeout=60
            ).close()  # workers take a while to import all they need
            yield address[0]
        finally:
            server.terminate()
