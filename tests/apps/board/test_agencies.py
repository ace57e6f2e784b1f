"""Clients that agencies register, and what the agency may be told when they are refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.world import NOW, World, lead_row, person_ref

from onegoal.apps.board.models import BoardSettings, Registration
from onegoal.apps.board.queries.agencies import agencies_with_counts, visible_registrations
from onegoal.apps.board.services import attribute_leads, find_or_create_agency, lapse_registrations, register_client
from onegoal.apps.board.services.agencies import Registered
from onegoal.apps.board.views.agencies import ruling_in_words
from onegoal.apps.people.models import Organisation
from onegoal.apps.sales.models import Call, Lead
from onegoal.apps.sales.services import take_in_leads
from onegoal.core.agency_protection import Verdict

PHONE = "+40722000001"
DAY = dt.timedelta(days=1)


@pytest.fixture
def alpha(world: World) -> Organisation:
    return find_or_create_agency(name="Alpha Homes", now=NOW)


@pytest.fixture
def beta(world: World) -> Organisation:
    return find_or_create_agency(name="Beta Homes", now=NOW)


def register(world: World, agency: Organisation, **said: Any) -> Registered:
    told = {"agency": agency, "phone": PHONE, "now": NOW, "author": world.nora, "project": world.river_park}
    return register_client(**(told | said))


def lead(at: dt.datetime, source_id: str = "L1", **said: Any) -> Lead:
    row = lead_row(source_id, created_at=at, person=person_ref("Ion Pop", phone=PHONE), project="River Park", **said)
    take_in_leads(rows=[row], now=at)
    return Lead.objects.get(source_id=source_id)


def test_a_client_is_protected_from_the_moment_of_registration(world: World, alpha: Organisation) -> None:
    made = register(world, alpha, name="Ion Pop").registration
    assert (made.state, made.protected_until) == ("protected", NOW + 90 * DAY)
    assert (made.person.name, made.person.identifiers.get().value) == ("Ion Pop", PHONE)


def test_the_second_agency_is_refused_and_told_no_name(world: World, alpha: Organisation, beta: Organisation) -> None:
    first = register(world, alpha).registration
    refused = register(world, beta, now=NOW + DAY)
    assert (refused.registration.state, refused.registration.conflict) == ("refused", "other_agency")
    assert refused.registration.conflicts_with == first
    said = ruling_in_words(refused.ruling)
    assert "Alpha" not in said
    assert "2026" in said


def test_a_client_is_free_for_others_once_the_protection_lapses(
    world: World, alpha: Organisation, beta: Organisation
) -> None:
    register(world, alpha)
    assert lapse_registrations(now=NOW + 90 * DAY - dt.timedelta(seconds=1)) == 0
    assert lapse_registrations(now=NOW + 90 * DAY) == 1
    assert Registration.objects.get().state == "lapsed"
    assert register(world, beta, now=NOW + 90 * DAY).ruling.is_accepted


def test_the_companys_own_client_is_refused_since_the_first_lead(world: World, alpha: Organisation) -> None:
    lead(NOW - 30 * DAY)
    refused = register(world, alpha)
    assert (refused.registration.conflict, refused.ruling.since) == ("own_client", NOW - 30 * DAY)


def test_an_old_lead_that_was_called_lately_is_an_own_client(world: World, alpha: Organisation) -> None:
    old = lead(NOW - 200 * DAY)
    assert register(world, alpha).ruling.is_accepted
    Registration.objects.all().delete()
    Call.objects.create(person=old.person, started_at=NOW - DAY, direction="out")
    assert register(world, alpha).ruling.verdict is Verdict.OWN_CLIENT


def test_registering_again_neither_prolongs_nor_doubles_unless_the_rule_says_so(
    world: World, alpha: Organisation
) -> None:
    first = register(world, alpha).registration
    again = register(world, alpha, now=NOW + DAY)
    first.refresh_from_db()
    assert (again.ruling.verdict, first.protected_until) == (Verdict.OWN_PROTECTION, NOW + 90 * DAY)
    BoardSettings.objects.create(pk=1, repeat_prolongs=True)
    register(world, alpha, now=NOW + 2 * DAY)
    first.refresh_from_db()
    assert first.protected_until == NOW + 92 * DAY


def test_leads_under_protection_are_the_agencys(world: World, alpha: Organisation, beta: Organisation) -> None:
    register(world, alpha)
    during, named = lead(NOW + DAY, "L1"), lead(NOW + DAY, "L2", agency="Beta Homes")
    after = lead(NOW + 91 * DAY, "L3")
    assert attribute_leads(now=NOW + 92 * DAY) == 1
    assert attribute_leads(now=NOW + 92 * DAY) == 0
    for one in (during, named, after):
        one.refresh_from_db()
    assert (during.agency, named.agency, after.agency) == (alpha, beta, None)


def test_a_refused_registration_attributes_nothing(world: World, alpha: Organisation) -> None:
    own = lead(NOW - DAY)
    register(world, alpha)
    later = lead(NOW + DAY, "L2")
    assert attribute_leads(now=NOW + 2 * DAY) == 0
    own.refresh_from_db()
    later.refresh_from_db()
    assert (own.agency, later.agency) == (None, None)


def test_agencies_are_counted(world: World, alpha: Organisation, beta: Organisation) -> None:
    register(world, alpha)
    register(world, beta)
    lead(NOW + DAY)
    attribute_leads(now=NOW + DAY)
    counted = {one.name: one for one in agencies_with_counts(world.hanna, NOW)}
    assert (counted["Alpha Homes"].protected, counted["Alpha Homes"].lead_count) == (1, 1)  # type: ignore[attr-defined]
    assert (counted["Beta Homes"].refused, counted["Beta Homes"].protected) == (1, 0)  # type: ignore[attr-defined]


def test_a_seller_sees_the_registrations_they_made(world: World, alpha: Organisation) -> None:
    made = register(world, alpha).registration
    assert list(visible_registrations(world.nora)) == [made]
    assert not visible_registrations(world.sam).exists()
    assert list(visible_registrations(world.hanna)) == [made]
