"""Journeys as a question asks for them: days, projects, records, window and worth are filters on those that are kept."""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from onegoal.apps.attribution.queries.asked import Asked
from onegoal.apps.attribution.queries.columns import NEVER
from onegoal.apps.attribution.queries.cut import kept_journeys
from onegoal.apps.attribution.queries.data import Data
from onegoal.apps.attribution.queries.opened import open_journeys_of
from onegoal.apps.attribution.queries.sources import Records, payments_of, records_of
from onegoal.apps.attribution.queries.streams import stream_of
from onegoal.core.attribution.journeys import Ints, Journeys, NullJourneys
from onegoal.metrics.moments import day_starts_at
from onegoal.metrics.question import Scope

_EPOCH = dt.date(1970, 1, 1)
_MICROSECOND = dt.timedelta(microseconds=1)
Mask = NDArray[np.bool_]


def converted(asked: Asked, scope: Scope, data: Data) -> tuple[Journeys, str, tuple[tuple[str, int], ...]]:
    """Return the journeys of a question with their worth, its currency, and (currency, worth) not known in it."""
    records, cut = records_of(asked.conversion, data), kept_journeys(asked, data).journeys
    mask = _in_scope(records, asked, scope)
    if asked.conversion == "money":
        worth, currency, elsewhere, is_paid = _money(asked, records, mask, data)
        mask &= is_paid
    else:
        mask &= _in_days(records.at, asked, data)
        worth, currency, elsewhere = _worth(asked, records, mask, data)
    return _narrowed(cut, mask, asked.window, worth, records.id), currency, elsewhere


def opened(asked: Asked, data: Data) -> NullJourneys:
    """Return the open journeys touched last in the days asked for, as they stood at the end of these days."""
    start, end = _bounds(asked, data)
    return open_journeys_of(asked, data, start, end).within(asked.window)


def unseen_of(asked: Asked, data: Data) -> frozenset[str]:
    """Return the groups that only leads tell of."""
    return stream_of(asked, data).unseen


def folded_of(asked: Asked, data: Data) -> frozenset[str]:
    """Return the groups that stand under "(other)" because there are too many."""
    return stream_of(asked, data).folded


def _bounds(asked: Asked, data: Data) -> tuple[int, int]:
    """Return the first microsecond of the days and the one after the last, NEVER and the end of time where open."""
    start = _microseconds(asked.start, data) if asked.start else NEVER
    end = _microseconds(asked.end + dt.timedelta(days=1), data) if asked.end else np.iinfo(np.int64).max
    return start, int(end)


def _microseconds(day: dt.date, data: Data) -> int:
    return (day_starts_at(day, data.zone) - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // _MICROSECOND


def _in_days(at: Ints, asked: Asked, data: Data) -> Mask:
    start, end = _bounds(asked, data)
    return (at >= start) & (at < end)


def _in_scope(records: Records, asked: Asked, scope: Scope) -> Mask:
    limits = (
        (records.seller, scope.seller_ids), (records.team, scope.team_ids), (records.project, scope.project_ids),
        (records.project, asked.project_ids),
    )  # fmt: skip
    mask = np.ones(len(records.id), bool)
    for column, allowed in limits:
        if allowed is not None:
            mask &= np.isin(column, sorted(allowed))
    return mask


def _worth(asked: Asked, records: Records, mask: Mask, data: Data) -> tuple[Ints, str, tuple[tuple[str, int], ...]]:
    """Return what each record is worth in the one currency, and what is not known in it."""
    if not asked.has_money:
        return np.zeros(len(records.id), np.int64), data.currency, ()
    amount = records.margin if asked.value == "margin" else records.amount
    worth = np.where(mask, amount, 0)
    totals = {name: int(worth[records.currency == code].sum()) for code, name in enumerate(records.currencies)}
    currency = _currency({name for name, total in totals.items() if total}, data)
    is_known = np.array([name in ("", currency) for name in records.currencies], bool)[records.currency]
    return np.where(is_known, worth, 0), currency, _elsewhere(totals, currency)


def _money(
    asked: Asked, records: Records, mask: Mask, data: Data
) -> tuple[Ints, str, tuple[tuple[str, int], ...], Mask]:
    """Return what came in for each deal in the days asked for, and for which deals anything did."""
    payments = payments_of(data)
    in_days = np.ones(len(payments.day), bool)
    if asked.start:
        in_days &= payments.day >= (asked.start - _EPOCH).days
    if asked.end:
        in_days &= payments.day <= (asked.end - _EPOCH).days
    order = np.argsort(records.id)
    found = np.minimum(np.searchsorted(records.id[order], payments.deal), max(len(order) - 1, 0))
    place = order[found] if len(order) else found
    counts = in_days & (records.id[place] == payments.deal) & mask[place] if len(order) else in_days & False
    place, amount, currencies = place[counts], payments.amount[counts], payments.currency[counts]
    totals = {name: int(amount[currencies == name].sum()) for name in sorted(set(currencies.tolist()))}
    currency = _currency({name for name, total in totals.items() if total}, data)
    worth, is_paid = np.zeros(len(records.id), np.int64), np.zeros(len(records.id), bool)
    is_known = (currencies == currency) | (currencies == "")
    np.add.at(worth, place[is_known], amount[is_known])
    is_paid[place] = True
    return worth, currency, _elsewhere(totals, currency), is_paid


def _currency(found: set[str], data: Data) -> str:
    """Return the currency money is told in: the company's, unless all of it is in one other."""
    named = found - {""}
    return named.pop() if len(named) == 1 and data.currency not in named else data.currency


def _elsewhere(totals: dict[str, int], currency: str) -> tuple[tuple[str, int], ...]:
    return tuple((name, total) for name, total in sorted(totals.items()) if name not in ("", currency) and total)


def _narrowed(cut: Journeys, mask: Mask, window: int, worth: Ints, ids: Ints) -> Journeys:
    """Return the journeys of some records with the touches inside the window."""
    rows = np.flatnonzero(mask)
    first, lengths = cut.starts[rows], cut.lengths[rows]
    starts = np.concatenate(([0], np.cumsum(lengths)))
    places = np.arange(starts[-1]) + np.repeat(first - starts[:-1], lengths)
    age = cut.age[places]
    inside = age < window
    owner = np.repeat(np.arange(len(rows)), lengths)[inside]
    return Journeys(
        groups=cut.groups,
        starts=np.concatenate(([0], np.cumsum(np.bincount(owner, minlength=len(rows))))).astype(np.int64),
        group=cut.group[places[inside]],
        age=age[inside],
        at=cut.at[rows],
        value=worth[rows],
        conversions=cut.conversions[rows],
        lead_age=cut.lead_age[rows],
        key=ids[rows],
        person=cut.person[rows],
        bucket=cut.bucket[rows],
    )
