"""The benchmark of the service measures what it says, and tells it."""

import pytest

from benchmarks.service import OPPONENTS, OURS, Load, run, table


def test_our_server_gets_a_row_for_each_picture_and_number_of_connections() -> None:
    result = run(connections=(1, 3), seconds=0.2, keras=False)
    rows = result["rows"]
    assert [(row["server"], row["connections"]) for row in rows] == [(OURS, 1), (OURS, 3)] * 2
    assert {row["picture"] for row in rows} == {"28×28 PNG", "520×520 RGBA PNG"}
    for row in rows:
        assert row["failures"] == 0
        assert row["per_second"] > 0
        assert 0 < row["p50"] <= row["p95"] <= row["p99"]
    assert len(table(result).splitlines()) == 3 + len(rows)


@pytest.mark.slow
def test_the_opponents_answer_the_same_requests() -> None:
    rows = run(connections=(1,), seconds=0.2)["rows"]
    assert [row["server"] for row in rows] == [name for name in (OURS, *OPPONENTS.values()) for _ in range(2)]
    assert [row["failures"] for row in rows] == [0] * 6


def test_figures_are_of_all_answers() -> None:
    load = Load([0.001] * 99 + [0.1], failures=2, seconds=4.0)
    assert load.row() == {"per_second": 25.0, "p50": 1.0, "p95": 1.0, "p99": 1.99, "failures": 2}
