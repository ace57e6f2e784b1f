"""One tap of a seller reaches marketing, keeps what was said before, and can be taken back."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.world import NOW, World, lead_row, person_ref

from onegoal.apps.feedback.models import LeadMark
from onegoal.apps.feedback.queries import current_mark, leads_without_mark
from onegoal.apps.feedback.services import mark_lead, restore_mark
from onegoal.apps.sales.models import Lead, Objection
from onegoal.apps.sales.services import take_in_leads


@pytest.fixture
def lead(world: World) -> Lead:
    take_in_leads(rows=[lead_row("l1", person=person_ref("Ion Pop", phone="+40722000001"), seller="Nora")], now=NOW)
    return Lead.objects.get()


@pytest.fixture
def too_dear(db: None) -> Objection:
    return Objection.objects.create(name="too dear")


def _signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_second_tap_keeps_what_was_said_and_the_first_mark_stays_on_record(
    world: World, lead: Lead, too_dear: Objection
) -> None:
    mark_lead(lead=lead, author=world.nora, quality="good", now=NOW)
    mark_lead(lead=lead, author=world.nora, objection=too_dear, now=NOW)
    now = current_mark(lead)
    assert now is not None
    assert (now.quality, now.objection) == ("good", too_dear)
    assert LeadMark.objects.filter(lead=lead).count() == 2


def test_the_same_tap_again_takes_it_back(world: World, lead: Lead) -> None:
    mark_lead(lead=lead, author=world.nora, quality="bad", now=NOW)
    mark_lead(lead=lead, author=world.nora, quality="bad", now=NOW)
    now = current_mark(lead)
    assert now is not None
    assert now.quality == ""


def test_undo_brings_back_what_was_said_before_but_not_over_something_newer(world: World, lead: Lead) -> None:
    first = mark_lead(lead=lead, author=world.nora, quality="good", now=NOW)
    second = mark_lead(lead=lead, author=world.nora, quality="bad", now=NOW)
    assert restore_mark(lead=lead, mark=second, now=NOW)
    assert current_mark(lead) == first
    assert not restore_mark(lead=lead, mark=second, now=NOW)


def test_a_seller_marks_by_one_post_and_gets_the_panel(world: World, lead: Lead, too_dear: Objection) -> None:
    url = reverse("feedback:mark", args=[lead.pk])
    answer = _signed_in(world.nora).post(url, {"objection": too_dear.pk}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert 'aria-pressed="true"' in answer.content.decode()
    assert LeadMark.objects.get(is_current=True).objection == too_dear


def test_a_lead_of_another_team_is_not_found_and_nonsense_is_refused(world: World, lead: Lead) -> None:
    url = reverse("feedback:mark", args=[lead.pk])
    assert _signed_in(world.sam).post(url, {"quality": "good"}).status_code == 404
    assert _signed_in(world.mark).post(url, {"quality": "good"}).status_code == 403
    nora = _signed_in(world.nora)
    assert nora.post(url, {"quality": "splendid"}).status_code == 400
    assert nora.post(url, {}).status_code == 400
    assert nora.post(url, {"objection": "9" * 30}).status_code == 404
    assert not LeadMark.objects.exists()


def test_decided_leads_without_a_word_are_counted_until_they_are_marked(world: World, lead: Lead) -> None:
    Lead.objects.filter(pk=lead.pk).update(outcome="rejected", outcome_at=NOW, seller=world.nora)
    assert list(leads_without_mark(world.nora, since=NOW)) == [lead]
    mark_lead(lead=lead, author=world.nora, quality="fair", now=NOW)
    assert not leads_without_mark(world.nora, since=NOW).exists()
