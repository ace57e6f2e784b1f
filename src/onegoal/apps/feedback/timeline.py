"""What feedback adds to a person's timeline: marks and questions."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.feedback.models import LeadMark
from onegoal.apps.feedback.queries import visible_questions
from onegoal.apps.people.models import Person
from onegoal.apps.people.timeline import MOST_MOMENTS, Moment, Source
from onegoal.apps.sales.queries import visible_leads


def feedback_moments(user: User, person: Person) -> Iterator[Moment]:
    """Yield what sellers said of the person's leads, and the questions about them."""
    if not has_right(user, Right.GIVE_FEEDBACK):
        return
    leads = visible_leads(user).filter(person=person).values("pk")
    marks = LeadMark.objects.filter(lead__in=leads).select_related("objection", "author")
    for mark in marks[:MOST_MOMENTS]:
        said = [mark.get_quality_display(), mark.objection, mark.author]
        yield Moment(mark.at, "feedback", _("Seller's word"), " · ".join(str(one) for one in said if one))
    questions = visible_questions(user).filter(lead__in=leads).select_related("author", "answered_by")
    for question in questions[:MOST_MOMENTS]:
        yield Moment(question.asked_at, "feedback", _("Question"), f"{question.text} · {question.author}")
        if question.answered_at:
            yield Moment(question.answered_at, "feedback", _("Answer"), f"{question.answer} · {question.answered_by}")


SOURCE = Source("feedback", gettext_lazy("feedback"), feedback_moments)
