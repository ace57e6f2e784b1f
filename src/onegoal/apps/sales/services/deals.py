"""Deals as rows from outside tell of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from onegoal.apps.audit.bulk import Batch, fate_of, find_by_any_source, find_by_source, one_writer, take_in
from onegoal.apps.audit.checks import check_custom, check_text, check_texts, limits
from onegoal.apps.audit.intake import RowFate, RowRefused
from onegoal.apps.company.models import Pipeline, Stage, StageKind
from onegoal.apps.company.money import check_money, settle_money
from onegoal.apps.company.services import stage_kind
from onegoal.apps.marketing.intake import OriginMarks
from onegoal.apps.marketing.services import check_marks, find_or_create_campaigns, find_origins
from onegoal.apps.people.services import PersonNeed, Settled, check_ref, settle_people
from onegoal.apps.sales.intake import DealRow
from onegoal.apps.sales.models import Deal, Lead
from onegoal.apps.sales.services.history import StageHistory
from onegoal.apps.sales.services.links import LeadsOfPersons, Qualifier, drop_unused_persons, own_mark
from onegoal.apps.sales.services.names import STAGE_LIMIT, WORK_TEXTS, WorkNames

_TEXTS = (*WORK_TEXTS, *limits(Deal, title="title", lead="lead_ref"))
_NO_MARKS = OriginMarks()

Key = tuple[str, str]


@one_writer
def take_in_deals(*, rows: Sequence[DealRow], now: dt.datetime) -> list[RowFate]:
    """Create or change deals by source id and give each its lead: the one it names, else its person's latest before it."""
    return take_in(rows, check=_check, settle=lambda sound: _DealIntake(sound, now).fates())


class _DealIntake:
    """One batch of deals on its way into the records."""

    def __init__(self, rows: list[DealRow], now: dt.datetime) -> None:
        self._now = now
        self._rows = rows
        self._known = find_by_source(Deal, [(row.source, row.source_id) for row in rows])
        self._leads = find_by_any_source(Lead, [(row.source, row.lead) for row in rows])
        self._names = WorkNames(pipeline=Pipeline.DEAL, rows=rows, now=now)
        self._currency = settle_money(currencies=[row.currency for row in rows if _has_money(row)], now=now)
        self._origins = dict(zip(map(id, rows), find_origins([row.marks for row in rows]), strict=True))
        self._history = StageHistory(of="deal", records=self._known.values(), now=now)
        self._batch = Batch(Deal, now=now)
        self._qualifier = Qualifier(now)
        self._left_persons: set[int] = set()
        self._begun: dict[Key, dt.datetime] = {}

    def fates(self) -> list[RowFate | RowRefused]:
        """Take all rows in and return their fates, in order."""
        opened = [self._opened(row) for row in self._rows]
        accepted = [(row, at) for row, at in zip(self._rows, opened, strict=True) if not isinstance(at, RowRefused)]
        find_or_create_campaigns(marks=[row.marks for row, _ in accepted], now=self._now)
        settled = iter(settle_people(needs=[self._need(row, at) for row, at in accepted], now=self._now))
        done = [at if isinstance(at, RowRefused) else self._take(row, at, next(settled))
                for row, at in zip(self._rows, opened, strict=True)]  # fmt: skip
        self._link_by_person([one[0] for one in done if not isinstance(one, RowRefused)])
        self._batch.save()
        self._history.save()
        self._qualifier.save()
        drop_unused_persons(person_ids=self._left_persons, now=self._now)
        return [
            one if isinstance(one, RowRefused) else fate_of(one[0].pk, is_new=one[1], is_changed=one[2]) for one in done
        ]

    def _lead(self, row: DealRow) -> Lead | None:
        return self._leads.get((row.source, row.lead)) if row.lead else None

    def _opened(self, row: DealRow) -> dt.datetime | RowRefused:
        """When the deal began; a row is refused when nothing tells that, or in what currency its money is."""
        if _has_money(row) and not (row.currency or self._currency):
            return RowRefused("currency", "currency_missing")
        key, lead = (row.source, row.source_id), self._lead(row)
        told = [at for _, at in self._names.dated_stages(row)] + [at for at in (row.won_at, row.lost_at) if at]
        deal = self._known.get(key)
        opened_at = row.opened_at or (deal.opened_at if deal else self._begun.get(key)) or min(told, default=None)
        opened_at = opened_at or (lead.created_at if lead else None)
        if opened_at is None:
            return RowRefused("opened_at", "missing")
        if row.source_id:
            self._begun[key] = opened_at
        return opened_at

    def _need(self, row: DealRow, opened_at: dt.datetime) -> PersonNeed:
        deal, lead = self._known.get((row.source, row.source_id)), self._lead(row)
        known_id = lead.person_id if lead else deal.person_id if deal else None
        own = own_mark("deal", row.source, row.source_id)
        return PersonNeed(ref=row.person, at=opened_at, own=own, known_id=known_id)

    def _take(self, row: DealRow, opened_at: dt.datetime, settled: Settled) -> tuple[Deal, bool, bool]:
        key = (row.source, row.source_id)
        deal = self._known.get(key)
        is_new = deal is None
        if deal is None:
            deal = self._batch.add(Deal(source=row.source, source_id=row.source_id))
            if row.source_id:
                self._known[key] = deal
        elif deal.person_id and deal.person_id != settled.person.pk:
            self._left_persons.add(deal.person_id)
        stage, dated = self._names.current_stage(row), self._names.dated_stages(row)
        values = self._names.values(row) | self._values(row, deal) | {"person_id": settled.person.pk}
        values |= closing_values(row, None if is_new else deal, stage, dated, opened_at)
        values |= self._lead_values(row, values["opened_at"])
        values |= {"stage_id": stage.pk} if stage else {}
        is_changed = self._batch.apply(deal, values) | settled.is_changed
        is_changed |= self._history.enter(deal, _entered(row, stage, dated))
        return deal, is_new, is_changed

    def _values(self, row: DealRow, deal: Deal) -> dict[str, Any]:
        told: dict[str, Any] = {
            "title": row.title.strip() or None,
            "amount_minor": row.amount_minor,
            "margin_minor": row.margin_minor,
            "currency": (row.currency or self._currency) if _has_money(row) else None,
            "origin_id": self._origins[id(row)] if row.marks != _NO_MARKS else None,
            "custom": {**deal.custom, **row.custom} if row.custom else None,
        }
        return {name: value for name, value in told.items() if value is not None}

    def _lead_values(self, row: DealRow, opened_at: dt.datetime) -> dict[str, Any]:
        if not row.lead:
            return {}
        lead = self._lead(row)
        if lead is None:
            return {"lead_ref": row.lead}
        self._qualifier.qualify(lead, opened_at)
        return {"lead_id": lead.pk, "lead_ref": ""}

    def _link_by_person(self, deals: list[Deal]) -> None:
        """A deal that names no lead belongs to the latest lead its person left before it."""
        free = {id(deal): deal for deal in deals if deal.lead_id is None and not deal.lead_ref}.values()
        if not free:
            return
        by_person = LeadsOfPersons(deal.person_id for deal in free)
        for deal in free:
            if lead := by_person.latest_before(deal.person_id, deal.opened_at):
                self._batch.apply(deal, {"lead_id": lead.pk})
                self._qualifier.qualify(lead, deal.opened_at)


