"""What the services of goal, plan, pay, contests and reports refuse, said by the API in the words of the screens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.utils.translation import gettext as _

from onegoal.apps.analysis.words import refusal_words as question_words
from onegoal.apps.api.problems import Problem
from onegoal.apps.company.queries import current_company
from onegoal.apps.conflicts.services import AlreadyRunning, NothingToMend
from onegoal.apps.control.services.blockers import BlockerRefused
from onegoal.apps.control.views.blockers import refusal_words as blocker_words
from onegoal.apps.evening.services.channels import PlaceIsTaken
from onegoal.apps.goal.services import KpiRefused
from onegoal.apps.goal.words import flaw_words
from onegoal.apps.goal.words import refusal_words as kpi_words
from onegoal.apps.pay.services import PayRefused
from onegoal.apps.pay.words import error_words
from onegoal.apps.pay.words import refusal_words as pay_words
from onegoal.apps.planning.check_words import check_sentence, check_title
from onegoal.apps.planning.services.cells import CellsRefused
from onegoal.apps.planning.services.plans import PlanRefused
from onegoal.apps.planning.services.signing import SigningRefused
from onegoal.apps.planning.words import refusal_words as plan_words
from onegoal.apps.wall.services.contests import ContestOver
from onegoal.metrics.errors import QuestionRefused

_LOST_RACES: Final = frozenset(
    {
        "not_a_draft",
        "not_active",
        "not_ended",
        "overlap",
        "change_waits",
        "not_waiting",
        "signed_already",
        "not_withdrawn",
        "stale",
        "not_proposed",
        "decided",
        "run_locked",
        "run_missing",
        "changed",
        "not_open",
        "name_taken",
        "resolved",
        "open",
    }
)
"""What somebody else did first, or what is there already."""


def _status(code: str) -> int:
    if code == "no_right":
        return 403
    return 409 if code in _LOST_RACES else 422


def _kpi(refused: KpiRefused) -> Problem:
    errors = [{"field": one.kind, "code": one.code, "message": flaw_words(one)} for one in refused.flaws]
    return Problem(_status(refused.code), refused.code, kpi_words(refused), errors=errors)


def _plan(refused: PlanRefused | CellsRefused) -> Problem:
    return Problem(_status(refused.code), refused.code, plan_words(refused))


def _signing(refused: SigningRefused) -> Problem:
    currency = current_company().currency
    errors = [
        {"code": one.code, "message": f"{check_title(one)}: {check_sentence(one, currency)}", "missing": one.missing}
        for one in refused.checks
    ]
    return Problem(_status(refused.code), refused.code, plan_words(refused), errors=errors)


def _pay(refused: PayRefused) -> Problem:
    errors = [
        {"field": f"{one.part.key}.{one.field}", "code": one.error.code, "at": one.error.at,
         "message": error_words(one.error)}
        for one in refused.errors
    ]  # fmt: skip
    return Problem(_status(refused.code), refused.code, pay_words(refused), errors=errors)


def _blocker(refused: BlockerRefused) -> Problem:
    return Problem(_status(refused.code), refused.code, blocker_words(refused.code))


def _running(_refused: AlreadyRunning) -> Problem:
    return Problem(409, "already_running", _("An audit is running already."))


def _unmended(_refused: NothingToMend) -> Problem:
    said = _("This scheme can no longer be changed from here: run the audit again.")
    return Problem(422, "nothing_to_mend", said)


def _contest(_refused: ContestOver) -> Problem:
    return Problem(409, "contest_over", _("The result is settled, so nothing about it changes any more."))


def _place(taken: PlaceIsTaken) -> Problem:
    said = _("%(name)s already brings this report there.") % {"name": taken.other.name}
    return Problem(409, "place_is_taken", said)


def _question(refused: QuestionRefused) -> Problem:
    return Problem(422, refused.code, question_words(refused), errors=[dict(refused.params)])


PROBLEMS: Final[dict[type[Exception], Callable[[Any], Problem]]] = {
    KpiRefused: _kpi, PlanRefused: _plan, CellsRefused: _plan, SigningRefused: _signing, PayRefused: _pay,
    AlreadyRunning: _running, NothingToMend: _unmended, BlockerRefused: _blocker, ContestOver: _contest,
    PlaceIsTaken: _place, QuestionRefused: _question,
}  # fmt: skip
