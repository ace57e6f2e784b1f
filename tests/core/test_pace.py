"""Pace and forecast: what they say of days to come, and how often they are right."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegoal.core import pace
from onegoal.core.kpi_forecast import DealMark, PaymentMark, deals_stream, forecast, payments_stream
from onegoal.core.pace import Past
from onegoal.core.shared_kpi import AVERAGE_PRICE, CASH, DEALS, MIX, Fact, Part, Terms, attain

WEEK = [0, 1, 2, 3, 4, 7, 7]


@given(st.integers(0, 10_000), st.lists(st.floats(0, 5), min_size=1, max_size=40))
def test_a_total_is_spread_to_the_last_one(total: int, shares: list[float]) -> None:
    spread = pace.spread_over(total, shares)
    assert sum(spread) == total
    assert len(spread) == len(shares)
    assert min(spread) >= 0


def test_ten_deals_over_four_days_are_two_or_three_a_day() -> None:
    assert pace.spread_over(10, [1, 1, 1, 1]) == [2, 3, 3, 2]
    assert pace.spread_over(10, [1, 0, 1]) == [5, 0, 5]
    assert pace.spread_over(3, []) == []


def test_today_makes_up_for_the_days_before_and_never_asks_for_less_than_nothing() -> None:
    assert pace.needed(planned=42, done_before=38, done_today=1) == (4, 3)
    assert pace.needed(planned=42, done_before=50, done_today=0) == (0, 0)


def test_the_deals_to_come_must_make_up_for_cheap_ones() -> None:
    # 10 deals at 100 each; 4 were signed for 90: 640 is missing, 6 are left.
    assert pace.price_needed(100, 10, 360, 4) == 107
    assert pace.price_needed(100, 10, 1200, 4) is None
    assert pace.price_needed(100, 10, 360, 10) is None


def test_a_free_day_is_a_kind_of_its_own() -> None:
    assert pace.kind_of(dt.date(2026, 3, 2), is_worked=True) == 0
    assert pace.kind_of(dt.date(2026, 3, 2), is_worked=False) == 7


def test_a_level_without_a_past_is_wide_open_and_one_of_noughts_is_low_but_not_nought() -> None:
    draw = pace.generator()
    unknown = pace.coming_counts(pace.level_of(Past([], [])), [0] * 20, runs=2000, draw=draw).sum(axis=1)
    quiet = pace.coming_counts(pace.level_of(Past([0] * 182, WEEK * 26)), WEEK * 4, runs=2000, draw=draw).sum(axis=1)
    assert np.quantile(unknown, 0.9) > 20
    assert np.quantile(quiet, 0.5) == 0
    assert 0 < (quiet > 0).mean() < 0.3


def test_sundays_are_forecast_as_sundays() -> None:
    past = Past([4, 4, 4, 4, 4, 0, 0] * 26, WEEK * 26)
    drawn = pace.coming_counts(pace.level_of(past), WEEK, runs=4000, draw=pace.generator()).mean(axis=0)
    assert drawn[:5] == pytest.approx([4] * 5, rel=0.06)
    assert drawn[5:].max() < 0.15


def test_the_forecast_follows_what_happened_lately() -> None:
    risen = Past([1] * 182 + [3] * 120, [0] * 302)
    assert 2.3 < pace.level_of(risen).mean < 3


@pytest.mark.parametrize(("rate", "noise"), [(0.15, 0.0), (0.8, 0.0), (4.0, 0.0), (4.0, 0.25)])
def test_eight_of_ten_ends_lie_in_the_range(rate: float, noise: float) -> None:
    """A backtest on 250 made-up companies, also those whose weeks differ by more than chance: the range keeps its word."""
    chance, held = np.random.default_rng(5), 0
    kinds = np.array(WEEK * 36)
    for _ in range(250):
        weekly = chance.gamma(1 / noise**2, noise**2, 36).repeat(7) if noise else 1.0
        counts = chance.poisson(np.where(kinds == 7, 0.2, 1.32) * rate * weekly)
        level = pace.level_of(Past(list(counts[:182]), list(kinds[:182])))
        ends = pace.coming_counts(level, list(kinds[182:252]), runs=400, draw=chance).sum(axis=1)
        said = pace.interval_of(ends)
        held += int(said.low <= counts[182:252].sum() <= said.high)  # type: ignore[operator]
    assert 0.74 <= held / 250 <= 0.94


TERMS = Terms(
    (Part(DEALS, 40, 5000), Part(AVERAGE_PRICE, 100, 2000, 12_000), Part(MIX, None, 1000), Part(CASH, 3000, 2000)),
    {"studio": 4000, "flat": 6000},
)


def test_with_no_day_left_the_forecast_is_the_fact() -> None:
    fact = Fact(deals=30, money_signed=2700, by_type={"studio": 20, "flat": 10}, received=2000, priced=28)
    deals, payments = deals_stream(Past([1] * 30, [0] * 30), [], ["flat"]), payments_stream(Past([], []), [])
    found = forecast(TERMS, fact, deals, payments, ["flat"], [])
    known = attain(TERMS.parts, TERMS.mix, fact)
    assert found.total.estimate == found.total.low == pytest.approx(float(known.total))
    assert found.parts[AVERAGE_PRICE].estimate == pytest.approx(float(known.part(AVERAGE_PRICE).fact))  # type: ignore[union-attr, arg-type]


def test_what_is_drawn_is_held_against_the_parts_as_the_fact_is() -> None:
    """Every day brings about one studio for 120 and one payment of 50: the end is what `attain` says of exactly that."""
    deals = deals_stream(Past([50] * 180, [0] * 180), [DealMark("studio", 2, 240, 2)], ["studio"])
    payments = payments_stream(Past([50] * 180, [0] * 180), [PaymentMark(4, 200)])
    fact = Fact(deals=5, money_signed=500, by_type={"flat": 5}, received=100)
    found = forecast(TERMS, fact, deals, payments, ["studio"], [0] * 10)
    ends = {kind: found.parts[kind].estimate or 0 for kind in (DEALS, CASH)}
    drawn = round(ends[DEALS]) - 5
    expected = attain(
        TERMS.parts,
        TERMS.mix,
        Fact(5 + drawn, 500 + 120 * drawn, {"flat": 5, "studio": drawn}, round(ends[CASH])),
    )
    assert found.total.estimate == pytest.approx(float(expected.total), rel=0.02)
    assert len(found.by_day) == 10
    assert found.by_day[0].estimate < found.by_day[-1].estimate  # type: ignore[operator]
    assert found == forecast(TERMS, fact, deals, payments, ["studio"], [0] * 10)
