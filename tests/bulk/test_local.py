"""Bulk runs on this machine: what goes in, what comes out, and what a stop costs."""

import gzip
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from digits_detector import DataError, DigitRecognizer, DigitsError
from digits_detector.bulk import bulk
from digits_detector.bulk.local import Pool
from digits_detector.bulk.plan import Plan
from digits_detector.cli import main

from .conftest import drawn, expected, png, same, write_idx

KILLS = 20


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(workers=2) as two:
        yield two


# ── what goes in ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("packed", [False, True])
def test_an_idx_file_is_read_as_predict_reads_each(
    idx: Path, tmp_path: Path, pool: Pool, recognizer: DigitRecognizer, packed: bool
) -> None:
    if packed:
        idx = tmp_path / "drawn.idx.gz"
        idx.write_bytes(gzip.compress((tmp_path / "drawn.idx").read_bytes()))
    summary = bulk(idx, tmp_path / "out.parquet", pool)
    assert (summary.rows, summary.errors, summary.read) == (700, 0, 700)
    same(tmp_path / "out.parquet", expected(recognizer, list(drawn(700))))
    assert not (tmp_path / "out.parquet.parts").exists()


def test_a_folder_is_read_in_order_and_a_broken_image_is_a_row_with_its_error(
    tmp_path: Path, pool: Pool, recognizer: DigitRecognizer, seven: Path
) -> None:
    folder = tmp_path / "scans"
    (folder / "b").mkdir(parents=True)
    files = ["a.png", "broken.png", "c.jpg", "b/a.PNG"]
    contents = [png(drawn(1)[0]), b"no picture", seven.read_bytes(), png(drawn(2)[1])]
    for name, content in zip(files, contents, strict=True):
        (folder / name).write_bytes(content)
    (folder / "notes.txt").write_text("not asked for")
    (folder / "report.pdf").write_bytes(b"%PDF-1.7")  # which Pillow writes and can't read
    summary = bulk(folder, tmp_path / "out.parquet", pool)
    assert (summary.rows, summary.errors) == (4, 1)
    same(tmp_path / "out.parquet", expected(recognizer, [folder / name for name in files]), list(files))


