"""Reads of the regulation: the version for a moment, the verdict on a lead, attempts to reach, decisions, the suppressed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.reach import reach_of
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.company.models import Company
from onegoal.apps.company.queries import current_company
from onegoal.apps.people.queries import visible_people
from onegoal.apps.regulation.facts import Facts, facts_of
from onegoal.apps.regulation.fields import Asked, asked_fields
from onegoal.apps.regulation.models import Clause, ClauseKind, Decision, Regulation, State, Suppression
from onegoal.apps.sales.models import Call, Direction, Lead
from onegoal.apps.sales.queries import visible_leads
from onegoal.core import qualification
from onegoal.core.criteria import Criterion, Field, Kind, Operator
from onegoal.core.qualification import Flaw, Judge, Verdict

UNDO: Final = "undo"
"""The `via` of a decision that takes the one before back."""
_OPERATORS: Final = frozenset(Operator)


@dataclass(frozen=True)
class Attempts:
    """How often it was tried to reach the person since the lead came, on how many days, and whether somebody answered."""

    count: int = 0
    days: int = 0
    is_reached: bool = False

    def are_enough(self, regulation: Regulation) -> bool:
        """Tell whether the agreed number stands in the call log."""
        return self.count >= regulation.attempts_needed and self.days >= regulation.attempts_days


def visible_regulations(user: User) -> QuerySet[Regulation]:
    """Return the versions the user may read: everybody who has figures reads the regulation they are judged by."""
    return Regulation.objects.all() if has_right(user, Right.SEE_FIGURES) else Regulation.objects.none()


def visible_decisions(user: User) -> QuerySet[Decision]:
    """Return the decisions on leads the user may see."""
    if reach_of(user).is_everything:
        return Decision.objects.all()
    return Decision.objects.filter(lead_id__in=visible_leads(user).order_by().values("pk"))


def visible_suppressions(user: User) -> QuerySet[Suppression]:
    """Return those never to be targeted, as far as the user may see the people, the lifted ones too."""
    if not has_right(user, Right.SEE_SUPPRESSED):
        return Suppression.objects.none()
    if reach_of(user).is_everything:
        return Suppression.objects.all()
    return Suppression.objects.filter(person_id__in=visible_people(user).values("pk"))


def regulation_for(at: dt.datetime) -> Regulation | None:
    """Return the version that was in force at a moment; of two from the same moment the later version."""
    signed = Regulation.objects.filter(state=State.SIGNED, valid_from__lte=at)
    return signed.order_by("-valid_from", "-number").first()


def versions_in_force() -> list[Regulation]:
    """Return the signed versions, the one that holds latest first: the first with `valid_from` not after a moment is its."""
    return list(Regulation.objects.filter(state=State.SIGNED).order_by("-valid_from", "-number"))


def criteria_of(regulation: Regulation, known: Mapping[str, Asked] | None = None) -> list[Criterion]:
    """Return a version's criteria, in order; a field that is no more is one of which nothing is known."""
    fields = asked_fields() if known is None else known
    clauses = [clause for clause in regulation.clauses.all() if clause.kind == ClauseKind.CRITERION]
    return [criterion_of(clause, fields) for clause in clauses if clause.operator in _OPERATORS]


def criterion_of(clause: Clause, fields: Mapping[str, Asked]) -> Criterion:
    """Return a clause as data it can be judged by."""
    field = fields[clause.field].field if clause.field in fields else Field(clause.field, Kind.TEXT)
    operator = Operator(clause.operator)
    return Criterion(clause.number, field, operator, clause.value, clause.weight, clause.is_required)


def judge_of(regulation: Regulation, known: Mapping[str, Asked] | None = None) -> Judge:
    """Return a version made ready to judge leads."""
    return Judge(qualification.Regulation(tuple(criteria_of(regulation, known)), regulation.threshold))


def verdict_of(lead: Lead) -> Verdict | None:
    """Return what the version in force at the lead's arrival says of it now, or None when there was none."""
    judged = judged_lead(lead)
    return judged.verdict if judged else None


@dataclass(frozen=True)
class Judged:
    """A lead's verdict with the version it comes from and the facts as they are stored."""

    regulation: Regulation
    verdict: Verdict
    facts: Mapping[str, object]


