"""Marks on leads, questions to the other department and their answers."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from onegoal.apps.accounts.models import User
from onegoal.apps.audit.services import record_change, snapshot
from onegoal.apps.feedback.models import DepartmentQuestion, LeadMark
from onegoal.apps.marketing.models import Campaign
from onegoal.apps.sales.models import Call, Lead, Objection


class AlreadyAnswered(Exception):
    """Somebody answered or withdrew the question before."""

    def __init__(self, question: DepartmentQuestion) -> None:
        super().__init__(str(question))
        self.question = question


@transaction.atomic
def mark_lead(
    *, lead: Lead, author: User, now: dt.datetime, quality: str | None = None, objection: Objection | None = None
) -> LeadMark:
    """Say how good a lead is, or what the buyer objects; what is not said (None) is kept from the mark before.

    The former mark stays on record. Saying what is said already takes it back.
    """
    former = _retire(lead, now)
    told_quality = former.quality if former else ""
    told_objection = former.objection if former else None
    if quality is not None:
        told_quality = "" if quality == told_quality else quality
    if objection is not None:
        told_objection = None if objection == told_objection else objection
    mark = LeadMark.objects.create(lead=lead, author=author, quality=told_quality, objection=told_objection, at=now)
    record_change(record=mark, before={}, now=now)
    return mark


@transaction.atomic
def restore_mark(*, lead: Lead, mark: LeadMark, now: dt.datetime) -> bool:
    """Undo `mark` while it is the current one: what was said before it holds again. Tell whether anything was undone."""
    current = LeadMark.objects.select_for_update().filter(lead=lead, is_current=True).first()
    if current != mark:
        return False
    _retire(lead, now)
    former = LeadMark.objects.filter(lead=lead, pk__lt=mark.pk).order_by("-pk").first()
    if former is not None:
        _set_current(former, is_current=True, now=now)
    return True


@transaction.atomic
def ask_department(
    *, side: str, author: User, text: str, due_at: dt.datetime, now: dt.datetime, addressee: User | None = None,
    lead: Lead | None = None, call: Call | None = None, campaign: Campaign | None = None,
) -> DepartmentQuestion:  # fmt: skip
    """Put a question to a department, or to one of its people, about a lead, a call or a campaign."""
    question = DepartmentQuestion.objects.create(
        side=side, author=author, addressee=addressee, text=text, asked_at=now, due_at=due_at, lead=lead, call=call,
        campaign=campaign,
    )  # fmt: skip
    record_change(record=question, before={}, now=now)
    return question


@transaction.atomic
def answer_question(*, question: DepartmentQuestion, author: User, answer: str, now: dt.datetime) -> DepartmentQuestion:
    """Answer a question for good. Raises: AlreadyAnswered."""
    question = _waiting(question)
    before = snapshot(question)
    question.answer, question.answered_by, question.answered_at = answer, author, now
    question.save()
    record_change(record=question, before=before, now=now)
    return question


@transaction.atomic
def withdraw_question(*, question: DepartmentQuestion, now: dt.datetime) -> DepartmentQuestion:
    """Take back a question that nobody answered. Raises: AlreadyAnswered."""
    question = _waiting(question)
    return _set_withdrawn(question, at=now, now=now)


@transaction.atomic
def restore_question(*, question: DepartmentQuestion, now: dt.datetime) -> DepartmentQuestion:
    """Ask a withdrawn question again, due when it was."""
    return _set_withdrawn(question, at=None, now=now)


def _set_withdrawn(question: DepartmentQuestion, *, at: dt.datetime | None, now: dt.datetime) -> DepartmentQuestion:
    before = snapshot(question)
    question.withdrawn_at = at
    question.save()
    record_change(record=question, before=before, now=now)
    return question


def _waiting(question: DepartmentQuestion) -> DepartmentQuestion:
    """Return the question as it is stored now, locked. Raises: AlreadyAnswered."""
    stored = DepartmentQuestion.objects.select_for_update().get(pk=question.pk)
    if stored.answered_at or stored.withdrawn_at:
        raise AlreadyAnswered(stored)
    return stored


def _retire(lead: Lead, now: dt.datetime) -> LeadMark | None:
    """Make the current mark a former one and return it; the lead is locked, so that two marks follow each other."""
    Lead.objects.select_for_update().get(pk=lead.pk)
    former = LeadMark.objects.select_related("objection").filter(lead=lead, is_current=True).first()
    if former is not None:
        _set_current(former, is_current=False, now=now)
    return former


def _set_current(mark: LeadMark, *, is_current: bool, now: dt.datetime) -> None:
    before = snapshot(mark)
    mark.is_current = is_current
    mark.save()
    record_change(record=mark, before=before, now=now)
