"""Reads the address of a page of figures; whatever stands there, a usable question comes out and the reader is told."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.analysis.queries.asked import FILTERS, Asked, Where, extent
from onegoal.apps.facts.queries import scope_of
from onegoal.apps.shell.period import Compare, PeriodChoice, read_period
from onegoal.core.periods import Period
from onegoal.metrics.dimensions import ROUNDS

PERIOD_KEYS = ("period", "from", "to", "compare")
USUAL_DAYS = 90
LONGEST_VALUE = 500
_YEAR = r"(?:19|20)\d\d"
_TIME_VALUES = {
    "day": rf"{_YEAR}-\d\d-\d\d",
    "week": rf"{_YEAR}-W\d\d",
    "month": rf"{_YEAR}-(?:0[1-9]|1[0-2])",
    "quarter": rf"{_YEAR}-Q[1-4]",
}
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Address:
    """A page's address as it was understood: its question, its period, what was wrong, what links must keep.

    `recorded` are the days from which anything is on record, None before any data.
    """

    asked: Asked
    choice: PeriodChoice
    problems: tuple[str, ...]
    params: QueryDict
    recorded: Period | None = None

    @property
    def shared(self) -> Pairs:
        """The parts that every page of figures understands: period, comparison, filters."""
        kept = [(key, str(self.params[key])) for key in PERIOD_KEYS if self.params.get(key)]
        return (*kept, *filter_pairs(self.asked.where))

    def shared_query(self) -> str:
        """The shared parts as the end of an address, with its question mark, or an empty text."""
        return query_string(self.shared)

    def changed(self, **changes: str | None) -> str:
        """This page's address with some parts replaced; None or an empty text takes a part out. Pages start anew."""
        dropped = {*changes, "page", "export"}
        kept = [(key, value) for key, values in self.params.lists() for value in values if key not in dropped]
        return query_string([*kept, *((key, value) for key, value in changes.items() if value)])

    def with_filter(self, dimension: str, value: str | None, **changes: str) -> str:
        """This page's address narrowed to one value of a dimension (None is what is not set), other parts replaced."""
        dropped = {dimension, "page", "export", "q", *changes}
        return query_string([*self._other_than(dropped), (dimension, value or ""), *changes.items()])

    def without_filter(self, dimension: str) -> str:
        """This page's address without the filters of a dimension."""
        return query_string(self._other_than({dimension, "page", "export"})) or "?"

    def without(self, *keys: str) -> Address:
        """The same address for another page, without parts that are none of its own."""
        params = self.params.copy()
        for key in keys:
            params.pop(key, None)
        return replace(self, params=params)

    def _other_than(self, dropped: set[str]) -> list[tuple[str, str]]:
        return [(key, value) for key, values in self.params.lists() for value in values if key not in dropped]


def read_address(
    request: HttpRequest, *, now: dt.datetime, compare: Compare = "previous", covers_all: bool = False
) -> Address:
    """Read period, comparison and filters; costs are asked for only by those who may see them.

    Where the address names no period and the usual one would be empty, because the newest records are older, the page
    looks at the last days that have records; with `covers_all` it looks at all days that have any.
    """
    params = QueryDict(request.GET.urlencode(), mutable=False)
    scope = scope_of(request.user)  # type: ignore[arg-type]
    today, recorded = timezone.localdate(now), extent(scope)
    choice = _read_choice_of_days(params, today, recorded, compare, covers_all=covers_all)
    where, problems = _read_filters(params)
    asked = Asked(
        period=choice.period,
        compared=choice.compared,
        where=where,
        scope=scope,
        sees_costs=has_right(request.user, Right.SEE_COSTS),  # type: ignore[arg-type]
    )
    return Address(asked, choice, tuple(problems), params, recorded)


def _read_choice_of_days(
    params: QueryDict, today: dt.date, recorded: Period | None, compare: Compare, *, covers_all: bool
) -> PeriodChoice:
    flat = {key: str(value) for key, value in params.items()}
    if recorded and not has_period(params):
        last = min(today, recorded.end)
        if covers_all and recorded.start <= last:
            flat |= {"from": recorded.start.isoformat(), "to": last.isoformat()}
        elif last < today - dt.timedelta(days=USUAL_DAYS - 1):
            return read_period(flat, today=last, compare=compare)
    return read_period(flat, today=today, compare=compare)


def has_period(params: QueryDict) -> bool:
    """Whether the address itself says which days it is about."""
    return any(params.get(key) for key in ("period", "from", "to"))


def read_choice(params: QueryDict, key: str, allowed: Sequence[str]) -> tuple[str, list[str]]:
    """Read one of several words; another word gives the first of them and a sentence that says so."""
    wanted = params.get(key, "")
    if not wanted or wanted in allowed:
        return wanted or allowed[0], []
    return allowed[0], [_("“%(word)s” is not known here; the usual view is shown.") % {"word": wanted[:60]}]


def filter_pairs(where: Where) -> Pairs:
    """Filters as parts of an address: what is not set is written as an empty value."""
    return tuple((dimension, value or "") for dimension, value in where)


def query_string(pairs: Iterable[tuple[str, str]]) -> str:
    """Parts as the end of an address, with its question mark; empty for no parts."""
    text = "&".join(_written(*pair) for pair in dict.fromkeys(pairs))
    return f"?{text}" if text else ""


@functools.lru_cache(maxsize=20_000)  # a page links hundreds of figures by the same days and filters
def _written(key: str, value: str) -> str:
    return urlencode([(key, value)])


def _read_filters(params: QueryDict) -> tuple[Where, list[str]]:
    """One value for each dimension, the last one named: a record has only one."""
    found = [(dimension, _clean(params.getlist(dimension)[-1])) for dimension in FILTERS if dimension in params]
    usable = [(dimension, value) for dimension, value in found if _is_possible(dimension, value)]
    if len(usable) < len(found):
        return tuple(usable), [_("A filter with a value that cannot exist was left out.")]
    return tuple(usable), []


def _is_possible(dimension: str, value: str | None) -> bool:
    if value is None:
        return True
    pattern = _TIME_VALUES.get(dimension)
    if dimension in ROUNDS:
        return bool(re.fullmatch(r"\d{1,3}", value, re.ASCII)) and int(value) < ROUNDS[dimension]
    return len(value) <= LONGEST_VALUE and (pattern is None or bool(re.fullmatch(pattern, value, re.ASCII)))


def _clean(value: str) -> str | None:
    return value.replace("\x00", "").strip() or None
