"""Payments matched with instalments, lateness and the forecast."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegoal.core.payment_forecast import (
    FEWEST,
    Piece,
    SignedDeal,
    ageing,
    as_known_on,
    drawn_by_day,
    due_by_period,
    expected_by_period,
    lateness_of,
    match_payments,
    paid_by_period,
    paid_shares_by_age,
)
from onegoal.core.survival import time_to_event

TODAY = dt.date(2026, 3, 31)
APRIL = (dt.date(2026, 4, 1), dt.date(2026, 4, 30))
DAY = dt.timedelta(days=1)
MAY = (dt.date(2026, 5, 1), dt.date(2026, 5, 31))


def day(number: int) -> dt.date:
    return dt.date(2026, 1, 1) + dt.timedelta(days=number)


def paid(deal: int, delay: int, due: int = 0) -> Piece:
    return Piece(deal, day(due), 100, 1.0, day(due + delay))


def test_a_part_payment_splits_its_instalment_first_in_first_out() -> None:
    pieces = match_payments(1, [(day(30), 100), (day(0), 100)], [(day(5), 60), (day(10), 90)])
    assert [(p.due_on, p.amount, p.paid_on) for p in pieces] == [
        (day(0), 60, day(5)), (day(0), 40, day(10)), (day(30), 50, day(10)), (day(30), 50, None)
    ]  # fmt: skip
    assert [p.delay(day(40)) for p in pieces] == [5, 10, -20, 10]


def test_a_refund_opens_what_the_latest_money_had_paid() -> None:
    pieces = match_payments(1, [(day(0), 100)], [(day(1), 50), (day(2), 50), (day(9), -70)])
    assert [(p.amount, p.paid_on) for p in pieces] == [(30, day(1)), (70, None)]


@given(
    schedule=st.lists(st.tuples(st.integers(0, 300), st.integers(1, 500)), max_size=8),
    payments=st.lists(st.tuples(st.integers(0, 300), st.integers(-200, 500)), max_size=8),
)
def test_pieces_add_up_to_the_schedule_and_never_pay_more_than_came_in(
    schedule: list[tuple[int, int]], payments: list[tuple[int, int]]
) -> None:
    pieces = match_payments(1, [(day(at), amount) for at, amount in schedule], [(day(at), a) for at, a in payments])
    promised = sum(amount for _, amount in schedule)
    assert sum(piece.amount for piece in pieces) == promised
    assert sum(piece.weight for piece in pieces) == pytest.approx(len(schedule))
    covered = sum(piece.amount for piece in pieces if piece.paid_on)
    assert covered <= sum(amount for _, amount in payments if amount > 0)
    if all(amount >= 0 for _, amount in payments):
        assert covered == min(promised, sum(amount for _, amount in payments))
    sums = ageing(pieces, day(150))
    assert sums.total == promised - covered


def test_ageing_counts_from_the_day_after_the_due_day() -> None:
    pieces = [
        Piece(1, TODAY - dt.timedelta(days=late), 10**at, 1.0, None) for at, late in enumerate((0, 1, 31, 61, 91))
    ]
    sums = ageing([*pieces, paid(1, 3)], TODAY)
    assert (sums.not_due, sums.overdue) == (1, (10, 100, 1_000, 10_000))


def test_without_part_payments_the_curve_is_kaplan_meiers() -> None:
    rng = np.random.default_rng(5)
    delays = rng.integers(0, 60, 80)
    pieces = [paid(at, int(delay), due=at % 50) for at, delay in enumerate(delays)]
    known = as_known_on(pieces, day(60))
    lateness = lateness_of(known, day(60))
    seen = [piece for piece in known if piece.due_on <= day(60)]
    curve = time_to_event([float(p.delay(day(60))) for p in seen], [p.paid_on is not None for p in seen])
    for point in curve.curve:
        assert lateness.paid_by(int(point.day)) == pytest.approx(1 - point.waiting)


def test_the_worked_example_of_the_page() -> None:
    """docs/algorithms/payment-forecast.md: of 20 instalments 10 came on the day, 6 after 20 days, 4 after 50."""
    history = [paid(at, delay) for at, delay in enumerate([0] * 10 + [20] * 6 + [50] * 4)]
    lateness = lateness_of(history, TODAY)
    assert (lateness.paid_by(0), lateness.paid_by(20), lateness.paid_by(50)) == pytest.approx((0.5, 0.8, 1.0))
    assert (lateness.quantile(0.5), lateness.quantile(0.9), lateness.paid_by(-1)) == (0, 50, 0.0)
    due_in_april = Piece(98, dt.date(2026, 4, 10), 1_000, 1.0, None)
    overdue = Piece(99, dt.date(2026, 3, 21), 500, 1.0, None)  # 10 days late: half have paid by then
    april, may = expected_by_period([due_in_april, overdue], lateness, [APRIL, MAY], TODAY)
    assert april.estimate == pytest.approx(1_000 * 0.8 + 500 * 0.6)
    assert may.estimate == pytest.approx(1_000 * 0.2 + 500 * 0.4)
    assert april.low is not None and april.high is not None
    assert 0 <= april.low <= 1_100 <= april.high <= 1_500
    assert due_by_period([due_in_april, overdue], [APRIL, MAY]) == [1_000, 0]


def test_with_little_history_money_is_taken_to_come_on_its_day_and_nothing_is_said_of_chance() -> None:
    lateness = lateness_of([paid(at, 5) for at in range(FEWEST - 1)], TODAY)
    assert not lateness.is_own and lateness.events == FEWEST - 1
    pieces = [Piece(1, dt.date(2026, 4, 10), 700, 1.0, None), Piece(2, day(0), 300, 1.0, None)]
    april = expected_by_period(pieces, lateness, [APRIL], TODAY)[0]
    assert (april.estimate, april.low, april.high) == (700, None, None)
    assert expected_by_period([], lateness, [APRIL], TODAY)[0].estimate == 0


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(-40, 90), st.integers(1, 10**9)), min_size=1, max_size=30))
def test_no_period_expects_more_than_is_open_and_consecutive_ones_add_up(rows: list[tuple[int, int, int]]) -> None:
    history = [paid(at % 9, at % 37 - 3, due=at % 20) for at in range(40)]
    lateness = lateness_of(history, TODAY)
    pieces = [Piece(deal, TODAY + dt.timedelta(days=due), amount, 1.0, None) for deal, due, amount in rows]
    april, may, both = expected_by_period(pieces, lateness, [APRIL, MAY, (APRIL[0], MAY[1])], TODAY)
    whole = sum(piece.amount for piece in pieces)
    assert both.estimate == pytest.approx((april.estimate or 0) + (may.estimate or 0))
    assert 0 <= (both.low or 0) <= (both.estimate or 0) <= (both.high or 0) <= whole * (1 + 1e-9)


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    """Buyers late by one habit each: 60 made-up companies, the month's money within 95 % bounds in at least 85 %."""
    rng, held = np.random.default_rng(7), 0
    for _company in range(60):
        pieces = []
        for deal in range(40):
            habit = rng.exponential(12)
            for month in range(6):
                delay = int(habit + rng.exponential(4))
                pieces.append(paid(deal, delay, due=month * 30 + int(rng.integers(0, 25))))
        cut = dt.date(2026, 4, 30)
        known = as_known_on(pieces, cut)
        forecast = expected_by_period(known, lateness_of(known, cut), [MAY], cut)[0]
        truth = paid_by_period([p for p, k in zip(pieces, known, strict=True) if k.paid_on is None], *MAY)
        held += (forecast.low or 0) <= truth <= (forecast.high or 0)
    assert held >= 51