def closing_values(
    row: DealRow, deal: Deal | None, stage: Stage | None, dated: list[tuple[Stage, dt.datetime]], opened_at: dt.datetime
) -> dict[str, Any]:
    """Return when a deal was opened, signed and lost.

    A deal that stands as signed is not lost any more, and the other way round, unless the row itself gives both
    moments. Where only the fact is known, the latest moment the row tells stands for it. Nothing ends before it opened.
    """
    kind = _kind(row, stage)
    won = row.won_at or min((at for entered, at in dated if entered.kind == StageKind.WON), default=None)
    lost = row.lost_at or max((at for entered, at in dated if entered.kind == StageKind.LOST), default=None)
    before_won, before_lost = (deal.won_at, deal.lost_at) if deal else (None, None)
    latest = max([at for _, at in dated], default=opened_at)
    if kind == StageKind.WON:
        won, lost = won or before_won or max(latest, opened_at), row.lost_at
    elif kind == StageKind.LOST:
        won, lost = won, lost or before_lost or max(latest, opened_at)
    else:
        won, lost = won or before_won, lost or before_lost
    return {"opened_at": min(at for at in (opened_at, won, lost) if at), "won_at": won, "lost_at": lost}


def _kind(row: DealRow, stage: Stage | None) -> str:
    if row.outcome:
        return stage_kind(pipeline=Pipeline.DEAL, text=row.outcome)
    return stage.kind if stage else ""


def _entered(
    row: DealRow, stage: Stage | None, dated: list[tuple[Stage, dt.datetime]]
) -> list[tuple[Stage, dt.datetime]]:
    """The dated stages, and the present one where the moment of signing or loss tells when it was entered."""
    ends: Mapping[str, dt.datetime | None] = {StageKind.WON: row.won_at, StageKind.LOST: row.lost_at}
    at = ends.get(stage.kind) if stage else None
    if stage and at and all(entered.pk != stage.pk for entered, _ in dated):
        return [*dated, (stage, at)]
    return dated


def _has_money(row: DealRow) -> bool:
    return row.amount_minor is not None or row.margin_minor is not None


def _check(row: DealRow) -> None:
    check_texts(row, _TEXTS)
    for moment in row.stages:
        check_text("stage", moment.stage, STAGE_LIMIT)
    check_ref(row.person)
    check_marks(row.marks)
    check_custom(row.custom)
    check_money("amount", row.amount_minor, row.currency)
    check_money("margin", row.margin_minor, row.currency)
