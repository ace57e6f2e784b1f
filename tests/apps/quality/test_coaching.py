"""Coaching: two tasks on the day of the second look, closed together with what came of it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.apps.quality.calls import judge, keep_sound, make_call, make_lead, make_scorecard
from tests.world import NOW

from onegoal.apps.quality.models import Coaching
from onegoal.apps.quality.queries.coaching import visible_coaching
from onegoal.apps.quality.services.coaching import CoachingRefused, close_coaching, start_coaching
from onegoal.apps.sales.models import Task

FRIDAY = dt.date(2026, 3, 6)


@pytest.fixture
def review(world, settings, tmp_path):
    settings.RECORDINGS_DIRECTORY = tmp_path
    make_scorecard()
    call = make_call(world.nora, lead=make_lead(world.nora), recording=keep_sound(tmp_path))
    return judge(call, world.quinn, 1, 1, 1)


def coach(world, seller=None, day=FRIDAY, review=None):
    zone = dt.timezone(dt.timedelta(hours=2))
    return start_coaching(
        seller=seller or world.nora, author=world.quinn, text="Ask about the budget", follow_up_on=day,
        titles=("Practise", "Look again"), zone=zone, now=NOW, review=review, step="Needs",
    )  # fmt: skip


def test_seller_and_coach_each_get_a_task_on_the_day(world, review):
    coach(world, review=review)
    tasks = {task.assignee.name: task for task in Task.objects.all()}
    assert set(tasks) == {"Nora", "Quinn"}
    assert {task.due_at for task in tasks.values()} == {dt.datetime(2026, 3, 6, 15, 0, tzinfo=dt.UTC)}
    assert tasks["Nora"].lead == review.call.lead


def test_closing_says_what_came_of_it_and_settles_both_tasks(world, review):
    close_coaching(coaching=coach(world, review=review), result="she asks now", now=NOW)
    assert set(Task.objects.values_list("done_at", "result")) == {(NOW, "she asks now")}
    with pytest.raises(CoachingRefused, match="closed"):
        close_coaching(coaching=Coaching.objects.get(), result="again", now=NOW)


def test_yesterday_and_oneself_are_refused(world, review):
    with pytest.raises(CoachingRefused, match="past"):
        coach(world, day=dt.date(2026, 3, 1))
    with pytest.raises(CoachingRefused, match="own"):
        coach(world, seller=world.quinn)
    assert not Task.objects.exists()


def test_coaching_is_seen_by_both_by_leaders_and_by_nobody_else(world, review):
    coach(world, review=review)
    seen = [one.name for one in (world.nora, world.quinn, world.victor, world.hanna, world.nick, world.sam, world.mark)
            if visible_coaching(one).exists()]  # fmt: skip
    assert seen == ["Nora", "Quinn", "Victor", "Hanna"]


def test_a_failed_question_becomes_a_coaching_on_the_page(world, review):
    client = Client()
    client.force_login(world.quinn)
    page = reverse("quality:coaching_new", args=[review.pk])
    needs = review.scorecard.questions.get(step="Needs")
    assert f"{page}?question={needs.pk}" in client.get(reverse("quality:review", args=[review.pk])).content.decode()
    assert 'value="Needs"' in client.get(page, {"question": needs.pk}).content.decode()
    day = timezone.localdate() + dt.timedelta(days=7)
    client.post(page, {"step": "Needs", "text": "Ask first", "follow_up_on": day.isoformat()})
    assert Coaching.objects.get().follow_up_on == day
    assert client.post(page, {"step": "", "text": "x", "follow_up_on": "2020-01-01"}).status_code == 422
    client.post(reverse("quality:coaching_close", args=[Coaching.objects.get().pk]), {"result": "better"})
    assert Coaching.objects.get().result == "better"


def test_a_seller_does_not_close_their_own_coaching(world, review):
    coaching = coach(world, seller=world.victor)
    client = Client()
    client.force_login(world.victor)
    assert client.post(reverse("quality:coaching_close", args=[coaching.pk]), {"result": "done"}).status_code == 404
