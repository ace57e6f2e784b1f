"""Calls are drawn for every seller and working day, once, fairly given to reviewers, and made up for later."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.apps.quality.calls import judge, keep_sound, make_call, make_scorecard
from tests.world import at

from onegoal.apps.company.queries import calendar_of_company
from onegoal.apps.quality.models import QualitySettings, ReviewDuty
from onegoal.apps.quality.queries.duties import debts, pool_of, seller_days, visible_duties
from onegoal.apps.quality.services.duties import draw_duties, excuse_duty

MONDAY, TUESDAY, WEDNESDAY = dt.date(2026, 3, 2), dt.date(2026, 3, 3), dt.date(2026, 3, 4)
MORNING = at("2026-03-03", "06:00")


def draw(today=TUESDAY, now=MORNING):
    return draw_duties(calendar=calendar_of_company(), today=today, now=now)


def drawn(seller, day=MONDAY):
    return ReviewDuty.objects.filter(seller=seller, day=day).count()


@pytest.fixture
def monday(world):
    """Six calls of Nora's, one of Sam's, on Monday."""
    for number in range(6):
        make_call(world.nora, number, at=at("2026-03-02", f"{8 + number:02}:00"))
    make_call(world.sam, 1, at=at("2026-03-02", "09:30"))
    return world


def test_two_calls_of_each_seller_are_drawn_and_one_of_a_seller_with_one(monday):
    assert draw() == 3
    assert drawn(monday.nora) == 2
    assert drawn(monday.sam) == 1


def test_a_second_draw_draws_nothing(monday):
    draw()
    before = list(ReviewDuty.objects.values_list("call_id", "reviewer_id"))
    assert draw() == 0
    assert list(ReviewDuty.objects.values_list("call_id", "reviewer_id")) == before


def test_the_number_a_day_and_the_shortest_call_are_what_was_agreed(monday):
    QualitySettings.objects.create(pk=1, reviews_a_day=4, shortest_seconds=200)
    make_call(monday.nora, 50, at=at("2026-03-02", "15:00"), talk_seconds=200)
    draw()
    assert drawn(monday.nora) == 1
    assert drawn(monday.sam) == 0


def test_short_unanswered_and_foreign_days_calls_are_not_drawn(world):
    make_call(world.nora, 1, at=at("2026-03-02"), talk_seconds=29)
    make_call(world.nora, 2, at=at("2026-03-02"), is_answered=False, talk_seconds=None)
    make_call(world.nora, 3, at=at("2026-03-03", "07:00"))
    assert draw() == 0


def test_a_call_after_midnight_belongs_to_the_day_of_the_companys_clock(world):
    make_call(world.nora, 1, at=at("2026-03-01", "22:30"))  # Monday, half past midnight in Bucharest
    make_call(world.nora, 2, at=at("2026-03-02", "22:30"))  # Tuesday already
    draw()
    assert [duty.call.source_id for duty in ReviewDuty.objects.all()] == ["Nora-1"]


def test_calls_of_a_weekend_belong_to_the_next_working_day(world):
    make_call(world.nora, 1, at=at("2026-02-28", "12:00"))
    draw()
    assert ReviewDuty.objects.get().day == MONDAY


def test_days_the_machine_was_off_are_made_up_for(monday):
    draw()
    for day in ("2026-03-03", "2026-03-04"):
        make_call(monday.nora, int(day[-1]) * 10, at=at(day, "10:00"))
    assert draw(today=dt.date(2026, 3, 5), now=at("2026-03-05", "06:00")) == 2
    assert set(ReviewDuty.objects.values_list("day", flat=True)) == {MONDAY, TUESDAY, WEDNESDAY}


def test_calls_that_arrive_late_fill_a_day_up(monday):
    draw()
    make_call(monday.sam, 2, at=at("2026-03-02", "12:00"))
    make_call(monday.nora, 99, at=at("2026-03-02", "12:00"))
    draw(today=WEDNESDAY, now=at("2026-03-04", "06:00"))
    assert drawn(monday.sam) == 2
    assert drawn(monday.nora) == 2


def test_a_company_does_not_begin_with_a_debt(world):
    for day in ("2026-02-23", "2026-02-24", "2026-03-02"):
        make_call(world.nora, int(day[-2:]), at=at(day))
    draw()
    assert [duty.day for duty in ReviewDuty.objects.all()] == [MONDAY]


def test_nobody_judges_their_own_call_and_supervisors_judge_their_team_only(world):
    for number in range(12):
        make_call(world.nora, number, at=at("2026-03-02", "09:00"))
        make_call(world.sam, number, at=at("2026-03-02", "09:00"))
        make_call(world.victor, number, at=at("2026-03-02", "09:00"))
    QualitySettings.objects.create(pk=1, reviews_a_day=10)
    draw()
    by_seller = {
        name: set(ReviewDuty.objects.filter(seller=getattr(world, name)).values_list("reviewer__name", flat=True))
        for name in ("nora", "sam", "victor")
    }
    assert by_seller == {"nora": {"Quinn", "Victor"}, "sam": {"Quinn"}, "victor": {"Quinn"}}


def test_work_is_shared_by_load(world):
    for number in range(10):
        make_call(world.nora, number, at=at("2026-03-02", "09:00"))
    QualitySettings.objects.create(pk=1, reviews_a_day=10)
    draw()
    counts = [ReviewDuty.objects.filter(reviewer=one).count() for one in (world.quinn, world.victor)]
    assert counts == [5, 5]


def test_what_a_leaver_owed_goes_to_others_and_to_the_head_where_nobody_else_may(monday):
    draw()
    for one in (monday.quinn, monday.victor):
        one.is_active = False
        one.save()
    draw(now=at("2026-03-03", "07:00"))
    assert set(ReviewDuty.objects.values_list("reviewer__name", flat=True)) == {"Hanna"}


def test_debt_is_what_is_neither_done_nor_excused(monday, settings, tmp_path):
    settings.RECORDINGS_DIRECTORY = tmp_path
    make_scorecard()
    draw()
    one, two = ReviewDuty.objects.filter(seller=monday.nora)
    one.call.recording = keep_sound(tmp_path)
    one.call.save()
    judge(one.call, monday.quinn, 1, 3, 1)
    excuse_duty(duty=two, reason="wrong number", now=MORNING)
    owed = {debt.name: debt.count for debt in debts(monday.quinn, "seller", MONDAY)}
    assert owed == {"Nora": 0, "Sam": 1}
    excuse_duty(duty=two, reason="", now=MORNING)
    assert {debt.name: debt.count for debt in debts(monday.quinn, "seller", MONDAY)}["Nora"] == 1


def test_a_done_duty_needs_no_excuse(monday):
    draw()
    duty = ReviewDuty.objects.first()
    duty.done_at = MORNING
    duty.save()
    with pytest.raises(ValueError, match="done"):
        excuse_duty(duty=duty, reason="why", now=MORNING)


def test_a_seller_without_eligible_calls_owes_nothing_and_it_is_said_why(monday):
    make_call(monday.nick, 1, at=at("2026-03-02"), talk_seconds=5)
    draw()
    days = {day.seller.name: day for day in seller_days(monday.quinn, MONDAY, pool_of(calendar_of_company(), MONDAY))}
    assert (days["Nick"].why, days["Nick"].owed) == ("too_short", 0)
    assert days["Victor"].why == "no_calls"
    assert (days["Nora"].why, days["Nora"].owed) == ("", 2)


def test_a_supervisor_sees_the_debt_of_the_team_only(monday):
    draw()
    assert {duty.seller.name for duty in visible_duties(monday.victor)} == {"Nora"}


def test_over_weeks_no_hour_and_no_length_escapes(world):
    """Every working day six short mornings and one long evening: the evening is a seventh of the calls and is heard as often."""
    day, drawn_evenings, days = dt.date(2026, 1, 5), 0, 0
    while day < dt.date(2026, 3, 2):
        if day.weekday() < 5:
            days += 1
            for number in range(6):
                make_call(world.sam, days * 10 + number, at=at(day.isoformat(), "07:00"), talk_seconds=60)
            make_call(world.sam, days * 10 + 9, at=at(day.isoformat(), "17:30"), talk_seconds=900)
            tomorrow = day + dt.timedelta(days=1)
            draw(today=tomorrow, now=at(tomorrow.isoformat(), "06:00"))
        day += dt.timedelta(days=1)
    draw(today=MONDAY, now=MORNING)
    drawn_evenings = ReviewDuty.objects.filter(call__talk_seconds=900).count()
    expected = ReviewDuty.objects.count() / 7
    assert expected - 2 <= drawn_evenings <= expected + 2
