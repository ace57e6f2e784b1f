"""What the evening report tells one reader: the figures of the pages, from one version of the data, as they are now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from onegoal.apps.accounts.models import Team, User
from onegoal.apps.accounts.reach import Width, reach_of
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.company.models import Project
from onegoal.apps.company.queries import calendar_of_company, current_company
from onegoal.apps.control.queries.days import RESULTS, PlanFact, facts_by_day, month_of, plan_of_day, plan_of_month
from onegoal.apps.control.queries.pace import Pace, pace_of
from onegoal.apps.evening.queries.sources import LateSource, late_sources, unpublished_parts
from onegoal.apps.evening.queries.work import (
    Counted,
    Reviews,
    missed_answers,
    nobodys_leads,
    overdue_tasks,
    reviewed_calls,
    unanswered_leads,
)
from onegoal.apps.facts.queries import data_version, scope_of
from onegoal.apps.goal.queries import current_kpi
from onegoal.core.periods import Period
from onegoal.metrics.question import Scope

_MOST_READINGS: Final = 5
_DAY: Final = dt.timedelta(days=1)
Read = TypeVar("Read")


@dataclass(frozen=True)
class Work:
    """What was left undone: tasks overdue, answers owed (late of all) and nobody's leads, answers missed today, reviews."""

    overdue: Counted
    unanswered: Counted
    nobodys: int
    missed: Counted
    reviews: Reviews


@dataclass(frozen=True)
class EveningReport:
    """The report of a day for one reader, and of one team where one is named; what the reader may not see is None or empty.

    `of_day` and `of_month` have one line for each of control's RESULTS; `cutoff` is the moment the figures were read.
    """

    reader: User
    team: Team | None
    company: str
    currency: str
    day: dt.date
    cutoff: dt.datetime
    data_version: str
    pace: Pace | None
    of_day: tuple[PlanFact, ...]
    of_month: tuple[PlanFact, ...]
    work: Work | None
    late: tuple[LateSource, ...]
    unpublished: int


def evening_report(reader: User, *, day: dt.date, now: dt.datetime, team: Team | None = None) -> EveningReport:
    """Return what the report of a day tells a reader now."""
    company = current_company()

    def read() -> EveningReport:
        return EveningReport(
            reader=reader, team=team, company=company.name, currency=company.currency, day=day, cutoff=now,
            data_version=data_version(), pace=_pace(reader, day), of_day=_of_day(reader, team, day),
            of_month=_of_month(reader, team, day), work=_work(reader, team, day, now), late=tuple(late_sources(day)),
            unpublished=unpublished_parts(),
        )  # fmt: skip

    return _of_one_version(read)


def _of_one_version(read: Callable[[], Read]) -> Read:
    """Read until no new version of the data came meanwhile, so that all figures belong together."""
    for _ in range(_MOST_READINGS):
        before = data_version()
        found = read()
        if data_version() == before:
            break
    return found


def _pace(reader: User, day: dt.date) -> Pace | None:
    if not has_right(reader, Right.SEE_GOAL):
        return None
    kpi = current_kpi(reader, day)
    return pace_of(kpi, today=day) if kpi else None


def _of_day(reader: User, team: Team | None, day: dt.date) -> tuple[PlanFact, ...]:
    if not has_right(reader, Right.SEE_FIGURES):
        return ()
    if is_planned(reader, team):
        return _in_order(plan_of_day(day=day, project=_project(reader)))
    return _facts_only(reader, team, Period(day, day))


def _of_month(reader: User, team: Team | None, day: dt.date) -> tuple[PlanFact, ...]:
    if not has_right(reader, Right.SEE_FIGURES):
        return ()
    if is_planned(reader, team):
        return _in_order(plan_of_month(month=day, until=day, project=_project(reader)))
    return _facts_only(reader, team, Period(month_of(day).start, day))


def is_planned(reader: User, team: Team | None) -> bool:
    """Tell whether the plan is about the same rows as the reader's figures: the company's, or one project's."""
    scope = scope_of(reader)
    return team is None and scope.seller_ids is None and scope.team_ids is None and len(scope.project_ids or ()) < 2


def _project(reader: User) -> Project | None:
    ids = scope_of(reader).project_ids
    return Project.objects.get(pk=next(iter(ids))) if ids else None


def _facts_only(reader: User, team: Team | None, days: Period) -> tuple[PlanFact, ...]:
    """What the reader's own rows, or a team's among them, brought; nobody plans for these."""
    scope = scope_of(reader)
    if team is not None:
        teams = frozenset({team.pk}) if scope.team_ids is None or team.pk in scope.team_ids else frozenset[int]()
        scope = Scope(scope.seller_ids, teams, scope.project_ids)
    facts = facts_by_day(RESULTS, days, scope=scope)
    return tuple(PlanFact(metric, sum(facts[metric].values()), None) for metric in RESULTS)


def _in_order(found: dict[str, PlanFact]) -> tuple[PlanFact, ...]:
    return tuple(found[metric] for metric in RESULTS)


def _work(reader: User, team: Team | None, day: dt.date, now: dt.datetime) -> Work | None:
    if reach_of(reader).width not in (Width.ALL, Width.TEAM, Width.OWN):
        return None
    zone = calendar_of_company().zone
    begins, ends = (dt.datetime.combine(one, dt.time(), zone).astimezone(dt.UTC) for one in (day, day + _DAY))
    return Work(
        overdue=overdue_tasks(reader, team, at=now),
        unanswered=unanswered_leads(reader, team, at=now),
        nobodys=nobodys_leads(reader, team),
        missed=missed_answers(reader, team, since=begins, at=min(now, ends)),
        reviews=reviewed_calls(reader, team, today=day),
    )
