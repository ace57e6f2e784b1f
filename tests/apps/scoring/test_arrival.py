"""What was known of a lead when it came: the trail decides, not what the record holds today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from tests.world import NOW, World, lead_row, person_ref

from onegoal.apps.audit.models import AuditEntry
from onegoal.apps.company.models import CustomField
from onegoal.apps.marketing.intake import OriginMarks
from onegoal.apps.sales.models import Lead
from onegoal.apps.sales.services import take_in_leads
from onegoal.apps.sales.services.manual import save_lead
from onegoal.apps.scoring.arrival import Arrivals, arrivals_of, bucket_of

CAME = NOW - dt.timedelta(days=30)


@pytest.fixture
def budget(world: World) -> CustomField:
    return CustomField.objects.create(entity="lead", key="budget", label="Budget")


@pytest.fixture
def take_in(world: World) -> Callable[..., Lead]:
    def make(name: str, *, seen: dt.datetime = CAME, **said: Any) -> Lead:
        row = lead_row(name, person=person_ref(name), created_at=CAME, **said)
        return Lead.objects.get(pk=take_in_leads(rows=[row], now=seen)[0].record_id)

    return make


def known(*leads: Lead, declared: tuple[str, ...] = ()) -> Arrivals:
    return arrivals_of([lead.pk for lead in leads], declared=declared)


def test_a_value_that_came_with_the_lead_is_known(take_in: Callable[..., Lead], budget: CustomField) -> None:
    lead = take_in("a", custom={"budget": "high"}, region="Cluj", seen=CAME + dt.timedelta(minutes=9))
    found = known(lead)
    assert found.columns["lead:budget"] == ["high"] and found.columns["region"] == ["Cluj"]
    assert found.evidence["region"].unknown == found.evidence["region"].late == 0


def test_a_value_filled_after_the_call_is_not_what_was_known(take_in: Callable[..., Lead], budget: CustomField) -> None:
    lead = take_in("a")
    lead.custom = {"budget": "high"}
    save_lead(lead=lead, now=CAME + dt.timedelta(hours=2))
    found = known(lead)
    assert found.columns["lead:budget"] == [""]
    told = found.evidence["lead:budget"]
    assert (told.late, told.filled, told.late_example) == (1, 1, lead.pk)


def test_a_value_changed_later_counts_as_it_was(take_in: Callable[..., Lead]) -> None:
    lead = take_in("a", region="Cluj")
    lead.region = "Iași"
    save_lead(lead=lead, now=CAME + dt.timedelta(days=1))
    found = known(lead)
    assert found.columns["region"] == ["Cluj"] and not found.is_refused("region", ())


def test_an_imported_value_is_used_only_when_somebody_answers_for_it(take_in: Callable[..., Lead]) -> None:
    lead = take_in("a", region="Cluj", seen=NOW)
    assert known(lead).columns["region"] == [""] and known(lead).is_refused("region", ())
    answered = known(lead, declared=("region",))
    assert answered.columns["region"] == ["Cluj"] and not answered.is_refused("region", ("region",))


def test_nobody_can_answer_for_what_the_trail_proves_late(take_in: Callable[..., Lead]) -> None:
    lead = take_in("a", seen=CAME + dt.timedelta(days=1))
    lead.region = "Cluj"
    save_lead(lead=lead, now=NOW)
    found = known(lead, declared=("region",))
    assert found.columns["region"] == [""] and found.is_refused("region", ("region",))


def test_a_record_without_a_trail_is_as_an_imported_one(take_in: Callable[..., Lead]) -> None:
    lead = take_in("a", region="Cluj")
    AuditEntry.objects.all().delete()
    assert known(lead).evidence["region"].unknown == 1


def test_a_persons_own_fields_are_held_against_each_lead(take_in: Callable[..., Lead]) -> None:
    first = take_in("same", seen=CAME)
    person = first.person
    from onegoal.apps.audit.services import record_change, snapshot

    before = snapshot(person)
    person.region = "Cluj"
    person.save()
    record_change(record=person, before=before, now=CAME + dt.timedelta(days=3))
    later = CAME + dt.timedelta(days=10)
    second = Lead.objects.create(
        person=person, created_at=later, origin=first.origin, last_origin=first.origin, source_id="second"
    )
    found = known(first, second)
    assert found.columns["person_region"] == ["", "Cluj"]
    assert found.columns["earlier"] == ["0", "1"]


def test_origins_and_moments_are_known_by_nature(take_in: Callable[..., Lead]) -> None:
    marks = OriginMarks(source="google", medium="cpc", campaign="Spring", creative="plan-3d")
    found = known(take_in("a", marks=marks, request_type="form", seen=NOW))
    told = {key: values[0] for key, values in found.columns.items()}
    assert told["creative"] == "plan-3d" and told["channel"] == "paid_search" and told["request_type"] == "form"
    # 12:00 UTC is 14:00 in Bucharest; 31 January 2026 is a Saturday.
    assert told["hour"] == "12" and told["weekday"] == "5"


def test_a_lead_that_is_gone_is_left_out(take_in: Callable[..., Lead]) -> None:
    lead = take_in("a")
    found = arrivals_of([lead.pk, lead.pk + 1], declared=())
    assert found.ids == [lead.pk] and all(len(values) == 1 for values in found.columns.values())


def test_numbers_fall_into_ranges_of_one_leading_figure() -> None:
    texts = [bucket_of(one) for one in (1_340_000, "99", 0, -5, 0.034, "many")]
    assert texts == ["1000000..2000000", "90..100", "0", "-5..-4", "0.03..0.04", "many"]
