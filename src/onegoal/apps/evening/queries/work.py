"""What was left undone by a moment, for each seller a reader may see: tasks, answers, reviews; counted in the records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from onegoal.apps.accounts.models import Team, User
from onegoal.apps.accounts.reach import Width, reach_of
from onegoal.apps.company.queries import calendar_of_company
from onegoal.apps.desk.queries.clocks import WAITING
from onegoal.apps.quality.models import ReviewDuty
from onegoal.apps.quality.queries.duties import SellerDay, pool_of, seller_days
from onegoal.apps.sales.models import Lead, Outcome, Task
from onegoal.apps.sales.queries import visible_leads, visible_tasks


@dataclass(frozen=True)
class Part:
    """One seller's share of something counted: `count`, `of` so many where that is told; no name: nobody's."""

    name: str
    count: int
    of: int | None = None


@dataclass(frozen=True)
class Counted:
    """Something counted in all and for each seller, the most first; sellers with nothing are left out."""

    count: int
    of: int | None
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Reviews:
    """Calls reviewed of those drawn for review, for each seller; `day` is the working day they were drawn of."""

    day: dt.date
    sellers: tuple[tuple[str, SellerDay], ...]

    @property
    def done(self) -> int:
        """Calls reviewed."""
        return sum(one.done for _name, one in self.sellers)

    @property
    def due(self) -> int:
        """Calls drawn and not excused."""
        return sum(one.drawn - one.excused for _name, one in self.sellers)


def overdue_tasks(user: User, team: Team | None, *, at: dt.datetime) -> Counted:
    """Return the open tasks whose time has passed, by whose they are."""
    tasks = _of_team(visible_tasks(user), team, "assignee__team")
    return _counted(tasks.filter(done_at=None, due_at__lt=at), "assignee")


def unanswered_leads(user: User, team: Team | None, *, at: dt.datetime) -> Counted:
    """Return the leads whose answer is owed longer than agreed, of all whose answer is owed."""
    waiting = _leads(user, team).filter(WAITING)
    return _counted(waiting, "seller", part=Q(response_due_at__lte=at))


def nobodys_leads(user: User, team: Team | None) -> int:
    """Return how many open leads have no seller."""
    return _leads(user, team).filter(outcome=Outcome.OPEN, seller=None).count()


def missed_answers(user: User, team: Team | None, *, since: dt.datetime, at: dt.datetime) -> Counted:
    """Return the answers that fell due between two moments and were not given in time, of all that fell due."""
    due = _leads(user, team).filter(response_due_at__gte=since, response_due_at__lte=at)
    is_missed = (
        Q(first_response_at=None)
        | Q(first_response_at__gt=F("response_due_at"))
        | Q(returned_at__isnull=False, first_response_at__lt=F("returned_at"))
    )
    return _counted(due, "seller", part=is_missed)


def reviewed_calls(user: User, team: Team | None, *, today: dt.date) -> Reviews:
    """Return the reviews owed for the calls of the last working day, which are drawn the morning after."""
    calendar = calendar_of_company()
    day = calendar.working_day_before(today)
    if reach_of(user).width not in (Width.ALL, Width.TEAM):
        return Reviews(day, _own(user, day))
    found = seller_days(user, day, pool_of(calendar, day))
    shown = [one for one in found if team is None or one.seller.team_id == team.pk]
    return Reviews(day, tuple((one.seller.name, one) for one in shown))


def _own(user: User, day: dt.date) -> tuple[tuple[str, SellerDay], ...]:
    """What was drawn of a seller's own calls."""
    duties = ReviewDuty.objects.filter(day=day, seller=user)
    is_done = Q(done_at__isnull=False)
    counts = duties.aggregate(
        drawn=Count("pk"), done=Count("pk", filter=is_done), excused=Count("pk", filter=~is_done & ~Q(excused=""))
    )
    return ((user.name, SellerDay(user, calls=0, answered=0, eligible=0, **counts)),) if counts["drawn"] else ()


def _leads(user: User, team: Team | None) -> QuerySet[Lead]:
    return _of_team(visible_leads(user), team, "seller__team")


def _of_team(rows: QuerySet[Any], team: Team | None, whose: str) -> QuerySet[Any]:
    """Narrow to a team: what its people have, and leads given to the team that nobody in it has yet."""
    if team is None:
        return rows
    own = Q(**{whose: team})
    return rows.filter(own | Q(team=team, seller=None) if rows.model is Lead else own)


def _counted(rows: QuerySet[Lead] | QuerySet[Task], whose: str, part: Q | None = None) -> Counted:
    """Count rows by person; with `part` those that fulfil it, of all."""
    found: Iterable[dict[str, Any]] = (
        rows.order_by()
        .values(f"{whose}__name", f"{whose}_id")
        .annotate(all=Count("pk", distinct=True), some=Count("pk", filter=part or Q(), distinct=True))
    )
    parts = [Part(row[f"{whose}__name"] or "", row["some"], row["all"] if part else None) for row in found]
    parts.sort(key=lambda one: (-one.count, -(one.of or 0), not one.name, one.name))
    return Counted(sum(one.count for one in parts), sum(one.of or 0 for one in parts) if part else None, tuple(parts))
