"""Questions between the departments: who sees, who answers, when they are late."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.world import NOW, World, lead_row, person_ref

from onegoal.apps.feedback import queries, waiting
from onegoal.apps.feedback.models import DepartmentQuestion
from onegoal.apps.feedback.services import AlreadyAnswered, answer_question, ask_department, withdraw_question
from onegoal.apps.sales.models import Lead
from onegoal.apps.sales.services import take_in_leads

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def lead(world: World) -> Lead:
    take_in_leads(rows=[lead_row("l1", person=person_ref("Ion Pop", phone="+40722000001"), seller="Nora")], now=NOW)
    return Lead.objects.get()


@pytest.fixture
def asked(world: World, lead: Lead) -> DepartmentQuestion:
    return ask_department(side="sales", author=world.mark, text="Why rejected?", lead=lead, due_at=NOW + HOUR, now=NOW)


def _signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_seller_of_the_lead_is_asked_and_a_stranger_is_not(world: World, asked: DepartmentQuestion) -> None:
    assert list(queries.questions_to(world.nora)) == [asked]
    assert list(queries.questions_to(world.victor)) == [asked]
    assert not queries.questions_to(world.sam).exists()
    assert not queries.questions_to(world.mark).exists()
    assert not queries.visible_questions(world.service).exists()
    url = reverse("feedback:question", args=[asked.pk])
    assert _signed_in(world.sam).get(url).status_code == 404
    assert _signed_in(world.service).get(url).status_code == 403


def test_an_answer_is_given_once_and_the_second_is_told_who_was_first(world: World, asked: DepartmentQuestion) -> None:
    answer_question(question=asked, author=world.nora, answer="No budget.", now=NOW)
    with pytest.raises(AlreadyAnswered) as refused:
        answer_question(question=asked, author=world.victor, answer="Late.", now=NOW)
    assert refused.value.question.answered_by == world.nora
    url = reverse("feedback:question", args=[asked.pk])
    page = _signed_in(world.victor).post(url, {"answer": "Late."}, follow=True).content.decode()
    assert "No budget." in page
    assert DepartmentQuestion.objects.get().answer == "No budget."


def test_who_asks_does_not_answer_for_the_other_department(world: World, asked: DepartmentQuestion) -> None:
    url = reverse("feedback:question", args=[asked.pk])
    assert _signed_in(world.mark).post(url, {"answer": "Myself."}).status_code == 404


def test_a_late_question_shows_to_the_heads_of_both_and_is_late_for_the_seller(
    world: World, asked: DepartmentQuestion
) -> None:
    assert not queries.late_questions(world.hanna, now=NOW).exists()
    assert list(queries.late_questions(world.hanna, now=NOW + 2 * HOUR)) == [asked]
    assert list(queries.late_questions(world.victor, now=NOW + 2 * HOUR)) == [asked]
    DepartmentQuestion.objects.update(due_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    notice = waiting.questions_too_late(world.hanna)
    assert notice is not None
    assert notice.is_late
    mine = waiting.questions_to_answer(world.nora)
    assert mine is not None
    assert (mine.count, mine.is_late) == (1, True)
    assert waiting.questions_too_late(world.nora) is None


def test_a_question_taken_back_waits_for_nobody_and_can_be_asked_again(world: World, asked: DepartmentQuestion) -> None:
    client = _signed_in(world.mark)
    client.post(reverse("feedback:withdraw", args=[asked.pk]))
    assert not queries.questions_to(world.nora).exists()
    client.post(reverse("feedback:restore", args=[asked.pk]))
    assert list(queries.questions_to(world.nora)) == [asked]
    answer_question(question=asked, author=world.nora, answer="No.", now=NOW)
    with pytest.raises(AlreadyAnswered):
        withdraw_question(question=asked, now=NOW)


def test_a_question_to_a_colleague_goes_to_that_colleagues_department(world: World, lead: Lead) -> None:
    url = reverse("feedback:ask") + f"?lead={lead.pk}"
    given = {"text": "Which creative?", "side": "sales", "addressee": world.mark.pk, "due": "soon"}
    _signed_in(world.nora).post(url, given)
    made = DepartmentQuestion.objects.get()
    assert (made.side, made.addressee, made.lead) == ("marketing", world.mark, lead)
    assert made.due_at > made.asked_at
    assert list(queries.questions_to(world.mark)) == [made]


def test_a_question_about_a_lead_one_cannot_see_is_not_found_and_an_empty_one_is_refused(
    world: World, lead: Lead
) -> None:
    url = reverse("feedback:ask") + f"?lead={lead.pk}"
    assert _signed_in(world.sam).post(url, {"text": "?", "side": "sales", "due": "soon"}).status_code == 404
    assert _signed_in(world.nora).post(url, {"text": " ", "side": "sales", "due": "soon"}).status_code == 422
    assert not DepartmentQuestion.objects.exists()


@pytest.mark.parametrize("state", ["", "waiting", "late", "answered", "nonsense"])
def test_the_list_opens_in_every_state(world: World, asked: DepartmentQuestion, state: str) -> None:
    answer = _signed_in(world.hanna).get(reverse("feedback:questions"), {"state": state})
    assert answer.status_code == 200
