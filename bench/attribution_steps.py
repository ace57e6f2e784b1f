"""What the measurements of attribution run, each step as a whole process of its own (peers in their own environment).

`python -m bench.attribution_steps STEP FOLDER [WORDS]`. A step imports first, then starts the clock.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from bench.children import answer_with

WINDOW_DAYS = 30

PEOPLE_SQL = """
create temp table people as
select person, bool_or(converted) as converts, list_sort(list(
    ((epoch(time)::bigint - {base}) << 32) | (enum_code(channel::names)::bigint << 27)
    | case when converted then (1 << 26) | value else 0 end)) as touches
from read_parquet('{files}') group by person
"""
OF_CONVERTERS_SQL = """
create temp table own as
select person, touch, touch >> 32 as second, (touch >> 26) & 1 as converted, touch & 67108863 as value
from (select person, unnest(touches) as touch from people where converts);
create temp table cut as
select own.person, own.touch, own.second, ends.second as ends_at, ends.value
from own asof left join
    (select person, second, sum(value) as value from own where converted = 1 group by all) as ends
    on own.person = ends.person and own.second <= ends.second
"""
PATHS_SQL = """
create temp table paths as
select short, sum(conversions)::bigint as conversions, sum(value)::double as value, sum(nulls)::bigint as nulls from (
    select {letters} as short, 0 as conversions, 0 as value, count(*) as nulls from people where not converts group by 1
    union all
    select short, count(*) filter (ends_at is not null), coalesce(sum(value), 0), count(*) filter (ends_at is null)
    from (
        select string_agg(chr((97 + ((touch >> 27) & 31))::int), '' order by touch) as short, ends_at, any_value(value) as value
        from cut where ends_at is null or second > ends_at - {window} group by person, ends_at
    ) group by 1
) group by 1
"""
LETTERS = "array_to_string(list_transform(touches, lambda touch: chr((97 + ((touch >> 27) & 31))::int)), '')"


def build_paths(folder: str) -> Any:
    """Return a DuckDB connection whose table `paths` has each distinct path once, by the fastest SQL we know.

    One packed integer a touch, sorted in a list for each person; only people who convert are cut into journeys, by an
    ASOF join. Paths are letters until they are distinct. Conversions of a person at one moment have one journey.
    """
    import duckdb

    connection = duckdb.connect()
    connection.execute("set preserve_insertion_order = false")
    files = f"{folder}/*.parquet"
    names = connection.execute(f"select distinct channel from read_parquet('{files}') order by 1").fetchall()
    connection.execute(f"create type names as enum ({', '.join(repr(name) for (name,) in names)})")
    base = connection.execute(f"select epoch(min(time))::bigint from read_parquet('{files}')").fetchone()[0]
    connection.execute(PEOPLE_SQL.format(base=base, files=files))
    connection.execute(OF_CONVERTERS_SQL)
    connection.execute(PATHS_SQL.format(letters=LETTERS, window=WINDOW_DAYS * 86_400))
    return connection


JOINED = "array_to_string(string_split(short, ''), '{separator}') as path"


def paths(folder: str) -> None:
    """Only build the paths."""
    import duckdb  # noqa: F401

    began = time.perf_counter()
    count, conversions, nulls = build_paths(folder).execute(
        "select count(*), sum(conversions), sum(nulls) from paths"
    ).fetchone()  # fmt: skip
    answer_with(time.perf_counter() - began, paths=count, conversions=int(conversions), nulls=int(nulls))


def channelattribution(folder: str) -> None:
    """Paths, then ChannelAttribution's three heuristics and its Markov model of order 1, default settings on two cores."""
    import ChannelAttribution
    import duckdb  # noqa: F401
    import pandas  # noqa: F401

    began = time.perf_counter()
    frame = build_paths(folder).execute(
        f"select {JOINED.format(separator='>')}, conversions, value, nulls from paths"
    ).df()  # fmt: skip
    built = time.perf_counter()
    ChannelAttribution.heuristic_models(frame, "path", "conversions", var_value="value", flg_pro=False)
    heuristics = time.perf_counter()
    ChannelAttribution.markov_model(
        frame, "path", "conversions", var_value="value", var_null="nulls", ncore=2, verbose=False, flg_pro=False
    )
    ended = time.perf_counter()
    answer_with(
        ended - began, path_building=built - began, heuristics=heuristics - built, markov=ended - heuristics,
        paths=len(frame), conversions=int(frame["conversions"].sum()), nulls=int(frame["nulls"].sum()),
    )  # fmt: skip


def mam_session(folder: str) -> None:
    """MAM from single touches: it cuts journeys at conversions itself (it has no window), then its seven models."""
    import polars
    from mam import MAM

    began = time.perf_counter()
    frame = polars.read_parquet(f"{folder}/*.parquet", columns=["person", "time", "channel", "converted"])
    model = MAM(
        frame, "session", "channel", "converted", datetime_colname="time", user_id_colname="person",
        create_journey_id_based_on_conversion=True,
    )  # fmt: skip
    read = time.perf_counter()
    run_mam(model, with_times=True)
    ended = time.perf_counter()
    answer_with(ended - began, preparing=read - began, models=ended - read)


