"""Reads one cell into the value of a field, exactly, or refuses it with a coded problem."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from onegoal.apps.imports.choices import CHOICES, FLAGS
from onegoal.apps.imports.fields import Field, Value
from onegoal.connectors.tables.model import Cell, CellError
from onegoal.core.currencies import minor_digits
from onegoal.core.dates import DateOrder, SerialKind, in_utc, parse_day, parse_moment
from onegoal.core.identity import normalise_email, normalise_handle, parse_phone, split_phones
from onegoal.core.money import parse_amount
from onegoal.core.numbers import DecimalMark, parse_number
from onegoal.core.problems import ValueProblem
from onegoal.core.search import search_key

_CLOCK: Final = re.compile(r"(?:(\d{1,4}):)?(\d{1,2}):(\d{2})(?:[.,]\d+)?", re.ASCII)
_LARGEST_INTEGER: Final = 2**31 - 1
_INTEGER_LIMITS: Final = {"impressions": 2**53, "clicks": 2**53, "rating": 32_767}


@dataclass(frozen=True)
class Habits:
    """How a column writes its values, and how the file's local time and phones are meant.

    A moment with a time of day is local time of `zone`; a day alone is that business day, so it begins in `day_zone`,
    the company's own.
    """

    zone: ZoneInfo
    day_zone: ZoneInfo
    region: str
    decimal: DecimalMark | None = None
    dates: DateOrder | None = None
    serial: SerialKind | None = None
    scale: Decimal | None = None


Reader = Callable[[Cell], Any]


def text_of(cell: Cell) -> str:
    """The text of a cell as a person sees it. Raises: ValueProblem `cell_error` for a formula that failed."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, CellError):
        raise ValueProblem("cell_error", cell.code)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    return str(cell)


def reader_of(field: Field, habits: Habits) -> Reader:
    """A function from a filled cell to the value of `field`; money stays a number until its currency is known."""
    simple: dict[Value, Reader] = {
        Value.MOMENT: lambda cell: _moment(cell, habits),
        Value.DAY: lambda cell: _day(cell, habits),
        Value.MONEY: lambda cell: number_text(cell, habits),
        Value.NUMBER: lambda cell: _number(cell, habits),
        Value.INTEGER: lambda cell: _integer(cell, habits, _INTEGER_LIMITS.get(field.key, _LARGEST_INTEGER)),
        Value.DURATION: lambda cell: _duration(cell, habits),
        Value.FLAG: _flag,
        Value.CURRENCY: _currency,
        Value.CHOICE: lambda cell: _choice(cell, field.choices),
        Value.PHONE: lambda cell: _phones(text_of(cell), habits.region),
        Value.EMAIL: lambda cell: _emails(text_of(cell)),
        Value.HANDLE: lambda cell: ((field.key, normalise_handle(text_of(cell), network=field.key)),),  # type: ignore[arg-type]
    }
    return simple.get(field.value) or (lambda cell: _text(cell, field.longest))


def _text(cell: Cell, longest: int) -> str:
    text = text_of(cell)
    if len(text) > longest:
        raise ValueProblem("text_too_long", text)
    return text


def _moment(cell: Cell, habits: Habits) -> dt.datetime:
    if type(cell) is str:
        zone = habits.zone if ":" in cell or habits.serial else habits.day_zone
        return parse_moment(cell.strip(), zone=zone, order=habits.dates, serial=habits.serial)
    if isinstance(cell, dt.datetime):
        is_day = cell.time() == dt.time() and cell.tzinfo is None
        return in_utc(cell, habits.day_zone if is_day else habits.zone)
    if isinstance(cell, dt.date):
        return in_utc(dt.datetime.combine(cell, dt.time()), habits.day_zone)
    return parse_moment(text_of(cell), zone=habits.zone, order=habits.dates, serial=habits.serial)


def _day(cell: Cell, habits: Habits) -> dt.date:
    if isinstance(cell, dt.datetime):
        return in_utc(cell, habits.zone).astimezone(habits.zone).date()
    if isinstance(cell, dt.date):
        return parse_day(cell.isoformat())
    return parse_day(text_of(cell), order=habits.dates, serial=habits.serial, zone=habits.zone)


def number_text(cell: Cell, habits: Habits) -> tuple[str, DecimalMark | None]:
    """The text of an amount with the decimal mark it is written with, scaled where the column is (micros)."""
    is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
    text, decimal = text_of(cell), "point" if is_number else habits.decimal
    if habits.scale is not None:
        return format(parse_number(text, decimal=decimal) * habits.scale, "f"), "point"
    return text, decimal


def minor_units(amount: tuple[str, DecimalMark | None], currency: str) -> int:
    """The amount in minor units of `currency`. Raises: ValueProblem."""
    text, decimal = amount
    return parse_amount(text, currency, decimal=decimal)


def _number(cell: Cell, habits: Habits) -> Decimal:
    text, decimal = number_text(cell, habits)
    return parse_number(text, decimal=decimal)


def _integer(cell: Cell, habits: Habits, largest: int) -> int:
    text, decimal = number_text(cell, habits)
    number = parse_number(text, decimal=decimal)
    if number != number.to_integral_value():
        raise ValueProblem("number_not_whole", text)
    if abs(number) > largest:
        raise ValueProblem("number_too_big", text)
    return int(number)


def _duration(cell: Cell, habits: Habits) -> int:
    """Whole seconds from `143`, `143.0`, `2:23` or `00:02:23`."""
    text = text_of(cell)
    found = _CLOCK.fullmatch(text)
    if found:
        return int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3])
    number = parse_number(text, decimal=habits.decimal)
    if not 0 <= number <= _LARGEST_INTEGER:
        raise ValueProblem("duration_not_valid", text)
    return int(number)


def _flag(cell: Cell) -> bool:
    found = FLAGS.get(search_key(text_of(cell)))
    if found is None:
        raise ValueProblem("flag_unknown", text_of(cell))
    return found


def _currency(cell: Cell) -> str:
    code = text_of(cell).upper()
    minor_digits(code)
    return code


def _choice(cell: Cell, choices: str) -> str:
    found = CHOICES[choices].get(search_key(text_of(cell)))
    if found is None:
        raise ValueProblem("choice_unknown", text_of(cell))
    return found


def _phones(text: str, region: str) -> tuple[tuple[str, str], ...]:
    return tuple(("phone", parse_phone(part, region=region).number) for part in split_phones(text))


def _emails(text: str) -> tuple[tuple[str, str], ...]:
    parts = [part for part in re.split(r"[;,\s]+", text) if "@" in part]
    return tuple(("email", normalise_email(part)) for part in (parts if len(parts) > 1 else [text]))
