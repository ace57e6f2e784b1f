"""Writes of reviews: begun, answered one question at a time, finished; several reviewers of one call; remarks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from onegoal.apps.accounts.models import User
from onegoal.apps.audit.services import record_change, record_deletion, snapshot
from onegoal.apps.quality.models import Answer, CallRemark, Question, Review, ReviewDuty, Scorecard
from onegoal.apps.quality.queries.recordings import recording_of
from onegoal.apps.quality.queries.reviews import calls_to_review, score_of_review, scorecards_in_use, unanswered
from onegoal.apps.sales.models import Call, Objection
from onegoal.core.scorecards import MOST, is_failed

_LONGEST = 24 * 3600


class ReviewRefused(Exception):
    """Something that cannot be done with a review.

    `code`: `own_call`, `no_recording`, `no_scorecard`, `finished`, `not_yours`, `bad_answer`, `not_heard` (the reviewer may
    not hear the call), `bad_second` or `unfinished`, which names the `questions` still open.
    """

    def __init__(self, code: str, questions: Iterable[Question] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.questions = tuple(questions)


@transaction.atomic
def start_review(
    *, call: Call, reviewer: User, now: dt.datetime, scorecard: Scorecard | None = None, asked_by: User | None = None
) -> Review:
    """Begin to judge a call, or go on with the review that this person has begun. Raises: ReviewRefused."""
    if call.seller_id == reviewer.pk:
        raise ReviewRefused("own_call")
    if not recording_of(call).is_there:
        raise ReviewRefused("no_recording")
    begun = Review.objects.filter(call=call, reviewer=reviewer).order_by("finished_at", "-pk")
    begun = begun.filter(scorecard=scorecard) if scorecard else begun
    if known := begun.first():
        return known
    card = scorecard or _scorecard_for(call)
    review = Review(
        call=call, seller_id=call.seller_id, reviewer=reviewer, scorecard=card, started_at=now, asked_by=asked_by
    )
    review.save()
    record_change(record=review, before={}, now=now)
    return review


def _scorecard_for(call: Call) -> Scorecard:
    """The scorecard others judge this call by just now, so that their answers can be compared; else the one in use."""
    at_work = Review.objects.filter(call=call, finished_at=None).select_related("scorecard").first()
    card = at_work.scorecard if at_work else scorecards_in_use().first()
    if card is None:
        raise ReviewRefused("no_scorecard")
    return card


@transaction.atomic
def answer_question(
    *,
    review: Review,
    question: Question,
    now: dt.datetime,
    value: int | None = None,
    text: str = "",
    does_not_apply: bool = False,
) -> Answer:
    """Keep one answer, instead of a former one; an empty one takes it back. Raises: ReviewRefused."""
    _open(review)
    if question.scorecard_id != review.scorecard_id or (does_not_apply and not question.may_not_apply):
        raise ReviewRefused("bad_answer")
    value = None if does_not_apply else value
    if value is not None and not 0 <= value <= MOST.get(question.kind, -1):
        raise ReviewRefused("bad_answer")
    answer = Answer.objects.filter(review=review, question=question).first() or Answer(review=review, question=question)
    before = snapshot(answer) if answer.pk else {}
    answer.value, answer.text, answer.does_not_apply = value, text.strip(), does_not_apply
    answer.is_failed = is_failed(question.kind, value, question.failed_below)  # type: ignore[arg-type]
    answer.save()
    record_change(record=answer, before=before, now=now)
    return answer


@transaction.atomic
def save_summary(*, review: Review, text: str, now: dt.datetime) -> Review:
    """Keep what the reviewer says in all. Raises: ReviewRefused."""
    kept = _open(review)
    before = snapshot(kept)
    kept.summary = text.strip()
    kept.save()
    record_change(record=kept, before=before, now=now)
    return kept


@transaction.atomic
def finish_review(*, review: Review, now: dt.datetime) -> Review:
    """Close a review with its score and settle the duty of its call. Raises: ReviewRefused (`unfinished`)."""
    kept = _open(review)
    if missing := unanswered(kept):
        raise ReviewRefused("unfinished", missing)
    before = snapshot(kept)
    kept.finished_at, kept.score_bp = now, score_of_review(kept)
    kept.save()
    record_change(record=kept, before=before, now=now)
    for duty in ReviewDuty.objects.select_for_update().filter(call_id=kept.call_id, done_at=None):
        was = snapshot(duty)
        duty.done_at = now
        duty.save()
        record_change(record=duty, before=was, now=now)
    return kept


@transaction.atomic
def drop_review(*, review: Review, now: dt.datetime) -> None:
    """Take back a review that was not finished, with its answers. Raises: ReviewRefused."""
    kept = _open(review)
    for answer in kept.answers.all():
        record_deletion(record=answer, now=now)
    record_deletion(record=kept, now=now)
    kept.delete()


@transaction.atomic
def acknowledge_review(*, review: Review, seller: User, now: dt.datetime) -> Review:
    """Note that the seller has read a finished review of their call. Raises: ReviewRefused."""
    kept = Review.objects.select_for_update().get(pk=review.pk)
    if kept.seller_id != seller.pk or kept.finished_at is None:
        raise ReviewRefused("not_yours")
    if kept.acknowledged_at is None:
        before = snapshot(kept)
        kept.acknowledged_at = now
        kept.save()
        record_change(record=kept, before=before, now=now)
    return kept


@transaction.atomic
def ask_for_reviews(*, call: Call, reviewers: Iterable[User], author: User, now: dt.datetime) -> list[Review]:
    """Ask others to judge the same call by the same scorecard, each without seeing the others. Raises: ReviewRefused."""
    asked = list(reviewers)
    for one in asked:
        if not calls_to_review(one).filter(pk=call.pk).exists():
            raise ReviewRefused("own_call" if one.pk == call.seller_id else "not_heard")
    known = Review.objects.filter(call=call).order_by("-pk").select_related("scorecard").first()
    card = known.scorecard if known else None
    return [start_review(call=call, reviewer=one, now=now, scorecard=card, asked_by=author) for one in asked]


@transaction.atomic
def save_remark(
    *,
    call: Call,
    author: User,
    now: dt.datetime,
    second: int,
    text: str = "",
    end_second: int | None = None,
    objection: Objection | None = None,
    topic: str = "",
    remark: CallRemark | None = None,
) -> CallRemark:
    """Keep a comment at a second of a call, or change one's own; with an end or a tag it is a snippet.

    Raises: ReviewRefused (`bad_second`, `not_yours`, or `bad_answer` when nothing is said).
    """
    if not 0 <= second <= _LONGEST or (end_second is not None and not second < end_second <= _LONGEST):
        raise ReviewRefused("bad_second")
    if not (text.strip() or objection or topic.strip()):
        raise ReviewRefused("bad_answer")
    if remark is not None and remark.author_id != author.pk:
        raise ReviewRefused("not_yours")
    before = snapshot(remark) if remark else {}
    kept = remark or CallRemark(call=call, author=author, created_at=now)
    kept.second, kept.end_second, kept.text = second, end_second, text.strip()
    kept.objection, kept.topic = objection, topic.strip()
    kept.save()
    record_change(record=kept, before=before, now=now)
    return kept


@transaction.atomic
def remove_remark(*, remark: CallRemark, author: User, now: dt.datetime) -> dict[str, Any]:
    """Delete one's own remark; what it held is returned so that it can be put back. Raises: ReviewRefused."""
    if remark.author_id != author.pk:
        raise ReviewRefused("not_yours")
    held = snapshot(remark)
    record_deletion(record=remark, now=now)
    remark.delete()
    return held


@transaction.atomic
def restore_remark(*, held: dict[str, Any], now: dt.datetime) -> CallRemark:
    """Put a removed remark back as it was."""
    values = held | {"created_at": dt.datetime.fromisoformat(held["created_at"]).astimezone(dt.UTC)}
    if not Objection.objects.filter(pk=held["objection_id"]).exists():
        values["objection_id"] = None
    remark = CallRemark.objects.create(**values)
    record_change(record=remark, before={}, now=now)
    return remark


def _open(review: Review) -> Review:
    """The review as it stands now. Raises: ReviewRefused when it is finished."""
    kept = Review.objects.select_for_update().select_related("scorecard").get(pk=review.pk)
    if kept.finished_at is not None:
        raise ReviewRefused("finished")
    return kept
