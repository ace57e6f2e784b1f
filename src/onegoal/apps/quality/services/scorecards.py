"""Writes of scorecards: what was used in a review is never changed but succeeded by the next version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max

from onegoal.apps.audit.services import record_change, record_deletion, snapshot
from onegoal.apps.quality.models import Question, QuestionKind, Scorecard

FIELDS = ("step", "text", "guide", "kind", "weight", "failed_below", "is_mandatory", "may_not_apply")
"""What an author says of a question."""


class ScorecardRefused(Exception):
    """A scorecard that cannot be used or changed so: `no_weight` (nothing gives points), `taken` (the name)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def create_scorecard(*, name: str, now: dt.datetime) -> Scorecard:
    """Begin a scorecard of a new name, not in use yet. Raises: ScorecardRefused."""
    if Scorecard.objects.filter(name__iexact=name.strip()).exists():
        raise ScorecardRefused("taken")
    card = Scorecard.objects.create(name=name.strip(), is_active=False, created_at=now)
    record_change(record=card, before={}, now=now)
    return card


@transaction.atomic
def save_question(
    *, scorecard: Scorecard, values: dict[str, Any], now: dt.datetime, question: Question | None = None
) -> Question:
    """Add a question at the end, or change one; of a scorecard with reviews, in its next version.

    Raises: ScorecardRefused when a scorecard in use would have no question left that gives points.
    """
    card, places = _editable(scorecard, now)
    kept = places[question.pk] if question else Question(scorecard=card, position=_end(card))
    before = snapshot(kept) if kept.pk else {}
    for name in FIELDS:
        setattr(kept, name, values[name])
    kept.save()
    record_change(record=kept, before=before, now=now)
    _check_weights(card)
    return kept


@transaction.atomic
def remove_question(*, question: Question, now: dt.datetime) -> Scorecard:
    """Take a question out and return the scorecard it is out of. Raises: ScorecardRefused."""
    card, places = _editable(question.scorecard, now)
    gone = places[question.pk]
    record_deletion(record=gone, now=now)
    gone.delete()
    _check_weights(card)
    return card


@transaction.atomic
def order_questions(*, scorecard: Scorecard, order: Sequence[int], now: dt.datetime) -> Scorecard:
    """Put questions into the order of their ids; those not named follow as they stood."""
    card, places = _editable(scorecard, now)
    named = [places[pk] for pk in dict.fromkeys(order) if pk in places]
    ids = {one.pk for one in named}
    rest = [one for one in card.questions.all() if one.pk not in ids]
    for position, one in enumerate([*named, *rest]):
        if one.position != position:
            before = snapshot(one)
            one.position = position
            one.save()
            record_change(record=one, before=before, now=now)
    return card


def move_question(*, question: Question, step: int, now: dt.datetime) -> Scorecard:
    """Move a question one place up (-1) or down (1)."""
    ids = list(question.scorecard.questions.values_list("pk", flat=True))
    place = ids.index(question.pk)
    other = min(max(place + step, 0), len(ids) - 1)
    ids[place], ids[other] = ids[other], ids[place]
    return order_questions(scorecard=question.scorecard, order=ids, now=now)


@transaction.atomic
def use_scorecard(*, scorecard: Scorecard, now: dt.datetime) -> Scorecard:
    """Judge calls by this version from now on, and by no other of its name. Raises: ScorecardRefused."""
    card = Scorecard.objects.select_for_update().get(pk=scorecard.pk)
    if not _gives_points(card):
        raise ScorecardRefused("no_weight")
    for one in Scorecard.objects.filter(name=card.name).exclude(pk=card.pk).filter(is_active=True):
        _set_active(one, False, now)
    return _set_active(card, True, now)


@transaction.atomic
def retire_scorecard(*, scorecard: Scorecard, now: dt.datetime) -> Scorecard:
    """Judge no more calls by a scorecard; its reviews stay."""
    return _set_active(Scorecard.objects.select_for_update().get(pk=scorecard.pk), False, now)


def _editable(scorecard: Scorecard, now: dt.datetime) -> tuple[Scorecard, dict[int, Question]]:
    """The version that may be changed, and its questions by the ids they have in the one that was shown."""
    card = Scorecard.objects.select_for_update().get(pk=scorecard.pk)
    questions = list(card.questions.all())
    if not card.reviews.exists():
        return card, {one.pk: one for one in questions}
    newest = Scorecard.objects.filter(name=card.name).aggregate(newest=Max("version"))["newest"]
    copy = Scorecard.objects.create(name=card.name, version=newest + 1, is_active=False, created_at=now)
    record_change(record=copy, before={}, now=now)
    places = {}
    for one in questions:
        told = {name: getattr(one, name) for name in FIELDS}
        places[one.pk] = Question.objects.create(scorecard=copy, position=one.position, **told)
        record_change(record=places[one.pk], before={}, now=now)
    return copy, places


def _end(card: Scorecard) -> int:
    last = card.questions.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _gives_points(card: Scorecard) -> bool:
    return card.questions.exclude(kind=QuestionKind.TEXT).filter(weight__gt=0).exists()


def _check_weights(card: Scorecard) -> None:
    if card.is_active and not _gives_points(card):
        raise ScorecardRefused("no_weight")


def _set_active(card: Scorecard, is_active: bool, now: dt.datetime) -> Scorecard:
    before = snapshot(card)
    card.is_active = is_active
    card.save()
    record_change(record=card, before=before, now=now)
    return card
