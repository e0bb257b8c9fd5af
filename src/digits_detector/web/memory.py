"""Memory that was freed goes back to the system: glibc's allocator would keep what a large picture took."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable

_SECONDS = 1.0  # between two times, at least: giving back takes some milliseconds, and the next picture must ask again


class Trim:
    """Gives back what is free, at most once a second; does nothing where there is no glibc."""

    def __init__(self) -> None:
        self._trim = _malloc_trim()
        self._last = 0.0

    def __call__(self) -> None:
        """Give back what is free, unless that was done just now."""
        now = time.monotonic()
        if self._trim and now - self._last >= _SECONDS:
            self._last = now
            self._trim(0)


def _malloc_trim() -> Callable[[int], int] | None:
    """Return glibc's function, see malloc_trim(3), or None."""
    try:
        trim = ctypes.CDLL("libc.so.6").malloc_trim
    except (OSError, AttributeError):
        return None
    trim.argtypes, trim.restype = [ctypes.c_size_t], ctypes.c_int
    return trim
