"""Reviews of calls over the API, and what was remarked at a second of one."""

from __future__ import annotations

import datetime as dt

from ninja import Router, Schema

from onegoal.apps.accounts.rights import Right
from onegoal.apps.api.listing import add_list
from onegoal.apps.api.pages import Narrow
from onegoal.apps.quality.models import Answer, CallRemark, Review
from onegoal.apps.quality.queries.reviews import visible_remarks, visible_reviews

router = Router(tags=["reviews of calls"])
_OF_REVIEWS = (Narrow("call_id", "call_id"), Narrow("seller_id", "seller_id"), Narrow("reviewer_id", "reviewer_id"))
_OF_REMARKS = (Narrow("call_id", "call_id"), Narrow("objection_id", "objection_id"))


class ReviewAnswerOut(Schema):
    """One answer: 0 or 1 for yes or no, 0 to 5 for a scale, null where it does not apply."""

    step: str
    question: str
    kind: str
    value: int | None
    text: str
    does_not_apply: bool
    is_failed: bool

    @staticmethod
    def resolve_step(answer: Answer) -> str:
        return answer.question.step

    @staticmethod
    def resolve_question(answer: Answer) -> str:
        return answer.question.text

    @staticmethod
    def resolve_kind(answer: Answer) -> str:
        return answer.question.kind


class ReviewOut(Schema):
    """One reviewer's judgement of a call; `score_bp` is the share of points in hundredths of a per cent."""

    id: int
    call_id: int
    seller_id: int | None
    reviewer_id: int
    scorecard: str
    scorecard_version: int
    started_at: dt.datetime
    finished_at: dt.datetime | None
    score_bp: int | None
    summary: str
    acknowledged_at: dt.datetime | None
    answers: list[ReviewAnswerOut]

    @staticmethod
    def resolve_scorecard(review: Review) -> str:
        return review.scorecard.name

    @staticmethod
    def resolve_scorecard_version(review: Review) -> int:
        return review.scorecard.version

    @staticmethod
    def resolve_answers(review: Review) -> list[Answer]:
        return list(review.answers.all())


class RemarkOut(Schema):
    """A comment at a second of a call; with an end, an objection or a topic it is a snippet."""

    id: int
    call_id: int
    author_id: int | None
    second: int
    end_second: int | None
    text: str
    objection: str | None
    topic: str
    created_at: dt.datetime

    @staticmethod
    def resolve_objection(remark: CallRemark) -> str | None:
        return remark.objection.name if remark.objection else None


add_list(
    router, "/reviews", lambda user: visible_reviews(user).select_related("scorecard").prefetch_related("answers__question"),
    ReviewOut, Right.HEAR_CALLS, narrows=_OF_REVIEWS, summary="Reviews of calls",
    says="List own reviews and finished ones of calls the caller may hear; nobody sees another's before their own is done.",
)  # fmt: skip
add_list(
    router, "/call-remarks", lambda user: visible_remarks(user).select_related("objection"), RemarkOut, Right.HEAR_CALLS,
    narrows=_OF_REMARKS, summary="Remarks at a second of a call", says="List the remarks on calls the caller may hear.",
)  # fmt: skip
