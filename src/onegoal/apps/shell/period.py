"""The period a page speaks of, read from its address; whatever stands there, a usable period comes out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onegoal.core.periods import PRESETS, Period, preset

Compare = Literal["previous", "year", "none"]
DEFAULT_PRESET: Final = "last_90_days"
_EARLIEST: Final = dt.date(1990, 1, 1)
_YEARS_AHEAD: Final = 10

PRESET_LABELS: Final[dict[str, str | Promise]] = {
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "this_week": _("This week"),
    "last_week": _("Last week"),
    "this_month": _("This month"),
    "last_month": _("Last month"),
    "this_quarter": _("This quarter"),
    "last_quarter": _("Last quarter"),
    "this_year": _("This year"),
    "last_year": _("Last year"),
    "last_7_days": _("Last 7 days"),
    "last_30_days": _("Last 30 days"),
    "last_90_days": _("Last 90 days"),
}
COMPARE_LABELS: Final[dict[Compare, str | Promise]] = {
    "previous": _("the period before"),
    "year": _("the year before"),
    "none": _("nothing"),
}
AGAINST: Final[dict[Compare, str | Promise]] = {
    "previous": _("on the period before"),
    "year": _("on the year before"),
    "none": "",
}


@dataclass(frozen=True)
class PeriodChoice:
    """A period, what to compare it with, and why the address was not followed (empty when it was)."""

    period: Period
    compare: Compare
    preset: str
    problem: str | Promise = ""

    @property
    def compared(self) -> Period | None:
        """Return the period to compare with, or None when the reader wants none."""
        if self.compare == "none":
            return None
        return self.period.year_before() if self.compare == "year" else self.period.previous()

    @property
    def against(self) -> str | Promise:
        """Return the words that follow a change: `on the period before`."""
        return AGAINST[self.compare]


def read_period(
    parameters: Mapping[str, str], *, today: dt.date, default: str = DEFAULT_PRESET, compare: Compare = "previous"
) -> PeriodChoice:
    """Read `period` (a preset) or `from` and `to` (ISO days, both included) and `compare` from an address.
    A preset wins over days.

    Never raises: a day that does not exist, an end before its start or a year nobody meant give the default period
    with `problem` saying so.
    """
    wanted = parameters.get("compare", compare)
    chosen: Compare = wanted if wanted in get_args(Compare) else compare  # type: ignore[assignment]
    name, first, last = (parameters.get(key, "").strip() for key in ("period", "from", "to"))
    if name and name not in PRESETS:
        problem: str | Promise = _("There is no such period. The usual one is shown instead.")
        return PeriodChoice(preset(default, today=today), chosen, default, problem)
    if name or not (first or last):
        return PeriodChoice(preset(name or default, today=today), chosen, name or default)
    period, problem = _between(first, last, today)
    if period:
        return PeriodChoice(period, chosen, "")
    return PeriodChoice(preset(default, today=today), chosen, default, problem)


def _between(first: str, last: str, today: dt.date) -> tuple[Period | None, str | Promise]:
    start, end = _day(first), _day(last) if last else max(today, _day(first) or today)
    if start is None or end is None:
        return None, _("One of the days does not exist. The usual period is shown instead.")
    if end < start:
        return None, _("The last day is before the first. The usual period is shown instead.")
    if start < _EARLIEST or end.year > today.year + _YEARS_AHEAD:
        return None, _("These days are too far away. The usual period is shown instead.")
    return Period(start, end), ""


def _day(text: str) -> dt.date | None:
    # Python also reads compact and week dates; an address holds one form only, so that links stay the same.
    if len(text) != 10 or text[4] != "-" or not text.isascii():
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
