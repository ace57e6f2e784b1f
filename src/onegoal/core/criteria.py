"""Criteria about one field of a lead: what may be asked of it, how values are compared, which values stand for all."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final

from onegoal.core.search import search_key


class Kind(StrEnum):
    """What kind of value a field holds."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    CHOICE = "choice"
    FLAG = "flag"
    COUNT = "count"


class Operator(StrEnum):
    """What a criterion demands of a field's value."""

    IS = "is"
    IS_NOT = "is_not"
    ONE_OF = "one_of"
    NONE_OF = "none_of"
    CONTAINS = "contains"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    BETWEEN = "between"
    BEFORE = "before"
    AFTER = "after"
    IS_FILLED = "is_filled"
    IS_EMPTY = "is_empty"


PRESENCE: Final = frozenset({Operator.IS_FILLED, Operator.IS_EMPTY})
"""Operators that ask whether a value is there at all; they take none themselves."""
LISTS: Final = frozenset({Operator.ONE_OF, Operator.NONE_OF})
_WORDS: Final = (Operator.IS, Operator.IS_NOT, Operator.ONE_OF, Operator.NONE_OF)
_SIZES: Final = (Operator.AT_LEAST, Operator.AT_MOST, Operator.BETWEEN, Operator.IS, Operator.IS_NOT)
_STANDING: Final = (Operator.IS_FILLED, Operator.IS_EMPTY)
OPERATORS: Final[dict[Kind, tuple[Operator, ...]]] = {
    Kind.TEXT: (*_WORDS, Operator.CONTAINS, *_STANDING),
    Kind.NUMBER: (*_SIZES, *_STANDING),
    Kind.COUNT: _SIZES,
    Kind.DAY: (Operator.BEFORE, Operator.AFTER, Operator.BETWEEN, Operator.IS, *_STANDING),
    Kind.CHOICE: (*_WORDS, *_STANDING),
    Kind.FLAG: (Operator.IS, *_STANDING),
}
"""What may be demanded of each kind of field, in the order a form offers it."""


@dataclass(frozen=True, slots=True)
class Field:
    """Something known of a lead. `choices` of a choice are all there are; an empty list leaves them open."""

    key: str
    kind: Kind
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Criterion:
    """One clause: the field must meet operator and value, for `weight` points; a required one must hold in any case.

    `value` is one value of the field's kind (days as ISO text), a list for one_of and none_of, a pair for between,
    None for is_filled and is_empty. Bounds count as inside, except for before and after.
    """

    number: str
    field: Field
    operator: Operator
    value: Any = None
    weight: int = 0
    is_required: bool = False


def value_of(kind: Kind, raw: Any) -> Any:
    """Return a stored value as its kind compares it; None when nothing is there or it is no value of that kind."""
    if raw is None or raw == "" or raw == []:
        return None
    read: Callable[[Any], Any] = _READERS[kind]
    try:
        return read(raw)
    except (TypeError, ValueError, OverflowError):
        return None


def candidates(criteria: Sequence[Criterion]) -> list[Any]:
    """Return values of one field that stand for all: any value meets exactly the criteria that one of these meets."""
    field = criteria[0].field
    named = [value for criterion in criteria for value in named_values(criterion)]
    return _CANDIDATES[field.kind](field, named, criteria)


def parts_of(criterion: Criterion) -> list[Any]:
    value = criterion.value
    return list(value) if isinstance(value, list | tuple) else [value]


def named_values(criterion: Criterion) -> list[Any]:
    """The values a criterion names, as they are compared."""
    if criterion.operator in PRESENCE:
        return []
    read = [value_of(criterion.field.kind, part) for part in parts_of(criterion)]
    return [part for part in read if part is not None]


def check_of(criterion: Criterion) -> Callable[[Any], bool | None]:
    """Compile a criterion: a value of the field's kind, or None, becomes True, False or None."""
    if criterion.operator is Operator.IS_FILLED:
        return lambda value: value is not None
    if criterion.operator is Operator.IS_EMPTY:
        return lambda value: value is None
    test = _TESTS[criterion.operator](named_values(criterion))
    return lambda value: None if value is None else test(value)


def _between(low: Any, high: Any) -> Callable[[Any], bool]:
    return lambda value: low <= value <= high


def _bound(make: Callable[[Any], Callable[[Any], bool]]) -> Callable[[list[Any]], Callable[[Any], bool]]:
    """A test of one bound; without the bound nothing passes."""
    return lambda named: make(named[0]) if named else (lambda _: False)


