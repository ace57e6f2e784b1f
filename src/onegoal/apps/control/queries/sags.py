"""The watched series of the company, what they say today, and the sags that were found."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db.models import QuerySet

from onegoal.apps.accounts.models import Role, Team, User
from onegoal.apps.accounts.queries import project_limit
from onegoal.apps.company.models import Project
from onegoal.apps.company.queries import calendar_of_company
from onegoal.apps.control.models import ChainReading, Direction, Sag
from onegoal.apps.facts.queries import ask_all
from onegoal.core import sags
from onegoal.core.pace import kind_of
from onegoal.core.periods import Period
from onegoal.metrics.question import Question

_DAY: Final = dt.timedelta(days=1)
_LATEST_START: Final = 28
"""A series whose first event is later than this many days after the first watched day has no half year to be judged by."""


@dataclass(frozen=True)
class Watched:
    """A figure of the catalogue that is watched by day: whole, and by each value of a dimension; `base` makes it a share."""

    metric: str
    by: tuple[str, ...] = ("",)
    base: str = ""


WATCHED: Final = (
    Watched("visitors", ("", "channel")),
    Watched("leads", ("", "channel", "project")),
    Watched("opportunities", ("", "channel", "project", "seller")),
    Watched("deals", ("", "project", "seller")),
    Watched("deals_won", ("", "project", "seller")),
    Watched("payments", ("",)),
    Watched("calls", ("", "seller")),
    Watched("calls_answered", ("", "seller"), base="calls"),
)
"""The points of contact along the chain. Figures that ripen (the qualified share of recent leads) are not among them: they
are low at first by themselves; what was qualified, opened and signed is counted by the day it happened."""


@dataclass(frozen=True)
class WatchedSeries:
    """One series with what it is in the catalogue's words."""

    series: sags.Series
    metric: str
    base: str
    by: dict[str, str]


@dataclass(frozen=True)
class Look:
    """What all watched series say on a day: findings beyond their limits, those still beyond half of it, and the odds."""

    day: dt.date
    found: tuple[tuple[WatchedSeries, sags.Finding], ...]
    lasting: frozenset[tuple[str, str]]
    watched: int
    alarms_a_year: float


def visible_sags(user: User) -> QuerySet[Sag]:
    """Return the findings a user may see: a seller's those of nobody else, a supervisor's those of their own teams."""
    found, limit = Sag.objects.all(), project_limit(user)
    if limit is not None:
        names = Project.objects.filter(pk__in=limit).values_list("name", flat=True)
        found = _about(found, "project", names)
    if user.role == Role.SELLER:
        return _about(found, "seller", [user.name])
    if user.role == Role.SUPERVISOR:
        teams = set(Team.objects.filter(supervisor=user)) | ({user.team} if user.team else set())
        return _about(found, "seller", User.objects.filter(team__in=teams).values_list("name", flat=True))
    return found


def open_sags(user: User | None = None) -> list[Sag]:
    """Return the drops that last, the firmest first; those the user may see, if one is given."""
    found = Sag.objects.all() if user is None else visible_sags(user)
    lasting = found.filter(ended_on=None, direction=Direction.DOWN)
    return sorted(lasting, key=lambda sag: -sag.evidence.get("score", 0) / max(sag.evidence.get("limit", 1), 1e-9))


def open_rises(user: User) -> QuerySet[Sag]:
    """Return the points of contact that have become stronger, as far as the user may see them."""
    return visible_sags(user).filter(ended_on=None, direction=Direction.UP)


def latest_reading() -> ChainReading | None:
    """Return the latest morning's look at the chain, or None before the first."""
    return ChainReading.objects.first()


def watched_series(until: dt.date) -> list[WatchedSeries]:
    """Return every series as it stood at the end of a day: DAYS days up to it, from one version of the data.

    Sellers who have left and projects that are gone are not watched any more.
    """
    days = Period(until - (sags.DAYS - 1) * _DAY, until)
    calendar = calendar_of_company()
    kinds = [kind_of(day, calendar.window(day) is not None) for day in days]
    present = {
        "seller": set(User.objects.filter(is_active=True).values_list("name", flat=True)),
        "project": set(Project.objects.values_list("name", flat=True)),
    }
    wanted = [(one, by) for one in WATCHED for by in one.by]
    counted = _counted({name for one, _by in wanted for name in (one.metric, one.base) if name}, wanted, days)
    return [
        series
        for one, by in wanted
        for value, counts in counted[one.metric, by].items()
        if by not in present or value in present[by]
        if (series := _series(one, by, value, counts, counted, kinds)) is not None
    ]


def look(until: dt.date, *, lasting: Iterable[tuple[str, str]] = ()) -> Look:
    """Watch every series up to a day, downwards and upwards.

    `lasting` names the (series, direction) that are open: of those the ones still beyond half their limit last on. Drops
    and rises may each raise the set number of false alarms in a quiet year.
    """
    watched, wanted, open_ones = watched_series(until), float(settings.FALSE_ALARMS_A_YEAR), set(lasting)
    found: list[tuple[WatchedSeries, sags.Finding]] = []
    still: set[tuple[str, str]] = set()
    directions: tuple[sags.Direction, ...] = ("down", "up")
    for direction in directions:
        limits = sags.limits_for([one.series for one in watched], wanted, direction)
        for one in watched:
            name = one.series.name
            if name not in limits:
                continue
            if finding := sags.watch(one.series, limits[name], direction):
                found.append((one, finding))
            if (name, direction) in open_ones and sags.watch(one.series, limits[name] / 2, direction):
                still.add((name, direction))
    return Look(until, tuple(found), frozenset(still), len(watched), wanted)


def _counted(
    names: set[str], wanted: list[tuple[Watched, str]], days: Period
) -> dict[tuple[str, str], dict[str, list[float]]]:
    """Counts by day of each metric and dimension, by the dimension's value ("" for the whole)."""
    pairs = sorted({(name, by) for one, by in wanted for name in (one.metric, one.base) if name in names})
    asked = [Question(name, ("day", by) if by else ("day",), days.start, days.end) for name, by in pairs]
    places = {day.isoformat(): at for at, day in enumerate(days)}
    found: dict[tuple[str, str], dict[str, list[float]]] = {}
    for (name, by), answer in zip(pairs, ask_all(asked), strict=True):
        lines: dict[str, list[float]] = defaultdict(lambda: [0.0] * len(places))
        for row in answer.rows:
            value = row.by.get(by) if by else ""
            if row.value and value is not None and (at := places.get(row.by["day"] or "")) is not None:
                lines[value][at] = float(row.value)
        found[name, by] = dict(lines)
    return found


def _series(
    one: Watched,
    by: str,
    value: str,
    counts: list[float],
    counted: dict[tuple[str, str], dict[str, list[float]]],
    kinds: list[int],
) -> WatchedSeries | None:
    bases = counted[one.base, by].get(value) if one.base else None
    first = next((at for at, count in enumerate(bases or counts) if count), len(counts))
    if first > _LATEST_START or (one.base and bases is None):
        return None
    name = "|".join(part for part in (one.metric, one.base, by, value) if part)[:200]
    series = sags.Series(name, counts, bases, None if bases else kinds)
    return WatchedSeries(series, one.metric, one.base, {by: value} if by else {})


def _about(found: QuerySet[Sag], dimension: str, names: Iterable[str]) -> QuerySet[Sag]:
    """Leave out findings about other values of a dimension; those that are not about it stay."""
    others = [sag.pk for sag in found.filter(by__has_key=dimension) if sag.by[dimension] not in set(names)]
    return found.exclude(pk__in=others)
