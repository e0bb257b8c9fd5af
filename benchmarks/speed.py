"""How long a reading takes: `python -m benchmarks.speed`.

All contenders take turns, round after round, so that each is held against the network alone in the same moment of the
same machine; what is reported is the median over the rounds, of the time and of that ratio.
"""

from __future__ import annotations

import importlib.util
import io
import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from digits_detector.models import chosen
from digits_detector.networks.classifier import Classifier
from digits_detector.recognizer import DigitRecognizer
from digits_detector.strokes import Strokes

from .command import main

CANVAS = 520
BATCH = 256
ROUNDS = 15
# Of the network, an image: four convolutions of 3×3, two dense layers.
MULTIPLICATIONS = 28**2 * 9 * (32 + 32 * 32) + 14**2 * 9 * (32 * 64 + 64 * 64) + 3136 * 128 + 128 * 10
SLICE = 0.03  # seconds that a contender repeats its call for in a round, at least once

# A seven as a hand draws it: 45 points.
SEVEN = np.concatenate(
    [
        np.linspace((130, 105), (390, 95), 20),
        np.stack([390 - 150 * np.linspace(0, 1, 25) ** 0.8, np.linspace(95, 440, 25)], 1),
    ]
)


@dataclass(frozen=True)
class Contender:
    """One thing to time: a call that reads `batch` digits on `threads` threads."""

    what: str
    batch: int
    threads: int
    call: Callable[[], Any]


def run(rounds: int = ROUNDS) -> dict[str, Any]:
    """Time everything that can be timed here."""
    # The products last: their threads go on spinning for a while, in the way of the next contender.
    contenders = [*_network(), *_whole_path(), *_keras(), *_matrix_product()]
    for contender in contenders:
        contender.call()  # the first call of each sets up what the later ones reuse
    times = [[_seconds(contender) / contender.batch for contender in contenders] for _ in range(rounds)]
    rows = [
        {
            "what": contender.what,
            "batch": contender.batch,
            "threads": contender.threads,
            "milliseconds": round(1000 * median(of_round[place] for of_round in times), 3),
            "ratio": round(median(of_round[place] / of_round[0] for of_round in times), 2),
        }
        for place, contender in enumerate(contenders)
    ]
    protocol = f"milliseconds a digit, median of {rounds} rounds in turns; ratio to the network alone in the same round"
    return {"protocol": protocol, "machine": machine(), "rows": rows}


def machine() -> str:
    """Say on what this runs: processor, cores, system."""
    return f"{_processor()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def _seconds(contender: Contender) -> float:
    started, calls = time.perf_counter(), 0
    while (passed := time.perf_counter() - started) < SLICE:
        contender.call()
        calls += 1
    return passed / calls


def _network() -> list[Contender]:
    digits = np.random.default_rng(0).integers(0, 256, (BATCH, 28, 28), dtype=np.uint8)
    return [
        Contender("network alone", batch, threads, partial(network, digits[:batch]))
        for threads in _threads()
        for network in [Classifier(chosen(), threads=threads)]
        for batch in (1, BATCH)
    ]


def _matrix_product() -> list[Contender]:
    """Return what the machine could do at best: one product of square matrices with as many multiplications."""
    random = np.random.default_rng(0)
    contenders = []
    for batch in (1, BATCH):
        side = round((batch * MULTIPLICATIONS) ** (1 / 3))
        left, right = random.random((2, side, side), dtype=np.float32)
        what = "matrix product of as many multiplications, NumPy"
        contenders.append(Contender(what, batch, os.cpu_count() or 1, partial(np.matmul, left, right)))
    return contenders


def _whole_path() -> list[Contender]:
    return [
        Contender(f"whole path, {what}", batch, threads, partial(recognizer.predict_batch, [item] * batch))
        for threads in _threads()
        for recognizer in [DigitRecognizer(threads=threads)]
        for what, item in _items().items()
        for batch in (1, BATCH)
    ]


def _threads() -> list[int]:
    return sorted({1, os.cpu_count() or 1})


def _items() -> dict[str, Any]:
    """Return one seven, as each kind of input."""
    grey = Image.new("L", (CANVAS, CANVAS), 255)
    ImageDraw.Draw(grey).line([(x, y) for x, y in SEVEN], fill=0, width=12, joint="curve")
    return {
        "520×520 array": np.asarray(grey),
        "520×520 grey PNG": _png(grey),
        "520×520 RGBA PNG": _png(grey.convert("RGBA")),
        "strokes": Strokes([SEVEN]),
    }


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _keras() -> list[Contender]:
    """Return Keras' two ways to call the same model, where Keras is installed."""
    if importlib.util.find_spec("keras") is None:
        return []
    import keras

    from digits_detector.training.repository import KERAS

    model = keras.saving.load_model(KERAS, compile=False)
    digits = np.zeros((BATCH, 28, 28, 1), dtype=np.float32)
    every = os.cpu_count() or 1
    calls = {
        f"Keras {keras.backend.backend()}, predict": partial(model.predict, verbose=0),
        f"Keras {keras.backend.backend()}, model(x)": model,
    }
    return [
        Contender(what, batch, every, partial(call, digits[:batch]))
        for what, call in calls.items()
        for batch in (1, BATCH)
    ]


def table(result: dict[str, Any]) -> str:
    """Return the result as lines for a terminal."""
    head = f"{'':<48} {'batch':>5} {'threads':>7} {'ms':>9} {'ratio':>8}"
    lines = [
        f"{row['what']:<48} {row['batch']:>5} {row['threads']:>7} {row['milliseconds']:9.3f} {row['ratio']:8.2f}"
        for row in result["rows"]
    ]
    return "\n".join([result["machine"], result["protocol"], head, *lines])


if __name__ == "__main__":
    main("speed", run, table)