_TESTS: Final[dict[Operator, Callable[[list[Any]], Callable[[Any], bool]]]] = {
    Operator.IS: lambda named: lambda value: value in named,
    Operator.IS_NOT: lambda named: lambda value: value not in named,
    Operator.ONE_OF: lambda named: frozenset(named).__contains__,
    Operator.NONE_OF: lambda named: lambda value: value not in named,
    Operator.CONTAINS: _bound(lambda bound: lambda value: bound in value),
    Operator.AT_LEAST: _bound(lambda bound: lambda value: value >= bound),
    Operator.AT_MOST: _bound(lambda bound: lambda value: value <= bound),
    Operator.BEFORE: _bound(lambda bound: lambda value: value < bound),
    Operator.AFTER: _bound(lambda bound: lambda value: value > bound),
    Operator.BETWEEN: lambda named: _between(*named) if len(named) == 2 else lambda _: False,
}


def _number(raw: Any) -> float:
    if isinstance(raw, bool):
        raise TypeError
    value = float(raw.replace(",", ".") if isinstance(raw, str) else raw)
    if not math.isfinite(value):
        raise ValueError
    return value


def _count(raw: Any) -> float:
    value = _number(raw)
    if value < 0 or value != int(value):
        raise ValueError
    return value


def _day(raw: Any) -> dt.date:
    if isinstance(raw, dt.datetime):
        return raw.date()
    return raw if isinstance(raw, dt.date) else dt.date.fromisoformat(str(raw)[:10])


_FLAGS: Final = {True: True, False: False, "true": True, "false": False, "1": True, "0": False}


def _flag(raw: Any) -> bool:
    if raw not in _FLAGS:
        raise ValueError
    return _FLAGS[raw]


_READERS: Final[dict[Kind, Callable[[Any], Any]]] = {
    Kind.TEXT: lambda raw: search_key(str(raw)) or None,
    Kind.CHOICE: lambda raw: str(raw).strip() or None,
    Kind.NUMBER: _number,
    Kind.COUNT: _count,
    Kind.DAY: _day,
    Kind.FLAG: _flag,
}


def _numbers(_field: Field, named: list[Any], _criteria: Sequence[Criterion]) -> list[float]:
    """Every bound, one point between neighbours, and one beyond each end."""
    bounds = sorted(set(named))
    if not bounds:
        return [0.0]
    between = [(low + high) / 2 for low, high in pairwise(bounds)]
    return [*bounds, *between, bounds[0] - max(1.0, abs(bounds[0])), bounds[-1] + max(1.0, abs(bounds[-1]))]


def _counts(_field: Field, named: list[Any], _criteria: Sequence[Criterion]) -> list[float]:
    return sorted({0.0, *(one + step for one in named for step in (-1.0, 0.0, 1.0) if one + step >= 0)})


def _days(_field: Field, named: list[Any], _criteria: Sequence[Criterion]) -> list[dt.date]:
    numbers = {one.toordinal() + step for one in named for step in (-1, 0, 1)} or {dt.date(2000, 1, 1).toordinal()}
    return [dt.date.fromordinal(one) for one in sorted(numbers) if 1 <= one <= dt.date.max.toordinal()]


def _choices(field: Field, named: list[Any], _criteria: Sequence[Criterion]) -> list[str]:
    return sorted(set(field.choices)) if field.choices else [*sorted(set(named)), _OTHER]


def _texts(_field: Field, named: list[Any], criteria: Sequence[Criterion]) -> list[str]:
    """The texts that are named, one that holds every wanted part, and one that is and holds none of them."""
    parts = [
        one for criterion in criteria if criterion.operator is Operator.CONTAINS for one in named_values(criterion)
    ]
    return [*sorted(set(named)), *([_OTHER.join(["", *parts, ""])] if parts else []), _OTHER]


_OTHER: Final = "\x00"  # no key of a text holds it: it stands for any text that is not named
_CANDIDATES: Final[dict[Kind, Callable[[Field, list[Any], Sequence[Criterion]], list[Any]]]] = {
    Kind.NUMBER: _numbers,
    Kind.COUNT: _counts,
    Kind.DAY: _days,
    Kind.CHOICE: _choices,
    Kind.TEXT: _texts,
    Kind.FLAG: lambda _field, _named, _criteria: [False, True],
}
