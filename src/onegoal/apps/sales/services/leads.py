"""Leads as rows from outside tell of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from onegoal.apps.audit.bulk import Batch, fate_of, find_by_source, one_writer, take_in
from onegoal.apps.audit.checks import check_custom, check_text, check_texts
from onegoal.apps.audit.intake import RowFate, RowRefused
from onegoal.apps.company.models import Pipeline, Stage, StageKind
from onegoal.apps.company.services import stage_kind
from onegoal.apps.marketing.intake import OriginMarks
from onegoal.apps.marketing.services import check_marks, find_or_create_campaigns, find_origins
from onegoal.apps.people.services import PersonNeed, check_ref, settle_people
from onegoal.apps.sales.intake import LeadRow
from onegoal.apps.sales.models import Lead, Outcome, RequestType
from onegoal.apps.sales.services.history import StageHistory
from onegoal.apps.sales.services.links import link_waiting_deals, own_mark
from onegoal.apps.sales.services.names import STAGE_LIMIT, WORK_TEXTS, WorkNames

_NOTE_LIMIT = 20_000
_NO_MARKS = OriginMarks()


@one_writer
def take_in_leads(*, rows: Sequence[LeadRow], now: dt.datetime) -> list[RowFate]:
    """Create or change leads by source id; the first origin of a lead is never rewritten."""
    return take_in(rows, check=_check, settle=lambda sound: _settle(sound, now))


def _check(row: LeadRow) -> None:
    check_texts(row, WORK_TEXTS)
    check_text("note", row.note, _NOTE_LIMIT)
    for moment in row.stages:
        check_text("stage", moment.stage, STAGE_LIMIT)
    check_ref(row.person)
    check_marks(row.marks)
    check_custom(row.custom)
    if row.request_type and row.request_type not in RequestType.values:
        raise RowRefused("request_type", "unknown_request_type", value=row.request_type)


def _settle(rows: list[LeadRow], now: dt.datetime) -> list[RowFate | RowRefused]:
    known = find_by_source(Lead, [(row.source, row.source_id) for row in rows])
    names = WorkNames(pipeline=Pipeline.LEAD, rows=rows, now=now)
    origins = find_origins([_with_request(row) for row in rows])
    find_or_create_campaigns(marks=[row.marks for row in rows], now=now)
    needs = [_need(row, known.get((row.source, row.source_id))) for row in rows]
    persons = settle_people(needs=needs, now=now)
    history = StageHistory(of="lead", records=known.values(), now=now)
    batch = Batch(Lead, now=now)
    created: list[Lead] = []
    outcomes: list[tuple[Lead, bool, bool]] = []
    for row, origin_id, settled in zip(rows, origins, persons, strict=True):
        lead = known.get((row.source, row.source_id))
        is_new = lead is None
        if lead is None:
            lead = batch.add(
                Lead(source=row.source, source_id=row.source_id, origin_id=origin_id, last_origin_id=origin_id)
            )
            created.append(lead)
            if row.source_id:
                known[row.source, row.source_id] = lead
        values = names.values(row) | _values(row, lead, origin_id) | {"person_id": settled.person.pk}
        values |= stage_values(lead, row, names)
        is_changed = batch.apply(lead, values) | settled.is_changed
        is_changed |= history.enter(lead, names.dated_stages(row))
        outcomes.append((lead, is_new, is_changed))
    batch.save()
    history.save()
    if created:
        link_waiting_deals(leads=created, now=now)
    return [fate_of(lead.pk, is_new=is_new, is_changed=is_changed) for lead, is_new, is_changed in outcomes]


def _with_request(row: LeadRow) -> OriginMarks:
    return replace(row.marks, request_type=row.request_type)


def _need(row: LeadRow, lead: Lead | None) -> PersonNeed:
    own = own_mark("lead", row.source, row.source_id)
    return PersonNeed(ref=row.person, at=row.created_at, own=own, known_id=lead.person_id if lead else None)


def _values(row: LeadRow, lead: Lead, origin_id: int) -> dict[str, Any]:
    told: dict[str, Any] = {
        "created_at": row.created_at,
        "request_type": row.request_type,
        "first_response_at": row.first_response_at,
        "note": row.note.strip(),
        "custom": {**lead.custom, **row.custom} if row.custom else None,
        "last_origin_id": origin_id if row.marks != _NO_MARKS else None,
    }
    return {name: value for name, value in told.items() if value}


def stage_values(lead: Lead, row: LeadRow, names: WorkNames) -> dict[str, Any]:
    """Return what the row's stages and outcome mean for a lead: its stage, outcome and when it was qualified."""
    stage, dated = names.current_stage(row), names.dated_stages(row)
    outcome = _outcome(row, stage)
    values: dict[str, Any] = {"stage_id": stage.pk} if stage else {}
    if outcome:
        values["outcome"] = outcome
        decided = [at for entered, at in dated if entered.kind == outcome]
        if decided and outcome != Outcome.OPEN:
            values["outcome_at"] = decided[-1]
        elif outcome != lead.outcome and lead.pk:
            values["outcome_at"] = None  # it was decided anew, at a moment nobody told
    return values | _qualified(lead, row.created_at, outcome, dated)


def _outcome(row: LeadRow, stage: Stage | None) -> str:
    if row.outcome:
        kind = stage_kind(pipeline=Pipeline.LEAD, text=row.outcome)
        return kind if kind in Outcome.values else Outcome.OPEN.value
    return stage.kind if stage and stage.kind in Outcome.values else ""


def _qualified(
    lead: Lead, created_at: dt.datetime, outcome: str, dated: list[tuple[Stage, dt.datetime]]
) -> dict[str, Any]:
    """The earliest known moment of qualification; when only the fact is known, the arrival of the lead."""
    moments = [max(at, created_at) for stage, at in dated if stage.kind == StageKind.QUALIFIED]
    if lead.qualified_at:
        moments.append(lead.qualified_at)
    if not moments and outcome == Outcome.QUALIFIED:
        moments.append(created_at)
    return {"qualified_at": min(moments)} if moments else {}
