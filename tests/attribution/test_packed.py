"""The fast route, held against the plain statement of the journey rule, whatever shape the touches come in."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.attribution.reference import CONVERSION, NULL, Conversion, Touch, cut, moves

from onegoal.attribution import packed
from onegoal.attribution.packed import Wanted, read_journeys
from onegoal.attribution.scan import PlainParquet, true_places
from onegoal.attribution.sources import TouchSource
from onegoal.core.attribution.cutting import bucket_of
from onegoal.core.attribution.journeys import DAY, JourneyRule

CHANNELS = ("a", "b", "c", "d")
RULE = JourneyRule(window=5 * DAY)
HOUR = DAY // 24
EVERYTHING = Wanted(orders=(1, 2, 3), coalitions=True, buckets=True)


def random_touches(
    seed: int, *, count: int = 400, people: int = 60, stretch: int = HOUR, sequences=False, missing=False
):
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(count):
        converted = bool(rng.random() < 0.15)
        channel = None if missing and converted and rng.random() < 0.4 else CHANNELS[rng.integers(4)]
        rows.append(
            Touch(
                person=int(rng.integers(people)) - 7, at=int(rng.integers(300)) * stretch, channel=channel,
                sequence=int(rng.integers(3)) if sequences else None, converted=converted,
                value=int(rng.integers(-50, 1000)) if converted else 0,
            )
        )  # fmt: skip
    return rows


def as_arrow(rows: list[Touch], person=lambda number: number) -> pa.Table:
    return pa.table(
        {
            "person": [person(row.person) for row in rows],
            "at": pa.array([row.at for row in rows], pa.timestamp("us")),
            "sequence": pa.array([row.sequence for row in rows], pa.int64()),
            "channel": pa.array([row.channel for row in rows], pa.string()),
            "converted": [row.converted for row in rows],
            "value": [row.value for row in rows],
        }
    )


def source_of(
    rows: list[Touch], conversions: list[Conversion] | None = None, *, person=lambda number: number
) -> TouchSource:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.register("touches", as_arrow(rows, person))
    if conversions is not None:
        connection.register(
            "conversions",
            pa.table(
                {
                    "person": [person(row.person) for row in conversions],
                    "at": pa.array([row.at for row in conversions], pa.timestamp("us")),
                    "value": [row.value for row in conversions],
                    "lead_at": pa.array([row.lead_at for row in conversions], pa.timestamp("us")),
                    "key": [row.key for row in conversions],
                }
            ),
        )
    return TouchSource(
        connection=connection, touches_sql="SELECT * FROM touches",
        conversions_sql=None if conversions is None else "SELECT * FROM conversions", groups=CHANNELS,
        ends_at=max([row.at for row in [*rows, *(conversions or [])]]),
        has_sequence=any(row.sequence is not None for row in rows), has_text_persons=isinstance(person(1), str),
        has_missing_channels=any(row.channel is None for row in rows), rows=len(rows),
    )  # fmt: skip


def plain_of(rows: list[Touch], folder: Path, pieces: int = 3) -> PlainParquet:
    table = as_arrow(rows)
    size = -(-len(rows) // pieces)
    for number in range(pieces):
        pq.write_table(table.slice(number * size, size), folder / f"{number}.parquet", row_group_size=50)
    files = tuple(str(path) for path in sorted(folder.glob("*.parquet")))
    has_sequence = any(row.sequence is not None for row in rows)
    return PlainParquet(files, "person", "at", "channel", "converted", "value", "sequence" if has_sequence else None)


def check(source: TouchSource, rows: list[Touch], conversions: list[Conversion] = (), *, plain=None, rule=RULE):
    journeys, nulls = read_journeys(source, rule, EVERYTHING, plain)
    expected = cut(rows, conversions, window=rule.window, is_overlapping=rule.is_overlapping, ends_at=source.ends_at)
    steps = [(CHANNELS[group], age) for group, age in zip(journeys.group, journeys.age.tolist(), strict=True)]
    found = [
        (at, value, tuple(steps[begin:end]))
        for at, value, begin, end in zip(
            journeys.at.tolist(), journeys.value.tolist(), journeys.starts[:-1], journeys.starts[1:], strict=True
        )
    ]
    by_rule = [
        (j.conversion.at, j.conversion.value, tuple((step.channel, step.age) for step in j.steps))
        for j in expected.journeys
    ]
    assert sorted(found) == sorted(by_rule)
    assert (nulls.paths + nulls.censored, nulls.censored) == (len(expected.open_paths), expected.censored)
    for order in (1, 2, 3):
        assert counted(nulls.moves[order], order) == Counter(
            step for path in expected.open_paths for step in moves(path, order, NULL)
        )
    sets = Counter()
    for mask, count in zip(nulls.coalitions.mask, nulls.coalitions.count, strict=True):
        sets[int(mask)] += int(count)
    assert sets == Counter(sum(1 << CHANNELS.index(name) for name in set(path)) for path in expected.open_paths)
    return journeys, nulls


def counted(found, order: int) -> Counter:
    def state(code: int):
        digits = [(code // 5**place) % 5 for place in range(order)][::-1]
        return {-1: CONVERSION, -2: NULL}.get(code, tuple(CHANNELS[digit - 1] for digit in digits if digit))

    total: Counter = Counter()
    for source, target, count in zip(found.source, found.target, found.count, strict=True):
        total[state(int(source)), state(int(target))] += int(count)
    return total


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("overlapping", [False, True])
@pytest.mark.parametrize("stretch", [HOUR, 1_000_000, 1_000, 7])
def test_numbers_hold_what_rows_say(seed, overlapping, stretch, tmp_path):
    rows = random_touches(seed, stretch=stretch)
    rule = JourneyRule(40 * stretch, overlapping)
    check(source_of(rows), rows, rule=rule)
    check(source_of(rows), rows, rule=rule, plain=plain_of(rows, tmp_path))


def test_sequence_numbers_order_what_happened_in_the_same_moment(tmp_path):
    rows = random_touches(5, sequences=True, people=15)
    check(source_of(rows), rows)
    check(source_of(rows), rows, plain=plain_of(rows, tmp_path))


def test_a_converted_row_without_a_channel_is_only_a_conversion(tmp_path):
    rows = random_touches(6, missing=True)
    check(source_of(rows), rows)
    check(source_of(rows), rows, plain=plain_of(rows, tmp_path))


def test_people_named_by_text_are_counted_like_people_named_by_number():
    rows = random_touches(7)
    journeys, _ = check(source_of(rows, person=lambda number: f"visitor {number}"), rows)
    again, _ = check(source_of(rows[::-1], person=lambda number: f"visitor {number}"), rows)
    assert sorted(zip(journeys.person, journeys.bucket, strict=True)) == sorted(
        zip(again.person, again.bucket, strict=True)
    )


def test_people_named_by_numbers_far_apart_keep_their_numbers():
    def far(number: int) -> int:
        return number * 98_765_432_198_765

    rows = random_touches(8)
    journeys, _ = check(source_of(rows, person=far), rows)
    assert set(journeys.person.tolist()) == {far(row.person) for row in rows if row.converted}
    assert np.array_equal(journeys.bucket, bucket_of(journeys.person))


def test_moments_too_fine_for_one_number_are_sorted_as_columns():
    rows = random_touches(9, stretch=3_600_000_000_007, people=2**20)
    check(source_of(rows), rows, rule=JourneyRule(50 * 3_600_000_000_007))


def test_separate_conversions_bring_their_lead_and_their_key():
    rows = [row for row in random_touches(10) if not row.converted]
    rng = np.random.default_rng(1)
    conversions = [
        Conversion(int(rng.integers(-9, 60)), int(rng.integers(300)) * HOUR, int(rng.integers(900)), None, key)
        for key in range(40)
    ]
    conversions[3] = Conversion(rows[0].person, rows[0].at + 5, 70, rows[0].at, 3)
    journeys, _ = check(source_of(rows, conversions), rows, conversions)
    assert sorted(journeys.key.tolist()) == list(range(40))
    assert journeys.lead_age[journeys.key == 3].tolist() == [5]
    assert set(journeys.lead_age[journeys.key != 3].tolist()) == {-1}


def test_more_people_than_fit_at_once_are_read_in_parts(monkeypatch, tmp_path):
    rows = random_touches(11)
    whole = read_journeys(source_of(rows), RULE, EVERYTHING)
    monkeypatch.setattr(packed, "MOST_ROWS", 90)
    journeys, nulls = check(source_of(rows), rows, plain=plain_of(rows, tmp_path))
    assert sorted(journeys.person.tolist()) == sorted(whole[0].person.tolist())
    for order, found in whole[1].moves.items():
        assert np.array_equal(found.count, nulls.moves[order].count)
        assert np.array_equal(found.bucket, nulls.moves[order].bucket)


def test_blocks_never_cut_a_person_apart(monkeypatch):
    rows = random_touches(12, people=9)
    monkeypatch.setattr(packed, "_BLOCK", 13)
    check(source_of(rows), rows)


def test_nothing_at_all_gives_nothing():
    source = source_of(random_touches(13, count=1))
    empty = TouchSource(
        source.connection, "SELECT * FROM touches WHERE false", None, (), ends_at=0, has_text_persons=False
    )
    journeys, nulls = read_journeys(empty, RULE, EVERYTHING)
    assert (len(journeys.value), nulls.paths, nulls.censored) == (0, 0, 0)


def test_a_million_touches_of_one_person_are_one_journey():
    connection = duckdb.connect()
    source = TouchSource(
        connection,
        "SELECT 5 AS person, make_timestamp(i * 1000000) AS \"at\", NULL::BIGINT AS sequence, 'a' AS channel,"
        " i = 999999 AS converted, 100 AS value FROM range(1000000) t(i)",
        None, ("a",), ends_at=10**12,
    )  # fmt: skip
    journeys, nulls = read_journeys(source, JourneyRule(30 * DAY), EVERYTHING)
    assert (journeys.lengths.tolist(), nulls.paths + nulls.censored) == ([1_000_000], 0)
    assert not len(nulls.moves[1].count)


def test_true_places_are_found_in_pieces_of_columns_and_beside_nulls():
    column = pa.array([True, None, False, True] * 9 + [True])
    for begin, end in ((0, 37), (3, 20), (9, 9), (35, 37)):
        part = column.slice(begin, end - begin)
        assert true_places(part).tolist() == [i for i, value in enumerate(part.to_pylist()) if value]
    assert true_places(pa.array([True, False, True])).tolist() == [0, 2]
