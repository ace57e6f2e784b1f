"""Reads of calls and their reviews: what a person may hear, and whose judgement they may see already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from onegoal.apps.accounts.models import Role, User
from onegoal.apps.accounts.reach import Width, reach_of
from onegoal.apps.accounts.rights import ROLE_RIGHTS, Right, has_right
from onegoal.apps.quality.models import Answer, CallRemark, Question, QuestionKind, Review, Scorecard
from onegoal.apps.sales.models import Call
from onegoal.apps.sales.queries import visible_calls
from onegoal.core.scorecards import Answered, score_of


def calls_to_hear(user: User) -> QuerySet[Call]:
    """Return the calls a person may hear: those they see, and for a supervisor all their sellers' calls."""
    reach = reach_of(user)
    if reach.width is not Width.TEAM or reach.project_ids is not None:
        return visible_calls(user)
    seen = visible_calls(user).values("pk")
    return Call.objects.filter(Q(pk__in=seen) | Q(seller__team_id__in=reach.team_ids))


def calls_to_review(user: User) -> QuerySet[Call]:
    """Return the calls a person may judge: those they may hear but for their own."""
    return calls_to_hear(user).exclude(seller_id=user.pk)


def visible_reviews(user: User) -> QuerySet[Review]:
    """Return one's own reviews, and finished ones of others of the calls one may hear.

    Nobody sees another's judgement of a call before their own is finished; a reviewer who has none sees it when nobody
    is at work on that call. A seller sees only reviews of their own calls.
    """
    others = Review.objects.filter(finished_at__isnull=False)
    reach = reach_of(user)
    if reach.width is Width.OWN:
        return others.filter(seller_id=user.pk)
    if not reach.is_everything:
        others = others.filter(call__in=calls_to_hear(user).values("pk"))
    if not has_right(user, Right.REVIEW_CALLS):
        return others
    return others.exclude(call_id__in=_not_yet_open(user)) | Review.objects.filter(reviewer_id=user.pk)


def _not_yet_open(user: User) -> QuerySet[Any, Any]:
    """The calls whose judgements this reviewer must not see: their own is unfinished, or has not begun while others work."""
    unfinished = Review.objects.filter(finished_at=None)
    has_finished = Review.objects.filter(call=OuterRef("call"), reviewer_id=user.pk, finished_at__isnull=False)
    return (
        unfinished.annotate(is_done=Exists(has_finished))
        .filter(Q(reviewer_id=user.pk) | Q(is_done=False))
        .order_by()
        .values("call_id")
    )


def visible_remarks(user: User) -> QuerySet[CallRemark]:
    """Return the remarks on calls one may hear, but for those of reviewers whose judgement is still hidden."""
    remarks = CallRemark.objects.all()
    if not reach_of(user).is_everything:
        remarks = remarks.filter(call__in=calls_to_hear(user).values("pk"))
    if not has_right(user, Right.REVIEW_CALLS):
        return remarks
    judges = Review.objects.filter(call=OuterRef("call"), reviewer=OuterRef("author"))
    hidden = Q(call_id__in=_not_yet_open(user)) & Exists(judges) & ~Q(author_id=user.pk)
    return remarks.exclude(pk__in=remarks.filter(hidden).values("pk"))


def reviewers() -> QuerySet[User]:
    """Return everybody who may judge calls and can sign in."""
    roles = [role for role, rights in ROLE_RIGHTS.items() if Right.REVIEW_CALLS in rights]
    return User.objects.filter(role__in=roles, is_active=True, email__isnull=False).order_by("name", "pk")


def usual_reviewers() -> QuerySet[User]:
    """Return the reviewers whose work it is: all but the heads, who step in where nobody else may."""
    return reviewers().exclude(role=Role.HEAD)


def scorecards_in_use() -> QuerySet[Scorecard]:
    """Return the scorecards calls are judged by now."""
    return Scorecard.objects.filter(is_active=True).order_by("name", "-version")


@dataclass(frozen=True)
class Line:
    """One question of a review with its answer, if there is one."""

    question: Question
    answer: Answer | None

    @property
    def is_answered(self) -> bool:
        """Tell whether anything was said."""
        one = self.answer
        return one is not None and (one.does_not_apply or one.value is not None or bool(one.text))

    @property
    def chosen(self) -> str:
        """Return what is ticked: a point, `-` for not applicable, or nothing."""
        if self.answer is None:
            return ""
        return "-" if self.answer.does_not_apply else "" if self.answer.value is None else str(self.answer.value)

    @property
    def choices(self) -> list[str]:
        """Return the points that can be given, from the worst."""
        kinds: dict[str, list[str]] = {
            QuestionKind.YES_NO.value: ["1", "0"],
            QuestionKind.SCALE.value: ["0", "1", "2", "3", "4", "5"],
        }
        return kinds.get(self.question.kind, [])


def lines_of(review: Review) -> list[Line]:
    """Return the questions of a review in the order of the script, with their answers."""
    answers = {one.question_id: one for one in review.answers.all()}
    return [Line(one, answers.get(one.pk)) for one in review.scorecard.questions.all()]


def unanswered(review: Review) -> list[Question]:
    """Return the questions that must be answered and are not."""
    return [line.question for line in lines_of(review) if line.question.is_mandatory and not line.is_answered]


def score_of_review(review: Review) -> int | None:
    """Return the score of the answers given so far, in hundredths of a per cent."""
    return score_of(
        Answered(line.question.kind, line.question.weight, line.answer.value)  # type: ignore[arg-type]
        for line in lines_of(review)
        if line.answer is not None
    )
