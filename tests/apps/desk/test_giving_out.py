"""Leads are given out once, fairly, to who is there; of two who take one, one wins and the other is told."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from tests.world import World, at, lead_row, person_ref

from onegoal.apps.audit.models import AuditEntry
from onegoal.apps.desk.models import Absence, Assignment, DistributionRule, GivesWhen, Method, Offer
from onegoal.apps.desk.queries import clock_of, inbox, offered_leads
from onegoal.apps.desk.services import AlreadyTaken, assign_lead, distribute_lead, distribute_new_leads, note_answers
from onegoal.apps.sales.models import Call, Lead, Task
from onegoal.apps.sales.services import take_in_leads

MONDAY = at("2026-03-02", "12:00")  # 14:00 in Bucharest
FRIDAY_EVENING = at("2026-03-06", "15:45")  # 17:45


def rule(name: str = "all", sellers: tuple[Any, ...] = (), **said: Any) -> DistributionRule:
    made = DistributionRule.objects.create(name=name, position=DistributionRule.objects.count(), **said)
    made.sellers.set(sellers)
    return made


def lead(number: int = 1, came: dt.datetime = MONDAY, **said: Any) -> Lead:
    person = person_ref(f"Ion {number}", phone=f"+40722000{number:03d}")
    row = lead_row(f"L{number}", created_at=came, person=person, **said)
    take_in_leads(rows=[row], now=came)
    return Lead.objects.get(source_id=f"L{number}")


def got() -> Counter[str]:
    return Counter(Lead.objects.exclude(seller=None).values_list("seller__name", flat=True))


def test_leads_go_round_and_each_has_a_clock_and_an_entry(world: World) -> None:
    rule(response_minutes=30)
    for number in range(6):
        lead(number, MONDAY + dt.timedelta(minutes=number))
    assert distribute_new_leads(now=MONDAY + dt.timedelta(minutes=10)) == 6
    assert got() == {"Nora": 2, "Nick": 2, "Sam": 2}
    given = Lead.objects.get(source_id="L0")
    assert given.team == given.seller.team
    assert given.response_due_at == MONDAY + dt.timedelta(minutes=40)
    assert Assignment.objects.count() == 6
    assert AuditEntry.objects.filter(entity="lead", entity_id=given.pk, action="update").exists()


def test_a_second_round_changes_nothing(world: World) -> None:
    rule()
    lead()
    distribute_new_leads(now=MONDAY)
    before = Lead.objects.values().get()
    assert distribute_new_leads(now=MONDAY + dt.timedelta(minutes=1)) == 0
    assert Lead.objects.values().get() == before


def test_who_is_away_or_full_or_of_other_projects_is_passed_over(world: World) -> None:
    rule(most_open=2)
    Absence.objects.create(user=world.nora, first_on=MONDAY.date(), last_on=MONDAY.date())
    world.nick.projects.add(world.old_mill)
    for number in range(4):
        lead(number, project="River Park")
    distribute_new_leads(now=MONDAY)
    assert got() == {"Sam": 2}
    waiting = Lead.objects.filter(seller=None)
    assert waiting.count() == 2
    assert all(one.response_due_at for one in waiting)


def test_a_lead_that_nobody_could_take_goes_out_as_soon_as_somebody_can(world: World) -> None:
    rule(most_open=0)
    one = lead()
    distribute_new_leads(now=MONDAY)
    DistributionRule.objects.update(most_open=None)
    week_later = MONDAY + dt.timedelta(days=7)
    distribute_new_leads(now=week_later)
    one.refresh_from_db()
    assert one.seller == world.nora
    assert one.assigned_at == week_later


def test_the_first_rule_that_fits_holds(world: World) -> None:
    rule("calls", (world.sam,), request_type="call")
    rule("river", (world.nick,), project=world.river_park)
    lead(1, request_type="call", project="River Park")
    lead(2, request_type="form", project="River Park")
    lead(3, request_type="form", project="Old Mill")
    distribute_new_leads(now=MONDAY)
    names = Lead.objects.order_by("source_id").values_list("seller__name", flat=True)
    assert list(names) == ["Sam", "Nick", None]


def test_by_load_the_least_busy_of_the_team_gets_it(world: World) -> None:
    rule(method=Method.BY_LOAD, team=world.north)
    lead(1, seller="nora@casaverde.test")
    lead(2)
    distribute_new_leads(now=MONDAY)
    assert Lead.objects.get(source_id="L2").seller == world.nick


def test_at_night_a_lead_waits_for_the_opening_unless_somebody_is_on_duty(world: World) -> None:
    rule("day", (world.nora,))
    late = at("2026-03-06", "20:00")
    lead(1, late)
    assert distribute_new_leads(now=late) == 0
    assert Lead.objects.get().response_due_at == at("2026-03-09", "07:30")
    rule("duty", (world.sam,), gives_when=GivesWhen.OFF_HOURS)
    distribute_new_leads(now=late)
    assert Lead.objects.get().seller == world.sam
    lead(2, at("2026-03-07", "10:00"))
    DistributionRule.objects.filter(name="duty").update(is_active=False)
    distribute_new_leads(now=at("2026-03-07", "10:00"))
    distribute_new_leads(now=at("2026-03-09", "07:00"))
    assert Lead.objects.get(source_id="L2").seller == world.nora


def test_history_is_not_given_out_and_gets_no_clock(world: World) -> None:
    rule()
    lead(1, at("2026-02-20"))
    lead(2, at("2026-02-20"), seller="nora@casaverde.test")
    assert distribute_new_leads(now=MONDAY) == 0
    assert not Lead.objects.exclude(response_due_at=None).exists()


def test_a_fresh_lead_that_came_with_its_seller_keeps_them_and_gets_a_clock_from_its_arrival(world: World) -> None:
    rule(response_minutes=15)
    lead(1, MONDAY, seller="sam@casaverde.test")
    distribute_new_leads(now=MONDAY + dt.timedelta(minutes=5))
    stored = Lead.objects.get()
    assert (stored.seller, stored.response_due_at) == (world.sam, MONDAY + dt.timedelta(minutes=15))


def test_an_offered_lead_is_seen_by_the_rules_colleagues_only_until_one_takes_it(world: World) -> None:
    rule(method=Method.BY_CLAIM, sellers=(world.nora, world.nick))
    one = lead()
    distribute_new_leads(now=MONDAY)
    assert Offer.objects.filter(lead=one).exists()
    assert [list(inbox(user)) for user in (world.nora, world.nick, world.sam)] == [[one], [one], []]
    assign_lead(lead=one, seller=world.nora, now=MONDAY, is_claim=True)
    assert not offered_leads(world.nick).exists()
    assert not inbox(world.nick).exists()


def test_of_two_who_take_one_lead_the_second_is_told_who_and_when(world: World) -> None:
    one = lead()
    seen_by_nora, seen_by_nick = Lead.objects.get(pk=one.pk), Lead.objects.get(pk=one.pk)
    assign_lead(lead=seen_by_nora, seller=world.nora, now=MONDAY, is_claim=True)
    with pytest.raises(AlreadyTaken) as refusal:
        assign_lead(lead=seen_by_nick, seller=world.nick, now=MONDAY, is_claim=True)
    assert (refusal.value.by, refusal.value.at) == (world.nora, MONDAY)
    assert Lead.objects.get().seller == world.nora
    assert assign_lead(lead=seen_by_nora, seller=world.nora, now=MONDAY, is_claim=True).seller == world.nora
    assert Assignment.objects.count() == 1


def test_a_handed_over_lead_takes_its_open_tasks_along(world: World) -> None:
    one = lead(seller="nora@casaverde.test")
    open_task = Task.objects.create(title="call", lead=one, assignee=world.nora, created_at=MONDAY)
    done = Task.objects.create(title="met", lead=one, assignee=world.nora, created_at=MONDAY, done_at=MONDAY)
    assign_lead(lead=one, seller=world.sam, now=MONDAY, reason="speaks Hungarian")
    open_task.refresh_from_db()
    done.refresh_from_db()
    assert (open_task.assignee, done.assignee) == (world.sam, world.nora)
    assert Assignment.objects.get().reason == "speaks Hungarian"


def test_the_first_call_stops_the_clock_and_a_later_one_changes_nothing(world: World) -> None:
    rule()
    one = lead()
    distribute_new_leads(now=MONDAY)
    call = {"person": one.person, "direction": "out", "is_answered": False}
    Call.objects.create(started_at=MONDAY - dt.timedelta(hours=1), **call)
    assert note_answers(now=MONDAY) == 0
    Call.objects.create(started_at=MONDAY + dt.timedelta(minutes=7), **call)
    Call.objects.create(started_at=MONDAY + dt.timedelta(minutes=9), **call)
    assert note_answers(now=MONDAY + dt.timedelta(minutes=10)) == 1
    assert Lead.objects.get().first_response_at == MONDAY + dt.timedelta(minutes=7)
    assert note_answers(now=MONDAY + dt.timedelta(minutes=11)) == 0


def test_a_missed_incoming_call_is_no_answer(world: World) -> None:
    rule()
    one = lead()
    distribute_new_leads(now=MONDAY)
    Call.objects.create(started_at=MONDAY + dt.timedelta(minutes=7), lead=one, direction="in", is_answered=False)
    assert note_answers(now=MONDAY + dt.timedelta(minutes=10)) == 0


def test_a_lead_sent_back_gets_a_new_clock_and_keeps_its_first_answer(world: World) -> None:
    one = lead(came=at("2026-01-05"), seller="nora@casaverde.test", first_response_at=at("2026-01-05", "10:05"))
    Lead.objects.update(returned_at=MONDAY)
    returned = assign_lead(lead=one, seller=world.sam, now=MONDAY)
    clock = clock_of(returned, MONDAY)
    assert (clock.kind, clock.minutes) == ("answer", 30)
    Task.objects.create(title="call", lead=one, created_at=MONDAY, done_at=MONDAY + dt.timedelta(minutes=12))
    note_answers(now=MONDAY + dt.timedelta(minutes=15))
    stored = Lead.objects.get()
    assert stored.first_response_at == at("2026-01-05", "10:05")
    assert clock_of(stored, MONDAY).kind == "next_step"


def test_a_clock_stands_still_over_a_weekend_and_a_holiday(world: World) -> None:
    from onegoal.apps.company.models import DayOff

    rule(response_minutes=30)
    DayOff.objects.create(day=dt.date(2026, 3, 9), name="Stocktaking")
    one = lead(1, FRIDAY_EVENING)
    distribute_new_leads(now=FRIDAY_EVENING)
    one.refresh_from_db()
    assert one.response_due_at == at("2026-03-10", "07:15")
    assert clock_of(one, at("2026-03-08")).minutes == 15
    late = clock_of(one, at("2026-03-10", "07:40"))
    assert (late.minutes, late.is_late) == (-25, True)


def test_a_clock_over_the_change_to_summer_time_is_due_at_the_same_time_of_day(world: World) -> None:
    rule(response_minutes=30)
    one = lead(1, at("2026-03-27", "15:45"))  # Friday 17:45 in winter time
    distribute_new_leads(now=at("2026-03-27", "15:45"))
    one.refresh_from_db()
    assert one.response_due_at == at("2026-03-30", "06:15")  # Monday 9:15 in summer time


def test_a_lead_without_a_next_step_is_late_after_the_rules_hours(world: World) -> None:
    rule(next_step_hours=5)
    one = lead()
    distribute_lead(lead=one, now=MONDAY)
    Lead.objects.update(first_response_at=MONDAY)
    one.refresh_from_db()
    clock = clock_of(one, MONDAY)
    assert (clock.kind, clock.due_at) == ("next_step", at("2026-03-03", "08:00"))
    task = Task.objects.create(title="call", lead=one, created_at=MONDAY, due_at=at("2026-03-05"))
    assert clock_of(one, MONDAY).task == task


def test_an_undone_assignment_leaves_no_trace_in_who_had_the_lead(world: World) -> None:
    from onegoal.apps.audit.services import Author, acting
    from onegoal.apps.audit.undo import undo_batch

    one = lead(seller="nora@casaverde.test")
    with acting(Author(world.victor.pk, "web", batch="b1")):
        assign_lead(lead=one, seller=world.sam, now=MONDAY)
    undo_batch(batch="b1", now=MONDAY)
    one.refresh_from_db()
    assert one.seller == world.nora
    assert not Assignment.objects.exists()
