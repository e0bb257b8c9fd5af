"""Inputs of bulk runs: drawn digits as an idx file, a folder and Parquet."""

import io
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray
from PIL import Image

from digits_detector import DigitRecognizer, DigitsError, Strokes
from digits_detector.normalize import normalize

SEVEN = np.array([(60, 60), (220, 60), (120, 260)])


def drawn(n: int) -> NDArray[np.uint8]:
    """Return n sevens, each a little different, one of ten dark on light, one of twenty blank."""
    random = np.random.default_rng(0)
    digits = np.stack([normalize(Strokes([SEVEN + random.normal(0, 20, SEVEN.shape)])) for _ in range(n)])
    digits[::10] = 255 - digits[::10]
    digits[7::20] = 0
    return digits


def write_idx(path: Path, digits: NDArray[np.uint8]) -> Path:
    path.write_bytes(struct.pack(">4s3I", b"\0\0\x08\3", *digits.shape) + digits.tobytes())
    return path


def png(picture: NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return file.getvalue()


def expected(recognizer: DigitRecognizer, items: list[Any]) -> list[dict[str, Any]]:
    """Return the rows as `predict` gives them, one picture after the other."""
    rows = []
    for place, item in enumerate(items):
        row: dict[str, Any] = dict.fromkeys(
            ["digit", "confidence", *(f"p{digit}" for digit in range(10)), "outlier_score", "error"]
        )
        try:
            prediction = recognizer.predict(item)
        except DigitsError as error:
            row |= {"status": "error", "error": str(error)}
        else:
            row |= {
                key: getattr(prediction, key) for key in ("status", "digit", "confidence", "outlier_score")
            }
            row |= {f"p{digit}": float(share) for digit, share in enumerate(prediction.probabilities)}
        rows.append({"row": place, **row})
    return rows


def same(output: Path, rows: list[dict[str, Any]], paths: list[str | None] | None = None) -> None:
    """Hold a table to the rows that are expected."""
    found = pq.read_table(output).to_pylist()
    assert len(found) == len(rows)
    for row, want, path in zip(found, rows, paths or [None] * len(rows), strict=True):
        assert row == pytest.approx({**want, "path": path}, abs=1e-5)


@pytest.fixture
def idx(tmp_path: Path) -> Path:
    """Return an idx file of 700 digits: three parts."""
    return write_idx(tmp_path / "drawn.idx", drawn(700))


@pytest.fixture
def parquet(tmp_path: Path) -> Path:
    """Return a Parquet file as Hugging Face's datasets are, in several row groups; one row is broken, one empty."""
    pictures = [{"bytes": png(digit), "path": f"{place}.png"} for place, digit in enumerate(drawn(40))]
    pictures[3]["bytes"] = b"no picture"
    table = pa.table({"image": [*pictures, None], "label": [7] * 41})
    pq.write_table(table, tmp_path / "drawn.parquet", row_group_size=9)
    return tmp_path / "drawn.parquet"
