"""Touches from files, folders and frames: what is read exactly, and what is refused in which words."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from onegoal.attribution.refusals import SourceRefused
from onegoal.attribution.sources import TouchSource, open_touches, reading

HEADER = "person,time,channel,converted,value\n"
NOON = dt.datetime(2026, 3, 1, 12)


def written(folder: Path, text: str, name: str = "touches.csv", encoding: str = "utf-8") -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return str(path)


def table(**columns: Any) -> dict[str, Any]:
    """Two touches in memory, some of whose columns are told."""
    plain: dict[str, Any] = {
        "person": [1, 1], "time": [NOON, NOON + dt.timedelta(days=1)], "channel": ["ads", "mail"],
        "converted": [False, True], "value": [0, 500],
    }  # fmt: skip
    return plain | columns


def rows(source: TouchSource) -> list[tuple[Any, ...]]:
    """Person, moment, channel, converted and value, in the order of person and moment."""
    sql = f'SELECT person, "at", channel, converted, value FROM ({source.touches_sql}) ORDER BY 1, 2, 3'
    return source.connection.execute(sql).fetchall()


def conversions(source: TouchSource) -> list[tuple[Any, ...]]:
    sql = f'SELECT person, "at", value, lead_at, key FROM ({source.conversions_sql}) ORDER BY key'
    return source.connection.execute(sql).fetchall()


def refusal(touches: Any, conversions: Any = None, **how: Any) -> SourceRefused:
    with pytest.raises(SourceRefused) as caught:
        open_touches(touches, conversions, reading(**how))
    return caught.value


def test_a_csv_file_is_read_with_its_types(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + "1,2026-03-01 12:00:00,ads,0,\n1,2026-03-02T12:00:00Z,mail,1,500\n")
    source = open_touches(path)
    assert rows(source) == [
        (1, NOON, "ads", False, 0),
        (1, NOON + dt.timedelta(days=1), "mail", True, 500),
    ]
    assert source.groups == ("ads", "mail")
    assert source.rows == 2
    assert dt.datetime.fromtimestamp(source.ends_at / 1e6, dt.UTC) == dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
    assert not source.notes


def test_clean_parquet_is_passed_through_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "touches.parquet"
    pq.write_table(pa.table(table()), path)
    source = open_touches(path)
    assert source.plain is not None
    assert source.plain.files == (str(path),)
    assert (source.plain.person, source.plain.at, source.plain.value) == ("person", "time", "value")
    assert rows(source)[1] == (1, NOON + dt.timedelta(days=1), "mail", True, 500)


@pytest.mark.parametrize("change", [
    {"person": ["a", "b"]}, {"channel": ["ads ", "mail"]}, {"channel": [None, "mail"]}, {"value": [0.0, 1.5]},
    {"converted": [None, True]}, {"time": ["2026-03-01", "2026-03-02"]},
])  # fmt: skip
def test_parquet_that_needs_a_change_is_not_read_as_it_stands(tmp_path: Path, change: dict[str, Any]) -> None:
    path = tmp_path / "touches.parquet"
    pq.write_table(pa.table(table(**change)), path)
    source = open_touches(path)
    assert source.plain is None
    assert len(rows(source)) == 2


def test_a_folder_of_partitions_is_one_table(tmp_path: Path) -> None:
    for month in (1, 2):
        folder = tmp_path / f"month={month}"
        folder.mkdir()
        pq.write_table(pa.table(table()), folder / "part.parquet")
    (tmp_path / "_SUCCESS").write_text("")
    (tmp_path / ".hidden.parquet").write_bytes(b"half written")
    source = open_touches(tmp_path)
    assert source.rows == 4
    assert open_touches(tmp_path, how=reading(by="month")).groups == ("1", "2")


def test_a_pattern_names_files(tmp_path: Path) -> None:
    for name in ("a1.csv", "a2.csv", "b.csv"):
        written(tmp_path, HEADER + "1,2026-03-01,ads,1,5\n", name)
    assert open_touches(str(tmp_path / "a*.csv")).rows == 2


def test_a_file_whose_name_looks_like_a_pattern_is_itself(tmp_path: Path) -> None:
    pq.write_table(pa.table(table()), tmp_path / "march [1].parquet")
    written(tmp_path, HEADER + "1,2026-03-01,ads,1,5\n", "it's [2].csv")
    assert open_touches(str(tmp_path / "march [1].parquet")).rows == 2
    assert open_touches(str(tmp_path / "it's [2].csv")).rows == 1


class Streamed:
    """A frame that only speaks the Arrow stream protocol, as Polars does."""

    def __init__(self, rows: pa.Table) -> None:
        self.rows = rows

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.rows.__arrow_c_stream__(requested_schema)


def test_every_frame_gives_the_same_rows() -> None:
    arrow = pa.table(table())
    expected = rows(open_touches(table()))
    listed = [dict(zip(table(), values, strict=True)) for values in zip(*table().values(), strict=True)]
    for frame in (arrow, arrow.to_pandas(), Streamed(arrow), listed, arrow.to_reader()):
        assert rows(open_touches(frame)) == expected


def test_a_frame_with_mixed_types_is_refused() -> None:
    said = refusal(table(person=[1, "a"]))
    assert said.code == "not_a_table"
    assert "Arrow table" in said.remedy


def test_missing_values_of_pandas_are_missing_not_nan() -> None:
    import pandas as pd

    frame = pd.DataFrame(table(value=[float("nan"), 12.5]))
    assert [row[4] for row in rows(open_touches(frame))] == [0, 1250]


def test_usual_names_are_guessed_and_said() -> None:
    source = open_touches({
        "Visitor ID": ["x"], "Event Time": [NOON], "utm_source": ["ads"], "Conversion": ["yes"], "Revenue": [3],
    })  # fmt: skip
    assert rows(source) == [("x", NOON, "ads", True, 3)]
    assert source.notes == (
        "Columns were guessed: person is Visitor ID, time is Event Time, channel is utm_source,"
        " converted is Conversion, value is Revenue.",
    )


def test_columns_that_are_named_are_taken() -> None:
    given = {"a": [1], "b": [NOON], "c": ["ads"], "channel": ["other"], "d": [True]}
    source = open_touches(given, how=reading(columns={"person": "a", "time": "b", "channel": "c", "converted": "d"}))
    assert rows(source) == [(1, NOON, "ads", True, 0)]


def test_a_column_nobody_can_guess_is_asked_for() -> None:
    said = refusal({"x": [1], "time": [NOON], "channel": ["ads"], "converted": [True]})
    assert (said.code, said.column) == ("column_missing", "person")
    assert str(said) == (
        "No column of touches is known to be the person: it has x, time, channel, converted."
        " Name it with --columns person=COLUMN."
    )


def test_a_named_column_that_is_not_there_is_refused() -> None:
    said = refusal(table(), columns={"person": "uid"})
    assert said.message == "touches has no column 'uid': it has person, time, channel, converted, value."


@pytest.mark.parametrize(("columns", "sentence"), [
    ({"person": "uid"}, "touches has no column 'uid': it has person, time, channel, converted, value."),
    ({"conversions.value": "worth"}, "conversions has no column 'worth': it has person, time."),
    ({"value": "value"}, "conversions has no column 'value': it has person, time."),
    ({"converted": "converted"}, "With conversions of their own, no column of touches can be the converted."),
    ({"deals.time": "time"}, "There is no table 'deals'."),
])  # fmt: skip
def test_a_named_column_that_no_table_uses_is_refused(columns: dict[str, str], sentence: str) -> None:
    assert refusal(table(), {"person": [1], "time": [NOON]}, columns=columns).message == sentence


def test_an_unknown_part_is_refused() -> None:
    assert refusal(table(), columns={"preson": "person"}).message == "'preson' is no part that a column can play."


def test_without_a_column_of_conversions_they_are_asked_for() -> None:
    assert refusal({"person": [1], "time": [NOON], "channel": ["ads"]}).column == "converted"


def test_conversions_of_their_own_are_read_with_leads() -> None:
    sold = {"person": [1], "sold_at": ["2026-03-05 10:00"], "amount": [700], "lead_time": ["2026-03-04 09:00"]}
    source = open_touches(table(), sold, reading(columns={"conversions.time": "sold_at"}))
    assert conversions(source) == [(1, dt.datetime(2026, 3, 5, 10), 700, dt.datetime(2026, 3, 4, 9), 1)]
    assert not any(row[3] for row in rows(source))


def test_leads_beside_converted_touches_become_conversions() -> None:
    source = open_touches(table(lead_time=[None, NOON]))
    assert conversions(source) == [(1, NOON + dt.timedelta(days=1), 500, NOON, 1)]
    assert not any(row[3] for row in rows(source))


def test_people_are_text_as_soon_as_one_table_says_so() -> None:
    source = open_touches(table(), {"person": ["1", "b"], "time": [NOON, NOON]})
    assert source.has_text_persons
    assert {row[0] for row in rows(source)} == {"1"}


@pytest.mark.parametrize(("moment", "expected"), [
    (1772366400, NOON), (1772366400.5, NOON.replace(microsecond=500_000)), (1772366400_000, NOON),
    (1772366400_000_000, NOON), (1772366400_000_000_000, NOON), (20260301, NOON.replace(hour=0)),
    (dt.date(2026, 3, 1), NOON.replace(hour=0)), ("2026-03-01", NOON.replace(hour=0)),
    ("2026-03-01T14:00:00+02:00", NOON), ("2026-03-01 12:00:00.000001", NOON.replace(microsecond=1)),
    ("1772366400", NOON), (dt.datetime(2026, 3, 1, 14, tzinfo=dt.timezone(dt.timedelta(hours=2))), NOON),
])  # fmt: skip
def test_a_moment_is_read_as_it_is_written(moment: Any, expected: dt.datetime) -> None:
    source = open_touches({"person": [1], "time": [moment], "channel": ["ads"], "converted": [True]})
    assert rows(source)[0][1] == expected


def test_what_was_made_of_numbers_is_said() -> None:
    source = open_touches(table(time=[1772366400_000, 1772366401_000]))
    assert source.notes == ("time was read as milliseconds since 1970 UTC.",)


@pytest.mark.parametrize("moment", [NOON, "2026-03-01 12:00"])
def test_a_moment_without_offset_is_in_the_zone_that_is_named(moment: Any) -> None:
    given = {"person": [1], "time": [moment], "channel": ["ads"], "converted": [True]}
    source = open_touches(given, how=reading(timezone="Europe/Bucharest"))
    assert rows(source)[0][1] == dt.datetime(2026, 3, 1, 10)


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(SourceRefused) as caught:
        reading(timezone="Mars/Base")
    assert str(caught.value) == "There is no time zone 'Mars/Base'. Use a name such as Europe/Bucharest or UTC."


def test_text_that_is_no_moment_is_refused_with_its_rows(tmp_path: Path) -> None:
    lines = "1,2026-03-01,ads,0,\n1,01.03.26,ads,0,\n1,soon,ads,0,\n"
    said = refusal(written(tmp_path, HEADER + lines))
    assert said.message == ("touches.csv, row 3: the time is missing or no moment ('01.03.26'); also row 4.")
    assert (said.file, said.row, said.column) == ("touches.csv", 3, "time")
    assert "2026-01-31 14:05:00" in said.remedy


def test_a_moment_outside_of_two_centuries_is_refused() -> None:
    assert refusal(table(time=[NOON, dt.datetime(9999, 12, 31)])).row == 2


def test_rows_without_person_are_refused_or_counted_as_left_out() -> None:
    given = table(person=[None, 7])
    said = refusal(given)
    assert str(said) == (
        "touches, row 1: the person is missing. Fill it in, or leave such rows out with --skip-bad-rows."
    )
    source = open_touches(given, how=reading(skip_bad_rows=True))
    assert [row[0] for row in rows(source)] == [7]
    assert source.notes == ("1 rows of touches were left out: the person is missing.",)


@pytest.mark.parametrize(("told", "expected"), [
    ([0, 1], True), ([0.0, 1.0], True), (["no", "Yes"], True), (["", "true"], True), (["нет", "да"], True),
    ([None, True], True), ([None, 1], True),
])  # fmt: skip
def test_yes_and_no_are_read_in_many_words(told: list[Any], expected: bool) -> None:
    assert [row[3] for row in rows(open_touches(table(converted=told)))] == [False, expected]


@pytest.mark.parametrize("told", [[0, 2], ["no", "maybe"], [0.0, 0.5]])
def test_anything_else_than_yes_and_no_is_refused(told: list[Any]) -> None:
    said = refusal(table(converted=told))
    assert (said.code, said.row) == ("converted", 2)
    assert "neither yes nor no" in said.message


def test_whole_numbers_stay_units_and_may_be_negative() -> None:
    source = open_touches(table(value=[0, -500]))
    assert (rows(source)[1][4], source.digits, source.has_whole_values) == (-500, 0, True)


@pytest.mark.parametrize(("value", "digits", "units"), [
    (12.5, 2, 1250), (0.244, 3, 244), (0.1, 2, 10), (1.0, 2, 100), (1e-6, 6, 1), (Decimal("12.3450"), 3, 12345),
    (-3.21, 2, -321), (123456789.01, 2, 12345678901),
])  # fmt: skip
def test_decimals_are_counted_in_the_largest_unit_that_holds_them(value: Any, digits: int, units: int) -> None:
    source = open_touches({"person": [1], "time": [NOON], "channel": ["a"], "converted": [True], "value": [value]})
    assert (rows(source)[0][4], source.digits, source.has_whole_values) == (units, digits, False)


def test_more_decimals_than_six_are_rounded_and_said() -> None:
    source = open_touches(table(value=[0.0, 1 / 3]))
    assert rows(source)[1][4] == 333_333
    assert source.notes == ("Values have more than 6 decimals and were rounded to 6.",)


def test_decimal_commas_are_understood(tmp_path: Path) -> None:
    text = "person;time;channel;converted;value\n1;2026-03-01;ads;1;12,50\n1;2026-03-02;ads;1;7\n"
    assert [row[4] for row in rows(open_touches(written(tmp_path, text)))] == [1250, 700]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e17])
def test_numbers_that_cannot_be_counted_are_refused(value: float) -> None:
    said = refusal(pa.table(table(value=[0.0, value])))
    assert (said.code, said.row) == ("value", 2)
    assert "no number that can be counted exactly" in said.message


def test_huge_whole_numbers_are_refused() -> None:
    said = refusal(table(value=[0, 9_000_000_000_000_001]))
    assert (said.row, said.column) == (2, "value")
    assert open_touches(table(value=[0, 9_000_000_000_000_000])).rows == 2


def test_values_of_rows_that_did_not_convert_do_not_matter() -> None:
    assert [row[4] for row in rows(open_touches(table(value=[float("inf"), 2.5])))] == [0, 250]


def test_values_that_only_overflow_together_are_refused() -> None:
    count = 1_100
    given = {
        "person": list(range(count)), "time": [NOON] * count, "channel": ["ads"] * count,
        "converted": [True] * count, "value": [9 * 10**15] * count,
    }  # fmt: skip
    assert refusal(given).message == "The values of touches add up to more than can be counted exactly."


def test_text_that_is_no_number_is_refused(tmp_path: Path) -> None:
    said = refusal(written(tmp_path, HEADER + "1,2026-03-01,ads,1,lots\n"))
    assert said.message == "touches.csv, row 2: the value is no number that can be counted exactly ('lots')."


def test_a_sequence_that_is_no_number_is_refused() -> None:
    assert refusal(table(sequence=["1", "b"])).message == "touches, row 2: the sequence is no whole number ('b')."


def test_touches_without_channel_stand_as_not_set_and_conversions_without_are_no_touches() -> None:
    source = open_touches(table(channel=[None, " "]))
    assert source.groups == ("(not set)",)
    assert [row[2] for row in rows(source)] == ["(not set)", None]
    assert source.has_missing_channels
    assert source.notes == (
        '1 touches have no channel and stand as "(not set)".',
        "1 converted rows have no channel: they are conversions and no touches.",
    )


def test_several_columns_make_a_group_together() -> None:
    given = table(source=["g", None], medium=["cpc", None])
    source = open_touches(given, how=reading(by="source,medium"))
    assert source.groups == ("g / cpc",)
    half = open_touches(table(source=["g", None], medium=[None, "x"]), how=reading(by=["source", "medium"]))
    assert half.groups == ("(not set) / x", "g / (not set)")


def test_the_smallest_of_5000_channels_are_one() -> None:
    channels = [f"c{number:04}" for number in range(5_000)] + ["c0000", "c4999"]
    count = len(channels)
    given = {
        "person": list(range(count)), "time": [NOON] * count, "channel": channels, "converted": [True] * count,
    }  # fmt: skip
    source = open_touches(given, how=reading(top=3))
    assert source.groups == ("(other)", "c0000", "c0001", "c4999")
    assert sum(row[2] == "(other)" for row in rows(source)) == 4_997
    assert source.notes == (
        "There are 5,000 groups: the 3 with most touches stand for themselves, the other 4,997 (99.9% of touches)"
        ' together as "(other)".',
    )
    assert len(open_touches(given).groups) == 201


def test_rows_that_repeat_are_counted_and_can_be_left_out(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + "1,2026-03-01,ads,1,5\n" * 3)
    counted = open_touches(path)
    assert counted.rows == 3
    assert counted.notes == (
        "2 rows of touches.csv repeat another row exactly; they were counted. Use --drop-duplicates to leave them out.",
    )
    dropped = open_touches(path, how=reading(drop_duplicates=True))
    assert dropped.rows == 1
    assert dropped.notes == ("2 rows of touches.csv repeat another row exactly and were left out.",)


def test_a_million_touches_of_one_person_look_like_a_bot() -> None:
    count = 1_200_000
    person = np.arange(count) % 200_000 + 1
    person[:1_000_000] = 7
    source = open_touches(pa.table({
        "person": person, "time": np.arange(count).astype("datetime64[s]") + np.timedelta64(60 * 365, "D"),
        "channel": pa.array(np.full(count, "ads")).dictionary_encode(), "converted": np.zeros(count, bool),
    }))  # fmt: skip
    assert source.notes == ("Person 7 has 1,000,001 of 1,200,000 touches and looks like a bot; it was counted.",)


def test_a_few_busy_people_are_no_bots() -> None:
    count = 6_000
    given = {
        "person": [number % 3 for number in range(count)], "channel": ["ads"] * count, "converted": [False] * count,
        "time": [NOON + dt.timedelta(seconds=number) for number in range(count)],
    }  # fmt: skip
    assert not open_touches(given).notes


def test_as_of_leaves_out_what_was_recorded_later() -> None:
    given = table(recorded=[NOON + dt.timedelta(days=9), NOON + dt.timedelta(days=1)])
    source = open_touches(given, how=reading(as_of="2026-03-02"))
    assert [row[2] for row in rows(source)] == ["mail"]
    assert source.groups == ("mail",)


def test_as_of_without_such_a_column_leaves_out_what_happened_later() -> None:
    source = open_touches(table(), how=reading(as_of="2026-03-01T12:00:00Z"))
    assert [row[2] for row in rows(source)] == ["ads"]
    assert source.ends_at == int(NOON.replace(tzinfo=dt.UTC).timestamp()) * 1_000_000


def test_as_of_no_moment_is_refused() -> None:
    with pytest.raises(SourceRefused, match="'yesterday' is no moment"):
        reading(as_of="yesterday")


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_header_alone_gives_nothing_exactly(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"touches.{kind}"
    if kind == "csv":
        path.write_text(HEADER)
    else:
        pq.write_table(pa.table(table()).slice(0, 0), path)
    source = open_touches(path)
    assert (source.rows, source.groups, source.ends_at) == (0, (), 0)
    assert rows(source) == []


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    said = refusal(written(tmp_path, ""))
    assert said.code == "empty"
    assert "it has not even a header" in said.message


def test_a_file_that_is_all_null_is_refused_at_its_first_row(tmp_path: Path) -> None:
    path = tmp_path / "touches.parquet"
    pq.write_table(pa.table({name: [None, None] for name in table()}), path)
    said = refusal(path)
    assert (said.code, said.row) == ("person_missing", 1)
    assert open_touches(path, how=reading(skip_bad_rows=True)).rows == 0


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    said = refusal(str(tmp_path / "nothing.csv"))
    assert str(said) == f"There is no file {tmp_path / 'nothing.csv'}. Check the path."
    assert "No file is named like" in refusal(str(tmp_path / "*.csv")).message


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    (tmp_path / "readme.md").write_text("hello")
    assert refusal(tmp_path).message == f"The folder {tmp_path} holds no Parquet or CSV file."


def test_files_with_other_columns_are_refused_by_name(tmp_path: Path) -> None:
    written(tmp_path, HEADER + "1,2026-03-01,ads,1,5\n", "a.csv")
    written(tmp_path, "person,time,converted\n1,2026-03-01,1\n", "b.csv")
    said = refusal(tmp_path)
    assert said.file == "b.csv"
    assert "has no column 'channel', which other files" in said.message


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_files_that_lack_a_column_nobody_needs_are_read_and_that_is_said(tmp_path: Path, kind: str) -> None:
    full, short = table(), {name: column for name, column in table().items() if name != "value"}
    for name, columns in (("a", full), ("b", short)):
        if kind == "parquet":
            pq.write_table(pa.table(columns), tmp_path / f"{name}.parquet")
        else:
            lines = "\n".join(",".join(map(str, row)) for row in zip(*columns.values(), strict=True))
            written(tmp_path, ",".join(columns) + "\n" + lines + "\n", f"{name}.csv")
    source = open_touches(tmp_path)
    assert sorted(row[4] for row in rows(source)) == [0, 0, 0, 500]
    assert source.notes[0] == "1 of 2 files have no column 'value'; it counts as empty there."


def test_a_bad_row_of_a_later_file_is_named_with_its_file(tmp_path: Path) -> None:
    written(tmp_path, HEADER + "1,2026-03-01,ads,1,5\n", "a.csv")
    written(tmp_path, HEADER + "1,2026-03-01,ads,1,5\n,2026-03-01,ads,1,5\n", "b.csv")
    said = refusal(tmp_path)
    assert (said.file, said.row) == ("b.csv", 3)


def test_parquet_and_text_together_are_refused(tmp_path: Path) -> None:
    written(tmp_path, HEADER, "a.csv")
    pq.write_table(pa.table(table()), tmp_path / "b.parquet")
    assert "holds both Parquet and text files" in refusal(tmp_path).message


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + "1,2026-03-01,ads,1,5\n", encoding="utf-8-sig")
    assert rows(open_touches(path)) == [(1, NOON.replace(hour=0), "ads", True, 5)]


def test_semicolons_tabs_and_a_sep_line_are_understood(tmp_path: Path) -> None:
    for sign in (";", "\t", "|"):
        text = (HEADER + "1,2026-03-01,ads,1,5\n1,2026-03-02,mail,0,\n").replace(",", sign)
        assert open_touches(written(tmp_path, text)).rows == 2
        assert open_touches(written(tmp_path, f"sep={sign}\n{text}")).rows == 2


@pytest.mark.parametrize("encoding", ["cp1251", "utf-16"])
def test_an_old_encoding_is_told_by_its_bytes(tmp_path: Path, encoding: str) -> None:
    lines = "".join(f"{number},2026-03-01,Реклама в поиске,1,5\n" for number in range(5))
    source = open_touches(written(tmp_path, HEADER + lines, encoding=encoding))
    assert source.groups == ("Реклама в поиске",)
    assert source.rows == 5


def test_a_packed_csv_is_read(tmp_path: Path) -> None:
    import gzip

    (tmp_path / "touches.csv.gz").write_bytes(gzip.compress((HEADER + "1,2026-03-01,ads,1,5\n").encode()))
    assert open_touches(tmp_path / "touches.csv.gz").rows == 1


def test_a_row_with_too_many_cells_is_refused_with_its_number(tmp_path: Path) -> None:
    said = refusal(written(tmp_path, HEADER + "1,2026-03-01,ads,1,5\n1,2026-03-01,ads,1,5,6,7\n"))
    assert (said.code, said.row) == ("row_broken", 3)
    assert said.message.startswith("Row 3 of touches.csv cannot be read")


def test_something_else_than_a_table_is_refused(tmp_path: Path) -> None:
    assert "neither CSV nor Parquet" in refusal(written(tmp_path, "<html><body>no</body></html>")).message
    (tmp_path / "a.parquet").write_bytes(b"PAR1 cut off")
    assert refusal(tmp_path / "a.parquet").code == "not_a_table"
    assert "no Parquet file" in refusal(written(tmp_path, "person,time\n", "b.parquet")).message


def test_nothing_to_group_by_and_no_groups_to_show_are_refused() -> None:
    for how in ({"by": " "}, {"top": 0}):
        with pytest.raises(SourceRefused):
            reading(**how)  # type: ignore[arg-type]
    assert refusal(table(), by="campaign").column == "campaign"
