"""Seller hours that a lead takes and those there are, and the units on sale."""

from __future__ import annotations

import datetime as dt
from typing import Final

import numpy as np

from onegoal.apps.accounts.models import Role, User
from onegoal.apps.company.queries import calendar_of_company
from onegoal.apps.desk.models import Absence
from onegoal.apps.facts.queries import ask_all
from onegoal.apps.organisation.models import WorkKind
from onegoal.apps.organisation.queries import Handling, handling_times
from onegoal.apps.planning.queries.past import Past
from onegoal.apps.sales.models import Deal, Task, TaskKind
from onegoal.core.joint_plan.figures import Hours
from onegoal.core.periods import Period, add_months
from onegoal.core.statistics import Interval
from onegoal.core.workload import Work, load_of
from onegoal.metrics.question import Question

WORK_DAYS: Final = 91
"""The work that leads bring is measured over the last quarter of a year."""


def hours_of(months: tuple[dt.date, ...], past: Past) -> Hours | None:
    """Return the seller hours behind a lead and those there are in each month; None without leads or sellers.

    All work of sellers hangs on the leads: calls, meetings, tasks and deals in hand grow with them.
    """
    period = Period(past.today - dt.timedelta(days=WORK_DAYS), past.today - dt.timedelta(days=1))
    sellers = list(User.objects.filter(role=Role.SELLER, left_on=None))
    leads, calls, tasks = (
        int(answer.rows[0].value or 0)
        for answer in ask_all(
            [Question(name, (), period.start, period.end) for name in ("leads", "calls", "tasks_done")]
        )
    )
    if not leads or not sellers:
        return None
    times = handling_times(period)
    per_lead = _per_lead(times, leads, calls, tasks, period)
    own = np.array([_seller_hours(month, times) for month in months])
    away = np.array([_away_hours(month, sellers) for month in months])
    assumed = tuple(kind for kind, one in times.items() if one.source == "assumed" and one.minutes)
    return Hours(per_lead, np.maximum(own * len(sellers) - away, 0.0), own, len(sellers), assumed)


def stock_of(project: str) -> dict[tuple[str, str], float] | None:
    """Return the units on sale by project and product type; None where no products are recorded at all."""
    where = (("project", project),) if project else ()
    every, there = ask_all(
        [Question("products", ()), Question("products_available", ("project", "product_type"), where=where)]
    )
    if not every.rows[0].value:
        return None
    return {(row.by["project"] or "", row.by["product_type"] or ""): float(row.value or 0) for row in there.rows}


def _per_lead(times: dict[str, Handling], leads: int, calls: int, tasks: int, period: Period) -> Interval:
    calendar = calendar_of_company()
    days = sum(1 for day in period if calendar.window(day) is not None) or 1
    done = Task.objects.filter(
        done_at__isnull=False, created_at__date__gte=period.start, created_at__date__lte=period.end
    )
    meetings = done.filter(kind=TaskKind.MEETING).count()
    other = max(0, tasks - meetings - done.filter(kind=TaskKind.CALL).count())
    deals = Deal.objects.filter(won_at=None, lost_at=None).count()
    counts = {WorkKind.NEW_LEAD: leads, WorkKind.CALL: calls, WorkKind.MEETING: meetings, WorkKind.TASK: other}
    work = [Work(kind, count, times[kind].minutes) for kind, count in counts.items()]
    work.append(Work(WorkKind.DEAL, deals * days, times[WorkKind.DEAL].minutes, is_random=False))
    hours = load_of(work, days=1, capacity=0).hours
    return Interval(*(None if bound is None else bound / leads for bound in (hours.estimate, hours.low, hours.high)))


def _seller_hours(month: dt.date, times: dict[str, Handling]) -> float:
    """The hours a seller has for selling in a month: the company's week without duties that are not selling."""
    foreign = times[WorkKind.FOREIGN].minutes / 60
    return sum(max(0.0, hours - foreign) for hours in _opening(month).values())


def _away_hours(month: dt.date, sellers: list[User]) -> float:
    hours = _opening(month)
    last = add_months(month, 1) - dt.timedelta(days=1)
    away = Absence.objects.filter(user__in=sellers, first_on__lte=last, last_on__gte=month)
    return sum(hours.get(day, 0.0) for one in away for day in Period(one.first_on, one.last_on))


def _opening(month: dt.date) -> dict[dt.date, float]:
    """Opening hours of the working days of a month."""
    calendar = calendar_of_company()
    days = Period(month, add_months(month, 1) - dt.timedelta(days=1))
    windows = {day: window for day in days if (window := calendar.window(day))}
    return {day: (closes - opens).total_seconds() / 3600 for day, (opens, closes) in windows.items()}
