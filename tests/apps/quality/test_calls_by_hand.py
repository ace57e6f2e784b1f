"""Calls on a lead's card: noted by hand so that attempts count, heard in place."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.apps.quality.calls import make_lead

from onegoal.apps.sales.models import Call

PARTIAL = {"HX-Request": "true"}


@pytest.fixture
def lead(world):
    return make_lead(world.nora)


def note(user, lead, **said):
    client = Client()
    client.force_login(user)
    return client.post(reverse("quality:call_log", args=[lead.pk]), {"direction": "out"} | said, headers=PARTIAL)


def test_an_attempt_stands_in_the_call_log_and_answers_the_clock(world, lead):
    answer = note(world.nora, lead)
    call = Call.objects.get()
    assert (call.direction, call.is_answered, call.talk_seconds) == ("out", False, None)
    assert (call.lead, call.person, call.seller) == (lead, lead.person, world.nora)
    lead.refresh_from_db()
    assert lead.first_response_at == call.started_at
    assert "not answered" in answer.content.decode()


def test_a_talk_has_its_minutes_and_topic(world, lead):
    note(world.nora, lead, answered="1", minutes="7", topic="price")
    call = Call.objects.get()
    assert (call.is_answered, call.talk_seconds, call.topic) == (True, 420, "price")


def test_a_call_in_the_future_is_not_noted(world, lead):
    note(world.nora, lead, started_at="2100-01-01T10:00")
    assert not Call.objects.exists()


def test_a_stranger_notes_nothing(world, lead):
    assert note(world.sam, lead).status_code == 404
    assert note(world.mark, lead).status_code == 403
    assert not Call.objects.exists()


def test_the_topic_of_a_call_is_set_on_the_card(world, lead):
    note(world.nora, lead)
    client = Client()
    client.force_login(world.nora)
    client.post(reverse("quality:call_topic", args=[Call.objects.get().pk]), {"topic": "parking"}, headers=PARTIAL)
    assert Call.objects.get().topic == "parking"