def test_a_new_deal_pays_as_past_ones_did_from_their_signing_on() -> None:
    signed = dt.date(2026, 1, 1)
    paying = SignedDeal(1_000, signed, ((signed - DAY, 100), (signed + 2 * DAY, 400), (signed + 9 * DAY, 500)))
    young = SignedDeal(1_000, dt.date(2026, 2, 27), ())
    shares = paid_shares_by_age([paying] * FEWEST + [young], 5, dt.date(2026, 3, 1))
    assert shares is not None
    assert shares.shape == (FEWEST, 5)
    assert shares[0].tolist() == [0.1, 0, 0.4, 0, 0]
    assert paid_shares_by_age([paying, young], 5, dt.date(2026, 3, 1)) is None


def test_days_of_the_futures_add_up_to_what_a_period_is_told() -> None:
    today = dt.date(2026, 3, 1)
    pieces = [
        Piece(deal, due := today + (5 * part - 40) * DAY, 100, 1.0, due + deal % 7 * DAY if part < 7 else None)
        for deal in range(30)
        for part in range(14)
    ]
    lateness = lateness_of(pieces, today)
    drawn = drawn_by_day(pieces, lateness, 20, today)
    said = expected_by_period(pieces, lateness, [(today + DAY, today + 20 * DAY)], today)[0]
    low, high = np.quantile(drawn.sum(axis=1), (0.025, 0.975))
    assert said.low == pytest.approx(min(low, said.estimate or 0))
    assert said.high == pytest.approx(max(high, said.estimate or 0))
    assert low > 0