def mam_grouped(folder: str) -> None:
    """Paths, then MAM from distinct paths: its six models that need no times."""
    import duckdb  # noqa: F401
    import polars
    from mam import MAM

    began = time.perf_counter()
    path = JOINED.format(separator=" > ")
    table = build_paths(folder).execute(
        f"select {path}, conversions as times, true as converted from paths where conversions > 0 "
        f"union all select {path}, nulls, false from paths where nulls > 0"
    ).to_arrow_table()  # fmt: skip
    frame = polars.from_arrow(table)
    built = time.perf_counter()
    run_mam(MAM(frame, "grouped_journey", "path", "converted", occurrences_colname="times"), with_times=False)
    ended = time.perf_counter()
    answer_with(ended - began, path_building=built - began, models=ended - built)


def run_mam(model: Any, *, with_times: bool) -> None:
    """Run every model of MAM that the data allows."""
    model.run_first_click()
    model.run_last_click()
    model.run_linear()
    model.run_position_based()
    if with_times:
        model.run_time_decay()
    model.run_markov()
    model.run_shapley()


HEURISTICS = ("first", "last", "last_non_direct", "linear", "linear_distinct", "time_decay", "position")
ASKED = {
    "heuristics": HEURISTICS,
    "nine": (*HEURISTICS, "markov", "shapley"),
    "every": None,
    "with-intervals": (*HEURISTICS, "markov", "shapley"),
}
"""Models of ours by the name of the step's word; None is every model there is."""
REPLICATES = 200


def ours(folder: str, asked: str = "nine", engine: str = "duckdb") -> None:
    """From Parquet files to the credits of the models, through the same function that the command line calls."""
    from onegoal.attribution import api, packed  # noqa: F401
    from onegoal.core.attribution import models  # noqa: F401

    if engine != "duckdb":
        from onegoal.attribution import portable  # noqa: F401
    began = time.perf_counter()
    found = api.attribution(
        folder, models=ASKED[asked], window=f"{WINDOW_DAYS}d", engine=engine,
        intervals=REPLICATES if asked == "with-intervals" else 0,
    )  # fmt: skip
    counted = found.counted
    answer_with(
        time.perf_counter() - began, conversions=counted.conversions - counted.unattributed_conversions,
        nulls=counted.null + counted.censored,
    )  # fmt: skip


def ibis_overhead(folder: str) -> None:
    """The portable route on few touches, and how much of it was not spent inside DuckDB."""
    import dataclasses
    import statistics

    from onegoal.attribution.portable import read_credits
    from onegoal.attribution.sources import open_touches, reading
    from onegoal.core.attribution.journeys import JourneyRule
    from onegoal.core.attribution.settings import ModelSettings

    began = time.perf_counter()
    source = open_touches(folder, None, reading())
    outside = []
    for _ in range(12):
        connection = Watched(source.connection)
        started = time.perf_counter()
        read_credits(
            dataclasses.replace(source, connection=connection), JourneyRule(), ASKED["nine"] or (), ModelSettings()
        )
        outside.append((time.perf_counter() - started - connection.inside) * 1000)
    answer_with(time.perf_counter() - began, first=outside[0], later=statistics.median(outside[2:]))


class Watched:
    """A connection, or an answer of one, that adds up the time spent inside DuckDB."""

    def __init__(self, watched: Any, owner: Watched | None = None) -> None:
        self._watched, self._owner = watched, owner or self
        self.inside = 0.0

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._watched, name)
        if not callable(found):
            return found

        def timed(*words: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                answer = found(*words, **named)
            finally:
                self._owner.inside += time.perf_counter() - began
            return Watched(answer, self._owner) if name in ("sql", "execute", "query") else answer

        return timed


def sort(folder: str, columns: str = "*") -> None:
    """DuckDB sorts the rows by person, time and channel into a table."""
    import duckdb

    began = time.perf_counter()
    connection = duckdb.connect()
    connection.execute(
        f"create table sorted as select {columns} from read_parquet('{folder}/*.parquet') order by person, time, channel"
    )
    answer_with(time.perf_counter() - began)


def scan(folder: str) -> None:
    """DuckDB reads every column once."""
    import duckdb

    began = time.perf_counter()
    duckdb.connect().execute(
        "select max(person), max(time), max(channel), sum(converted::int), sum(value) "
        f"from read_parquet('{folder}/*.parquet')"
    ).fetchall()
    answer_with(time.perf_counter() - began)


STEPS = {
    step.__name__: step
    for step in (ours, ibis_overhead, paths, channelattribution, mam_session, mam_grouped, sort, scan)
}


def main() -> None:
    """Run one step."""
    name, folder, *words = sys.argv[1:]
    STEPS[name](str(Path(folder)), *words)


if __name__ == "__main__":
    main()
