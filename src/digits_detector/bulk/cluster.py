"""A Ray cluster: an actor on each of its cores, which reads part after part.

A row of the data set is a part, and each lies in a block of its own: the number of blocks sets how many are read at the
same time, however many actors there are. Where an actor or its node is lost, Ray Data has its parts done by others.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

import ray
import ray.data
import ray.exceptions

from ..errors import DigitsError
from .local import ENVIRONMENT, cores
from .plan import Plan, Worker


class Pool:
    """Actors that do parts; the nodes must see the folder of the input and that of the output by the same paths.

    Parameters
    ----------
    model : path, optional
        What `DigitRecognizer` takes, on the nodes too.
    address : str, optional
        Of the cluster; by default `$RAY_ADDRESS`, or a cluster of this machine alone, which ends with the pool.

    Raises
    ------
    DigitsError
        If there is no cluster at that address.
    """

    def __init__(self, model: str | os.PathLike[str] | None = None, address: str | None = None) -> None:
        self.model = None if model is None else Path(model).absolute()
        self._joined = not ray.is_initialized()
        if self._joined:
            try:
                _join(address or os.environ.get("RAY_ADDRESS"))
            except (OSError, ValueError) as error:
                raise DigitsError(f"there is no Ray cluster at {address}: {error}.") from None
        self.workers = max(1, int(ray.cluster_resources().get("CPU", 1)))

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._joined:
            ray.shutdown()

    def run(self, plan: Plan, parts: list[int]) -> Iterator[int]:
        """Do parts of a plan; yield the number of rows of each that is done.

        Raises
        ------
        DigitsError
            If the cluster gives up.
        """
        if not parts:
            return
        context = ray.data.DataContext.get_current()
        context.enable_progress_bars = False
        context.print_on_execution_start = False
        at_most = min(self.workers, len(parts))
        done = ray.data.from_items(parts, override_num_blocks=len(parts)).map_batches(
            _Reader,
            fn_constructor_args=(self.model, plan.folder, plan.name),
            compute=ray.data.ActorPoolStrategy(min_size=1, max_size=at_most, initial_size=at_most),
            batch_size=None,
            num_cpus=1,
            runtime_env={"env_vars": ENVIRONMENT},
        )
        try:
            for batch in done.iter_batches(batch_size=None):
                for rows, wrong in zip(batch["rows"].tolist(), batch["wrong"].tolist(), strict=True):
                    if wrong:
                        raise DigitsError(wrong)
                    yield rows
        except ray.exceptions.RayError as error:
            raise DigitsError(f"the cluster gave up: {error}") from None


def _join(address: str | None) -> None:
    """Join the cluster at an address, or start one of this machine."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    here: dict[str, Any] = {"num_cpus": cores(), "include_dashboard": False}
    host, _, port = (address or "").rpartition("//")[2].rpartition(":")
    if port.isdigit():  # where nothing listens, Ray would try for minutes
        socket.create_connection((host, int(port)), timeout=10).close()
    ray.init(address, log_to_driver=False, logging_level=logging.ERROR, **({} if address else here))


class _Reader:
    """An actor; it loads the model once."""

    def __init__(self, model: Path | None, folder: Path, plan: str) -> None:
        self._model, self._folder, self._plan = model, folder, plan

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        (part,) = batch["item"].tolist()
        # What is raised would be tried again, and reported with Ray's whole traceback.
        try:
            return {"rows": [self._worker.do(self._folder, self._plan, part)], "wrong": [""]}
        except (DigitsError, OSError) as error:
            return {"rows": [0], "wrong": [str(error)]}

    @cached_property
    def _worker(self) -> Worker:
        return Worker(self._model)