def judged_lead(lead: Lead) -> Judged | None:
    """Return the verdict on one lead with what it was made of."""
    regulation = regulation_for(lead.created_at)
    return judge_by(regulation, lead) if regulation else None


def judge_by(regulation: Regulation, lead: Lead) -> Judged:
    """Return what one version says of a lead now."""
    fields = asked_fields()
    judge = judge_of(regulation, fields)
    facts: Facts = facts_of(Lead.objects.filter(pk=lead.pk), judge.keys, known=fields)
    own = facts.of(0)
    return Judged(regulation, judge.judge(own), own)


def flaws_of(regulation: Regulation) -> list[Flaw]:
    """Return why a version cannot be signed: `empty`, `unknown_field` and what contradicts itself."""
    fields = asked_fields()
    clauses = [clause for clause in regulation.clauses.all() if clause.kind == ClauseKind.CRITERION]
    if not clauses:
        return [Flaw("empty")]
    strange = [Flaw("unknown_field", (one.number,)) for one in clauses if one.field not in fields]
    strange += [Flaw("no_value", (one.number,)) for one in clauses if one.operator not in _OPERATORS]
    return strange or qualification.contradictions(criteria_of(regulation, fields), regulation.threshold)


def attempts_of(lead: Lead) -> Attempts:
    """Return the outgoing calls to the lead's person since it came that nobody answered; days are the company's."""
    return attempts_of_many([lead])[lead.pk]


def attempts_of_many(leads: Iterable[Lead]) -> dict[int, Attempts]:
    """Return the attempts to reach the person of each lead, by its id."""
    wanted = list(leads)
    zone = company_zone(current_company())
    calls: dict[int, list[tuple[dt.datetime, bool, str, int | None]]] = {}
    named = Q(lead_id__in=[lead.pk for lead in wanted]) | Q(person_id__in={lead.person_id for lead in wanted})
    person_of = {lead.pk: lead.person_id for lead in wanted}
    rows = Call.objects.filter(named).values_list("person_id", "lead_id", "started_at", "is_answered", "direction")
    for person_id, lead_id, at, is_answered, direction in rows:
        owner = person_of.get(lead_id) if lead_id in person_of else person_id
        calls.setdefault(owner or 0, []).append((at, is_answered, direction, lead_id))
    return {lead.pk: _attempts(lead, calls.get(lead.person_id, []), zone) for lead in wanted}


def _attempts(lead: Lead, calls: list[tuple[dt.datetime, bool, str, int | None]], zone: ZoneInfo) -> Attempts:
    since = [call for call in calls if call[0] >= lead.created_at]
    tried = [at for at, is_answered, direction, _ in since if direction == Direction.OUT and not is_answered]
    days = {at.astimezone(zone).date() for at in tried}
    return Attempts(len(tried), len(days), any(is_answered for _, is_answered, _, _ in since))


def company_zone(company: Company) -> ZoneInfo:
    """Return the zone the company's days are counted in; one nobody knows is UTC."""
    try:
        return ZoneInfo(company.time_zone)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def with_standing(decisions: QuerySet[Any]) -> QuerySet[Any]:
    """Say of each decision whether it holds or held (`is_standing`): it is no undo and was not undone by the very next one."""
    following = Decision.objects.filter(lead=OuterRef("lead"), pk__gt=OuterRef("pk")).order_by("pk").values("via")[:1]
    told = decisions.annotate(followed_by=Coalesce(Subquery(following), Value("")))
    return told.annotate(is_standing=~Q(via=UNDO) & ~Q(followed_by=UNDO))


def standing_decisions() -> QuerySet[Decision]:
    """Return the decisions that hold or held: neither those taken back at once nor the taking back itself."""
    return with_standing(Decision.objects.all()).filter(is_standing=True)


def last_decision(lead_id: int) -> Decision | None:
    """Return what was noted last about a lead, or None."""
    return Decision.objects.filter(lead_id=lead_id).order_by("-id").first()


def is_suppressed(person_id: int) -> bool:
    """Tell whether the person is on the list of those never to be targeted."""
    return Suppression.objects.filter(person_id=person_id, lifted_at=None).exists()
