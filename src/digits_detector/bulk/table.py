"""What a bulk run writes: one row a picture, in Parquet."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ..results import Predictions

SCHEMA = pa.schema(
    {
        "row": pa.int64(),  # of the input, from 0
        "path": pa.string(),  # null where the input has none
        "status": pa.string(),  # "digit", "blank" or "not_a_digit"; "error" where the picture can't be read
        "digit": pa.int8(),  # null unless the status is "digit"
        "confidence": pa.float32(),
        **{f"p{digit}": pa.float32() for digit in range(10)},
        "outlier_score": pa.float32(),
        "error": pa.string(),  # what is wrong with the picture, or null
    }
)

_ROWS_A_GROUP = 131_072
_JOB = b"digits_detector.job"  # of the file's metadata


def table(first: int, paths: list[str | None], predictions: Predictions) -> pa.Table:
    """Return the rows of pictures, of which the first is row `first` of the input."""
    broken = predictions.status == "error"
    numbers = (predictions.confidence, *predictions.probabilities.T, predictions.outlier_score)
    errors = predictions.errors
    columns = [
        pa.array(np.arange(first, first + len(paths))),
        pa.array(paths, pa.string()),
        pa.array(predictions.status),
        pa.array(predictions.digit, mask=predictions.digit < 0),
        *(pa.array(column, mask=broken) for column in numbers),
        pa.array([str(errors[n]) if n in errors else None for n in range(len(paths))], pa.string()),
    ]
    return pa.table(columns, schema=SCHEMA)


def write(tables: Iterable[pa.Table], path: Path, job: Mapping[str, str | None] | None = None) -> None:
    """Write tables into one file, which is there wholly or not at all; its metadata hold what was asked for."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
    schema = SCHEMA.with_metadata({_JOB: json.dumps(dict(job))}) if job else SCHEMA
    with pq.ParquetWriter(unfinished, schema) as writer:
        for group in _groups(tables):
            writer.write_table(group.replace_schema_metadata(schema.metadata))
    unfinished.replace(path)


def job_of(path: Path) -> dict[str, str | None]:
    """Return what was asked for when a table was written; empty where it doesn't say."""
    metadata = pq.read_schema(path).metadata or {}
    job: dict[str, str | None] = json.loads(metadata.get(_JOB, b"{}"))
    return job


def _groups(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Yield tables put together so that a row group is worth its overhead."""
    group: list[pa.Table] = []
    for some in tables:
        group.append(some)
        if sum(map(len, group)) >= _ROWS_A_GROUP:
            yield pa.concat_tables(group)
            group = []
    if group:
        yield pa.concat_tables(group)


def count(path: Path) -> tuple[int, int]:
    """Return how many rows a table has, and how many of them have an error."""
    with pq.ParquetFile(path) as file:
        batches = [(len(batch), batch.column(0).null_count) for batch in file.iter_batches(columns=["error"])]
    rows = sum(n for n, _ in batches)
    return rows, rows - sum(nulls for _, nulls in batches)
