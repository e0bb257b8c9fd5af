"""Bulk runs on a Ray cluster of three nodes on this machine: the same table, even if a node is lost."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import ray
from ray.cluster_utils import Cluster

from digits_detector import DigitsError
from digits_detector.bulk import bulk, local
from digits_detector.bulk.cluster import Pool
from digits_detector.bulk.plan import Plan

from .conftest import drawn, write_idx

pytestmark = [
    pytest.mark.slow,
    # Ray's data context sets each of its fields, deprecated ones too, and warns of itself.
    pytest.mark.filterwarnings(r"ignore::DeprecationWarning:ray\.data\.context"),
]

NODE = {"num_cpus": 1, "object_store_memory": 100_000_000, "include_dashboard": False}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        three = Cluster(initialize_head=True, head_node_args=NODE)
        try:
            for _ in range(2):
                three.add_node(**NODE)
            ray.init(three.address, log_to_driver=False)
            yield three
        finally:
            ray.shutdown()
            three.shutdown()


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an idx file of 6,000 digits: 23 parts for three workers."""
    return write_idx(tmp_path_factory.mktemp("bulk") / "many.idx", drawn(50)[np.arange(6000) % 50])


@pytest.fixture(scope="module")
def table(source: Path) -> bytes:
    """Return the table that the local engine makes of it."""
    with local.Pool(workers=3) as here:
        bulk(source, source.with_name("here.parquet"), here)
    return source.with_name("here.parquet").read_bytes()


def test_the_table_is_that_of_one_machine(
    cluster: Cluster, source: Path, table: bytes, tmp_path: Path
) -> None:
    with Pool() as there:
        assert there.workers == 3
        bulk(source, tmp_path / "there.parquet", there)
    assert (tmp_path / "there.parquet").read_bytes() == table


def test_a_node_that_is_lost_costs_nothing_but_time(
    cluster: Cluster, source: Path, table: bytes, tmp_path: Path
) -> None:
    lost = next(iter(cluster.worker_nodes))
    parts = tmp_path / "out.parquet.parts"

    def lose_a_node() -> None:
        while not len(list(parts.glob("part-*.parquet"))) >= 3:
            time.sleep(0.01)
        cluster.remove_node(lost, allow_graceful=False)

    losing = threading.Thread(target=lose_a_node)
    losing.start()
    with Pool() as there:
        bulk(source, tmp_path / "out.parquet", there)
    losing.join()
    assert (tmp_path / "out.parquet").read_bytes() == table


def test_what_goes_wrong_on_a_node_is_said_in_a_sentence(cluster: Cluster, tmp_path: Path) -> None:
    source = write_idx(tmp_path / "few.idx", drawn(300))

    class Cut(Pool):
        def run(self, plan: Plan, parts: list[int]) -> Iterator[int]:
            source.write_bytes(source.read_bytes()[:-1])
            yield from super().run(plan, parts)

    with Cut() as there, pytest.raises(DigitsError, match=r"few\.idx has become shorter"):
        bulk(source, tmp_path / "out.parquet", there)


def test_where_no_cluster_is_that_is_said(cluster: Cluster) -> None:
    ray.shutdown()
    with pytest.raises(DigitsError, match=r"there is no Ray cluster at 127\.0\.0\.1:1: .*refused"):
        Pool(address="127.0.0.1:1")
