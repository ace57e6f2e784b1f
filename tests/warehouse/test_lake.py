"""Versions of the lake: whole, one after another, whatever happens to a file or a writer."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from onegoal.metrics.tables import table
from onegoal.warehouse.lake import Lake, LakeDamaged
from onegoal.warehouse.schemas import arrow_schema
from onegoal.warehouse.sessions import DuckSession

LATER = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)  # whatever was retired while testing, its lease is over by then


def names(*ids: int, name: str = "x") -> pa.Table:
    return pa.Table.from_pylist([{"id": one, "name": name} for one in ids], schema=arrow_schema("teams"))


def touches(*keys: int, batch: str = "a", page: str = "") -> pa.Table:
    schema = arrow_schema("touches")
    at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    full = [{"touch_key": key, "digest": 0, "at": at, "visitor": key, "batch": batch, "page": page} for key in keys]
    return pa.Table.from_pylist([{n: row.get(n) for n in schema.names} for row in full], schema=schema)


def session(lake: Lake) -> DuckSession:
    return DuckSession(lake, threads=1, memory="200MB")


def ids(lake: Lake, manifest: Any = None) -> list[int]:
    return sorted(session(lake).run(table("teams"), manifest or lake.manifest())["id"].to_pylist())


def keys(lake: Lake) -> list[int]:
    return sorted(session(lake).run(table("touches"), lake.manifest())["touch_key"].to_pylist())


def test_a_chunk_is_replaced_as_a_whole(lake: Lake) -> None:
    lake.publish({("teams", 0): names(1, 2), ("teams", 1): names(20_001)})
    lake.publish({("teams", 0): names(2, 3)})
    assert ids(lake) == [2, 3, 20_001]
    lake.publish({("teams", 0): names()})
    assert ids(lake) == [20_001]


def test_writing_the_same_again_makes_no_version(lake: Lake) -> None:
    first = lake.publish({("teams", 0): names(1)})
    assert lake.publish({("teams", 0): names(1)}) == first


def test_several_tables_change_in_one_version(lake: Lake) -> None:
    lake.publish({("teams", 0): names(1), ("agencies", 0): names(1)})
    assert lake.manifest().version == 1


def test_a_reader_keeps_the_version_it_began_with(lake: Lake) -> None:
    lake.publish({("teams", 0): names(1)})
    before = lake.manifest()
    lake.publish({("teams", 0): names(2)})
    assert ids(lake, before) == [1]
    assert ids(lake) == [2]


def test_an_old_file_stays_for_a_lease_and_then_goes(lake: Lake) -> None:
    lake.publish({("teams", 0): names(1)})
    old = lake.path(lake.manifest().files("teams")[0])
    os.utime(old, (0, 0))  # written long ago: its lease begins only when it stops to count
    lake.publish({("teams", 0): names(2)})
    assert lake.sweep(now=dt.datetime.now(tz=dt.UTC)) == 0
    assert old.exists()
    assert lake.sweep(now=LATER) == 1
    assert not old.exists()
    assert ids(lake) == [2]


@pytest.mark.parametrize("damage", ["torn", "empty", "missing", "garbled"])
def test_one_bad_file_spoils_no_other(lake: Lake, damage: str) -> None:
    lake.publish({("teams", 0): names(1), ("teams", 1): names(20_001)})
    path = lake.path(lake.manifest().files("teams")[0])
    content = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes({"torn": content[: len(content) // 2], "empty": b"", "garbled": b"\0" * len(content)}[damage])
    assert ids(lake) == [20_001]
    assert [file.chunk for file in lake.manifest().quarantined["teams"]] == [0]
    assert len(lake.problems()) == 1


def test_a_draft_left_by_a_crash_is_never_read_and_swept(lake: Lake) -> None:
    lake.publish({("teams", 0): names(1)})
    draft = lake.directory / "teams" / ".0-abc.parquet-dead"
    draft.write_bytes(b"half")
    assert ids(lake) == [1]
    lake.sweep(now=LATER)
    assert not draft.exists()


def test_a_manifest_that_is_no_manifest_is_named(lake: Lake) -> None:
    lake.publish({("teams", 0): names(1)})
    (lake.directory / "manifest.json").write_text("{}")
    with pytest.raises(LakeDamaged):
        Lake(lake.directory).manifest()


def test_the_manifest_is_replaced_and_never_written_over(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    lake.publish({("teams", 0): names(1)})

    def no_power(self: Path, target: Path) -> Path:
        raise OSError("no power")

    monkeypatch.setattr(Path, "replace", no_power)
    with pytest.raises(OSError, match="no power"):
        lake.publish({("teams", 0): names(2)})
    assert ids(Lake(lake.directory)) == [1]


def test_undo_of_a_batch_takes_its_rows_and_brings_back_what_it_replaced(lake: Lake) -> None:
    lake.append("touches", touches(1, 2, 3, page="old"), batch="a")
    lake.append("touches", touches(4, batch="b"), batch="b")
    assert lake.replace_rows("touches", touches(2, batch="b", page="new"), key="touch_key", batch="b") == 1
    assert keys(lake) == [1, 2, 3, 4]
    lake.compact("touches", at_least=2)
    assert lake.remove_batch("touches", "b") == 2
    assert keys(lake) == [1, 2, 3]
    pages = session(lake).run(table("touches"), lake.manifest())["page"].to_pylist()
    assert set(pages) == {"old"}
    assert lake.remove_batch("touches", "a") == 3
    assert keys(lake) == []


def test_small_files_are_merged_and_keep_their_batches(lake: Lake) -> None:
    for number in range(5):
        lake.append("touches", touches(number, batch=f"b{number}"), batch=f"b{number}")
    assert lake.compact("touches", at_least=5) == 5
    assert len(lake.manifest().files("touches")) == 1
    lake.remove_batch("touches", "b3")
    assert keys(lake) == [0, 1, 2, 4]


def test_readers_see_whole_versions_while_others_write(lake: Lake) -> None:
    lake.publish({("teams", 0): names(0), ("agencies", 0): names(0)})
    stop, seen, wrong = threading.Event(), [], []

    def read() -> None:
        own = session(lake)
        while not stop.is_set():
            manifest = lake.manifest()
            pair = [own.run(table(name), manifest)["id"].to_pylist() for name in ("teams", "agencies")]
            seen.append(pair[0])
            if pair[0] != pair[1] or len(pair[0]) != 1:
                wrong.append(pair)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(1, 25):
        lake.publish({("teams", 0): names(number), ("agencies", 0): names(number)})
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert len(seen) > 3


def test_two_processes_lose_no_row_of_each_other(lake: Lake) -> None:
    program = (
        "import sys; from pathlib import Path; from onegoal.warehouse.lake import Lake\n"
        "from tests.warehouse.test_lake import touches\n"
        "lake = Lake(Path(sys.argv[1]))\n"
        "for n in range(10): lake.append('touches', touches(int(sys.argv[2]) + n), batch='a')\n"
    )
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(lake.directory), str(first)], cwd=Path(__file__).parents[2]
        )
        for first in (0, 100)
    ]
    assert [writer.wait() for writer in writers] == [0, 0]
    assert len(keys(lake)) == 20


def test_questions_can_read_the_lake_and_nothing_else(lake: Lake) -> None:
    lake.publish({("teams", 0): names(1)})
    own = session(lake)
    own.run(table("teams"), lake.manifest())
    cursor = own._cursor()
    for attempt in (
        "SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM glob('/etc/*')", "INSTALL httpfs",
        "SET enable_external_access = true", f"SELECT * FROM read_text('{lake.directory}/../../secret')",
    ):  # fmt: skip
        with pytest.raises(Exception, match=r"(?i)permission|disabled|locked|not allowed|cannot"):
            cursor.execute(attempt)


def test_a_kept_version_outlives_the_sweep_and_costs_only_what_changed(lake: Lake) -> None:
    lake.publish({("teams", 0): names(1), ("teams", 1): names(20_001)})
    then = lake.manifest()
    lake.pin(then)
    lake.publish({("teams", 0): names(2)})
    assert lake.sweep(now=LATER) == 0
    kept = lake.manifest_of(then.version)
    assert (ids(lake, kept), ids(lake)) == ([1, 20_001], [2, 20_001])
    assert len(list(lake.directory.glob("teams/*.parquet"))) == 3
    assert lake.pinned_versions() == [then.version]


def test_a_version_that_is_let_go_is_swept(lake: Lake) -> None:
    lake.publish({("teams", 0): names(1)})
    then = lake.manifest()
    lake.pin(then)
    lake.publish({("teams", 0): names(2)})
    lake.let_go(then.version)
    assert lake.sweep(now=LATER) == 1
    with pytest.raises(LakeDamaged, match="is not kept"):
        lake.manifest_of(then.version)


def test_a_version_whose_files_are_gone_cannot_be_kept(lake: Lake) -> None:
    lake.publish({("teams", 0): names(1)})
    then = lake.manifest()
    lake.publish({("teams", 0): names(2)})
    lake.sweep(now=LATER)
    with pytest.raises(LakeDamaged, match="swept away"):
        lake.pin(then)


def test_a_missing_file_of_a_kept_version_is_a_problem(lake: Lake) -> None:
    lake.publish({("teams", 0): names(1)})
    then = lake.manifest()
    lake.pin(then)
    lake.publish({("teams", 0): names(2)})
    lake.path(then.files("teams")[0]).unlink()
    assert lake.problems() == [f"{then.files('teams')[0].name}: missing"]
