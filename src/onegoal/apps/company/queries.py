"""Reads of the company and its settings."""

from __future__ import annotations

import copy
import datetime as dt
import zoneinfo
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from django.db.models import QuerySet

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.queries import project_limit
from onegoal.apps.audit.record_version import record_version
from onegoal.apps.company.models import Company, DayOff, Project, WorkingHours
from onegoal.core.memory import Memory
from onegoal.core.working_hours import Calendar, Hours

if TYPE_CHECKING:
    from holidays import HolidayBase

USUAL_HOURS: Final[dict[int, Hours]] = dict.fromkeys(range(5), (dt.time(9), dt.time(18)))
"""Monday to Friday, nine to six: the week of a company that has not said otherwise."""


_companies = Memory(4)


def current_company() -> Company:
    """Return the one company; before it is set up, an unsaved one with the defaults.

    Every page asks several times: it is read again only when something in the records changed. Each asker has a copy.
    """
    records = record_version()
    return _read_company() if records is None else copy.copy(_companies.remember(records, _read_company))


def _read_company() -> Company:
    return Company.objects.filter(pk=1).first() or Company(pk=1)


def demo_people() -> QuerySet[User]:
    """Return the people of the demo company who can sign in, by role and name."""
    people = User.objects.filter(is_active=True, email__isnull=False).exclude(password="")
    return people.order_by("role", "name")


def visible_projects(user: User) -> QuerySet[Project]:
    """Return the projects the user may see: all but for those limited to some."""
    limit = project_limit(user)
    return Project.objects.all() if limit is None else Project.objects.filter(pk__in=limit)


def calendar_of_company(country: str = "") -> Calendar:
    """Return when the company works: its week, its days off, and its country's public holidays if it keeps them.

    With a country the public holidays are those of that country, kept in any case.
    """
    company = current_company()
    hours = tuple(WorkingHours.objects.values_list("weekday", "opens", "closes"))
    days = tuple(DayOff.objects.values_list("day", "is_worked"))
    own = company.country if company.keeps_public_holidays else ""
    return _calendar(company.time_zone, hours, days, country or own)


def week_of_company() -> dict[int, Hours]:
    """Return the hours of each working day of the week (0 is Monday); the usual ones when none are set."""
    return {one.weekday: (one.opens, one.closes) for one in WorkingHours.objects.all()} or dict(USUAL_HOURS)


def public_holidays(country: str, years: list[int], language: str = "") -> list[tuple[dt.date, str]]:
    """Return a country's public holidays of some years, named in `language` where that is known, else in its own."""
    found = _holidays(country, language)
    if found is None:
        return []
    return sorted((day, name) for year in years for day, name in _of_year(found, year))


def _of_year(found: HolidayBase, year: int) -> Iterator[tuple[dt.date, str]]:
    found.get(dt.date(year, 1, 1))  # a year is made when it is first asked for
    return ((day, name) for day, name in found.items() if day.year == year)


def _holidays(country: str, language: str = "") -> HolidayBase | None:
    from holidays import country_holidays, list_supported_countries

    if country not in list_supported_countries():
        return None
    names = country_holidays(country)
    known = {code.partition("_")[0]: code for code in names.supported_languages}
    return country_holidays(country, language=known[language]) if language in known else names


@lru_cache(maxsize=8)
def _calendar(
    time_zone: str,
    hours: tuple[tuple[int, dt.time, dt.time], ...],
    days: tuple[tuple[dt.date, bool], ...],
    country: str,
) -> Calendar:
    off = frozenset(day for day, is_worked in days if not is_worked)
    public = _holidays(country)
    return Calendar(
        zone=_zone(time_zone),
        hours={weekday: (opens, closes) for weekday, opens, closes in hours} or USUAL_HOURS,
        days_off=_DaysOff(off, public),
        worked=_WorkedDays(frozenset(day for day, is_worked in days if is_worked), off, public),
    )


class _DaysOff:
    """The listed days and the public holidays of whatever year is asked for."""

    def __init__(self, listed: frozenset[dt.date], public: HolidayBase | None) -> None:
        self._listed, self._public = listed, public

    def __contains__(self, day: object) -> bool:
        return day in self._listed or (self._public is not None and day in self._public)


class _WorkedDays:
    """The listed days, and the Saturdays that a country works in exchange for a free day between two others."""

    def __init__(self, listed: frozenset[dt.date], off: frozenset[dt.date], public: HolidayBase | None) -> None:
        self._listed, self._off, self._public = listed, off, public

    def __contains__(self, day: object) -> bool:
        if day in self._listed or self._public is None:
            return day in self._listed
        if day in self._off or day in self._public:  # asking makes the country's year known
            return False
        return day in getattr(self._public, "weekend_workdays", ())


def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return zoneinfo.ZoneInfo("UTC")
