"""What a run was made with, beside its settings: commit, library versions, data, and a checksum of its samples.

Whoever repeats the run with the same commit, versions and data gets the same samples.
"""

from __future__ import annotations

import hashlib
import platform
import subprocess
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from .data import mnist, pen

_DISTRIBUTIONS = {"tensorflow": ("tensorflow-cpu", "tensorflow"), "jax": ("jax",), "torch": ("torch",)}
_LIBRARIES = ("keras", "numpy", "opencv-python-headless", "scipy", "scikit-image", "pillow")


def provenance(samples: Iterable[NDArray[Any]]) -> dict[str, Any]:
    """Describe a run whose samples are these arrays, ready for JSON."""
    backend = keras.backend.backend()
    libraries = (*_LIBRARIES, *_DISTRIBUTIONS.get(backend, ()))
    return {
        "commit": _commit(),
        "python": platform.python_version(),
        "backend": backend,
        "libraries": {name: found for name in libraries if (found := _version(name))},
        "data": {
            **{f"mnist/{name}": f"md5:{checksum}" for name, checksum in mnist.MD5.items()},
            mnist.WRITERS.path: mnist.WRITERS.sum,
            pen.FILE.path: pen.FILE.sum,
        },
        "samples": checksum_of(samples),
    }


def checksum_of(arrays: Iterable[NDArray[Any]]) -> str:
    """Return the SHA-256 of arrays, one after the other."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array).data)
    return f"sha256:{digest.hexdigest()}"


def _version(name: str) -> str | None:
    try:
        return version(name)
    except ImportError:
        return None


def _commit() -> str | None:
    """Return the checkout's commit, with "+changes" where files differ from it; None outside a checkout."""
    here = Path(__file__).parent
    try:
        commit = _git("rev-parse", "HEAD", cwd=here)
        changed = _git("status", "--porcelain", "--untracked-files=no", cwd=here)
    except (OSError, subprocess.CalledProcessError):
        return None
    return f"{commit}+changes" if changed else commit


def _git(*command: str, cwd: Path) -> str:
    done = subprocess.run(["git", *command], cwd=cwd, capture_output=True, text=True, check=True)
    return done.stdout.strip()
