"""Hands intake rows of each kind to the service that takes them in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, cast

from onegoal.apps.accounts.intake import ColleagueRow
from onegoal.apps.accounts.services import take_in_colleagues
from onegoal.apps.audit.intake import RowFate
from onegoal.apps.imports.assembly import IntakeRow
from onegoal.apps.imports.fields import Kind
from onegoal.apps.marketing.intake import TouchRow
from onegoal.apps.marketing.services import take_in_spend, take_in_touches
from onegoal.apps.people.services import take_in_people
from onegoal.apps.products.services import take_in_products
from onegoal.apps.sales.services import (
    take_in_calls,
    take_in_deals,
    take_in_leads,
    take_in_payments,
    take_in_tasks,
)

_TAKERS: Final[Mapping[str, Callable[..., list[RowFate]]]] = {
    Kind.SPEND: take_in_spend,
    Kind.LEADS: take_in_leads,
    Kind.DEALS: take_in_deals,
    Kind.PAYMENTS: take_in_payments,
    Kind.PRODUCTS: take_in_products,
    Kind.CALLS: take_in_calls,
    Kind.TASKS: take_in_tasks,
}


def take_in(*, kind: str, rows: Sequence[IntakeRow], now: dt.datetime, batch: str) -> list[RowFate]:
    """Take in rows of one kind; one fate for each, in order."""
    if kind == Kind.TOUCHES:
        return take_in_touches(rows=cast(Sequence[TouchRow], rows), now=now, batch=batch)
    if kind == Kind.PEOPLE:
        return _take_in_humans(rows, now)
    return _TAKERS[kind](rows=rows, now=now)


def _take_in_humans(rows: Sequence[IntakeRow], now: dt.datetime) -> list[RowFate]:
    fates: dict[int, RowFate] = {}
    parts: tuple[tuple[bool, Callable[..., Any]], ...] = (
        (True, partial(take_in_colleagues, now=now)),
        (False, partial(take_in_people, now=now)),
    )
    for is_colleague, taker in parts:
        places = [place for place, row in enumerate(rows) if isinstance(row, ColleagueRow) is is_colleague]
        if places:
            fates.update(zip(places, taker(rows=[rows[place] for place in places]), strict=True))
    return [fates[place] for place in range(len(rows))]
