"""The month as walls show it: fact and plan of contracts and money by day, and what each team and seller brought."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from onegoal.apps.accounts.models import Role, Team, User
from onegoal.apps.company.models import Project
from onegoal.apps.company.queries import calendar_of_company
from onegoal.apps.control.queries.days import RESULTS, facts_by_day, month_of, planned_days, where_of
from onegoal.apps.wall.models import Shows
from onegoal.apps.wall.queries.values import values_by_person, values_by_team
from onegoal.core.pace import needed
from onegoal.core.periods import Period
from onegoal.core.standings import Entry, Line, Tells, standings

DEALS: Final = "deals_won"
MONEY: Final = ("money_received", "money_signed")


@dataclass(frozen=True)
class Course:
    """One figure through a month: fact and plan by day; `plan` is empty where nothing is planned."""

    metric: str
    fact: Mapping[dt.date, int]
    plan: Mapping[dt.date, int]
    today: dt.date

    @property
    def so_far(self) -> int:
        """Return the fact of the month up to today."""
        return sum(self.fact.values())

    @property
    def planned(self) -> int | None:
        """Return the plan of the whole month, None where there is none."""
        return sum(self.plan.values()) if self.plan else None

    @property
    def planned_so_far(self) -> int:
        """Return what the plan expects by the end of today."""
        return sum(value for day, value in self.plan.items() if day <= self.today)

    @property
    def done_today(self) -> int:
        """Return the fact of today."""
        return self.fact.get(self.today, 0)

    @property
    def missing_today(self) -> int:
        """Return what today still has to bring for the plan to be met tonight."""
        return needed(self.planned_so_far, self.so_far - self.done_today, self.done_today)[1]

    @property
    def share(self) -> Fraction | None:
        """Return the fact as a share of the month's plan."""
        return Fraction(self.so_far, self.planned) if self.planned else None

    @property
    def share_expected(self) -> Fraction | None:
        """Return the share of the month's plan that is due by tonight."""
        return Fraction(self.planned_so_far, self.planned) if self.planned else None

    @property
    def share_so_far(self) -> Fraction | None:
        """Return the fact as a share of what is due by tonight."""
        return Fraction(self.so_far, self.planned_so_far) if self.planned_so_far else None

    @property
    def is_planned(self) -> bool:
        """Tell whether there is a plan to be held against."""
        return bool(self.planned)

    def share_of(self, day: dt.date) -> Fraction | None:
        """Return the fact of a day as a share of its plan; None on a day for which nothing is planned."""
        plan = self.plan.get(day)
        return Fraction(self.fact.get(day, 0), plan) if plan else None


@dataclass(frozen=True)
class Month:
    """A month of the company or of one project."""

    period: Period
    today: dt.date
    courses: Mapping[str, Course]
    worked: frozenset[dt.date]

    @property
    def money(self) -> Course:
        """Return the course of the money that is planned: received before signed; received where neither is."""
        planned = (self.courses[name] for name in MONEY if self.courses[name].is_planned)
        return next(planned, self.courses[MONEY[0]])

    @property
    def main(self) -> Course:
        """Return the figure days are shown by: money signed, else contracts, else money received, as far as planned."""
        names = ("money_signed", DEALS, "money_received")
        return next((self.courses[one] for one in names if self.courses[one].is_planned), self.courses[DEALS])


def course_of_month(today: dt.date, *, project: Project | None = None) -> Month:
    """Return the month `today` stands in, from one version of the facts; its plan is the plan in force, else the KPI's target."""
    period = month_of(today)
    facts = facts_by_day(RESULTS, Period(period.start, today), project)
    courses = {name: Course(name, facts[name], planned_days(name, period, project), today) for name in RESULTS}
    calendar = calendar_of_company()
    return Month(period, today, courses, frozenset(day for day in period if calendar.window(day) is not None))


def sellers_in_month(
    today: dt.date, *, shows: str, team: Team | None = None, project: Project | None = None
) -> list[Line[str]]:
    """Return the standings of those who sell by signed contracts of the month, by name.

    Who has left since the month began still stands there with what was signed. Each one's share of the plan is equal.
    """
    people = [one for one in _sellers(today) if team is None or one.team_id == team.pk]
    values = values_by_person(DEALS, people, today.replace(day=1), today, where=where_of(project))
    share = _plan_for_each(today, project)
    there = {one.pk for one in people if one.left_on is None}
    entries = [
        Entry(one.name, values[one.pk], share if one.pk in there else None)
        for one in people
        if values[one.pk] or one.pk in there
    ]
    return standings(entries, tells=_tells(shows))


def teams_in_month(today: dt.date, *, shows: str, project: Project | None = None) -> list[Line[str]]:
    """Return the standings of the teams that sell, by signed contracts of the month; a team's plan is its sellers'."""
    sizes: dict[int | None, int] = {}
    for one in _sellers(today):
        if one.left_on is None:
            sizes[one.team_id] = sizes.get(one.team_id, 0) + 1
    teams = list(Team.objects.filter(pk__in=[pk for pk in sizes if pk]).order_by("name"))
    values = values_by_team(DEALS, teams, today.replace(day=1), today, where=where_of(project))
    share = _plan_for_each(today, project)
    entries = [Entry(one.name, values[one.pk], share * sizes[one.pk] if share else None) for one in teams]
    return standings(entries, tells=_tells(shows))


def team_total(today: dt.date, team: Team, *, project: Project | None = None) -> int:
    """Return the contracts a team has signed this month."""
    return int(values_by_team(DEALS, [team], today.replace(day=1), today, where=where_of(project))[team.pk] or 0)


def _sellers(today: dt.date) -> list[User]:
    """Return the sales managers at work, and those who left this month."""
    people = User.objects.filter(role=Role.SELLER).order_by("name", "pk")
    return [one for one in people if (one.is_active and one.left_on is None) or _left_since(one, today)]


def _left_since(one: User, today: dt.date) -> bool:
    return one.left_on is not None and one.left_on >= today.replace(day=1)


def _plan_for_each(today: dt.date, project: Project | None) -> Fraction | None:
    planned = sum(planned_days(DEALS, month_of(today), project).values())
    count = sum(1 for one in _sellers(today) if one.left_on is None)
    return Fraction(planned, count) if planned and count else None


def _tells(shows: str) -> Tells:
    told: dict[str, Tells] = {Shows.VALUE.value: "value", Shows.PROGRESS.value: "progress"}
    return told.get(shows, "rank")
