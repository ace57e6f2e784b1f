"""Deals and payments of a month, one by one, as they count for each person: shares of a deal, cancelled ones left out."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from onegoal.apps.company.services import Converter
from onegoal.apps.pay.models import DealShare
from onegoal.apps.pay.queries.names import BY_DEAL, BY_PAYMENT
from onegoal.apps.sales.models import Deal, Payment
from onegoal.core.money import split_largest_remainder

WHOLE_BP = 10_000


class Item(NamedTuple):
    """What one deal or payment counts for one person: `counted` in minor units, or hundredths of a per cent of a deal."""

    metric: str
    day: dt.date
    deal_id: int
    payment_id: int | None
    share_bp: int
    counted: int


@dataclass
class Items:
    """The items of a month by person and metric, and the same deals as the catalogue counts them, by their seller.

    `as_counted` holds whole deals, cancelled ones too, so that it can be held against the catalogue's figure; `foreign`
    are deals with money that no exchange rate brings into the company's currency.
    """

    by_person: dict[int, dict[str, list[Item]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    as_counted: dict[tuple[str, int | None], int] = field(default_factory=lambda: defaultdict(int))
    foreign: list[int] = field(default_factory=list)
    wanted: frozenset[str] = frozenset()

    def of(self, user_id: int, metric: str, start: dt.date, end: dt.date) -> list[Item]:
        """Return what counts for a person in a figure on these days."""
        return [item for item in self.by_person.get(user_id, {}).get(metric, ()) if start <= item.day <= end]

    def add(self, user_id: int, item: Item) -> None:
        """Count an item for a person."""
        self.by_person[user_id][item.metric].append(item)


def items_between(start: dt.date, end: dt.date, *, zone: dt.tzinfo, metrics: Iterable[str]) -> Items:
    """Return what was signed and received on some days: three questions of the records, whatever the number of people.

    Only `metrics` are counted; others are not looked at.
    """
    wanted = frozenset(metrics)
    if not wanted:
        return Items()
    first = dt.datetime.combine(start, dt.time(), zone).astimezone(dt.UTC)
    after = dt.datetime.combine(end + dt.timedelta(days=1), dt.time(), zone).astimezone(dt.UTC)
    # Any: the moment of signing is never empty here, which its column does not say.
    signed = Deal.objects.filter(won_at__gte=first, won_at__lt=after) if wanted & set(BY_DEAL) else Deal.objects.none()
    received = Payment.objects.filter(received_on__gte=start, received_on__lte=end)
    if not wanted & set(BY_PAYMENT):
        received = received.none()
    deals: list[Any] = list(
        signed.order_by("won_at", "pk").values_list(
            "pk", "seller_id", "won_at", "lost_at", "amount_minor", "margin_minor", "currency"
        )
    )
    payments = list(
        received.order_by("received_on", "pk").values_list(
            "pk", "deal_id", "deal__seller_id", "received_on", "amount_minor", "currency"
        )
    )
    shares = _shares({deal[0] for deal in deals} | {payment[1] for payment in payments})
    found, converter = Items(wanted=wanted), Converter()
    for deal in deals:
        _add_deal(found, deal, shares, converter, zone)
    for payment in payments:
        _add_payment(found, payment, shares, converter)
    return found


def _shares(deals: Iterable[int]) -> dict[int, list[tuple[int, int]]]:
    """Return who shares a deal and by how much, the largest share first; deals of one person are not there."""
    wanted = set(deals)
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    rows = DealShare.objects.order_by("deal_id", "-share_bp", "user_id").values_list("deal_id", "user_id", "share_bp")
    for deal_id, user_id, share_bp in rows:
        if deal_id in wanted:
            found[deal_id].append((user_id, share_bp))
    return found


def _add_deal(
    found: Items, deal: tuple[int, int | None, dt.datetime, dt.datetime | None, int | None, int | None, str],
    shares: Mapping[int, list[tuple[int, int]]], converter: Converter, zone: dt.tzinfo,
) -> None:  # fmt: skip
    pk, seller, won_at, lost_at, amount, margin, currency = deal
    day = won_at.astimezone(zone).date()
    # The rate is that of the day in UTC, as where the facts are written: both must come to the same figure.
    amount = _own_money(found, pk, amount, currency, won_at.date(), converter)
    margin = _own_money(found, pk, margin, currency, won_at.date(), converter)
    figures = {"deals_won": WHOLE_BP, "money_signed": amount, "gross_margin": margin}
    figures = {metric: value for metric, value in figures.items() if metric in found.wanted}
    for metric, value in figures.items():
        found.as_counted[metric, seller] += 1 if metric == "deals_won" else value or 0
    if lost_at is not None:
        return
    holders = shares.get(pk) or ([(seller, WHOLE_BP)] if seller else [])
    for metric, value in figures.items():
        if value is not None:
            _share_out(found, holders, value, metric, day, pk, None)


def _add_payment(
    found: Items, payment: tuple[int, int, int | None, dt.date, int, str],
    shares: Mapping[int, list[tuple[int, int]]], converter: Converter,
) -> None:  # fmt: skip
    pk, deal_id, seller, day, amount, currency = payment
    own = _own_money(found, deal_id, amount, currency, day, converter)
    holders = shares.get(deal_id) or ([(seller, WHOLE_BP)] if seller else [])
    for metric, value in (("money_received", own), ("payments", WHOLE_BP)):
        if metric not in found.wanted:
            continue
        found.as_counted[metric, seller] += 1 if metric == "payments" else value or 0
        if value is not None:
            _share_out(found, holders, value, metric, day, deal_id, pk)


def _own_money(
    found: Items, deal_id: int, amount: int | None, currency: str, day: dt.date, converter: Converter
) -> int | None:
    """Return an amount in the company's currency; None for none, and for one that no rate converts."""
    if amount is None or not currency:
        return None
    value, own = converter(amount, currency, day)
    if own == converter.currency:
        return value
    found.foreign.append(deal_id)
    return None


def _share_out(
    found: Items, holders: list[tuple[int, int]], value: int, metric: str, day: dt.date, deal_id: int,
    payment_id: int | None,
) -> None:  # fmt: skip
    if not holders:
        return
    parts = split_largest_remainder(value, [share for _, share in holders]) if len(holders) > 1 else [value]
    for (user_id, share_bp), part in zip(holders, parts, strict=True):
        found.add(user_id, Item(metric, day, deal_id, payment_id, share_bp, part))


def in_unit(metric: str, counted: int, digits: int) -> Fraction:
    """Return a sum of `counted` as formulas read it: deals, payments, or money in major units."""
    return Fraction(counted, WHOLE_BP if metric in ("deals_won", "payments") else 10**digits)
