"""Whether reviewers judge the same calls alike, by question and in all."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from onegoal.apps.accounts.models import User
from onegoal.apps.quality.models import Answer, Question, QuestionKind, Review, Scorecard
from onegoal.apps.quality.queries.reviews import visible_reviews
from onegoal.core.agreement import Agreement, Scale, krippendorff
from onegoal.core.statistics import LEVEL

_SCALES: dict[str, Scale] = {QuestionKind.YES_NO.value: "nominal", QuestionKind.SCALE.value: "ordinal"}


@dataclass(frozen=True)
class QuestionAgreement:
    """One question with how alike it is read; `named` is told at a level corrected for the number of questions."""

    question: Question
    agreement: Agreement
    named: Agreement


@dataclass(frozen=True)
class SharedCall:
    """A call several reviewers have judged, with their scores, the most and the least apart by `spread`."""

    call_id: int
    at: dt.datetime
    seller: str
    reviews: list[Review]

    @property
    def spread(self) -> int:
        """Return how far the scores are apart, in hundredths of a per cent."""
        scores = [one.score_bp for one in self.reviews if one.score_bp is not None]
        return max(scores) - min(scores) if scores else 0


@dataclass(frozen=True)
class CardAgreement:
    """A scorecard's agreement: in all (on the score), by question, and the calls it comes from."""

    scorecard: Scorecard
    overall: Agreement
    questions: list[QuestionAgreement]
    calls: list[SharedCall]

    @property
    def read_differently(self) -> list[QuestionAgreement]:
        """Return the questions whose answers agree too little, beyond chance."""
        return [one for one in self.questions if one.named.is_too_low]


def compared_scorecards(user: User) -> list[Scorecard]:
    """Return the scorecards by which some call was judged by several, the latest version first."""
    shared = _finished(user).values("call_id", "scorecard_id").annotate(count=Count("pk")).filter(count__gt=1)
    ids = {row["scorecard_id"] for row in shared}
    return list(Scorecard.objects.filter(pk__in=ids).order_by("-is_active", "name", "-version"))


def agreement_of(user: User, scorecard: Scorecard, since: dt.datetime | None = None) -> CardAgreement:
    """Return how alike calls were judged by a scorecard, from the reviews a person may see."""
    calls = _shared_calls(user, scorecard, since)
    scores = [[one.score_bp for one in call.reviews] for call in calls]
    points = _points(calls)
    questions = [one for one in scorecard.questions.all() if one.kind in _SCALES]
    strict = 1 - (1 - LEVEL) / max(1, len(questions))
    lines = [
        QuestionAgreement(
            one,
            krippendorff(points[one.pk], _SCALES[one.kind]),
            krippendorff(points[one.pk], _SCALES[one.kind], strict),
        )
        for one in questions
    ]
    return CardAgreement(scorecard, krippendorff(scores, "interval"), lines, sorted(calls, key=lambda one: -one.spread))


def _finished(user: User) -> QuerySet[Review]:
    return visible_reviews(user).filter(finished_at__isnull=False).order_by()


def _shared_calls(user: User, scorecard: Scorecard, since: dt.datetime | None) -> list[SharedCall]:
    found = visible_reviews(user).filter(finished_at__isnull=False, scorecard=scorecard)
    if since:
        found = found.filter(finished_at__gte=since)
    by_call: dict[int, list[Review]] = defaultdict(list)
    for review in found.select_related("call__seller", "reviewer").order_by("call_id", "pk"):
        by_call[review.call_id].append(review)
    return [
        SharedCall(pk, own[0].call.started_at, str(own[0].call.seller or ""), own)
        for pk, own in by_call.items()
        if len(own) > 1
    ]


def _points(calls: list[SharedCall]) -> dict[int, list[list[float | None]]]:
    """The points of each question, one row for each call."""
    call_of = {review.pk: call.call_id for call in calls for review in call.reviews}
    rows: dict[int, dict[int, list[float | None]]] = defaultdict(lambda: defaultdict(list))
    answers = Answer.objects.filter(review_id__in=call_of, value__isnull=False)
    for question_id, review_id, value in answers.values_list("question_id", "review_id", "value"):
        rows[question_id][call_of[review_id]].append(float(value or 0))
    return defaultdict(list, {question_id: list(by_call.values()) for question_id, by_call in rows.items()})
