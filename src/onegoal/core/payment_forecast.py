"""When money promised in schedules comes in: instalments matched with payments, lateness, ageing, and a forecast."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onegoal.core.statistics import Interval

__all__ = [
    "AGES", "EARLY_DAYS", "FEWEST", "Ageing", "Lateness", "Piece", "SignedDeal", "ageing", "as_known_on", "drawn_by_day",
    "due_by_period", "expected_by_period", "lateness_of", "match_payments", "paid_by_period", "paid_shares_by_age",
]  # fmt: skip

EARLY_DAYS: Final = 60
"""How long before its day a payment can be seen as early; earlier ones count as that early."""

FEWEST: Final = 20
"""With fewer instalments paid than this the company's own lateness says too little."""

AGES: Final = ((1, 30), (31, 60), (61, 90), (91, None))
"""Days overdue, first and last of each bucket; what is not overdue stands before them."""

_LATEST_DAYS: Final = 1_095
_DRAWS: Final = 400
_SEED: Final = 20_260_101
_DAY: Final = dt.timedelta(days=1)

_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of an instalment: paid at once on `paid_on`, or still open. `weight` is its share of the instalment."""

    deal: int
    due_on: dt.date
    amount: int
    weight: float
    paid_on: dt.date | None

    def delay(self, today: dt.date) -> int:
        """Days from the due day to the payment, or to today while it is open; negative before the due day."""
        return ((self.paid_on or today) - self.due_on).days


@dataclass(frozen=True, slots=True)
class SignedDeal:
    """A signed deal with what it has paid: its amount, the day of signing, and payments as (day, amount)."""

    amount: int
    signed_on: dt.date
    payments: tuple[tuple[dt.date, int], ...]


@dataclass(frozen=True, slots=True)
class Ageing:
    """Open money in minor units: `not_due`, and by days overdue in the buckets of AGES."""

    not_due: int
    overdue: tuple[int, ...]

    @property
    def total(self) -> int:
        """All the open money."""
        return self.not_due + sum(self.overdue)


@dataclass(frozen=True)
class Lateness:
    """The share still unpaid by days after the due day: `waiting[n]` holds at the end of day n - EARLY_DAYS.

    `draws` are the same curve from resampled deals. `events` counts instalments paid (pieces by their share). With
    `is_own` false there is too little history, and money is taken to come on its due day.
    """

    waiting: _Floats
    draws: NDArray[np.float64]
    events: float
    is_own: bool

    def paid_by(self, day: int) -> float:
        """The share paid by the end of a day after (or, negative, before) the due day."""
        return 1 - float(self.waiting[min(max(day + EARLY_DAYS, 0), self.waiting.size - 1)])

    def quantile(self, share: float) -> int | None:
        """The first day by which that share is paid; None when so much never was."""
        reached = np.flatnonzero(self.waiting <= 1 - share + 1e-12)
        return int(reached[0]) - EARLY_DAYS if reached.size else None


def match_payments(
    deal: int, schedule: Iterable[tuple[dt.date, int]], payments: Iterable[tuple[dt.date, int]]
) -> list[Piece]:
    """Match a deal's payments with its instalments, first in first out, a part payment splitting an instalment.

    Amounts are positive minor units; a refund (negative payment) takes back the latest money received before it.
    Money beyond the schedule is left out. The pieces add up to the schedule.
    """
    money = _without_refunds(sorted(payments))
    pieces: list[Piece] = []
    for due_on, whole in sorted(schedule):
        left = whole
        while left > 0 and money:
            paid_on, amount = money[0]
            taken = min(left, amount)
            pieces.append(Piece(deal, due_on, taken, taken / whole, paid_on))
            left -= taken
            money[0] = (paid_on, amount - taken)
            if money[0][1] == 0:
                money.pop(0)
        if left > 0:
            pieces.append(Piece(deal, due_on, left, left / whole, None))
    return pieces


def ageing(pieces: Iterable[Piece], today: dt.date) -> Ageing:
    """Sum open pieces by how long they are overdue; what is due today is not."""
    not_due, overdue = 0, [0] * len(AGES)
    for piece in pieces:
        if piece.paid_on is not None:
            continue
        days = piece.delay(today)
        if days <= 0:
            not_due += piece.amount
        else:
            overdue[next(place for place, (_, last) in enumerate(AGES) if last is None or days <= last)] += piece.amount
    return Ageing(not_due, tuple(overdue))


def lateness_of(pieces: Sequence[Piece], today: dt.date) -> Lateness:
    """Learn the share still unpaid by age from instalments, open ones censored today (Kaplan and Meier 1958).

    Each instalment weighs one, whatever its amount. The uncertainty of the curve comes from 400 samples of deals with
    replacement (seeded), so that a buyer who is late with every instalment counts as one buyer.
    """
    seen = [piece for piece in pieces if piece.delay(today) >= -EARLY_DAYS]
    events = sum(piece.weight for piece in seen if piece.paid_on is not None)
    if events < FEWEST:
        return _on_the_due_day(events)
    deals = {deal: place for place, deal in enumerate(dict.fromkeys(piece.deal for piece in seen))}
    days = [min(max(piece.delay(today) + EARLY_DAYS, 0), _LATEST_DAYS - 1) for piece in seen]
    paid, left = np.zeros((len(deals), max(days) + 1)), np.zeros((len(deals), max(days) + 1))
    for piece, day in zip(seen, days, strict=True):
        (left if piece.paid_on is None else paid)[deals[piece.deal], day] += piece.weight
    rng = np.random.default_rng(_SEED)
    times = rng.multinomial(len(deals), np.full(len(deals), 1 / len(deals)), size=_DRAWS).astype(float)
    return Lateness(
        _kaplan_meier(paid.sum(axis=0), left.sum(axis=0)), _kaplan_meier(times @ paid, times @ left), events, True
    )


def expected_by_period(
    pieces: Sequence[Piece], lateness: Lateness, periods: Sequence[tuple[dt.date, dt.date]], today: dt.date
) -> list[Interval]:
    """Return the money of open pieces to be expected in each period (first and last day), in minor units, at 95 %.

    Only days after today count. The estimate follows the curve; the bounds are those of 400 futures: a curve of
    resampled deals each, and for each deal one draw of how late it pays, the same for all its instalments. Without own
    lateness there are no bounds, and overdue money is expected on no day.
    """
    open_pieces = [piece for piece in pieces if piece.paid_on is None]
    if not open_pieces:
        return [Interval(0.0, 0.0, 0.0) for _ in periods]
    amounts = np.array([piece.amount for piece in open_pieces], dtype=float)
    ages = np.array([piece.delay(today) for piece in open_pieces]) + EARLY_DAYS
    edges = [(_days(start - _DAY, today), _days(end, today)) for start, end in periods]
    estimates = [_expected(amounts, ages, lateness.waiting, edge) for edge in edges]
    if not lateness.is_own:
        return [Interval(estimate, None, None) for estimate in estimates]
    sums = _futures(amounts, ages, _places(open_pieces), lateness.draws, edges)
    low, high = np.quantile(sums, (0.025, 0.975), axis=0)
    return [
        Interval(estimate, min(float(low[at]), estimate), max(float(high[at]), estimate))
        for at, estimate in enumerate(estimates)
    ]


def drawn_by_day(pieces: Sequence[Piece], lateness: Lateness, days: int, today: dt.date) -> _Floats:
    """Return the money of open pieces on each of the `days` after today, in the futures of `expected_by_period` (rows)."""
    drawn = np.zeros((lateness.draws.shape[0], days))
    open_pieces = [piece for piece in pieces if piece.paid_on is None]
    if not open_pieces or not days:
        return drawn
    amounts = np.array([piece.amount for piece in open_pieces], dtype=float)
    ages = np.array([piece.delay(today) for piece in open_pieces]) + EARLY_DAYS
    for row, in_days in enumerate(_paid_in_days(ages, _places(open_pieces), lateness.draws)):
        drawn[row] = np.bincount(np.minimum(in_days, days + 1), weights=amounts, minlength=days + 2)[1 : days + 1]
    return drawn


def paid_shares_by_age(deals: Sequence[SignedDeal], days: int, today: dt.date) -> _Floats | None:
    """Return how deals have paid: a line for each signed at least `days` ago, the share of its amount by day since signing.

    Deals stand in the order of signing. Money that came before the signing counts on its day. None with too few deals
    to tell.
    """
    seen = [deal for deal in deals if deal.amount > 0 and (today - deal.signed_on).days >= days]
    if len(seen) < FEWEST or not days:
        return None
    shares = np.zeros((len(seen), days))
    for line, deal in zip(shares, sorted(seen, key=lambda deal: deal.signed_on), strict=True):
        for day, amount in deal.payments:
            age = max((day - deal.signed_on).days, 0)
            if age < days:
                line[age] += amount / deal.amount
    return shares


def due_by_period(pieces: Iterable[Piece], periods: Sequence[tuple[dt.date, dt.date]]) -> list[int]:
    """Return the open money whose due day falls into each period."""
    still = [piece for piece in pieces if piece.paid_on is None]
    return [sum(piece.amount for piece in still if start <= piece.due_on <= end) for start, end in periods]


def paid_by_period(pieces: Iterable[Piece], start: dt.date, end: dt.date) -> int:
    """Return the money of instalments paid in a period."""
    return sum(piece.amount for piece in pieces if piece.paid_on is not None and start <= piece.paid_on <= end)


def as_known_on(pieces: Iterable[Piece], day: dt.date) -> list[Piece]:
    """Return the pieces as they stood at the end of a day: what was paid later is open."""
    return [
        Piece(one.deal, one.due_on, one.amount, one.weight, one.paid_on if one.paid_on and one.paid_on <= day else None)
        for one in pieces
    ]


def _without_refunds(payments: Sequence[tuple[dt.date, int]]) -> list[tuple[dt.date, int]]:
    money: list[tuple[dt.date, int]] = []
    for day, amount in payments:
        back = -amount
        if amount > 0:
            money.append((day, amount))
        while back > 0 and money:
            last_day, last = money.pop()
            if last > back:
                money.append((last_day, last - back))
            back -= last
    return money


def _kaplan_meier(paid: _Floats, left: _Floats) -> _Floats:
    """The share still waiting after each day; rows are curves. Who was last seen on a day was at risk on it."""
    gone = np.cumsum(paid + left, axis=-1)
    at_risk = gone[..., -1:] - gone + paid + left
    step = np.where(at_risk > 1e-9, 1 - paid / np.where(at_risk > 1e-9, at_risk, 1.0), 1.0)
    return np.cumprod(np.clip(step, 0.0, 1.0), axis=-1)


def _on_the_due_day(events: float) -> Lateness:
    waiting = np.where(np.arange(_LATEST_DAYS) < EARLY_DAYS, 1.0, 0.0)
    return Lateness(waiting, waiting[None, :], events, False)


def _days(day: dt.date, today: dt.date) -> int:
    return max(0, (day - today).days)


def _at(waiting: _Floats, ages: NDArray[np.int_]) -> _Floats:
    """The share waiting at an age; before the first day everything is, after the last as much as then."""
    return np.where(ages < 0, 1.0, waiting[np.clip(ages, 0, waiting.size - 1)])


def _expected(amounts: _Floats, ages: NDArray[np.int_], waiting: _Floats, edge: tuple[int, int]) -> float:
    now = _at(waiting, ages)
    between = _at(waiting, ages + edge[0]) - _at(waiting, ages + edge[1])
    return float(np.sum(amounts * np.divide(between, now, out=np.zeros_like(now), where=now > 1e-12)))


def _places(pieces: Sequence[Piece]) -> NDArray[np.int_]:
    """The number of each piece's deal, counted from 0."""
    numbers: Mapping[int, int] = {deal: at for at, deal in enumerate(dict.fromkeys(piece.deal for piece in pieces))}
    return np.array([numbers[piece.deal] for piece in pieces])


def _futures(
    amounts: _Floats, ages: NDArray[np.int_], deals: NDArray[np.int_], draws: _Floats, edges: Sequence[tuple[int, int]]
) -> _Floats:
    """The money of each period (columns) in each future (rows)."""
    sums = np.zeros((draws.shape[0], len(edges)))
    for row, in_days in enumerate(_paid_in_days(ages, deals, draws)):
        sums[row] = [amounts[(in_days > first) & (in_days <= last)].sum() for first, last in edges]
    return sums


def _paid_in_days(ages: NDArray[np.int_], deals: NDArray[np.int_], draws: _Floats) -> Iterable[NDArray[np.int_]]:
    """For each future: in how many days each piece is paid, from 1 on; never is very far away."""
    rng = np.random.default_rng(_SEED)
    for waiting in draws:
        # One draw for each deal: whoever is late with one instalment is late with the others too.
        wanted = _at(waiting, ages) * rng.random(int(deals.max()) + 1)[deals]
        paid_at = np.searchsorted(-waiting, -wanted, side="left")
        yield np.where(paid_at < waiting.size, np.maximum(paid_at - ages, 1), np.iinfo(np.int32).max)
