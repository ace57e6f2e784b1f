"""Decisions on leads: qualify, warm up, reject by a clause, send back to work; each is written down and none is changed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.audit.services import current_author, mark_stale, plain, record_change
from onegoal.apps.company.models import Pipeline, Stage
from onegoal.apps.company.queries import current_company
from onegoal.apps.regulation.models import Clause, ClauseKind, Contradiction, Decision, Result
from onegoal.apps.regulation.queries import (
    UNDO,
    Attempts,
    Judged,
    attempts_of,
    company_zone,
    judged_lead,
    last_decision,
)
from onegoal.apps.regulation.services.suppression import lift_for_lead, suppress_person
from onegoal.apps.sales.completeness import missing_fields
from onegoal.apps.sales.models import Lead, Outcome
from onegoal.apps.sales.services import save_lead
from onegoal.core import qualification

_KEPT: Final = ("stage_id", "outcome", "outcome_at", "qualified_at", "reason", "returns_on", "returned_at")


class DecisionRefused(Exception):
    """A decision that is not taken.

    `code` is fails or unknown (`clauses` are those that stand against it), attempts or reached (with `attempts`),
    no_clause, foreign_clause, no_reason, no_date, past_date, override, already, meanwhile (with `last`), not_yours or
    fields (with the names of the `fields` that the card must hold before it enters the stage).
    """

    def __init__(
        self,
        code: str,
        clauses: tuple[str, ...] = (),
        *,
        attempts: Attempts | None = None,
        last: Decision | None = None,
        fields: tuple[str, ...] = (),
    ) -> None:
        self.code, self.clauses, self.attempts, self.last, self.fields = code, clauses, attempts, last, fields
        super().__init__(code)


@dataclass(frozen=True)
class _Asked:
    """What somebody wants to decide."""

    outcome: str
    author: User | None
    clause: Clause | None
    sub_reason: str
    reason: str
    note: str
    returns_on: dt.date | None
    override: str


@transaction.atomic
def decide_lead(
    *, lead: Lead, outcome: str, author: User | None, now: dt.datetime, clause: Clause | None = None,
    sub_reason: str = "", reason: str = "", note: str = "", returns_on: dt.date | None = None, override: str = "",
) -> Decision:  # fmt: skip
    """Decide on a lead by the version in force at its arrival and write the decision with what that version says.

    `lead` as its reader saw it: when it was decided meanwhile the decision is refused. Raises: DecisionRefused.
    """
    if outcome not in (Outcome.QUALIFIED, Outcome.NURTURE, Outcome.REJECTED):
        raise ValueError(outcome)
    stored = _unchanged(lead)
    asked = _Asked(
        outcome, author, clause, sub_reason.strip(), reason.strip(), note.strip(), returns_on, override.strip()
    )
    judged, attempts = judged_lead(stored), attempts_of(stored)
    is_forced = _check(stored, asked, judged, attempts, now)
    if missing := missing_fields(stored, first_stage(outcome)):
        raise DecisionRefused("fields", fields=tuple(missing))
    decision = _written(stored, asked, judged, attempts, now, is_forced)
    move_lead(stored, asked.outcome, now, reason=decision.reason, returns_on=decision.returns_on)
    if clause is not None and clause.suppresses and outcome == Outcome.REJECTED:
        suppress_person(decision=decision, author=author, now=now)
    elif outcome != Outcome.REJECTED:
        lift_for_lead(lead_id=stored.pk, now=now)
    lead.refresh_from_db()
    return decision


@transaction.atomic
def return_to_work(*, lead: Lead, seller: User | None, author: User | None, now: dt.datetime, note: str) -> Decision:
    """Send a decided lead back to work; the decisions before stay, whoever else gave it back first is told of.

    The lead's seller and clock are the caller's: `desk.services.assign_lead`. Raises: DecisionRefused `meanwhile`, `already`.
    """
    stored = _unchanged(lead)
    if stored.outcome == Outcome.OPEN:
        raise DecisionRefused("already", last=last_decision(stored.pk))
    asked = _Asked(Outcome.OPEN, author, None, "", "", note.strip(), None, "")
    decision = _written(stored, asked, judged_lead(stored), attempts_of(stored), now, seller=seller)
    stored.returned_at = now
    move_lead(stored, Outcome.OPEN, now)
    lift_for_lead(lead_id=stored.pk, now=now)
    lead.refresh_from_db()
    return decision


def state_of(lead: Lead) -> dict[str, Any]:
    """Return what a decision changes of a lead, for its undo."""
    return {name: plain(getattr(lead, name)) for name in _KEPT}


@transaction.atomic
def undo_decision(*, decision: Decision, held: dict[str, Any], author: User, now: dt.datetime) -> Decision:
    """Take the last decision on a lead back by a new one that restores what was; the undone one stays on record.

    `held` is the lead's `state_of` before. Raises: DecisionRefused `meanwhile` when it was decided again since.
    """
    stored = Lead.objects.select_for_update(of=("self",)).get(pk=decision.lead_id)
    last = last_decision(stored.pk)
    if last is None or last.pk != decision.pk or stored.outcome != decision.outcome:
        raise DecisionRefused("meanwhile", last=last)
    former: dict[str, Any] = {name: _read_back(name, held[name]) for name in _KEPT if name in held}
    asked = _Asked(held["outcome"], author, None, "", held["reason"], "", former["returns_on"], "")
    undone = _written(stored, asked, judged_lead(stored), attempts_of(stored), now, is_undo=True)
    for name, value in former.items():
        setattr(stored, name, value)
    _save_as_it_was(stored, former, now)
    if decision.outcome == Outcome.REJECTED:
        lift_for_lead(lead_id=stored.pk, now=now)
    # What was undone counts no longer, though its own record stays as it is.
    mark_stale(entity="decision", ids=[decision.pk])
    return undone


def contradiction_of(clause: Clause | None, judged: Judged | None, attempts: Attempts) -> str:
    """Return why a rejection by `clause` does not agree with the version the lead is judged by, or an empty text."""
    if judged is None:
        return ""
    qualifies = judged.verdict.result is qualification.Result.QUALIFIES
    if clause is None:
        return Contradiction.QUALIFIES if qualifies else Contradiction.NO_CLAUSE
    if clause.kind == ClauseKind.CRITERION:
        said = next((one for one in judged.verdict.clauses if one.number == clause.number), None)
        if said is not None and said.holds:
            return Contradiction.CLAUSE_HOLDS
        return Contradiction.QUALIFIES if qualifies else ""
    if clause.needs_attempts and (attempts.is_reached or not attempts.are_enough(judged.regulation)):
        return Contradiction.ATTEMPTS
    return ""


def snapshot_of(judged: Judged | None) -> dict[str, Any]:
    """Return what a decision keeps of the verdict: result, points, and what each criterion said of which value."""
    if judged is None:
        return {}
    verdict = judged.verdict
    said = [
        {"number": one.number, "holds": one.holds, "value": plain(judged.facts.get(one.criterion.field.key))}
        for one in verdict.clauses
    ]
    return {
        "regulation": judged.regulation, "result": Result(verdict.result.value), "points": verdict.points,
        "verdict": said,
    }  # fmt: skip


def first_stage(kind: str) -> Stage | None:
    """Return the first stage of leads with a meaning, or None when the company has none."""
    return Stage.objects.filter(pipeline=Pipeline.LEAD, kind=kind).order_by("position", "id").first()


def _read_back(name: str, value: Any) -> Any:
    field: Any = Lead._meta.get_field(name.removesuffix("_id"))
    return field.to_python(value)


def _unchanged(lead: Lead) -> Lead:
    stored = Lead.objects.select_for_update(of=("self",)).select_related("person").get(pk=lead.pk)
    if (stored.outcome, stored.outcome_at, stored.returns_on) != (lead.outcome, lead.outcome_at, lead.returns_on):
        raise DecisionRefused("meanwhile", last=last_decision(lead.pk))
    return stored


def _check(stored: Lead, asked: _Asked, judged: Judged | None, attempts: Attempts, now: dt.datetime) -> bool:
    """Refuse what may not be decided; tell whether the author decides in spite of the regulation."""
    may_force = asked.author is not None and has_right(asked.author, Right.OVERRIDE) and bool(asked.override)
    if asked.override and not may_force:
        raise DecisionRefused("override")
    if asked.outcome == Outcome.QUALIFIED:
        return _check_qualifying(stored, judged, may_force)
    if asked.outcome == Outcome.NURTURE:
        return _check_nurturing(asked, now)
    return _check_rejecting(stored, asked, judged, attempts, may_force)


def _check_qualifying(stored: Lead, judged: Judged | None, may_force: bool) -> bool:
    if stored.outcome == Outcome.QUALIFIED:
        raise DecisionRefused("already", last=last_decision(stored.pk))
    if judged is None or judged.verdict.result is qualification.Result.QUALIFIES:
        return False
    if may_force:
        return True
    verdict = judged.verdict
    fails = verdict.result is qualification.Result.FAILS
    against = verdict.failed if fails else verdict.missing
    raise DecisionRefused("fails" if fails else "unknown", tuple(one.number for one in against))


def _check_nurturing(asked: _Asked, now: dt.datetime) -> bool:
    if asked.returns_on is None:
        raise DecisionRefused("no_date")
    if asked.returns_on <= now.astimezone(company_zone(current_company())).date():
        raise DecisionRefused("past_date")
    return False


def _check_rejecting(stored: Lead, asked: _Asked, judged: Judged | None, attempts: Attempts, may_force: bool) -> bool:
    clause = asked.clause
    if stored.outcome == Outcome.REJECTED:
        raise DecisionRefused("already", last=last_decision(stored.pk))
    if clause is not None and (judged is None or clause.regulation_id != judged.regulation.pk):
        raise DecisionRefused("foreign_clause")
    if judged is None:
        if not asked.reason:
            raise DecisionRefused("no_reason")
        return False
    if clause is None:
        raise DecisionRefused("no_clause")
    if not clause.needs_attempts or (attempts.are_enough(judged.regulation) and not attempts.is_reached):
        return False
    if may_force:
        return True
    raise DecisionRefused("reached" if attempts.is_reached else "attempts", (clause.number,), attempts=attempts)


def _written(
    stored: Lead, asked: _Asked, judged: Judged | None, attempts: Attempts, now: dt.datetime, is_forced: bool = False,
    *, seller: User | None = None, is_undo: bool = False,
) -> Decision:  # fmt: skip
    clause = asked.clause
    reason = f"{clause.number} {clause.text}" if clause else asked.reason
    is_rejection = asked.outcome == Outcome.REJECTED and not is_undo
    decision = Decision.objects.create(
        lead=stored, at=now, author=asked.author, seller=seller or stored.seller,
        via=UNDO if is_undo else current_author().via,
        outcome=asked.outcome, clause=clause, sub_reason=asked.sub_reason[:200], reason=reason[:300], note=asked.note,
        returns_on=asked.returns_on if asked.outcome == Outcome.NURTURE else None,
        attempts=min(attempts.count, 32_767), override=asked.override[:300] if is_forced else "",
        contradiction=contradiction_of(clause, judged, attempts) if is_rejection else "", **snapshot_of(judged),
    )  # fmt: skip
    record_change(record=decision, before={}, now=now)
    return decision


def move_lead(
    lead: Lead, outcome: str, now: dt.datetime, *, reason: str = "", returns_on: dt.date | None = None
) -> None:
    """Bring a lead to the first stage of an outcome; without such a stage it stays where it is, decided all the same."""
    lead.stage = first_stage(outcome) or lead.stage
    lead.outcome = outcome
    lead.outcome_at = None if outcome == Outcome.OPEN else now
    lead.reason, lead.returns_on = reason[:300], returns_on
    save_lead(lead=lead, now=now)


def _save_as_it_was(lead: Lead, former: dict[str, Any], now: dt.datetime) -> None:
    """Store a lead with its former values; a stage it goes back to is entered again, now."""
    save_lead(lead=lead, now=now)
    if any(getattr(lead, name) != value for name, value in former.items()):
        for name, value in former.items():
            setattr(lead, name, value)
        save_lead(lead=lead, now=now)
