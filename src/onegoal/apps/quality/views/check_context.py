"""All that a rejection is judged by: what the regulation said then, attempts, calls, notes, what happened before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from onegoal.apps.accounts.models import User
from onegoal.apps.company.models import CustomEntity, CustomField
from onegoal.apps.people.timeline import timeline
from onegoal.apps.quality.models import Check
from onegoal.apps.regulation.fields import asked_fields
from onegoal.apps.regulation.models import ClauseKind, Decision
from onegoal.apps.regulation.words import value_words, wording
from onegoal.apps.sales.models import Call, Direction, Lead
from onegoal.apps.sales.queries import visible_calls

_MOST_CALLS: Final = 50
_MOST_MOMENTS: Final = 60


@dataclass(frozen=True)
class ClauseLine:
    """What one criterion said of the lead when it was rejected; `holds` is None where not enough was known."""

    number: str
    text: str
    holds: bool | None
    value: str
    is_required: bool
    weight: int
    is_cited: bool


def judged_on(user: User, check: Check) -> dict[str, Any]:
    """Return what the page of a check shows beside the decision itself."""
    decision, lead = check.decision, check.decision.lead
    calls = list(calls_about(user, lead)[:_MOST_CALLS])
    attempts = [one for one in calls if _is_attempt(one, decision)]
    return {
        "chance": None if check.chance_bp is None else check.chance_bp / 10_000,
        "custom": _own_fields(lead),
        "decision": decision,
        "lead": lead,
        "clauses": clause_lines(decision),
        "calls": calls,
        "attempts": attempts,
        "attempt_days": len({timezone.localtime(one.started_at).date() for one in attempts}),
        "history": lead.decisions.exclude(pk=decision.pk).select_related("author", "seller", "clause", "check_of"),
        "moments": timeline(user, lead.person)[:_MOST_MOMENTS],
    }


def clause_lines(decision: Decision) -> list[ClauseLine]:
    """Return the regulation's criteria with what each said then, in the order of the regulation."""
    if decision.regulation is None:
        return []
    said = {str(one.get("number", "")): one for one in decision.verdict if isinstance(one, dict)}
    criteria, fields = decision.regulation.clauses.filter(kind=ClauseKind.CRITERION), asked_fields()
    return [
        ClauseLine(
            one.number, wording(one, fields), said[one.number].get("holds"),
            value_words(said[one.number].get("value"), fields.get(one.field)), one.is_required, one.weight,
            one.pk == decision.clause_id,
        )
        for one in criteria
        if one.number in said
    ]  # fmt: skip


def calls_about(user: User, lead: Lead) -> QuerySet[Call]:
    """Return the calls about a lead or with its person that the user may know of, the latest first."""
    about = Q(lead=lead) | Q(person=lead.person_id)
    return visible_calls(user).filter(about).select_related("seller").order_by("-started_at", "-pk")


def _is_attempt(call: Call, decision: Decision) -> bool:
    """Tell whether a call was one to reach the person before the rejection: an answered one did reach them."""
    is_before = decision.lead.created_at <= call.started_at <= decision.at
    return is_before and call.direction == Direction.OUT and not call.is_answered


def _own_fields(lead: Lead) -> list[tuple[str, Any]]:
    fields = CustomField.objects.filter(entity=CustomEntity.LEAD)
    return [(one.label, lead.custom[one.key]) for one in fields if lead.custom.get(one.key) not in (None, "")]