def test_a_glob_takes_what_it_matches(
    tmp_path: Path, pool: Pool, recognizer: DigitRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for place, digit in enumerate(drawn(3)):
        Path(f"{place}.scan").write_bytes(png(digit))
    bulk("[02].*", "relative.parquet", pool)
    bulk(f"{tmp_path}/*.scan", "absolute.parquet", pool)
    same(Path("relative.parquet"), expected(recognizer, list(drawn(3)[::2])), ["0.scan", "2.scan"])
    assert pq.read_table("absolute.parquet").num_rows == 3


def test_parquet_is_read_whatever_its_column_and_row_groups(
    parquet: Path, tmp_path: Path, pool: Pool, recognizer: DigitRecognizer
) -> None:
    summary = bulk(parquet, tmp_path / "structs.parquet", pool)
    assert (summary.rows, summary.errors) == (41, 2)
    pictures = [row or {"bytes": None, "path": None} for row in pq.read_table(parquet)["image"].to_pylist()]
    rows = expected(recognizer, [picture["bytes"] or b"" for picture in pictures])
    same(tmp_path / "structs.parquet", rows, [picture["path"] for picture in pictures])
    plain = pa.table({"scan": [picture["bytes"] for picture in pictures], "n": range(41)})
    for name, part in (("1", plain[:30]), ("2", plain[30:])):
        pq.write_table(part, tmp_path / f"plain-{name}.parquet")
    bulk(f"{tmp_path}/plain-*.parquet", tmp_path / "bytes.parquet", pool)
    same(tmp_path / "bytes.parquet", rows)


def test_a_large_run_is_cut_into_parts_and_its_rows_stay_in_order(tmp_path: Path, pool: Pool) -> None:
    digits = drawn(50)[np.arange(3000) % 50]
    bulk(write_idx(tmp_path / "many.idx", digits), tmp_path / "out.parquet", pool)
    found = pq.read_table(tmp_path / "out.parquet")
    assert found["row"].to_pylist() == list(range(3000))
    assert found["digit"].to_pylist() == found["digit"].to_pylist()[:50] * 60


def test_a_pool_may_write_the_same_output_again(tmp_path: Path, pool: Pool) -> None:
    for n in (30, 20):
        bulk(write_idx(tmp_path / "some.idx", drawn(n)), tmp_path / "out.parquet", pool)
        assert pq.read_table(tmp_path / "out.parquet").num_rows == n
        (tmp_path / "out.parquet").unlink()


# ── wrong usage ──────────────────────────────────────────────────────────────────────────────────


def test_what_cannot_be_read_is_said_in_a_sentence_and_leaves_nothing(
    idx: Path, parquet: Path, tmp_path: Path, pool: Pool
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "unlike").mkdir()
    pq.write_table(pa.table({"scan": [b""]}), tmp_path / "unlike" / "1.parquet")
    pq.write_table(pa.table({"label": [1]}), tmp_path / "unlike" / "2.parquet")
    (tmp_path / "cut.idx").write_bytes(idx.read_bytes()[:-1])
    (tmp_path / "cut.idx.gz").write_bytes(gzip.compress(idx.read_bytes())[:-9])
    (tmp_path / "labels.idx").write_bytes(b"\0\0\x08\1\0\0\0\0")
    (tmp_path / "cut.parquet").write_bytes(parquet.read_bytes()[:-9])
    pq.write_table(pa.table({"label": [1]}), tmp_path / "labels.parquet")
    pq.write_table(pa.table({"a": [b""], "b": [b""]}), tmp_path / "two.parquet")
    wrong = {
        "nowhere": "there is no file or folder",
        "no*.png": "no file matches",
        "empty": "holds no images",
        "cut.idx": "should hold 700 images of 28×28, which are 548,816 bytes, and has 548,815",
        "cut.idx.gz": "cannot be read: Compressed file ended",
        "labels.idx": "three dimensions",
        "cut.parquet": "cannot be read",
        "labels.parquet": "no column of image files, as bytes or as structs with bytes; its columns are label",
        "two.parquet": "several columns of image files",
        "unlike": r"2\.parquet has no column 'scan' of image files",
    }
    for name, sentence in wrong.items():
        with pytest.raises(DataError, match=sentence):
            bulk(f"{tmp_path}/{name}", tmp_path / "out.parquet", pool)
    with pytest.raises(DataError, match="no column 'scan' of image files"):
        bulk(parquet, tmp_path / "out.parquet", pool, column="scan")
    assert not list(tmp_path.glob("out.parquet*"))


def test_the_output_must_be_new_and_in_a_folder_that_is_there(idx: Path, tmp_path: Path, pool: Pool) -> None:
    with pytest.raises(DataError, match="cannot be written"):
        bulk(idx, tmp_path / "nowhere" / "out.parquet", pool)
    (tmp_path / "out.parquet").write_text("mine")
    with pytest.raises(DigitsError, match="exists already"):
        bulk(idx, tmp_path / "out.parquet", pool)
    assert (tmp_path / "out.parquet").read_text() == "mine"


def test_the_command_says_what_it_did(
    parquet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = str(tmp_path / "out.parquet")
    assert main(["bulk", str(parquet), output, "--workers", "1"]) == 1
    assert capsys.readouterr().out == f"{output}: 41 rows, 2 of them with an error\n"
    assert main(["bulk", str(parquet), output]) == 1
    assert "exists already" in capsys.readouterr().err
    assert main(["bulk", str(parquet), output, "--resume", "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["rows"], said["errors"], said["read"]) == (41, 2, 0)


# ── stops ────────────────────────────────────────────────────────────────────────────────────────


def test_a_run_goes_on_where_it_was_stopped(idx: Path, tmp_path: Path, pool: Pool) -> None:
    bulk(idx, tmp_path / "whole.parquet", pool)

    class Stopped(Pool):
        def run(self, plan: Plan, parts: list[int]) -> Iterator[int]:
            yield from super().run(plan, parts[:1])
            raise KeyboardInterrupt

    output = tmp_path / "out.parquet"
    with Stopped(workers=2) as stopped, pytest.raises(KeyboardInterrupt):
        bulk(idx, output, stopped)
    with pytest.raises(DigitsError, match="go on with --resume"):
        bulk(idx, output, pool)
    with pytest.raises(DigitsError, match=r"another input \(.*drawn\.idx\)"):
        bulk(tmp_path / "other.idx", output, pool, resume=True)
    summary = bulk(idx, output, pool, resume=True)
    assert (summary.rows, summary.read) == (700, 700 - 256)
    assert output.read_bytes() == (tmp_path / "whole.parquet").read_bytes()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX does")
def test_killed_twenty_times_at_random_moments_it_ends_in_the_same_table(tmp_path: Path) -> None:
    digits = drawn(50)[np.arange(1200) % 50]
    digits_command = str(Path(sys.executable).with_name("digits"))
    command = [digits_command, "bulk", str(write_idx(tmp_path / "many.idx", digits))]
    whole, output = tmp_path / "whole.parquet", tmp_path / "out.parquet"
    started = time.monotonic()
    subprocess.run([*command, str(whole)], check=True, capture_output=True)
    duration = time.monotonic() - started
    moments, kills = random.Random(0), 0
    while kills < KILLS:
        run = subprocess.Popen(
            [*command, str(output), "--resume"], stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            assert run.wait(moments.uniform(0.2, 1) * duration) == 0
        except subprocess.TimeoutExpired:
            os.kill(run.pid, signal.SIGKILL)
            run.wait()
            kills += 1
            assert not output.exists() or output.read_bytes() == whole.read_bytes()
        else:
            assert output.read_bytes() == whole.read_bytes()
            output.unlink()
    assert gone(run.pid)
    subprocess.run([*command, str(output), "--resume"], check=True, capture_output=True)
    assert output.read_bytes() == whole.read_bytes()
    assert not list(tmp_path.glob("*.parts"))


def gone(group: int) -> bool:
    """Wait until no process of a group is left; whether that came to be."""
    for _ in range(200):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_a_table_of_another_job_is_not_taken_for_this_one(idx: Path, tmp_path: Path, pool: Pool) -> None:
    output = tmp_path / "out.parquet"
    bulk(idx, output, pool)
    assert bulk(idx, output, pool, resume=True).read == 0
    with pytest.raises(DigitsError, match="another input"):
        bulk(tmp_path / "other.idx", output, pool, resume=True)
