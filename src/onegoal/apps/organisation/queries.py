"""Reads of the organisation: teams and their spans, how full sellers' days are, how the work is divided."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Avg, Count, F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from onegoal.apps.accounts.models import Role, Team, User
from onegoal.apps.accounts.queries import led_team_ids
from onegoal.apps.company.queries import calendar_of_company
from onegoal.apps.desk.models import Absence
from onegoal.apps.facts.queries import ask, scope_of
from onegoal.apps.organisation.models import HandlingTime, WorkKind
from onegoal.apps.sales.models import Call, Deal, Task, TaskKind
from onegoal.core.periods import Period
from onegoal.core.statistics import wilson
from onegoal.core.workload import Load, Work, load_of, span_verdict
from onegoal.metrics.question import Question, Scope

ASSUMED: Final[dict[str, float]] = {
    WorkKind.NEW_LEAD: 5, WorkKind.CALL: 6, WorkKind.MEETING: 60, WorkKind.TASK: 10, WorkKind.DEAL: 5, WorkKind.FOREIGN: 0,
}  # fmt: skip
"""Minutes that are assumed until the company says its own; nothing is assumed of foreign duties."""
LEAST_CALLS: Final = 30
"""From so many calls on their own length says how long one takes."""
DIMENSIONS: Final = ("project", "product_type", "channel")


@dataclass(frozen=True)
class TeamLine:
    """One team: who leads it, who sells in it, and what its size means (`too_wide`, `needs_second_team` or nothing)."""

    team: Team | None
    sellers: list[User]
    verdict: str


@dataclass(frozen=True)
class Handling:
    """How long one piece of a kind of work takes and where that comes from: `set`, `calls` or `assumed`."""

    kind: str
    minutes: float
    source: str
    calls: int = 0


@dataclass(frozen=True)
class SellerLoad:
    """How full one seller's working day is; `hours` by kind of work, a day; `foreign` is taken off the capacity."""

    seller: User
    days: int
    counts: Mapping[str, int]
    hours: Mapping[str, float]
    foreign: float
    load: Load


@dataclass(frozen=True)
class Share:
    """How many of a seller's leads were of one project, product or channel."""

    seller: str
    value: str
    count: int
    total: int

    @property
    def bounds(self) -> tuple[float, float]:
        """Wilson's bounds of the share."""
        found = wilson(self.count, self.total)
        return float(found.low or 0), float(found.high or 0)


def visible_sellers(user: User) -> QuerySet[User]:
    """Return the sellers who still work here: all, or those of the teams a supervisor leads."""
    sellers = User.objects.filter(role=Role.SELLER, left_on=None).select_related("team").order_by("name", "id")
    if user.role == Role.SUPERVISOR:
        return sellers.filter(team_id__in=led_team_ids(user))
    return sellers if user.role in (Role.HEAD, Role.ADMINISTRATOR) else sellers.none()


def team_lines(user: User) -> list[TeamLine]:
    """Return the teams with sellers, and last the sellers without a team."""
    by_team: dict[int | None, list[User]] = {}
    for seller in visible_sellers(user):
        by_team.setdefault(seller.team_id, []).append(seller)
    all_teams = User.objects.filter(role=Role.SELLER, left_on=None).values("team").distinct().count()
    teams = Team.objects.filter(pk__in=[pk for pk in by_team if pk]).select_related("supervisor").order_by("name")
    lines = [TeamLine(team, by_team[team.pk], span_verdict(len(by_team[team.pk]), all_teams)) for team in teams]
    lonely = by_team.get(None, [])
    return [*lines, TeamLine(None, lonely, span_verdict(len(lonely), all_teams))] if lonely else lines


def handling_times(period: Period) -> dict[str, Handling]:
    """Return how long each kind of work takes: as the company settled it, as its calls tell, else as is assumed."""
    settled = dict(HandlingTime.objects.values_list("kind", "minutes"))
    found = {}
    for kind in WorkKind.values:
        if kind in settled:
            found[kind] = Handling(kind, settled[kind], "set")
        elif kind == WorkKind.CALL and (told := _call_minutes(period)):
            found[kind] = told
        else:
            found[kind] = Handling(kind, ASSUMED[kind], "assumed")
    return found


def seller_loads(user: User, period: Period, *, today: dt.date) -> list[SellerLoad]:
    """Return the load of every seller the user answers for, over the working days of the period up to today."""
    sellers, times = list(visible_sellers(user)), handling_times(period)
    counts = _counts(user, sellers, period)
    free = _free_days(sellers, period)
    calendar = calendar_of_company()
    windows = {day: window for day in period if day <= today and (window := calendar.window(day))}
    minutes = {day: (closes - opens).total_seconds() / 60 for day, (opens, closes) in windows.items()}
    found = []
    for seller in sellers:
        days = [day for day in minutes if day not in free[seller.pk] and day >= (seller.joined_on or day)]
        if days:
            capacity = sum(minutes[day] for day in days) / len(days) / 60
            found.append(_load(seller, counts[seller.pk], times, len(days), capacity))
    return found


