"""Clients that agencies register: protected, refused with a reason, lapsed; leads of protected ones are the agency's."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from onegoal.apps.accounts.models import User
from onegoal.apps.audit.services import record_change, snapshot
from onegoal.apps.board.models import Registration, RegistrationState
from onegoal.apps.board.queries.agencies import claims_on, contacts_with, leads_to_attribute
from onegoal.apps.board.queries.settings import board_settings
from onegoal.apps.company.models import Project
from onegoal.apps.people.intake import PersonRef
from onegoal.apps.people.models import Organisation, OrganisationKind, Person
from onegoal.apps.people.services import PersonNeed, find_or_create_organisations, settle_people
from onegoal.apps.sales.models import Deal
from onegoal.apps.sales.services import save_deal, save_lead
from onegoal.core.agency_protection import Ruling, Verdict, rule_on


@dataclass(frozen=True)
class Registered:
    """A registration as it was stored, and the ruling it came from."""

    registration: Registration
    ruling: Ruling


@transaction.atomic
def register_client(
    *, agency: Organisation, phone: str, now: dt.datetime, author: User | None, name: str = "",
    project: Project | None = None, note: str = "",
) -> Registered:  # fmt: skip
    """Register an agency's client by a phone (E.164): protected from now on, or refused with the reason.

    A refused registration is kept as well: it shows who asked when. One that prolongs changes the running one.
    """
    ref = PersonRef(name=name, identifiers=(("phone", phone),))
    person = settle_people(needs=[PersonNeed(ref=ref, at=now, own=("crm", ""))], now=now)[0].person
    # Two agencies that register one person at once stand in line here.
    person = Person.objects.select_for_update().get(pk=person.merged_into_id or person.pk)
    rules = board_settings()
    ruling = rule_on(
        agency=agency.pk, project=project.pk if project else None, now=now, days=rules.protection_days,
        claims=claims_on(person), contacts=contacts_with(person), repeat_prolongs=rules.repeat_prolongs,
    )  # fmt: skip
    if ruling.verdict is Verdict.PROLONGED:
        return Registered(_prolong(ruling, now), ruling)
    registration = Registration(
        agency=agency, person=person, project=project, registered_at=now, author=author, note=note.strip()[:300],
        state=RegistrationState.PROTECTED if ruling.is_accepted else RegistrationState.REFUSED,
        protected_until=ruling.until if ruling.is_accepted else None,
        conflict="" if ruling.is_accepted else ruling.verdict.value,
        conflicts_with_id=None if ruling.is_accepted else ruling.claim,
    )  # fmt: skip
    registration.save()
    record_change(record=registration, before={}, now=now)
    return Registered(registration, ruling)


def find_or_create_agency(*, name: str, now: dt.datetime) -> Organisation:
    """Return the agency of this name, made when it is new."""
    ids = find_or_create_organisations(names=[name], kind=OrganisationKind.AGENCY, now=now)
    return Organisation.objects.get(pk=next(iter(ids.values())))


@transaction.atomic
def lapse_registrations(*, now: dt.datetime) -> int:
    """End the protections whose time is over; returns how many."""
    over = Registration.objects.select_for_update().filter(state=RegistrationState.PROTECTED, protected_until__lte=now)
    rows = list(over)
    for registration in rows:
        _set_state(registration, RegistrationState.LAPSED, now)
    return len(rows)


@transaction.atomic
def attribute_leads(*, now: dt.datetime) -> int:
    """Give leads that came under an agency's protection, and their deals, to the agency where they have none; how many."""
    count = 0
    for lead, agency_id in leads_to_attribute():
        lead.agency_id = agency_id
        save_lead(lead=lead, now=now)
        for deal in Deal.objects.select_for_update().filter(lead=lead, agency=None):
            deal.agency_id = agency_id
            save_deal(deal=deal, now=now)
        count += 1
    return count


def _prolong(ruling: Ruling, now: dt.datetime) -> Registration:
    registration = Registration.objects.select_for_update().get(pk=ruling.claim or 0)
    before = snapshot(registration)
    registration.protected_until = ruling.until
    registration.save(update_fields=["protected_until"])
    record_change(record=registration, before=before, now=now)
    return registration


def _set_state(registration: Registration, state: str, now: dt.datetime) -> None:
    before = snapshot(registration)
    registration.state = RegistrationState(state)
    registration.save(update_fields=["state"])
    record_change(record=registration, before=before, now=now)
