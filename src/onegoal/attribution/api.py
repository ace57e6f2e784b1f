"""Attribution of touches and of paths, as functions: from tables of any kind to credits and reports."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from onegoal.attribution.moments import parse_span
from onegoal.attribution.options import MOST_GROUPS_OF_SETS, checked_engine, chosen_models, model_settings
from onegoal.attribution.path_files import open_paths
from onegoal.attribution.refusals import SourceRefused
from onegoal.attribution.report import PathReport, path_report
from onegoal.attribution.results import Attribution, Counted, Unit
from onegoal.attribution.sources import TouchSource, open_touches, reading
from onegoal.core.attribution.journeys import JourneyRule, Journeys, NullJourneys
from onegoal.core.attribution.settings import MARKOV_ORDERS, ModelSettings
from onegoal.core.problems import ValueProblem

LEVEL = 0.95
_SAID = {
    "too_large": "The values add up to more than can be counted exactly.",
    "too_many_groups": "There are too many groups for a chain of this order.",
}


def attribution(
    touches: Any,
    conversions: Any = None,
    *,
    columns: Mapping[str, str] | None = None,
    models: Iterable[str] | None = None,
    window: str | dt.timedelta = "30d",
    by: str | Sequence[str] = "channel",
    engine: str = "duckdb",
    as_of: str | dt.datetime | dt.date | None = None,
    timezone: str = "UTC",
    overlapping: bool = False,
    half_life: str = "7d",
    position: str | Sequence[float] = (40, 20, 40),
    w_shape: str | Sequence[float] = (30, 30, 30, 10),
    direct: Iterable[str] = (),
    markov_share: str = "global",
    weights: Any = None,
    top: int = 200,
    drop_duplicates: bool = False,
    skip_bad_rows: bool = False,
    intervals: int = 0,
    level: float = LEVEL,
    seed: int = 1,
) -> Attribution:
    """Return what each model gives to each group of touches.

    touches, conversions: a path (file, folder, pattern; Parquet or CSV) or a table in memory: Arrow, pandas, Polars,
        anything with `__arrow_c_stream__`, or a dict of columns. Without `conversions`, a column of touches says which
        rows converted.
    columns: part -> column, parts being person, time, channel, converted, value, sequence, lead_time and recorded; what
        is not named is guessed from usual names.
    models: names, every one if None.  window: how long before its conversion a touch counts, `30d`, `12h`, `P30D`.
    by: the column to group by, or several joined by " / ".
    engine: `duckdb`, `spark` or `spark:MASTER`; `ibis` computes on DuckDB as Spark would.
    as_of: only what was known then counts: rows recorded (or, without such a column, happened) later are left out.
    overlapping: journeys may reach back beyond the person's previous conversion.
    intervals: how often people are drawn anew for intervals of `level`; 0 for none.  seed: of these draws.
    The others are explained at `model_settings` and `Reading`.

    Raises:
        SourceRefused: something is missing, unreadable or unknown; it says what and where.
    """
    began = time.perf_counter()
    settings = model_settings(
        half_life=half_life, position=position, w_shape=w_shape, direct=direct, markov_share=markov_share,
        weights=weights,
    )  # fmt: skip
    rule = JourneyRule(parse_span(window), overlapping)
    checked_engine(engine)
    chosen_models(models, settings, 1)
    how = reading(
        columns=columns, by=by, timezone=timezone, as_of=as_of, top=top, drop_duplicates=drop_duplicates,
        skip_bad_rows=skip_bad_rows,
    )  # fmt: skip
    draws = _Draws(intervals, level, seed)
    with _refusing():
        source = open_touches(touches, conversions, how)
        names, notes = chosen_models(models, settings, len(source.groups))
        if engine == "duckdb":
            found = _packed(source, rule, names, settings, draws)
        else:
            found = _portable(source, rule, names, settings, engine, draws)
    return replace(
        found,
        unit=Unit(source.digits, source.has_whole_values),
        window=_in_words(rule.window),
        by=" / ".join(how.by),
        engine=engine,
        notes=(*source.notes, *notes, *found.notes),
        seconds=None if as_of is not None else time.perf_counter() - began,
    )


def attribution_of_paths(
    paths: Any,
    *,
    columns: Mapping[str, str] | None = None,
    separator: str = " > ",
    models: Iterable[str] | None = None,
    half_life: str = "7d",
    position: str | Sequence[float] = (40, 20, 40),
    direct: Iterable[str] = (),
    markov_share: str = "global",
    weights: Any = None,
    top: int = 200,
) -> Attribution:
    """Return what each model gives to each group of aggregated paths, as ChannelAttribution and MAM users have them.

    paths: a path of a CSV or Parquet file, or a table in memory, one row for each path.
    columns: part -> column, parts being path, conversions, value (of all conversions of the row) and nulls.
    Paths know no moments: w_shaped follows position, and time_decay is left out unless it is named; then each step counts
    as a day.

    Raises:
        SourceRefused: something is missing, unreadable or unknown; it says what and where.
    """
    began = time.perf_counter()
    settings = model_settings(
        half_life=half_life, position=position, direct=direct, markov_share=markov_share, weights=weights
    )
    chosen_models(models, settings, 1)
    with _refusing():
        given = open_paths(paths, columns=columns, separator=separator, top=top)
    names, notes = chosen_models(models, settings, len(given.groups))
    if models is None:
        names = tuple(name for name in names if name != "time_decay")
        notes.append("Paths have no moments: time_decay is left out, and w_shaped follows position.")
    else:
        notes += _on_moments(names)
    orders, wants_sets = _wanted(names)
    with _refusing():
        journeys, nulls = given.journeys(orders, wants_sets)
        found = _computed(journeys, nulls, names, settings, _Draws())
    return replace(
        found, unit=given.unit, window=None, by="path", engine="duckdb",
        notes=(*given.notes, *notes, *found.notes), seconds=time.perf_counter() - began,
    )  # fmt: skip


def paths(
    touches: Any,
    conversions: Any = None,
    *,
    columns: Mapping[str, str] | None = None,
    window: str | dt.timedelta = "30d",
    by: str | Sequence[str] = "channel",
    as_of: str | dt.datetime | dt.date | None = None,
    timezone: str = "UTC",
    overlapping: bool = False,
    top: int = 200,
    drop_duplicates: bool = False,
    skip_bad_rows: bool = False,
    most: int = 20,
    collapse: bool = False,
) -> PathReport:
    """Return the ways people took: top paths, how long they are, the time to the conversion, and each group's roles.

    most: how many paths are told one by one.  collapse: whether repeats of a group in a row count as one step.
    The other arguments are those of `attribution`.

    Raises:
        SourceRefused: something is missing, unreadable or unknown; it says what and where.
    """
    from onegoal.attribution.packed import Wanted, read_journeys

    rule = JourneyRule(parse_span(window), overlapping)
    how = reading(
        columns=columns, by=by, timezone=timezone, as_of=as_of, top=top, drop_duplicates=drop_duplicates,
        skip_bad_rows=skip_bad_rows,
    )  # fmt: skip
    with _refusing():
        source = open_touches(touches, conversions, how)
        orders = (3,) if len(source.groups) <= MOST_GROUPS_OF_SETS else ()
        journeys, nulls = read_journeys(source, rule, Wanted(orders=orders), source.plain)
    return path_report(
        _lasting(journeys), nulls, unit=Unit(source.digits, source.has_whole_values),
        window=_in_words(rule.window), by=" / ".join(how.by), notes=source.notes, most=most, collapse=collapse,
    )  # fmt: skip


def paths_of_file(
    given: Any,
    *,
    columns: Mapping[str, str] | None = None,
    separator: str = " > ",
    top: int = 200,
    most: int = 20,
    collapse: bool = False,
) -> PathReport:
    """Return the same report of aggregated paths, without times, which they do not know.

    Raises:
        SourceRefused: something is missing, unreadable or unknown; it says what and where.
    """
    with _refusing():
        found = open_paths(given, columns=columns, separator=separator, top=top)
    journeys, nulls = found.journeys((), False)
    return path_report(
        journeys, nulls, unit=found.unit, window=None, by="path", notes=found.notes, most=most, collapse=collapse,
        open_paths=found.nulls_by_path(),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Draws:
    """How intervals are drawn; none with 0 replicates."""

    replicates: int = 0
    level: float = LEVEL
    seed: int = 1


@contextmanager
def _refusing() -> Iterator[None]:
    """Turn problems of the core and of damaged files into refusals."""
    try:
        yield
    except ValueProblem as problem:
        said = _SAID.get(problem.code, f"The data cannot be counted: {problem}.")
        raise SourceRefused(problem.code, said, remedy="Use a larger unit, fewer groups or other models.") from problem
    except Exception as error:
        # Engines are not imported for the sake of their errors: whoever never loaded one never meets them.
        if type(error).__module__.partition(".")[0] not in ("duckdb", "_duckdb", "pyarrow"):
            raise
        first = str(error).strip().splitlines()[0]
        raise SourceRefused(
            "unreadable", f"The data cannot be read: {first}", remedy="Check the files, and the memory that is free."
        ) from error


def _packed(
    source: TouchSource, rule: JourneyRule, names: tuple[str, ...], settings: ModelSettings, draws: _Draws
) -> Attribution:
    from onegoal.attribution.packed import Wanted, read_journeys

    orders, wants_sets = _wanted(names)
    wanted = Wanted(orders=orders, coalitions=wants_sets, buckets=draws.replicates > 0)
    journeys, nulls = read_journeys(source, rule, wanted, source.plain)
    return _computed(_lasting(journeys), nulls, names, settings, draws)


def _computed(
    journeys: Journeys, nulls: NullJourneys, names: tuple[str, ...], settings: ModelSettings, draws: _Draws
) -> Attribution:
    from onegoal.core.attribution.models import attribute

    credits = attribute(journeys, nulls, names, settings)
    bounds = {}
    if draws.replicates:
        from onegoal.core.attribution.bootstrap import intervals

        bounds = intervals(
            journeys, nulls, names, settings, replicates=draws.replicates, level=draws.level, seed=draws.seed
        )
    untouched = journeys.lengths == 0
    counted = Counted(
        int(journeys.conversions.sum()), int(journeys.value.sum()), int(journeys.conversions[untouched].sum()),
        int(journeys.value[untouched].sum()), nulls.paths, nulls.censored,
    )  # fmt: skip
    return Attribution(journeys.groups, credits, bounds, counted, Unit(), None, "", "", _folded_notes(credits))


def _portable(
    source: TouchSource, rule: JourneyRule, names: tuple[str, ...], settings: ModelSettings, engine: str, draws: _Draws
) -> Attribution:
    from onegoal.attribution.portable import read_credits

    if draws.replicates:
        raise SourceRefused(
            "intervals", "Intervals are drawn by the engine duckdb only.", remedy="Leave --intervals or --engine out."
        )
    found = read_credits(source, rule, names, settings, engine="duckdb" if engine == "ibis" else engine)
    counted = Counted(
        found.conversions, found.value, found.conversions - found.attributed_conversions,
        found.value - found.attributed_value, found.nulls.paths, found.nulls.censored,
    )  # fmt: skip
    return Attribution(found.groups, found.credits, {}, counted, Unit(), None, "", "", _folded_notes(found.credits))


def _wanted(names: Sequence[str]) -> tuple[tuple[int, ...], bool]:
    return tuple(sorted({MARKOV_ORDERS[name] for name in names if name in MARKOV_ORDERS})), "shapley_rate" in names


def _folded_notes(credits: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(
        f'{name} played {len(found.folded)} small groups as one "(other)" and shared its part among them.'
        for name, found in credits.items()
        if found.folded
    )


def _on_moments(names: Sequence[str]) -> list[str]:
    notes = []
    if "time_decay" in names:
        notes.append("Paths have no moments: for time_decay each step counts as a day, the last one as the conversion.")
    if "w_shaped" in names:
        notes.append("Paths know no lead: w_shaped follows position.")
    return notes


def _lasting(journeys: Journeys) -> Journeys:
    """The same journeys in an order that does not depend on how people came to be numbered while reading."""
    if np.all(journeys.person[1:] >= journeys.person[:-1]):
        return journeys
    order = np.lexsort((journeys.at, journeys.person))
    lengths = journeys.lengths[order]
    starts = np.concatenate(([0], np.cumsum(lengths)))
    touch = np.repeat(journeys.starts[:-1][order] - starts[:-1], lengths) + np.arange(starts[-1])
    columns = {
        name: getattr(journeys, name)[order]
        for name in ("at", "value", "conversions", "lead_age", "key", "person", "bucket")
    }
    return Journeys(journeys.groups, starts, journeys.group[touch], journeys.age[touch], **columns)


def _in_words(span: int) -> str:
    units: tuple[tuple[int, str], ...] = ((86_400_000_000, "d"), (3_600_000_000, "h"), (60_000_000, "m"))
    for unit, letter in units:
        if span % unit == 0:
            return f"{span // unit}{letter}"
    return f"{span / 1_000_000:g}s"
