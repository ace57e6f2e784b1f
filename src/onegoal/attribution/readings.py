"""How each part of a touch is read from a column, whatever its type: what to ask first, then which expression."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from onegoal.attribution.files import literal, quoted

LARGEST_VALUE = 9 * 10**15
LARGEST_TOTAL = 9 * 10**18
MOST_DIGITS = 6
YES = ("1", "true", "t", "yes", "y", "да", "igen", "1.0")
NO = ("0", "false", "f", "no", "n", "нет", "nu", "nem", "0.0", "")

_INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"}
_WIDE_INTEGERS = {"UBIGINT", "HUGEINT", "UHUGEINT", "BIGNUM"}
_FLOATS = {"FLOAT", "DOUBLE"}
_MOMENTS = {"TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"}
_WHOLE = r"(0|-?[1-9][0-9]{0,17})"
_NUMBER = r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?"
_EARLIEST, _LATEST = "TIMESTAMP '1900-01-01'", "TIMESTAMP '2200-01-01'"
# Moments as numbers: what is below the first bound counts seconds, then milli-, micro- and nanoseconds.
_EPOCHS = ((10**11, "seconds", 1_000_000, 1), (10**14, "milliseconds", 1_000, 1), (10**17, "microseconds", 1, 1))

_ZONED = {"TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ_NS"}

Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Settled:
    """A column that is understood: the expression for its part, which rows it cannot hold for, and why.

    `bad` is a condition or None where no row is bad; `code`, `problem` and `remedy` tell of a bad row. `is_plain` says
    that reading costs nothing, `is_direct` that the file holds the very values, whatever the width of their type;
    `largest` is a bound of values in their unit.
    """

    sql: str
    bad: str | None = None
    code: str = ""
    problem: str = ""
    remedy: str = ""
    notes: tuple[str, ...] = ()
    is_plain: bool = True
    is_direct: bool = False
    digits: int = 0
    is_whole: bool = True
    largest: int = LARGEST_VALUE


@dataclass(frozen=True, slots=True)
class Plan:
    """What has to be known of a column before it is read.

    `quick` are aggregates that the footers of Parquet files answer, `scan` need the rows themselves. `settle` turns
    the answers, by the same names, into the way the column is read.
    """

    settle: Callable[[Answers], Settled]
    quick: Mapping[str, str] = field(default_factory=dict)
    scan: Mapping[str, str] = field(default_factory=dict)


def base(type_name: str) -> str:
    """Return a DuckDB type without its parameters; dictionaries of text are text."""
    plain = re.sub(r"\(.*", "", type_name).strip().upper()
    return "VARCHAR" if plain == "ENUM" else plain


def is_integer(type_name: str) -> bool:
    """Whether whole numbers fit 64 bits for sure."""
    return base(type_name) in _INTEGERS


def text_of(column: str, type_name: str) -> str:
    """Return the expression of a column as text."""
    return quoted(column) if type_name == "VARCHAR" else f"{quoted(column)}::VARCHAR"


def blank(column: str, type_name: str) -> str:
    """Return the condition that nothing stands in a column."""
    if base(type_name) == "VARCHAR":
        return f"({quoted(column)} IS NULL OR trim({text_of(column, type_name)}) = '')"
    return f"{quoted(column)} IS NULL"


def plan_person(column: str, type_name: str, *, is_text_file: bool) -> Plan:
    """Read who it was: whole numbers stay numbers, everything else is text; see `Settled.is_whole`."""
    name, kind = quoted(column), base(type_name)
    missing = f"the {column} is missing"

    def settle(found: Answers) -> Settled:
        empty = blank(column, type_name) if found["filled"] < found["rows"] else None
        whole = kind in _INTEGERS or (found.get("odd") == 0 and (is_text_file or kind not in {"VARCHAR"}))
        sql = name if type_name in {"BIGINT", "VARCHAR"} and (kind == "BIGINT") == whole else (
            f"{name}::BIGINT" if whole else text_of(column, type_name)
        )  # fmt: skip
        remedy = "Fill it in, or leave such rows out with --skip-bad-rows."
        return Settled(
            sql,
            empty,
            "person_missing",
            missing,
            remedy,
            is_whole=whole,
            is_plain=kind != "VARCHAR",
            is_direct=kind in _INTEGERS,
        )

    if kind in _INTEGERS:
        return Plan(settle, {"filled": f"count({name})"})
    if kind == "VARCHAR":
        text = text_of(column, type_name)
        filled = {"filled": f"count(*) FILTER (WHERE NOT {blank(column, type_name)})"}
        odd = {"odd": f"count(*) FILTER (WHERE NOT regexp_full_match(trim({text}), '{_WHOLE}'))"}
        return Plan(settle, scan=filled | (odd if is_text_file else {}))
    if kind in _FLOATS | _WIDE_INTEGERS | {"DECIMAL"}:
        odd = {"odd": f"count(*) FILTER (WHERE {name} <> trunc({name}) OR abs({name}) > 9e15)"}
        return Plan(settle, {"filled": f"count({name})"}, odd)
    return Plan(settle, {"filled": f"count({name})"})


def plan_time(column: str, type_name: str, zone: str, *, is_needed: bool) -> Plan:
    """Read a moment as TIMESTAMP in UTC; one without a zone is in `zone`. Bad rows: missing (if needed), unreadable."""
    kind = base(type_name)
    if kind == "VARCHAR":
        return _plan_text_time(column, type_name, zone, is_needed)
    if kind in _INTEGERS | _FLOATS | _WIDE_INTEGERS | {"DECIMAL"}:
        return _plan_number_time(column, is_needed)
    name = quoted(column)
    notes: tuple[str, ...] = ()
    if kind in _ZONED:
        sql = f"make_timestamp(epoch_us({name}::TIMESTAMPTZ))"
    elif kind in _MOMENTS or kind == "DATE":
        plain = name if kind == "TIMESTAMP" else f"{name}::TIMESTAMP"
        sql = plain if zone == "UTC" else f"make_timestamp(epoch_us(timezone({literal(zone)}, {plain})))"
        if kind == "DATE":
            notes = (f"{column} holds days without a time of day: touches of one day tie.",)
    else:
        return Plan(lambda found: _no_moment(column, f"{quoted(column)} IS NOT NULL", is_needed))

    def settle(found: Answers) -> Settled:
        outside = found["low"] is not None and (found["low"] < -2208988800 or found["high"] >= 7258118400)
        bad = _bad_moment(column, type_name, sql, is_needed and found["filled"] < found["rows"], outside)
        is_utc = zone == "UTC" or kind in _ZONED
        return _moment(column, sql, bad, notes, is_plain=is_utc and kind != "DATE", is_direct=is_utc)

    ends = {"low": f"min({name})", "high": f"max({name})"}
    cast = "::TIMESTAMPTZ" if kind in _ZONED else ""
    return Plan(settle, {"filled": f"count({name})", **{end: f"epoch({sql}{cast})" for end, sql in ends.items()}})


def _plan_text_time(column: str, type_name: str, zone: str, is_needed: bool) -> Plan:
    text = f"trim({text_of(column, type_name)})"
    parsed = f"make_timestamp(epoch_us(try_cast({text} AS TIMESTAMPTZ)))"
    number = f"regexp_full_match({text}, '{_NUMBER}')"

    def settle(found: Answers) -> Settled:
        if found["numbers"] and found["numbers"] == found["filled"]:
            sql, notes = _epoch(column, f"{text}::DOUBLE", found["low"], found["high"])
        else:
            sql, notes = parsed, ()
        bad = _bad_moment(column, type_name, sql, is_needed, True)
        return _moment(column, sql, bad, notes, is_plain=False)

    scan = {
        "filled": f"count(*) FILTER (WHERE NOT {blank(column, type_name)})",
        "numbers": f"count(*) FILTER (WHERE {number})",
        "low": f"min(try_cast({text} AS DOUBLE)) FILTER (WHERE {number})",
        "high": f"max(try_cast({text} AS DOUBLE)) FILTER (WHERE {number})",
    }
    return Plan(settle, scan=scan)


def _plan_number_time(column: str, is_needed: bool) -> Plan:
    name = quoted(column)

    def settle(found: Answers) -> Settled:
        sql, notes = _epoch(column, name, found["low"], found["high"])
        bad = _bad_moment(column, "BIGINT", sql, is_needed and found["filled"] < found["rows"], True)
        return _moment(column, sql, bad, notes, is_plain=False)

    return Plan(settle, {"filled": f"count({name})", "low": f"min({name})", "high": f"max({name})"})


def _epoch(column: str, number: str, low: Any, high: Any) -> tuple[str, tuple[str, ...]]:
    """The expression and a note for moments that are numbers; days written as 20260131 are told by their range."""
    if low is not None and low >= 19_000_101 and high <= 21_991_231:
        text = f"({number})::BIGINT::VARCHAR"
        day = f"try_strptime({text}, '%Y%m%d')"
        return day, (f"{column} was read as days written YYYYMMDD.",)
    largest = max(abs(low or 0), abs(high or 0))
    for bound, unit, factor, _divisor in _EPOCHS:
        if largest < bound:
            exact = f"round(({number})::DECIMAL(38, 9) * {factor})::BIGINT" if factor > 1 else f"({number})::BIGINT"
            return f"make_timestamp({exact})", (f"{column} was read as {unit} since 1970 UTC.",)
    return f"make_timestamp(({number})::BIGINT // 1000)", (f"{column} was read as nanoseconds since 1970 UTC.",)


def _bad_moment(column: str, type_name: str, sql: str, may_be_missing: bool, may_be_outside: bool) -> str | None:
    empty = blank(column, type_name)
    within = f"coalesce({sql} BETWEEN {_EARLIEST} AND {_LATEST}, false)"
    wrong = f"(NOT {empty} AND NOT {within})"
    checks = [empty] * may_be_missing + [wrong] * may_be_outside
    return f"({' OR '.join(checks)})" if checks else None


def _moment(
    column: str, sql: str, bad: str | None, notes: tuple[str, ...], *, is_plain: bool, is_direct: bool = False
) -> Settled:
    remedy = "Write moments as 2026-01-31 14:05:00 (with an offset or --timezone), or use --skip-bad-rows."
    return Settled(sql, bad, "time", f"the {column} is missing or no moment", remedy, notes, is_plain, is_direct)


def _no_moment(column: str, bad: str, is_needed: bool) -> Settled:
    return _moment(column, "NULL::TIMESTAMP", "true" if is_needed else bad, (), is_plain=False)


def plan_flag(column: str, type_name: str) -> Plan:
    """Read yes or no; nothing means no. Bad rows: anything but 0, 1, yes, no, true, false."""
    name, kind = quoted(column), base(type_name)
    problem, remedy = f"the {column} is neither yes nor no", "Write 1 or 0, true or false, yes or no."

    def settled(sql: str, bad: str | None, is_plain: bool = False) -> Settled:
        return Settled(sql, bad, "converted", problem, remedy, is_plain=is_plain, is_direct=is_plain)

    if kind == "BOOLEAN":

        def settle(found: Answers) -> Settled:
            is_full = found["filled"] == found["rows"]
            return settled(name if is_full else f"coalesce({name}, false)", None, is_plain=is_full)

        return Plan(settle, {"filled": f"count({name})"})
    if kind in _INTEGERS | _FLOATS | _WIDE_INTEGERS | {"DECIMAL"}:

        def settle(found: Answers) -> Settled:
            is_flag = found["low"] is None or (found["low"] >= 0 and found["high"] <= 1 and kind in _INTEGERS)
            return settled(f"coalesce({name} = 1, false)", None if is_flag else f"{name} NOT IN (0, 1)")

        return Plan(settle, {"low": f"min({name})", "high": f"max({name})"})
    text = f"lower(trim({text_of(column, type_name)}))"
    known = ", ".join(literal(word) for word in YES + NO)
    yes = ", ".join(literal(word) for word in YES)
    return Plan(lambda found: settled(f"coalesce({text} IN ({yes}), false)", f"{text} NOT IN ({known})"))


def plan_value(column: str, type_name: str, where: str) -> Plan:
    """Read money in whole units of 10^-digits, of the rows `where` it counts; see `Settled.digits`.

    Whole numbers stay as they are; decimals are taken in the largest unit that holds them all, from 10^-2 to 10^-6.
    Bad rows: no number, NaN, infinite, or beyond 9 * 10^15 units.
    """
    name, kind = quoted(column), base(type_name)
    problem = f"the {column} is no number that can be counted exactly"
    remedy = "Values are finite numbers with a decimal point and at most 9,000,000,000,000,000 units."

    def settled(number: str, digits: int, is_whole: bool, bad: str | None, notes: tuple[str, ...] = ()) -> Settled:
        plain = name if type_name == "BIGINT" else f"({number})::BIGINT"
        sql = plain if is_whole else f"round(({number}) * {10**digits})::BIGINT"
        sql = f"CASE WHEN {where} AND {number} IS NOT NULL THEN {sql} ELSE 0 END" if bad or not is_whole else (
            f"coalesce({sql}, 0)"
        )  # fmt: skip
        is_direct = is_whole and bad is None and kind in _INTEGERS
        return Settled(sql, bad, "value", problem, remedy, notes, False, is_direct, digits, is_whole)

    if kind in _INTEGERS:

        def settle(found: Answers) -> Settled:
            largest = max(abs(found["low"] or 0), abs(found["high"] or 0))
            if largest <= LARGEST_VALUE and found["filled"] == found["rows"]:
                return Settled(name if type_name == "BIGINT" else f"{name}::BIGINT", is_direct=True, largest=largest)
            bad = f"{where} AND abs({name}::HUGEINT) > {LARGEST_VALUE}" if largest > LARGEST_VALUE else None
            return settled(name, 0, True, bad)

        return Plan(settle, {"filled": f"count({name})", "low": f"min({name})", "high": f"max({name})"})
    if kind == "VARCHAR":
        return _plan_text_value(text_of(column, type_name), where, settled)
    number = name if kind == "DECIMAL" else f"{name}::DOUBLE"

    def settle_decimal(found: Answers) -> Settled:
        digits, notes = _digits(column, found["digits"])
        bad = f"{where} AND coalesce(NOT isfinite({number}::DOUBLE) OR abs({number}) > {LARGEST_VALUE / 10**digits}, false)"
        return settled(number, digits, False, bad, notes)

    return Plan(settle_decimal, scan={"digits": _fewest(number, where)})


def _plan_text_value(text: str, where: str, settled: Callable[..., Settled]) -> Plan:
    trimmed = f"nullif(trim({text}), '')"
    comma = f"replace({trimmed}, ',', '.')"
    plain = f"regexp_full_match({trimmed}, '{_NUMBER}')"
    with_comma = f"regexp_full_match({trimmed}, '-?[0-9]+(,[0-9]+)?')"

    def settle(found: Answers) -> Settled:
        is_comma = found["numbers"] < found["filled"] and found["commas"] == found["filled"]
        number = f"try_cast({comma if is_comma else trimmed} AS DOUBLE)"
        is_whole = found["wholes"] == found["filled"]
        exact = f"try_cast({trimmed} AS BIGINT)" if is_whole else number
        digits, notes = (0, ()) if is_whole else _digits("", found["comma_digits" if is_comma else "digits"])
        finite = f"isfinite({number}) AND abs({number}) <= {LARGEST_VALUE / 10**digits}"
        wrong = f"{trimmed} IS NOT NULL AND NOT coalesce({finite}, false)"
        return settled(exact, digits, is_whole, f"{where} AND {wrong}", notes)

    def count(condition: str) -> str:
        return f"count(*) FILTER (WHERE {where} AND {condition})"

    scan = {
        "filled": count(f"{trimmed} IS NOT NULL"), "numbers": count(plain), "commas": count(with_comma),
        "wholes": count(f"regexp_full_match({trimmed}, '[-+]?[0-9]{{1,18}}')"),
        "digits": _fewest(f"try_cast({trimmed} AS DOUBLE)", where),
        "comma_digits": _fewest(f"try_cast({comma} AS DOUBLE)", where),
    }  # fmt: skip
    return Plan(settle, scan=scan)


def _fewest(number: str, where: str) -> str:
    """The fewest decimals, 2 to 6, that hold every number exactly; 7 where even 6 do not."""
    cases = " ".join(
        f"WHEN round({number}::DOUBLE * 1e{digits}) / 1e{digits} = {number}::DOUBLE THEN {digits}"
        for digits in range(2, MOST_DIGITS + 1)
    )
    return f"max(CASE {cases} ELSE {MOST_DIGITS + 1} END) FILTER (WHERE {where} AND isfinite({number}::DOUBLE))"


def _digits(column: str, found: int | None) -> tuple[int, tuple[str, ...]]:
    if (found or 0) <= MOST_DIGITS:
        return found or 2, ()
    return MOST_DIGITS, (f"Values have more than {MOST_DIGITS} decimals and were rounded to {MOST_DIGITS}.",)


def plan_number(column: str, type_name: str, code: str = "sequence") -> Plan:
    """Read a whole number that may be missing. Bad rows: anything else; `code` names the trouble."""
    name, kind = quoted(column), base(type_name)
    problem, remedy = f"the {column} is no whole number", "Give whole numbers."
    if kind in _INTEGERS:
        sql = name if kind == "BIGINT" else f"{name}::BIGINT"
        return Plan(
            lambda found: Settled(sql, is_direct=True, is_whole=found["filled"] > 0), {"filled": f"count({name})"}
        )
    sql = f"try_cast({text_of(column, type_name)} AS BIGINT)" if kind == "VARCHAR" else f"try_cast({name} AS BIGINT)"
    wrong = f"({sql} IS NULL OR {sql} <> try_cast({name} AS DOUBLE))"
    bad = f"NOT {blank(column, type_name)} AND {wrong}"
    filled = {"filled": f"count(*) FILTER (WHERE NOT {blank(column, type_name)})"}
    return Plan(
        lambda found: Settled(sql, bad, code, problem, remedy, is_plain=False, is_whole=found["filled"] > 0),
        scan=filled,
    )
