"""Agencies, the clients they registered, and what the company itself has with a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.reach import Width, reach_of
from onegoal.apps.board.models import Registration, RegistrationState
from onegoal.apps.people.models import Organisation, OrganisationKind, Person
from onegoal.apps.people.queries import visible_people
from onegoal.apps.sales.models import Call, Deal, Lead, StageChange, Task
from onegoal.apps.sales.queries import visible_deals, visible_leads
from onegoal.core.agency_protection import Claim, Contact


def agencies() -> QuerySet[Organisation]:
    """Return the agencies by name."""
    return Organisation.objects.filter(kind=OrganisationKind.AGENCY).order_by("name", "pk")


def visible_registrations(user: User) -> QuerySet[Registration]:
    """Return the registrations the user may see: all, or those they made themselves or whose client they work with."""
    reach = reach_of(user)
    if reach.width is Width.NOTHING:
        return Registration.objects.none()
    rows = Registration.objects.all()
    if reach.project_ids is not None:
        rows = rows.filter(project_id__in=reach.project_ids)
    if reach.width is Width.ALL:
        return rows
    return rows.filter(Q(author=user) | Q(person__in=visible_people(user).values("pk")))


def claims_on(person: Person) -> list[Claim]:
    """Return the protections of a person that are not closed."""
    running = Registration.objects.filter(person=person, state=RegistrationState.PROTECTED)
    return [
        Claim(one.pk, one.agency_id, one.project_id, one.registered_at, one.protected_until)
        for one in running
        if one.protected_until
    ]


def contacts_with(person: Person) -> list[Contact]:
    """Return the leads and deals with a person, each with its latest activity: itself, a call, a stage, a task done."""
    called = Call.objects.filter(person=person).aggregate(at=Max("started_at"))["at"]
    return [*_lead_contacts(person, called), *_deal_contacts(person)]


def _lead_contacts(person: Person, called: dt.datetime | None) -> Iterator[Contact]:
    moved = _latest(StageChange, "lead", "entered_at")
    done = _latest(Task, "lead", "done_at")
    for lead in Lead.objects.filter(person=person).annotate(moved=moved, done=done):
        told = [lead.created_at, lead.moved, lead.done, called]
        yield Contact(lead.project_id, lead.created_at, max(at for at in told if at), lead.agency_id)


def _deal_contacts(person: Person) -> Iterator[Contact]:
    moved, done = _latest(StageChange, "deal", "entered_at"), _latest(Task, "deal", "done_at")
    for deal in Deal.objects.filter(person=person).annotate(moved=moved, done=done):
        told = [deal.opened_at, deal.moved, deal.done, deal.won_at]
        yield Contact(deal.project_id, deal.opened_at, max(at for at in told if at), deal.agency_id)


def _latest(model: type[Any], of: str, field: str) -> Subquery:
    rows = model.objects.filter(**{of: OuterRef("pk"), f"{field}__isnull": False}).order_by(f"-{field}")
    return Subquery(rows.values(field)[:1])


def leads_to_attribute() -> list[tuple[Lead, int]]:
    """Return the leads without an agency that came while their person was protected, with the agency's id.

    The earliest protection about the lead's project counts; a lead without a project may be about any.
    """
    rows = Lead.objects.filter(
        agency=None,
        person__registrations__registered_at__lte=F("created_at"),
        person__registrations__protected_until__gt=F("created_at"),
    )
    leads = list(rows.distinct().order_by("pk"))
    claims: dict[int, list[Registration]] = {}
    persons = {lead.person_id for lead in leads}
    for one in Registration.objects.filter(person__in=persons, protected_until__isnull=False).order_by("registered_at"):
        claims.setdefault(one.person_id, []).append(one)
    found = ((lead, _protector(lead, claims[lead.person_id])) for lead in leads)
    return [(lead, agency_id) for lead, agency_id in found if agency_id]


def _protector(lead: Lead, claims: list[Registration]) -> int | None:
    for one in claims:
        is_meant = one.project_id is None or lead.project_id in (None, one.project_id)
        if is_meant and one.protected_until and one.registered_at <= lead.created_at < one.protected_until:
            return one.agency_id
    return None


def agencies_with_counts(user: User, now: dt.datetime) -> QuerySet[Organisation]:
    """Return the agencies with how many clients they registered, how many are protected or were refused, and what came.

    Leads, deals and signed deals are only those the user may see.
    """
    rows = visible_registrations(user).filter(agency=OuterRef("pk"))
    protected = Q(state=RegistrationState.PROTECTED, protected_until__gt=now)
    leads = visible_leads(user).filter(agency=OuterRef("pk"))
    deals = visible_deals(user).filter(agency=OuterRef("pk"))
    return agencies().annotate(
        registered=_count(rows), protected=_count(rows.filter(protected)),
        refused=_count(rows.filter(state=RegistrationState.REFUSED)),
        lead_count=_count(leads), deal_count=_count(deals), won_count=_count(deals.filter(won_at__isnull=False)),
    )  # fmt: skip


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("agency").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)
