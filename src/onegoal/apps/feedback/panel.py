"""The panel on a lead's card: how good the lead is, what the buyer objects, and questions about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.feedback import queries
from onegoal.apps.feedback.forms import AskForm
from onegoal.apps.feedback.models import LeadMark, LeadQuality
from onegoal.apps.feedback.queries import other_side
from onegoal.apps.sales.models import Lead, Objection
from onegoal.apps.shell.panels import Panel

_FIRST_OBJECTION_KEY, _LAST_KEY = 4, 9


@dataclass(frozen=True)
class Tap:
    """One thing a seller can say with one tap or key."""

    name: str
    value: str
    label: str | Promise
    key: str
    is_on: bool
    icon: str = ""


def panel_context(request: HttpRequest, lead: Lead) -> dict[str, Any] | None:
    """Return what the panel shows this reader; nothing to those who give no feedback."""
    user: User = request.user  # type: ignore[assignment]
    if not has_right(user, Right.GIVE_FEEDBACK):
        return None
    mark = queries.current_mark(lead)
    questions = queries.visible_questions(user).filter(lead=lead).select_related("author", "answered_by", "addressee")
    return {
        "mark": mark,
        "may_mark": has_right(user, Right.WRITE_SALES),
        "qualities": _qualities(mark),
        "objections": _objections(mark),
        "questions": questions,
        "now": timezone.now(),
        "ask_form": AskForm(
            colleagues=queries.colleagues_of_sides(), initial={"side": other_side(user), "due": "today"}, prefix="ask"
        ),
    }


PANEL = Panel(
    "feedback", "lead", _("Feedback to marketing"), "feedback/panel.html", panel_context, place="main", order=25
)  # fmt: skip


def _qualities(mark: LeadMark | None) -> list[Tap]:
    now = mark.quality if mark else ""

    def tap(quality: LeadQuality, key: str, *, icon: str) -> Tap:
        return Tap("quality", quality.value, quality.label, key, quality == now, icon)

    return [
        tap(LeadQuality.GOOD, "1", icon="thumb-up"),
        tap(LeadQuality.FAIR, "2", icon="mood-neutral"),
        tap(LeadQuality.BAD, "3", icon="thumb-down"),
    ]


def _objections(mark: LeadMark | None) -> list[Tap]:
    now = mark.objection_id if mark else None
    taps = []
    for key, objection in enumerate(Objection.objects.filter(is_active=True), start=_FIRST_OBJECTION_KEY):
        letter = str(key) if key <= _LAST_KEY else ""
        taps.append(Tap("objection", str(objection.pk), objection.name, letter, objection.pk == now))
    return taps
