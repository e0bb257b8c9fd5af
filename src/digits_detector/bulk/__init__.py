"""Many pictures into one table: `digits bulk`."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow as pa
from tqdm import tqdm

from ..errors import DataError, DigitsError
from ..recognizer import DigitRecognizer
from . import table
from .plan import Job, Plan

__all__ = ["Pool", "Summary", "bulk"]


class Pool(Protocol):
    """Those who read the parts: a number of workers, who have a model."""

    workers: int

    @property
    def model(self) -> str | os.PathLike[str] | None:
        """What `DigitRecognizer` takes."""
        ...

    def run(self, plan: Plan, parts: list[int]) -> Iterator[int]:
        """Do parts of a plan; yield the number of rows of each that is done."""
        ...


@dataclass(frozen=True)
class Summary:
    """What a run did.

    Attributes
    ----------
    rows, errors : int
        Of the table; and how many of them are of a picture that can't be read.
    read : int
        How many were read by this run; the rest by those that it went on from.
    seconds : float
        It took.
    """

    rows: int
    errors: int
    read: int
    seconds: float


def bulk(
    source: str | os.PathLike[str],
    output: str | os.PathLike[str],
    pool: Pool,
    *,
    column: str | None = None,
    resume: bool = False,
) -> Summary:
    """Read a digit from each picture, and write a table of them in Parquet, rows in the input's order.

    Parts that are done lie in `OUTPUT.parts` until all are.

    Parameters
    ----------
    source : path or glob
        A folder or glob of image files or of Parquet files, a Parquet file, or an idx file.
    output : path
        The Parquet file to write.
    pool : Pool
        Who does the work: `local.Pool` or `cluster.Pool`.
    column : str, optional
        Of Parquet; by default `image`, or the only one that can hold pictures.
    resume : bool
        Whether to go on with a run that was stopped, if there is one.

    Raises
    ------
    DataError
        If the input can't be read, or the output not be written.
    DigitsError
        If there is an output, or an unfinished run, of the same name.
    """
    started, output = time.perf_counter(), Path(output).absolute()
    job = Job(os.fspath(source), column, DigitRecognizer(pool.model).checksum)
    folder = output.with_name(f"{output.name}.parts")
    read = 0
    with _naming(output):
        if not output.exists():
            plan = _plan(job, folder, pool.workers, resume)
            read = _read(plan, pool)
            plan.merge(output)
        elif resume:
            _same(job, table.job_of(output), output)
            shutil.rmtree(folder, ignore_errors=True)  # it was being taken away
        else:
            raise DigitsError(f"{output} exists already; name another file, or delete it.")
        rows, errors = table.count(output)
    return Summary(rows, errors, read, time.perf_counter() - started)


def _read(plan: Plan, pool: Pool) -> int:
    """Do what is missing of a plan, and return how many rows that were."""
    parts, rows = plan.missing(), plan.source.rows
    missing = sum(map(plan.rows, parts))
    with tqdm(total=rows, initial=rows - missing, unit="image", mininterval=1) as bar:
        for done in pool.run(plan, parts):
            bar.update(done)
    return missing


def _plan(job: Job, folder: Path, workers: int, resume: bool) -> Plan:
    """Return the plan to go on with, or a new one."""
    if folder.exists() and not resume:
        raise DigitsError(f"{folder} holds a run that was stopped; go on with --resume, or delete it.")
    if not Plan.is_in(folder):
        return Plan.make(job, folder, workers)
    plan = Plan.load(folder)
    _same(job, vars(plan.job), folder)
    return plan


def _same(job: Job, held: Mapping[str, str | None], where: Path) -> None:
    """Raise `DigitsError` unless a run asks for what is held somewhere."""
    differing = [name for name, value in vars(job).items() if value != held.get(name)]
    if differing:
        raise DigitsError(
            f"{where} holds a run with another {differing[0]} ({held.get(differing[0])}); "
            "go on with that, or delete it."
        )


@contextmanager
def _naming(output: Path) -> Iterator[None]:
    """Say in one sentence why the output cannot be written."""
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        raise DataError(f"{output} cannot be written: {error}.") from None
