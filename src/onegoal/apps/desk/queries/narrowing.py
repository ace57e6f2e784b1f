"""What a reader asked the inbox for: a state, whose leads, filters and a search, as a query of leads."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.queries import led_team_ids
from onegoal.apps.desk.queries.inbox import inbox
from onegoal.apps.marketing.models import Origin
from onegoal.apps.people.models import Person
from onegoal.apps.people.queries import find_people
from onegoal.apps.sales.models import Lead, Outcome, Task
from onegoal.apps.sales.queries import visible_leads

TO_DO: Final = "todo"
NOBODYS: Final = "nobodys"
OPEN: Final = "open"
_OUTCOMES: Final = {
    OPEN: Outcome.OPEN,
    "nurture": Outcome.NURTURE,
    "qualified": Outcome.QUALIFIED,
    "rejected": Outcome.REJECTED,
}
STATES: Final = (TO_DO, NOBODYS, *_OUTCOMES)
_MOST_PEOPLE: Final = 2_000
_MOST_FOUND: Final = 5_000
_MOST_NUMBER: Final = 2**63


@dataclass(frozen=True)
class Asked:
    """What the inbox is asked for; empty texts and None ask for everything."""

    state: str = TO_DO
    whose: str = ""
    project_id: int | None = None
    channel: str = ""
    campaign: str = ""
    seller_id: int | None = None
    request_type: str = ""
    came: tuple[dt.datetime, dt.datetime] | None = None
    has_late_task: bool = False
    search: str = ""


def narrowed(user: User, asked: Asked, now: dt.datetime) -> QuerySet[Lead]:
    """Return the leads of the reader's inbox that were asked for, in no order; to do stands for all in work."""
    # Part of a telephone number must not find a lead that is only offered: its contact is not the reader's yet.
    leads = visible_leads(user) if asked.search else inbox(user)
    leads = _of_state(leads, asked.state)
    if asked.whose == "mine":
        leads = leads.filter(seller=user)
    elif asked.whose == "team":
        leads = leads.filter(_of_teams(led_team_ids(user)))
    if asked.search:
        leads = leads.filter(_found(asked.search))
    return _filtered(leads, asked, now)


def _of_state(leads: QuerySet[Lead], state: str) -> QuerySet[Lead]:
    if state == NOBODYS:
        return leads.filter(outcome=Outcome.OPEN, seller=None)
    return leads.filter(outcome=_OUTCOMES.get(state, Outcome.OPEN))


def _of_teams(teams: frozenset[int]) -> Q:
    members = User.objects.filter(team__in=teams).values_list("pk", flat=True)
    return Q(team__in=teams) | Q(seller__in=list(members))


def _filtered(leads: QuerySet[Lead], asked: Asked, now: dt.datetime) -> QuerySet[Lead]:
    exact = {"project_id": asked.project_id, "seller_id": asked.seller_id, "request_type": asked.request_type}
    leads = leads.filter(**{name: value for name, value in exact.items() if value})
    marks = {name: value for name, value in (("channel", asked.channel), ("campaign", asked.campaign)) if value}
    if marks:
        leads = leads.filter(origin__in=Origin.objects.filter(**marks).values("pk"))
    if asked.came:
        leads = leads.filter(created_at__gte=asked.came[0], created_at__lt=asked.came[1])
    if asked.has_late_task:
        leads = leads.filter(Exists(Task.objects.filter(lead=OuterRef("pk"), done_at=None, due_at__lt=now)))
    return leads


def _found(text: str) -> Q:
    """The person's name or contact holds the text, or it is the lead's number: ours as `#17`, its system's as it is."""
    clean = text.strip()
    number = clean.removeprefix("#")
    if number != clean and number.isdecimal() and int(number) < _MOST_NUMBER:
        return Q(pk=int(number))
    people = find_people(Person.objects.order_by("-created_at", "-pk"), clean)
    persons = list(people.values_list("pk", flat=True)[:_MOST_PEOPLE])
    # Looked up here, each by its own index: inside the whole question the choice of an index goes wrong.
    of_persons = Lead.objects.filter(person__in=persons).values_list("pk", flat=True)[:_MOST_FOUND]
    by_id = Lead.objects.filter(source_id=clean).values_list("pk", flat=True)[:_MOST_FOUND]
    return Q(pk__in={*of_persons, *by_id})