def shares(user: User, period: Period, dimension: str) -> list[Share]:
    """Return how each seller's leads of a period are divided by a dimension. Raises: QuestionRefused."""
    question = Question("leads", ("seller", dimension), period.start, period.end, scope=scope_of(user))
    names = {seller.name for seller in visible_sellers(user)}
    rows = [row for row in ask(question).rows if row.by["seller"] in names]
    totals: Counter[str] = Counter()
    for row in rows:
        totals[str(row.by["seller"])] += int(row.value or 0)
    return [
        Share(str(row.by["seller"]), row.by[dimension] or "", int(row.value or 0), totals[str(row.by["seller"])])
        for row in rows
    ]


def _load(
    seller: User, counts: Mapping[str, int], times: Mapping[str, Handling], days: int, capacity: float
) -> SellerLoad:
    kinds = [kind for kind in WorkKind.values if kind != WorkKind.FOREIGN]
    work = [Work(kind, counts.get(kind, 0), times[kind].minutes, is_random=kind != WorkKind.DEAL) for kind in kinds]
    foreign = times[WorkKind.FOREIGN].minutes / 60
    hours = {one.kind: one.count * one.minutes / 60 / (days if one.is_random else 1) for one in work}
    return SellerLoad(
        seller, days, counts, hours, foreign, load_of(work, days=days, capacity=max(0.0, capacity - foreign))
    )


def _counts(user: User, sellers: Sequence[User], period: Period) -> dict[int, dict[str, int]]:
    leads, calls, done = (_asked(metric, user, sellers, period) for metric in ("leads", "calls", "tasks_done"))
    kinds = _finished_kinds(sellers, period)
    deals = dict(
        Deal.objects.filter(seller__in=sellers, won_at=None, lost_at=None)
        .values("seller")
        .annotate(number=Count("pk"))
        .values_list("seller", "number")
    )
    return {
        one.pk: {
            WorkKind.NEW_LEAD: leads[one.pk],
            WorkKind.CALL: calls[one.pk],
            WorkKind.MEETING: kinds[one.pk, TaskKind.MEETING],
            # A finished task to call is the call, which stands in the calls already.
            WorkKind.TASK: max(0, done[one.pk] - kinds[one.pk, TaskKind.MEETING] - kinds[one.pk, TaskKind.CALL]),
            WorkKind.DEAL: deals.get(one.pk, 0),
        }
        for one in sellers
    }


def _asked(metric: str, user: User, sellers: Sequence[User], period: Period) -> dict[int, int]:
    """Ask the catalogue for each seller's count; two of one name are asked for one by one."""
    question = Question(metric, ("seller",), period.start, period.end, scope=scope_of(user))
    by_name = {row.by["seller"]: int(row.value or 0) for row in ask(question).rows}
    names = Counter(seller.name for seller in sellers)
    return {
        one.pk: by_name.get(one.name, 0) if names[one.name] == 1 else _asked_alone(metric, one, period)
        for one in sellers
    }


def _asked_alone(metric: str, seller: User, period: Period) -> int:
    scope = Scope(seller_ids=frozenset({seller.pk}))
    return int(ask(Question(metric, (), period.start, period.end, scope=scope)).rows[0].value or 0)


def _finished_kinds(sellers: Sequence[User], period: Period) -> Counter[tuple[int, str]]:
    """Count finished tasks set in the period by seller and kind, which the catalogue does not tell apart."""
    first, last = _moments(period)
    tasks = Task.objects.filter(assignee__in=sellers, created_at__gte=first, created_at__lt=last, done_at__isnull=False)
    rows = tasks.values("assignee", "kind").annotate(number=Count("pk")).values_list("assignee", "kind", "number")
    return Counter({(pk, kind): number for pk, kind, number in rows})


def _free_days(sellers: Sequence[User], period: Period) -> dict[int, set[dt.date]]:
    found: dict[int, set[dt.date]] = {one.pk: set() for one in sellers}
    away = Absence.objects.filter(user__in=sellers, first_on__lte=period.end, last_on__gte=period.start)
    for one in away:
        first, last = max(one.first_on, period.start), min(one.last_on, period.end)
        found[one.user_id] |= {first + dt.timedelta(days=at) for at in range((last - first).days + 1)}
    return found


def _call_minutes(period: Period) -> Handling | None:
    """How long a call takes: talking and waiting, of all calls of the period whose length is known."""
    first, last = _moments(period)
    length = Coalesce(F("talk_seconds"), 0) + Coalesce(F("wait_seconds"), 0)
    known = Q(talk_seconds__isnull=False) | Q(wait_seconds__isnull=False)
    told = Call.objects.filter(known, started_at__gte=first, started_at__lt=last).aggregate(
        mean=Avg(length), number=Count("pk")
    )
    if told["number"] < LEAST_CALLS:
        return None
    return Handling(WorkKind.CALL, float(told["mean"]) / 60, "calls", told["number"])


def _moments(period: Period) -> tuple[dt.datetime, dt.datetime]:
    zone = timezone.get_current_timezone()
    first = dt.datetime.combine(period.start, dt.time(), zone)
    return first, dt.datetime.combine(period.end + dt.timedelta(days=1), dt.time(), zone)
