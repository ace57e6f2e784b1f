"""What the services refuse, said by the API: 409 for a lost race, 422 for what cannot be done, in the words of the screens."""

from __future__ import annotations

import re
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import NinjaAPI

from onegoal.apps.api import goal_refusals
from onegoal.apps.api.problems import Problem
from onegoal.apps.board.refusals import ContractIncomplete, FieldsMissing, Refused
from onegoal.apps.desk.services import AlreadyTaken
from onegoal.apps.desk.words import taken_words
from onegoal.apps.feedback.services import AlreadyAnswered
from onegoal.apps.quality.services.checks import CheckRefused
from onegoal.apps.quality.views.check_words import say_refusal
from onegoal.apps.regulation.services import DecisionRefused
from onegoal.apps.regulation.words import words_of_refusal
from onegoal.apps.sales.models import Lead

_LOST_RACES: Final = frozenset({"already", "meanwhile", "decided", "answered", "not_wrong", "not_disputed"})


def say_refusals(api: NinjaAPI) -> None:
    """Let the API answer the refusals of the services as problems."""
    for kind, problem_of in (_PROBLEMS | goal_refusals.PROBLEMS).items():
        api.add_exception_handler(kind, _handler(problem_of))


def decision_problem(lead: Lead, refused: DecisionRefused) -> Problem:
    """Return why a decision on a lead was not taken; `errors` name the clauses that stand against it."""
    said = [{"clause": number} for number in refused.clauses]
    return Problem(_status(refused.code), refused.code, words_of_refusal(lead, refused), errors=said)


def refuse_form(form: forms.BaseForm, **names: str) -> None:
    """Raise Problem 422 for what a form of the screens does not take; `names` give fields the names they have here."""
    if form.is_valid():
        return
    found = [
        {"field": names.get(field, field), "message": str(message), "code": "not_valid"}
        for field, messages in form.errors.items()
        for message in messages
    ]
    raise Problem(422, "not_valid", found[0]["message"], field=found[0]["field"], errors=found)


def _handler(problem_of: Any) -> Any:
    def handle(request: HttpRequest, refused: Exception) -> HttpResponse:
        problem: Problem = problem_of(refused)
        return problem.response()

    return handle


def _status(code: str) -> int:
    return 409 if code in _LOST_RACES else 422


def _taken(refused: AlreadyTaken) -> Problem:
    return Problem(409, "already_taken", taken_words(refused, now=timezone.now()))


def _answered(refused: AlreadyAnswered) -> Problem:
    who = refused.question.answered_by
    if who is None:
        return Problem(409, "withdrawn", _("The question is taken back."))
    said = _("%(name)s answered it before you. Your answer was not kept.") % {"name": who}
    return Problem(409, "already_answered", said)


def _check(refused: CheckRefused) -> Problem:
    return Problem(_status(refused.code), refused.code, say_refusal(refused))


def _board(refused: Refused) -> Problem:
    code = re.sub(r"(?<!^)(?=[A-Z])", "_", type(refused).__name__).lower()
    errors: list[dict[str, str]] = []
    if isinstance(refused, FieldsMissing):
        errors = [{"field": name} for name in refused.fields]
    if isinstance(refused, ContractIncomplete):
        errors = [{"message": said} for said in refused.problems]
    return Problem(refused.status, code, refused.said, errors=errors)


_PROBLEMS: Final[dict[type[Exception], Any]] = {
    AlreadyTaken: _taken,
    AlreadyAnswered: _answered,
    CheckRefused: _check,
    Refused: _board,
}
