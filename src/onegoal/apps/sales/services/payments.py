"""Payments, promised and received, as rows from outside tell of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from onegoal.apps.audit.bulk import Batch, fate_of, find_by_any_source, find_by_source, one_writer, take_in
from onegoal.apps.audit.checks import check_text, check_texts, limits
from onegoal.apps.audit.intake import RowFate, RowRefused
from onegoal.apps.company.money import check_money, settle_money
from onegoal.apps.sales.intake import PaymentRow
from onegoal.apps.sales.models import Deal, Payment, ScheduledPayment

_TEXTS = limits(Payment, source="source", source_id="source_id")
_ID_LIMIT = Deal._meta.get_field("source_id").max_length or 0


@one_writer
def take_in_payments(*, rows: Sequence[PaymentRow], now: dt.datetime) -> list[RowFate]:
    """Create or change payments by source id: received ones and, in their own table, promised ones.

    A payment whose deal is not known yet is refused (`unknown_deal`), so that it can be sent again after the deals.
    """
    return take_in(rows, check=_check, settle=lambda sound: _settle(sound, now))


def _check(row: PaymentRow) -> None:
    check_texts(row, _TEXTS)
    check_text("deal", row.deal, _ID_LIMIT)
    check_money("amount", row.amount_minor, row.currency)
    if not row.deal:
        raise RowRefused("deal", "missing")
    if row.received_on is None and row.due_on is None:
        raise RowRefused("received_on", "missing")
    if row.received_on is not None and row.due_on is not None:
        raise RowRefused("due_on", "two_days")


def _settle(rows: list[PaymentRow], now: dt.datetime) -> list[RowFate | RowRefused]:
    deals = find_by_any_source(Deal, [(row.source, row.deal) for row in rows])
    sound = [row for row in rows if (row.source, row.deal) in deals]
    currency = settle_money(currencies=[row.currency for row in sound], now=now)
    tables: dict[type[Any], tuple[Batch[Any], dict[tuple[str, str], Any]]] = {
        model: (Batch(model, now=now), find_by_source(model, [(row.source, row.source_id) for row in sound]))
        for model in (Payment, ScheduledPayment)
    }
    done: list[tuple[Payment | ScheduledPayment, bool, bool] | RowRefused] = []
    for row in rows:
        deal = deals.get((row.source, row.deal))
        if deal is None:
            done.append(RowRefused("deal", "unknown_deal", value=row.deal))
            continue
        if not (row.currency or deal.currency or currency):
            done.append(RowRefused("currency", "currency_missing"))
            continue
        model = Payment if row.received_on else ScheduledPayment
        batch, known = tables[model]
        record = known.get((row.source, row.source_id))
        is_new = record is None
        if record is None:
            record = batch.add(model(source=row.source, source_id=row.source_id))
            if row.source_id:
                known[row.source, row.source_id] = record
        values = {
            "deal_id": deal.pk,
            "amount_minor": row.amount_minor,
            "currency": row.currency or deal.currency or currency,
            **({"received_on": row.received_on} if row.received_on else {"due_on": row.due_on}),
        }
        done.append((record, is_new, batch.apply(record, values)))
    for batch, _ in tables.values():
        batch.save()
    return [
        one if isinstance(one, RowRefused) else fate_of(one[0].pk, is_new=one[1], is_changed=one[2]) for one in done
    ]
