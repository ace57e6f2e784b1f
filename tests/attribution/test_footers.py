"""What the footers of Parquet files tell, and that checks believe them only where they tell everything."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from onegoal.attribution.footers import Span, read_footers
from onegoal.attribution.sources import open_touches, reading

BEGIN = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def write(
    folder: Path, name: str, *, zone: str | None = None, unit: str = "us", stats: bool = True, first: int = 0
) -> str:
    moments = [(BEGIN + (first + hour) * HOUR).replace(tzinfo=None) for hour in range(6)]
    table = pa.table(
        {
            "person": [7, 8, 9, 7, 8, first],
            "time": pa.array(moments, pa.timestamp(unit, zone)),
            "channel": ["a", None, "b", "a", "a", "b"],
            "converted": [False, True, False, True, None, False],
        }
    )
    pq.write_table(table, folder / name, row_group_size=4, write_statistics=stats)
    return str(folder / name)


def test_spans_run_over_all_parts_of_all_files(tmp_path):
    paths = [write(tmp_path, "a.parquet"), write(tmp_path, "b.parquet", first=100, unit="ms")]
    found = read_footers(paths, ("person", "time", "channel", "converted"))
    assert found.rows == 12
    assert found.spans["person"] == Span(0, 0, 100)
    begin = int(BEGIN.timestamp()) * 1_000_000
    assert found.spans["time"] == Span(0, begin, begin + 105 * 3_600_000_000)
    assert (found.spans["channel"], found.spans["converted"]) == (Span(2), Span(2))


def test_files_without_statistics_tell_nothing(tmp_path):
    paths = [write(tmp_path, "a.parquet"), write(tmp_path, "b.parquet", stats=False)]
    assert read_footers(paths, ("person", "time")).spans == {}


@pytest.mark.parametrize("stats", [True, False])
@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Tashkent"])
@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_a_source_is_the_same_whether_footers_tell_or_rows_are_read(tmp_path, zone, unit, stats):
    path = write(tmp_path, "a.parquet", zone=zone, unit=unit, stats=stats)
    source = open_touches(path, how=reading(timezone="Europe/Bucharest"))
    last = BEGIN + 5 * HOUR - (dt.timedelta(hours=2) if zone is None else dt.timedelta())
    assert source.ends_at == int(last.timestamp()) * 1_000_000
    assert source.groups == ("a", "b")
    assert source.rows == 6
