"""A bulk run as parts that anyone can do in any order, and that become one table in the end.

All of it lies in one folder beside the output: `plan.json`, and the parts that are done. Whoever sees that folder can
do a part; a run that was stopped goes on from there.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import ModelError
from ..recognizer import DigitRecognizer
from . import sources, table
from .sources import Source

_PARTS_A_WORKER = 8  # at least, so that the last part is not waited for long
_FEWEST_ROWS = 256  # a part, or reading them together would save nothing
_MOST_PARTS = 20_000


@dataclass(frozen=True)
class Job:
    """What is asked for: a run that goes on must be asked for the same.

    Attributes
    ----------
    input : str
        A path or glob; see `find_source`.
    column : str or None
        Of Parquet.
    model : str
        The SHA-256 of the ONNX file.
    """

    input: str
    column: str | None
    model: str


@dataclass(frozen=True)
class Plan:
    """How the rows of a source are cut into parts, which lie in a folder once they are done.

    Its name is its own: folders may be used again.
    """

    folder: Path
    name: str
    job: Job
    source: Source
    rows_a_part: int

    @classmethod
    def make(cls, job: Job, folder: Path, workers: int) -> Plan:
        """Make a plan for `workers` workers, and write it down.

        Raises
        ------
        DataError
            If the input holds nothing that can be read.
        """
        shutil.rmtree(folder, ignore_errors=True)  # of a plan that was never finished
        folder.mkdir()
        try:
            source = sources.find_source(job.input, job.column, folder)
        except BaseException:
            shutil.rmtree(folder)
            raise
        most = max(source.rows_a_part, source.rows // _MOST_PARTS)
        rows_a_part = min(max(source.rows // (_PARTS_A_WORKER * workers), _FEWEST_ROWS), most)
        name = uuid.uuid4().hex
        document = {
            "name": name,
            "job": asdict(job),
            "source": sources.to_json(source),
            "rows_a_part": rows_a_part,
        }
        unfinished = folder / "plan.unfinished"
        unfinished.write_text(json.dumps(document), encoding="utf-8")
        unfinished.replace(folder / "plan.json")
        return cls(folder, name, job, source, rows_a_part)

    @classmethod
    def load(cls, folder: Path) -> Plan:
        """Return the plan that lies in a folder."""
        document = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
        source = sources.from_json(document["source"])
        return cls(folder, document["name"], Job(**document["job"]), source, document["rows_a_part"])

    @staticmethod
    def is_in(folder: Path) -> bool:
        """Whether there is one."""
        return (folder / "plan.json").is_file()

    def missing(self) -> list[int]:
        """Return which parts are not done."""
        done = {path.name for path in self.folder.glob("part-*.parquet")}
        return [part for part in range(self._parts()) if self._path(part).name not in done]

    def rows(self, part: int) -> int:
        """Return how many rows a part has."""
        return min(self.rows_a_part, self.source.rows - part * self.rows_a_part)

    def merge(self, output: Path) -> None:
        """Put the parts together into the output, and take the folder away."""
        merged = self.folder / "output.parquet"
        parts = (pq.read_table(self._path(part)) for part in range(self._parts()))
        table.write(parts, merged, asdict(self.job))
        merged.replace(output)
        shutil.rmtree(self.folder)

    def do(self, part: int, recognizer: DigitRecognizer) -> int:
        """Read all pictures of a part, write its rows, and return how many they are."""
        table.write(self._read(part, recognizer), self._path(part))
        return self.rows(part)

    def _read(self, part: int, recognizer: DigitRecognizer) -> Iterator[pa.Table]:
        first = part * self.rows_a_part
        for paths, pictures in self.source.read(first, self.rows(part)):
            yield table.table(first, paths, recognizer.predict_batch(pictures, on_error="return"))
            first += len(paths)

    def _parts(self) -> int:
        return -(-self.source.rows // self.rows_a_part)

    def _path(self, part: int) -> Path:
        return self.folder / f"part-{part:07}.parquet"


class Worker:
    """Does parts, one after the other, with one recogniser.

    Raises
    ------
    ModelError
        If there is no such model, or if it is not the one that a run began with.
    """

    def __init__(self, model: str | os.PathLike[str] | None) -> None:
        self._recognizer = DigitRecognizer(model)
        self._plan: Plan | None = None

    def do(self, folder: Path, name: str, part: int) -> int:
        """Do a part of the plan that has this name and lies in a folder, and return how many rows that are."""
        if not self._plan or self._plan.name != name:
            self._plan = Plan.load(folder)
        plan = self._plan
        if plan.job.model != self._recognizer.checksum:
            raise ModelError(f"{self._recognizer.model} is not the model of the run in {folder}.")
        return plan.do(part, self._recognizer)
