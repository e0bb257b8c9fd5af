"""All cores of one machine: a process on each, which reads part after part."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from threading import Thread
from types import TracebackType

from ..errors import DigitsError
from .plan import Plan, Worker

# One thread a process is enough. glibc gives large arrays back to the system as soon as they are done with, and fetches
# them again page by page, which took a tenth of the time.
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_MMAP_THRESHOLD_": "1000000000",
    "MALLOC_TRIM_THRESHOLD_": "1000000000",
}

_AHEAD = 2  # parts a worker that are handed out: no worker waits for the next, and few are remembered


class Pool:
    """Processes that do parts.

    Parameters
    ----------
    model : path, optional
        What `DigitRecognizer` takes.
    workers : int, optional
        How many processes; by default as many as this one may use cores.
    """

    def __init__(self, model: str | os.PathLike[str] | None = None, workers: int | None = None) -> None:
        self.model = model
        self.workers = workers or cores()
        self._pool = ProcessPoolExecutor(
            self.workers, multiprocessing.get_context("spawn"), initializer=_start, initargs=(model,)
        )

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def run(self, plan: Plan, parts: list[int]) -> Iterator[int]:
        """Do parts of a plan; yield the number of rows of each that is done.

        Raises
        ------
        DigitsError
            If a process dies.
        """
        coming = iter(parts)
        running: set[Future[int]] = set()
        try:
            while True:
                with environment():
                    for part in islice(coming, _AHEAD * self.workers - len(running)):
                        running.add(self._pool.submit(_do, plan.folder, plan.name, part))
                if not running:
                    return
                done, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        except BrokenProcessPool:
            raise DigitsError(
                "a process that read pictures has died, perhaps for want of memory; go on with --resume, "
                "and perhaps with fewer --workers."
            ) from None


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def environment() -> Iterator[None]:
    """Set what processes that are started meanwhile shall find."""
    before = {name: os.environ.get(name) for name in ENVIRONMENT}
    os.environ.update({name: os.environ.get(name, value) for name, value in ENVIRONMENT.items()})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]


# ── in a process of the pool ─────────────────────────────────────────────────────────────────────


_workers: list[Worker] = []  # the one of this process


def _start(model: str | os.PathLike[str] | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asked
    Thread(target=_end_with_parent, daemon=True).start()
    _workers.append(Worker(model))


def _end_with_parent() -> None:
    """End when the parent has: killed, it can't say so."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _do(folder: Path, name: str, part: int) -> int:
    return _workers[0].do(folder, name, part)
