"""The panel on a lead's card: what the regulation says of it clause by clause, and the decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.regulation.fields import Asked, asked_fields
from onegoal.apps.regulation.models import Clause, ClauseKind, Decision
from onegoal.apps.regulation.queries import Judged, attempts_of, is_suppressed, judged_lead
from onegoal.apps.regulation.words import attempts_words, seen_words, wording
from onegoal.apps.sales.models import Lead, Outcome
from onegoal.apps.sales.queries import visible_leads
from onegoal.apps.shell.panels import Panel
from onegoal.core.periods import add_months
from onegoal.core.qualification import Said


@dataclass(frozen=True)
class Explained:
    """A criterion and what it says of the lead, in words."""

    clause: Clause
    words: str
    seen: str
    holds: bool | None


@dataclass(frozen=True)
class Citable:
    """A clause a rejection may cite; `hint` says what the call log or the facts hold."""

    clause: Clause
    words: str
    hint: str = ""


def context(request: HttpRequest, lead: Lead) -> Mapping[str, Any]:
    """Return what the panel shows; the view of a decision adds why it was refused."""
    user: User = request.user  # type: ignore[assignment]
    judged, decisions = judged_lead(lead), list(_decisions(lead))
    last = decisions[-1] if decisions else None
    rejection = next((one for one in decisions if one.outcome == Outcome.REJECTED), None)
    shown: dict[str, Any] = {
        "lead": lead, "judged": judged, "last": last, "seen": last.pk if last else 0,
        "first_rejection": rejection if rejection != last else None,
        "may_decide": has_right(user, Right.WRITE_SALES) and visible_leads(user).filter(pk=lead.pk).exists(),
        "may_override": has_right(user, Right.OVERRIDE), "is_suppressed": is_suppressed(lead.person_id),
        "days": _days(timezone.localdate()),
    }  # fmt: skip
    return shown | (_by_clauses(judged, lead) if judged else {})


def _by_clauses(judged: Judged, lead: Lead) -> dict[str, Any]:
    known = asked_fields()
    clauses = {one.number: one for one in judged.regulation.clauses.all()}
    said = [_explained(one, clauses[one.number], judged, known) for one in judged.verdict.clauses]
    attempts = attempts_of(lead)
    reasons = [
        Citable(one, one.text, attempts_words(attempts, judged.regulation) if one.needs_attempts else "")
        for one in clauses.values()
        if one.kind == ClauseKind.REASON
    ]
    against = [clauses[one.number] for one in (*judged.verdict.failed, *judged.verdict.missing)]
    seen = {one.clause.number: one.seen for one in said}
    return {
        "said": said, "verdict": judged.verdict, "reasons": reasons,
        "failed": [Citable(one, wording(one, known), seen[one.number]) for one in against],
    }  # fmt: skip


def _explained(one: Said, clause: Clause, judged: Judged, known: Mapping[str, Asked]) -> Explained:
    value = judged.facts.get(clause.field)
    return Explained(clause, wording(clause, known), seen_words(one.holds, value, known.get(clause.field)), one.holds)


def _decisions(lead: Lead) -> Any:
    return Decision.objects.filter(lead=lead).select_related("author", "clause").order_by("pk")


def _days(today: dt.date) -> list[tuple[dt.date, Any]]:
    """The quick choices of a day to come back on."""
    return [
        (today + dt.timedelta(days=7), _("in a week")),
        (add_months(today, 1), _("in a month")),
        (add_months(today, 3), _("in three months")),
    ]


PANEL = Panel(
    key="regulation", of="lead", title=_("Regulation"), template="regulation/panel.html", context=context,
    place="main", order=22,
)  # fmt: skip
