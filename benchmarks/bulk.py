"""How many images a bulk run reads a second: `python -m benchmarks.bulk`.

Beside it stands what ONNX Runtime alone reaches on all cores, on tensors that lie ready in memory: once with a session
a core, each in a process of its own, and once with one session whose operators use all cores. All take turns, and each
round's rates are held against the better of these two in the same round. Processes are started before.
"""

from __future__ import annotations

import io
import multiprocessing
import struct
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from digits_detector.bulk import bulk, local
from digits_detector.models import chosen
from digits_detector.networks.classifier import BATCH, Classifier
from digits_detector.recognizer import DigitRecognizer
from digits_detector.training.data import mnist

from .command import main
from .speed import machine

IMAGES = 60_000
ROUNDS = 5
ALONE = "ONNX Runtime alone, a session a core", "ONNX Runtime alone, one session on all cores"
READY = 4096  # tensors that a process holds


def run(images: int = IMAGES, rounds: int = ROUNDS) -> dict[str, Any]:
    """Measure all on MNIST's training images."""
    digits = np.resize(mnist.load("train")[0], (images, 28, 28))
    cores = local.cores()
    with (
        tempfile.TemporaryDirectory() as name,
        local.environment(),
        ProcessPoolExecutor(cores, multiprocessing.get_context("spawn"), _start, (digits[:READY],)) as alone,
        local.Pool(chosen()) as pool,
    ):
        folder = Path(name)
        together = _Ready(digits[:READY], threads=cores)

        def read(source: Path) -> None:
            bulk(source, folder / "out.parquet", pool)
            (folder / "out.parquet").unlink()

        calls: dict[str, Callable[[], Any]] = {
            ALONE[0]: lambda: list(alone.map(_run, [images // cores] * cores)),
            ALONE[1]: lambda: together.run(images),
            "digits bulk, an idx file": lambda: read(folder / "digits.idx"),
            "digits bulk, PNG files in Parquet": lambda: read(folder / "digits.parquet"),
        }
        _write(folder, digits[: 2 * BATCH * cores])
        for call in calls.values():
            call()  # starts what is to be started
        _write(folder, digits)
        seconds = [
            {what: _seconds(call) for what, call in calls.items()} for _ in tqdm(range(rounds), desc="rounds")
        ]
    rows = [
        {
            "what": what,
            "per_second": round(median(images / taken[what] for taken in seconds)),
            "ratio": round(median(min(taken[one] for one in ALONE) / taken[what] for taken in seconds), 3),
        }
        for what in calls
    ]
    protocol = (
        f"images a second, median of {rounds} rounds in turns of {images:,} of MNIST's images each; ratio to the "
        "better of ONNX Runtime alone in the same round"
    )
    return {"protocol": protocol, "machine": machine(), "cores": cores, "rows": rows}


def _write(folder: Path, digits: NDArray[np.uint8]) -> None:
    header = struct.pack(">4s3I", b"\0\0\x08\3", *digits.shape)
    (folder / "digits.idx").write_bytes(header + digits.tobytes())
    pictures = [{"bytes": _png(digit), "path": None} for digit in digits]
    pq.write_table(pa.table({"image": pictures}), folder / "digits.parquet", row_group_size=1000)


def _png(digit: NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(digit).save(file, "PNG", compress_level=1)
    return file.getvalue()


def _seconds(call: Callable[[], Any]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


# ── ONNX Runtime alone ───────────────────────────────────────────────────────────────────────────


class _Ready:
    """A session, and tensors that are ready for it."""

    def __init__(self, digits: NDArray[np.uint8], threads: int = 1) -> None:
        self._session = Classifier(chosen(), threads=threads).session
        seen = DigitRecognizer().predict_batch(digits).input
        inputs = seen[..., None].astype(np.float32) / np.float32(255)
        self._batches = [inputs[first : first + BATCH] for first in range(0, len(inputs), BATCH)]

    def run(self, images: int) -> None:
        """Run a number of images."""
        for place in range(images // BATCH):
            self._session.run(
                ["logits", "outlier_score"], {"image": self._batches[place % len(self._batches)]}
            )


_ready: list[_Ready] = []  # the one of this process


def _start(digits: NDArray[np.uint8]) -> None:
    _ready.append(_Ready(digits))


def _run(images: int) -> None:
    _ready[0].run(images)


def table(result: dict[str, Any]) -> str:
    """Return the result as lines for a terminal."""
    lines = [f"{row['what']:<46} {row['per_second']:>9,} {row['ratio']:7.2f}" for row in result["rows"]]
    return "\n".join([result["machine"], result["protocol"], *lines])


if __name__ == "__main__":
    main("bulk", run, table)
