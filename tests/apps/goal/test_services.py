"""Drafting, activating, ending, renewing and changing the one KPI."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.apps.goal.conftest import TERMS, stored_kpi
from tests.world import World, at

from onegoal.apps.audit.models import AuditEntry
from onegoal.apps.goal.models import KpiState, SharedKpi
from onegoal.apps.goal.queries import attainment_of, terms_of, version_of_day, waiting_version
from onegoal.apps.goal.services import (
    KpiRefused,
    activate_kpi,
    change_draft,
    delete_draft,
    draft_kpi,
    end_kpi,
    propose_change,
    renew_kpi,
    resume_kpi,
    sign_change,
    withdraw_change,
)
from onegoal.apps.goal.words import refusal_words
from onegoal.core.shared_kpi import Part, Terms

NOW = at("2026-01-02")
FEBRUARY = at("2026-02-10")
CHANGED = Terms((Part("deals", 8, 5_000), Part("cash", 6_000_00, 5_000)))


def drafted(world: World, **said: Any) -> SharedKpi:
    row: dict[str, Any] = {
        "name": "First quarter", "project": None, "starts_on": dt.date(2026, 1, 1), "ends_on": dt.date(2026, 3, 31),
        "country": "", "owner": world.hanna, "terms": TERMS,
    }  # fmt: skip
    return draft_kpi(author=world.hanna, now=NOW, **(row | said))


def refused(code: str) -> Any:
    return pytest.raises(KpiRefused, match=f"^{code}$")


def test_a_draft_counts_for_nothing_until_it_is_activated_with_its_first_version(world: World) -> None:
    kpi = drafted(world)
    assert kpi.state == KpiState.DRAFT and waiting_version(kpi)
    active = activate_kpi(kpi=kpi, now=NOW)
    version = version_of_day(active, dt.date(2026, 2, 1))
    assert version is not None and version.in_force_from == NOW and terms_of(version) == TERMS
    assert waiting_version(active) is None
    assert AuditEntry.objects.filter(entity="sharedkpi", entity_id=kpi.pk, action="update").count() == 1
    with refused("not_a_draft"):
        activate_kpi(kpi=kpi, now=NOW)


def test_a_second_active_kpi_of_the_same_scope_and_days_is_refused_by_name(world: World) -> None:
    activate_kpi(kpi=drafted(world), now=NOW)
    rival = drafted(world, name="Rival", starts_on=dt.date(2026, 3, 31), ends_on=dt.date(2026, 6, 30))
    with refused("overlap") as caught:
        activate_kpi(kpi=rival, now=NOW)
    assert "“First quarter” is active for the same scope" in refusal_words(caught.value)
    assert SharedKpi.objects.get(pk=rival.pk).state == KpiState.DRAFT
    activate_kpi(kpi=drafted(world, project=world.old_mill), now=NOW)
    with refused("overlap"):
        activate_kpi(kpi=drafted(world, project=world.old_mill), now=NOW)
    activate_kpi(kpi=drafted(world, starts_on=dt.date(2026, 4, 1), ends_on=dt.date(2026, 6, 30)), now=NOW)


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        (Terms((Part("deals", 5, 9_950),)), "The weights add up to 99.50 %, not to 100 %."),
        (Terms((Part("deals", None, 10_000),)), "The part “signed deals” has no target."),
        (Terms((Part("mix", None, 10_000),), {"flat": 9_000}), "The planned shares add up to 90 %, not to 100 %."),
        (Terms((Part("deals", 5, 10_000, 8_000),)), "counted up to 80 %: its target could not be reached."),
        (Terms(()), "A KPI has at least one part."),
    ],
)
def test_terms_that_do_not_add_up_are_refused_in_words(world: World, terms: Terms, words: str) -> None:
    kpi = drafted(world, terms=terms)
    with refused("terms") as caught:
        activate_kpi(kpi=kpi, now=NOW)
    assert words in refusal_words(caught.value).replace("\u00a0", " ").replace("\u202f", " ")
    active = stored_kpi(world)
    with refused("terms"):
        propose_change(kpi=active, terms=terms, reason="why", author=world.hanna, now=FEBRUARY)


def test_a_period_without_a_working_day_is_refused(world: World) -> None:
    weekend = drafted(world, starts_on=dt.date(2026, 1, 10), ends_on=dt.date(2026, 1, 11))
    with refused("no_working_day") as caught:
        activate_kpi(kpi=weekend, now=NOW)
    assert "no working day" in refusal_words(caught.value)
    hungarian = drafted(world, starts_on=dt.date(2026, 1, 10), ends_on=dt.date(2026, 1, 11), country="HU")
    assert activate_kpi(kpi=hungarian, now=NOW).state == KpiState.ACTIVE
    with refused("period_reversed"):
        drafted(world, starts_on=dt.date(2026, 2, 1), ends_on=dt.date(2026, 1, 1))


def test_only_a_draft_is_edited_and_deleted(world: World) -> None:
    kpi = drafted(world)
    said = {"project": None, "starts_on": kpi.starts_on, "ends_on": kpi.ends_on, "country": "HU", "owner": world.hanna}
    changed = change_draft(kpi=kpi, name="Winter", terms=CHANGED, now=NOW, **said)
    assert (changed.name, changed.country) == ("Winter", "HU")
    assert terms_of(changed.versions.get()) == CHANGED
    other = drafted(world)
    delete_draft(kpi=other, now=NOW)
    assert not SharedKpi.objects.filter(pk=other.pk).exists()
    activate_kpi(kpi=kpi, now=NOW)
    with refused("not_a_draft"):
        change_draft(kpi=kpi, name="x", terms=TERMS, now=NOW, **said)
    with refused("not_a_draft"):
        delete_draft(kpi=kpi, now=NOW)


def test_a_change_needs_a_reason_and_two_people_of_both_departments(world: World) -> None:
    kpi = stored_kpi(world)
    with refused("reason_missing"):
        propose_change(kpi=kpi, terms=CHANGED, reason="  ", author=world.hanna, now=FEBRUARY)
    with refused("nothing_changed"):
        propose_change(kpi=kpi, terms=TERMS, reason="why", author=world.hanna, now=FEBRUARY)
    version = propose_change(kpi=kpi, terms=CHANGED, reason="A tower less", author=world.hanna, now=FEBRUARY)
    with refused("change_waits"):
        propose_change(kpi=kpi, terms=CHANGED, reason="again", author=world.hanna, now=FEBRUARY)
    with refused("no_right"):
        sign_change(version=version, side="sales", user=world.mark, now=FEBRUARY)
    sign_change(version=version, side="marketing", user=world.hanna, now=FEBRUARY)
    with refused("signed_already"):
        sign_change(version=version, side="marketing", user=world.mark, now=FEBRUARY)
    with refused("same_person"):
        sign_change(version=version, side="sales", user=world.hanna, now=FEBRUARY)
    assert terms_of(version_of_day(kpi, FEBRUARY.date())) == TERMS  # type: ignore[arg-type]
    signed = sign_change(version=version, side="sales", user=world.victor, now=at("2026-02-12"))
    assert signed.in_force_from == at("2026-02-12")
    assert terms_of(version_of_day(kpi, dt.date(2026, 2, 12))) == CHANGED  # type: ignore[arg-type]
    assert terms_of(version_of_day(kpi, dt.date(2026, 2, 11))) == TERMS  # type: ignore[arg-type]
    with refused("not_waiting"):
        withdraw_change(version=version, now=FEBRUARY)


def test_a_change_can_be_taken_back_and_a_finished_period_is_not_rewritten(world: World) -> None:
    kpi = stored_kpi(world)
    version = propose_change(kpi=kpi, terms=CHANGED, reason="why", author=world.hanna, now=FEBRUARY)
    withdraw_change(version=version, now=FEBRUARY)
    with refused("not_waiting"):
        sign_change(version=version, side="sales", user=world.victor, now=FEBRUARY)
    again = propose_change(kpi=kpi, terms=CHANGED, reason="why", author=world.hanna, now=FEBRUARY)
    with refused("period_over"):
        sign_change(version=again, side="sales", user=world.victor, now=at("2026-04-01"))
    withdraw_change(version=again, now=at("2026-04-01"))
    with refused("period_over"):
        propose_change(kpi=kpi, terms=CHANGED, reason="why", author=world.hanna, now=at("2026-04-01"))


def test_an_ended_kpi_leaves_room_for_another_and_comes_back_only_while_there_is_room(world: World) -> None:
    kpi = stored_kpi(world)
    waiting = propose_change(kpi=kpi, terms=CHANGED, reason="why", author=world.hanna, now=FEBRUARY)
    end_kpi(kpi=kpi, now=FEBRUARY)
    with refused("not_active"):
        sign_change(version=waiting, side="sales", user=world.victor, now=FEBRUARY)
    with refused("not_active"):
        end_kpi(kpi=kpi, now=FEBRUARY)
    assert resume_kpi(kpi=kpi, now=FEBRUARY).state == KpiState.ACTIVE
    end_kpi(kpi=kpi, now=FEBRUARY)
    activate_kpi(kpi=drafted(world), now=FEBRUARY)
    with refused("overlap"):
        resume_kpi(kpi=kpi, now=FEBRUARY)


def test_a_kpi_is_renewed_as_it_stood_at_its_end(world: World, empty_warehouse: None) -> None:
    kpi = stored_kpi(world)
    change = propose_change(kpi=kpi, terms=CHANGED, reason="why", author=world.hanna, now=FEBRUARY)
    sign_change(version=change, side="marketing", user=world.mark, now=FEBRUARY)
    sign_change(version=change, side="sales", user=world.victor, now=FEBRUARY)
    draft = renew_kpi(kpi=kpi, author=world.hanna, now=FEBRUARY)
    assert (draft.starts_on, draft.ends_on) == (dt.date(2026, 4, 1), dt.date(2026, 6, 30))
    assert draft.state == KpiState.DRAFT
    assert terms_of(draft.versions.get()) == CHANGED
    assert attainment_of(draft, until=draft.ends_on).total == 0
