"""The speed benchmark times what it says, and tells it."""

from benchmarks.speed import run, table


def test_each_contender_gets_a_row() -> None:
    result = run(rounds=1)
    assert result["rows"][0]["ratio"] == 1.0
    assert {(row["batch"], row["threads"]) for row in result["rows"]} >= {(1, 1), (256, 1)}
    whats = {row["what"] for row in result["rows"]}
    assert {"network alone", "whole path, strokes", "whole path, 520×520 RGBA PNG"} <= whats
    assert len(table(result).splitlines()) == 3 + len(result["rows"])
