"""What waits for one person themselves: the answer to /my."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.company.queries import calendar_of_company, current_company
from onegoal.apps.control.queries.days import RESULTS, PlanFact, facts_by_day, month_of
from onegoal.apps.desk.queries.clocks import WAITING
from onegoal.apps.facts.queries import scope_of
from onegoal.apps.sales.models import Task
from onegoal.apps.sales.queries import visible_leads
from onegoal.core.periods import Period
from onegoal.metrics.question import Scope


@dataclass(frozen=True)
class OwnDay:
    """One's own open tasks due by tonight (some overdue), leads that wait for one's answer (some too long), and results."""

    tasks: int
    overdue: int
    leads: int
    late: int
    currency: str
    month: Period
    of_month: tuple[PlanFact, ...]


def own_day(user: User, *, now: dt.datetime) -> OwnDay:
    """Return what waits for a person, and what they sold this month themselves."""
    zone = calendar_of_company().zone
    today = now.astimezone(zone).date()
    midnight = dt.datetime.combine(today + dt.timedelta(days=1), dt.time(), zone).astimezone(dt.UTC)
    tasks = Task.objects.filter(assignee=user, done_at=None, due_at__lt=midnight)
    leads = visible_leads(user).filter(WAITING, seller=user)
    days = Period(month_of(today).start, today)
    sells = has_right(user, Right.SEE_FIGURES) and has_right(user, Right.WRITE_SALES)
    facts = facts_by_day(RESULTS, days, scope=_own(user)) if sells else {}
    return OwnDay(
        tasks=tasks.count(), overdue=tasks.filter(due_at__lt=now).count(), leads=leads.count(),
        late=leads.filter(response_due_at__lte=now).count(), currency=current_company().currency, month=days,
        of_month=tuple(PlanFact(metric, sum(days.values()), None) for metric, days in facts.items()),
    )  # fmt: skip


def _own(user: User) -> Scope:
    return Scope(seller_ids=frozenset({user.pk}), project_ids=scope_of(user).project_ids)
