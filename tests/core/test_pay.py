"""Lines of pay: pieces of a month, gates, floors, caps, and amounts that add up."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegoal.core.formulas import parse
from onegoal.core.pay import Part, PersonMonth, Stretch, pay_of, split_signed


def rule(key: str, formula: str, gate: str = "", **said: Any) -> Part:
    bounds = {name: Fraction(said[name]) for name in ("floor", "cap") if name in said}
    return Part(key, key, "personal", parse(formula), parse(gate) if gate else None, **bounds)


def stretch(
    first: int, last: int, days: int, *parts: Part, flows: dict[str, Any] | None = None, scheme: int = 1, **given_: Any
) -> Stretch:
    return Stretch(
        dt.date(2026, 6, first), dt.date(2026, 6, last), days, parts,
        flows={name: Fraction(value) for name, value in (flows or {}).items()},
        given={name: Fraction(value) for name, value in given_.items()}, scheme=scheme,
    )  # fmt: skip


def amounts(*stretches: Stretch, days: int = 22) -> list[tuple[str, int]]:
    return [(line.part.key, line.amount_minor) for line in pay_of(PersonMonth(stretches, days)).lines]


def test_a_whole_month_of_fixed_personal_and_shared_pay() -> None:
    parts = (
        rule("fixed", "base"),
        rule("own", "steps(money_signed, 0: 1 %, 100 000: 2 %)", gate="deals_won >= 2"),
        rule("shared", "base * 30 % * band(attainment, 80 %: 50 %, 100 %: 100 %)"),
    )
    whole = stretch(
        1, 30, 22, *parts, flows={"money_signed": "123456.78", "deals_won": 3}, base=1_500, attainment="0.95"
    )
    # 1,000 for the first 100,000 and 2 % of 23,456.78 = 469.1356; half of 30 % of 1,500.
    assert amounts(whole) == [("fixed", 1_500_00), ("own", 1_469_14), ("shared", 225_00)]
    assert pay_of(PersonMonth((whole,), 22)).total_minor == 3_194_14


def test_the_gate_comes_first_then_the_floor_then_the_cap() -> None:
    def one(sold: int, **bounds: Any) -> tuple[int, str]:
        part = rule("own", "sold * 10", gate="sold > 0", **bounds)
        [line] = pay_of(PersonMonth((stretch(1, 30, 22, part, flows={"sold": sold}),), 22)).lines
        return line.amount_minor, line.bound

    assert one(0, floor=100, cap=500) == (0, "gate")
    assert one(5, floor=100, cap=500) == (100_00, "floor")
    assert one(20, floor=100, cap=500) == (200_00, "")
    assert one(90, floor=100, cap=500) == (500_00, "cap")
    assert one(5, floor=600, cap=500) == (500_00, "cap")


def test_half_a_month_is_judged_at_its_monthly_pace_and_paid_for_its_share() -> None:
    part = rule("own", "steps(deals_won, 0: 100, 10: 200)", gate="deals_won >= 6", cap=1_400)
    # Six deals in 11 of 22 days are a pace of twelve: 1,000 + 400 = 1,400; half of it.
    assert amounts(stretch(1, 15, 11, part, flows={"deals_won": 6})) == [("own", 700_00)]
    # Three are a pace of six: the gate is open; two are four: it is shut.
    assert amounts(stretch(1, 15, 11, part, flows={"deals_won": 3})) == [("own", 300_00)]
    assert amounts(stretch(1, 15, 11, part, flows={"deals_won": 2})) == [("own", 0)]
    assert amounts(stretch(1, 15, 11, rule("fixed", "base"), base=1_000)) == [("fixed", 500_00)]


def test_a_part_is_cut_only_where_something_it_asks_for_changes() -> None:
    parts = (rule("fixed", "base"), rule("own", "2 % * money_signed"), rule("extra", "fixed * 10 %"))
    first = stretch(1, 14, 10, *parts, flows={"money_signed": "100.25"}, base=2_200)
    second = stretch(15, 30, 12, *parts, flows={"money_signed": "200.25"}, base=1_100)
    assert amounts(first, second) == [
        ("fixed", 1_000_00), ("fixed", 600_00), ("own", 6_01), ("extra", 100_00), ("extra", 60_00)
    ]  # fmt: skip


def test_another_scheme_or_a_gap_is_another_line() -> None:
    part = rule("fixed", "base")
    apart = amounts(stretch(1, 10, 8, part, base=2_200), stretch(15, 30, 12, part, base=2_200))
    assert apart == [("fixed", 800_00), ("fixed", 1_200_00)]
    other = amounts(stretch(1, 14, 10, part, base=2_200), stretch(15, 30, 12, part, base=2_200, scheme=2))
    assert other == [("fixed", 1_000_00), ("fixed", 1_200_00)]


def test_days_without_work_are_paid_by_the_calendar() -> None:
    part = rule("fixed", "base")
    assert amounts(stretch(27, 28, 0, part, base=3_000)) == [("fixed", 200_00)]
    assert amounts(stretch(1, 30, 0, part, base=3_000), days=0) == [("fixed", 3_000_00)]
    weekend = rule("own", "2 % * money_signed")
    assert amounts(stretch(27, 28, 0, weekend, flows={"money_signed": 1_000})) == [("own", 20_00)]


def test_a_line_that_cannot_be_counted_is_nought_and_says_why() -> None:
    parts = (
        rule("own", "base / leads"),
        rule("more", "own * 2"),
        rule("gated", "1", gate="quota > 1"),
        rule("fixed", "base"),
    )
    pay = pay_of(PersonMonth((stretch(1, 30, 22, *parts, flows={"leads": 0}, base=100),), 22))
    assert [(line.problem, line.problem_at, line.problem_name, line.in_gate) for line in pay.lines] == [
        ("division_by_zero", 5, "", False), ("value_missing", 0, "own", False), ("value_missing", 0, "quota", True),
        ("", 0, "", False),
    ]  # fmt: skip
    assert (pay.total_minor, len(pay.problems)) == (100_00, 3)


def test_rules_in_another_order_still_find_the_earlier_part() -> None:
    first = (rule("b", "base"), rule("a", "b + 1"))
    second = (rule("c", "base"), rule("b", "c * 2"), rule("a", "b + 1"))
    told = amounts(stretch(1, 14, 11, *first, base=100), stretch(15, 30, 11, *second, base=100))
    assert sorted(told) == [("a", 50_50), ("a", 100_50), ("b", 50_00), ("b", 100_00), ("c", 50_00)]
    swapped = (rule("a", "base"), rule("b", "a + 1"))
    assert sorted(amounts(stretch(1, 14, 11, *first, base=100), stretch(15, 30, 11, *swapped, base=100))) == [
        ("a", 50_00), ("a", 50_50), ("b", 50_00), ("b", 50_50)
    ]  # fmt: skip


def test_rounding_goes_to_the_even_cent_once_for_each_line() -> None:
    assert amounts(stretch(1, 30, 22, rule("a", "0.125"), rule("b", "0.135"), rule("c", "a + b"))) == [
        ("a", 12), ("b", 14), ("c", 26)
    ]  # fmt: skip


@given(st.integers(1, 21), st.lists(st.integers(0, 10**7), min_size=2, max_size=2), st.integers(0, 500))
def test_pay_by_the_piece_does_not_depend_on_how_the_month_is_cut(cut: int, sold: list[int], rate: int) -> None:
    linear = rule("own", f"{rate} / 10000 * sold + base")
    one = stretch(1, 30, 22, linear, flows={"sold": sum(sold)}, base=500)
    parts = [
        stretch(1, 14, cut, linear, flows={"sold": sold[0]}, base=500),
        # A hidden change makes two lines of it.
        stretch(15, 30, 22 - cut, rule("own", f"{rate} / 10000 * sold + base + 0"), flows={"sold": sold[1]}, base=500),
    ]
    whole, pieces = pay_of(PersonMonth((one,), 22)), pay_of(PersonMonth(tuple(parts), 22))
    assert len(pieces.lines) == 2
    assert abs(whole.total_minor - pieces.total_minor) <= 1


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=12))
def test_signed_shares_add_up_to_the_cent(total: int, weights: list[int]) -> None:
    shares = split_signed(total, weights)
    assert sum(shares) == total
    if sum(weights):
        exact = [Fraction(total) * weight / sum(weights) for weight in weights]
        assert all(abs(share - one) < 1 for share, one in zip(shares, exact, strict=True))


def test_nothing_cannot_be_shared_among_nobody() -> None:
    with pytest.raises(ValueError, match="at least one"):
        split_signed(1, [])
