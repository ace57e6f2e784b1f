"""What the pages of the joint plan say when something is refused, and the states of a version in words."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onegoal.apps.planning.queries.typed import TypedRefused
from onegoal.apps.planning.services.cells import CellsRefused
from onegoal.apps.planning.services.plans import PlanRefused
from onegoal.apps.planning.services.signing import SigningRefused

_PLAN: Final[dict[str, Any]] = {
    "no_months": gettext_lazy("The last month comes before the first."),
    "too_many_months": gettext_lazy("A plan has at most 36 months. Make two."),
    "not_a_draft": gettext_lazy("This version can no longer be changed. Copy it into a new scenario and change that."),
    "not_withdrawn": gettext_lazy("This version was not put aside."),
}
_CELLS: Final[dict[str, Any]] = {
    "stale": gettext_lazy(
        "A colleague was quicker: the plan has changed. Nothing of yours was saved; look and type again."
    ),
    "negative": gettext_lazy("A planned figure is not negative."),
    "too_big": gettext_lazy("This figure is too big for a plan."),
    "nothing_to_undo": gettext_lazy("There is nothing left to undo: these cells were changed again since."),
}
_SIGNING: Final[dict[str, Any]] = {
    "empty": gettext_lazy("Nothing is planned yet. Fill in some figures first."),
    "red": gettext_lazy("The plan is out of reach and was not proposed. See what is missing, or let it pass by name."),
    "no_right": gettext_lazy("You may not do this. Ask the head or a supervisor."),
    "not_proposed": gettext_lazy("This version is not up for signature."),
    "same_person": gettext_lazy("You have signed for the other department. A second person has to sign for this one."),
}


def refusal_words(refusal: PlanRefused | CellsRefused | SigningRefused | TypedRefused) -> str:
    """Return why nothing was done, and what to do."""
    if isinstance(refusal, TypedRefused):
        return _typed_words(refusal)
    if isinstance(refusal, SigningRefused) and refusal.code == "signed_already":
        return _("%(name)s has signed for this department already.") % {"name": refusal.by}
    words = {PlanRefused: _PLAN, CellsRefused: _CELLS, SigningRefused: _SIGNING}[type(refusal)]
    return str(words.get(refusal.code, _("The plan has no such row or column. Reload the page.")))


def _typed_words(refusal: TypedRefused) -> str:
    words = {
        "text": _("“%(text)s” is not a number. Nothing was saved."),
        "fraction": _("“%(text)s” is not whole: there are no parts of it. Nothing was saved."),
        "negative": _("“%(text)s” is negative; a plan is not. Nothing was saved."),
    }
    return words.get(refusal.code, _("The plan has no such row or column. Reload the page.")) % {"text": refusal.text}
