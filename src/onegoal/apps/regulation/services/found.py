"""Decisions that were made elsewhere (an import, the API, a dragged card) are written down; warmed-up leads come back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Final

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from onegoal.apps.audit.bulk import Batch
from onegoal.apps.audit.models import AuditEntry
from onegoal.apps.audit.services import record_change
from onegoal.apps.company.models import Company
from onegoal.apps.company.queries import current_company
from onegoal.apps.regulation.facts import facts_of
from onegoal.apps.regulation.fields import Asked, asked_fields
from onegoal.apps.regulation.models import Clause, Decision, Regulation, TrailRead
from onegoal.apps.regulation.queries import Judged, attempts_of_many, company_zone, judge_of, versions_in_force
from onegoal.apps.regulation.services.deciding import contradiction_of, move_lead, snapshot_of
from onegoal.apps.regulation.services.suppression import lift_for_lead, suppress_person
from onegoal.apps.sales.models import Lead, Outcome, Task, TaskKind
from onegoal.apps.sales.services import save_record

RETURN_SOURCE: Final = "regulation"
"""The source of tasks that tell a seller of a lead that came back."""
_ENTRIES: Final = 1_000  # one transaction, which others wait for, stays short
# Entries of transactions that ended out of order: reading some twice changes nothing.
_OVERLAP: Final = 500


def note_found_decisions(*, now: dt.datetime, most_chunks: int = 100) -> int:
    """Read on in the trail and give each lead whose outcome differs from its last decision a decision; return how many."""
    noted = 0
    for _chunk in range(most_chunks):
        found, is_over = _read_on(now)
        noted += found
        if is_over:
            break
    return noted


def bring_back_nurtured(*, now: dt.datetime) -> int:
    """Send leads whose day has come back to work, each with a task for its seller; return how many.

    A lead of somebody who has left becomes nobody's, so that it is distributed like a new one.
    """
    company = current_company()
    today = now.astimezone(company_zone(company)).date()
    due = Lead.objects.filter(outcome=Outcome.NURTURE, returns_on__lte=today).order_by("returns_on", "pk")
    return sum(_bring_back(pk, today, company, now) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _read_on(now: dt.datetime) -> tuple[int, bool]:
    """Read one stretch of the trail; tell how many decisions were noted and whether it was the last stretch."""
    place, _is_new = TrailRead.objects.select_for_update().get_or_create(pk=1)
    newest = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    if newest <= place.last_entry:
        return 0, True
    until = min(newest, place.last_entry + _ENTRIES)
    entries = AuditEntry.objects.filter(
        pk__gt=place.last_entry - _OVERLAP, pk__lte=until, entity="lead", after__has_key="outcome"
    )
    latest = {entry.entity_id: entry for entry in entries.order_by("pk")}
    noted = _note(latest, now) if latest else 0
    place.last_entry = until
    place.save()
    return noted, until == newest


def _note(entries: Mapping[int, AuditEntry], now: dt.datetime) -> int:
    # Locked, so that nobody decides on one of them between the look at its decisions and the writing.
    leads = Lead.objects.select_for_update(of=("self",)).filter(pk__in=entries).select_related("person")
    last = dict(Decision.objects.filter(lead_id__in=entries).order_by("pk").values_list("lead_id", "outcome"))
    fresh = [lead for lead in leads if lead.outcome != last.get(lead.pk, Outcome.OPEN)]
    if not fresh:
        return 0
    judged, attempts, clauses = _judged(fresh), attempts_of_many(fresh), {}
    batch = Batch(Decision, now=now)
    made: list[tuple[Decision, Lead]] = []
    for lead in fresh:
        entry, own = entries[lead.pk], judged.get(lead.pk)
        is_rejection = lead.outcome == Outcome.REJECTED
        if own is not None and own.regulation.pk not in clauses:
            clauses[own.regulation.pk] = list(own.regulation.clauses.all())
        clause = cited_clause(lead.reason, clauses[own.regulation.pk]) if own and is_rejection else None
        decision = Decision(
            lead=lead, at=lead.outcome_at or entry.at, author_id=entry.actor_id, seller_id=lead.seller_id, via=entry.via,
            outcome=lead.outcome, clause=clause, reason=lead.reason if is_rejection else "",
            returns_on=lead.returns_on if lead.outcome == Outcome.NURTURE else None,
            attempts=min(attempts[lead.pk].count, 32_767),
            contradiction=contradiction_of(clause, own, attempts[lead.pk]) if is_rejection else "", **snapshot_of(own),
        )  # fmt: skip
        made.append((batch.add(decision), lead))
    batch.save()
    for decision, lead in made:
        if decision.clause is not None and decision.clause.suppresses:
            suppress_person(decision=decision, author=decision.author, now=now)
        elif lead.outcome != Outcome.REJECTED and lead.pk in last:
            lift_for_lead(lead_id=lead.pk, now=now)
    return len(made)


def cited_clause(reason: str, clauses: Iterable[Clause]) -> Clause | None:
    """Return the clause that a reason written elsewhere cites: by its number before the words, or by the words alone."""
    words = " ".join(reason.split()).casefold()
    if not words:
        return None
    for clause in clauses:
        own = " ".join(clause.text.split()).casefold()
        if words in (own, clause.number.casefold()) or words.startswith(f"{clause.number.casefold()} "):
            return clause
    return None


def _judged(leads: list[Lead]) -> dict[int, Judged]:
    """The verdicts on leads, each by the version of its arrival; those from before the first version have none."""
    versions, known = versions_in_force(), asked_fields()
    groups: dict[int, list[int]] = {}
    for lead in leads:
        version = next((one for one in versions if one.valid_from and one.valid_from <= lead.created_at), None)
        if version is not None:
            groups.setdefault(version.pk, []).append(lead.pk)
    by_id = {version.pk: version for version in versions}
    return {pk: one for version, ids in groups.items() for pk, one in _by(by_id[version], ids, known)}


def _by(version: Regulation, ids: list[int], known: Mapping[str, Asked]) -> Iterable[tuple[int, Judged]]:
    judge = judge_of(version, known)
    facts = facts_of(Lead.objects.filter(pk__in=ids), judge.keys, known=known)
    for place, pk in enumerate(facts.ids):
        own = facts.of(place)
        yield pk, Judged(version, judge.judge(own), own)


@transaction.atomic
def _bring_back(pk: int, today: dt.date, company: Company, now: dt.datetime) -> bool:
    lead = Lead.objects.select_for_update(of=("self",)).select_related("person", "seller").get(pk=pk)
    if lead.outcome != Outcome.NURTURE or lead.returns_on is None or lead.returns_on > today:
        return False
    seller = lead.seller
    if seller is not None and (not seller.is_active or (seller.left_on and seller.left_on <= today)):
        lead.seller = lead.assigned_at = lead.response_due_at = None
    with translation.override(company.language):
        decision = Decision.objects.create(
            lead=lead, at=now, seller=seller, via="job", outcome=Outcome.OPEN, reason=_("came back from warming up")
        )
        record_change(record=decision, before={}, now=now)
        move_lead(lead, Outcome.OPEN, now)
        if lead.seller is not None:
            _set_task(lead, decision, today, company, now)
    return True


def _set_task(lead: Lead, decision: Decision, today: dt.date, company: Company, now: dt.datetime) -> None:
    """Ask the seller to call back before the day is over."""
    evening = dt.datetime.combine(today, dt.time(23, 59), company_zone(company)).astimezone(dt.UTC)
    task = Task(
        source=RETURN_SOURCE, source_id=f"return:{decision.pk}", title=_("Call back: warmed up, the day has come"),
        kind=TaskKind.CALL, person=lead.person, lead=lead, assignee=lead.seller, created_at=now, due_at=evening,
    )  # fmt: skip
    save_record(record=task, now=now)
