"""Changes that colleagues make to one lead, deal or other record by hand, on a screen or through the API."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

from django.db import models, transaction

from onegoal.apps.audit.services import record_change, snapshot
from onegoal.apps.company.models import StageKind
from onegoal.apps.sales.models import Deal, Lead, Outcome
from onegoal.apps.sales.services.history import StageHistory
from onegoal.apps.sales.services.links import Qualifier

R = TypeVar("R", bound=models.Model)


@transaction.atomic
def save_lead(*, lead: Lead, now: dt.datetime) -> Lead:
    """Create or change a lead; a move to another stage is dated now and decides its outcome."""
    before = _stored(lead)
    has_moved = lead.stage_id is not None and before.get("stage_id") != lead.stage_id
    if has_moved and lead.stage and lead.stage.kind in Outcome.values and lead.outcome != lead.stage.kind:
        lead.outcome = lead.stage.kind
        lead.outcome_at = None if lead.outcome == Outcome.OPEN else now
    if lead.outcome == Outcome.QUALIFIED and lead.qualified_at is None:
        lead.qualified_at = max(now, lead.created_at)
    lead.save()
    record_change(record=lead, before=before, now=now)
    if has_moved:
        _enter(lead, "lead", now)
    return lead


@transaction.atomic
def save_deal(*, deal: Deal, now: dt.datetime) -> Deal:
    """Create or change a deal; a move to another stage is dated now and says whether it is signed or lost."""
    before = _stored(deal)
    has_moved = deal.stage_id is not None and before.get("stage_id") != deal.stage_id
    if has_moved and deal.stage:
        _close(deal, deal.stage.kind, now)
    deal.opened_at = min(at for at in (deal.opened_at, deal.won_at, deal.lost_at) if at)
    deal.save()
    record_change(record=deal, before=before, now=now)
    if has_moved:
        _enter(deal, "deal", now)
    if deal.lead and before.get("lead_id") != deal.lead_id:
        qualifier = Qualifier(now)
        qualifier.qualify(deal.lead, deal.opened_at)
        qualifier.save()
    return deal


@transaction.atomic
def save_record(*, record: R, now: dt.datetime) -> R:
    """Create or change a payment, a promised payment, a call or a task."""
    before = _stored(record)
    record.save()
    record_change(record=record, before=before, now=now)
    return record


def _stored(record: models.Model) -> dict[str, object]:
    return snapshot(type(record)._base_manager.get(pk=record.pk)) if record.pk else {}


def _close(deal: Deal, kind: str, now: dt.datetime) -> None:
    if kind == StageKind.WON:
        deal.won_at, deal.lost_at = deal.won_at or now, None
    elif kind == StageKind.LOST:
        deal.won_at, deal.lost_at = None, deal.lost_at or now
    else:
        deal.won_at = deal.lost_at = None


def _enter(record: Lead | Deal, of: str, now: dt.datetime) -> None:
    history = StageHistory(of="lead" if of == "lead" else "deal", records=[record], now=now)
    if record.stage:
        history.enter(record, [(record.stage, now)])
    history.save()
