"""The shared KPI's arithmetic: parts, caps, mix and total."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegoal.core.shared_kpi import Fact, Part, Terms, attain, flaws_of_terms, mix_attainment, mix_lines

COUNTS = st.dictionaries(st.sampled_from("abcde"), st.integers(0, 50), max_size=5)
SPLITS = st.lists(st.integers(1, 9_999), max_size=4, unique=True).map(
    lambda cuts: {
        name: high - low for name, low, high in zip("abcde", [0, *sorted(cuts)], [*sorted(cuts), 10_000], strict=False)
    }
)
WORKED = (
    Part("deals", 40, 4_000, 12_000),
    Part("average_price", 100_000_00, 2_000, 11_000),
    Part("mix", None, 1_500),
    Part("cash", 3_000_000_00, 2_500, 12_000),
)
FACT = Fact(deals=30, money_signed=3_450_000_00, by_type={"1 room": 21, "3 rooms": 9}, received=2_400_000_00)


def test_the_worked_example_of_the_page() -> None:
    """docs/algorithms/shared-kpi.md: 30 + 22 (capped from 23) + 13.5 + 20 points make 85.5 %."""
    reached = attain(WORKED, {"1 room": 6_000, "3 rooms": 4_000}, FACT)
    assert [part.raw for part in reached.parts] == [
        Fraction(3, 4), Fraction(115, 100), Fraction(9, 10), Fraction(4, 5)
    ]  # fmt: skip
    assert [float(part.points) for part in reached.parts] == [0.3, 0.22, 0.135, 0.2]
    assert [part.is_capped for part in reached.parts] == [False, True, False, False]
    assert reached.total == Fraction(855, 1000)


def test_a_mix_is_one_less_half_the_differences() -> None:
    plan = {"1 room": 6_000, "3 rooms": 4_000}
    assert mix_attainment(plan, {"1 room": 6, "3 rooms": 4}) == 1
    assert mix_attainment(plan, {"1 room": 10}) == Fraction(6, 10)
    assert mix_attainment(plan, {}) == 0
    assert mix_attainment(plan, {"1 room": 5, "3 rooms": 4, "parking": 1}) == Fraction(9, 10)


def test_nothing_sold_reaches_nothing_and_refunds_never_less_than_nothing() -> None:
    reached = attain(WORKED, {"1 room": 10_000}, Fact(received=-5))
    assert reached.total == 0
    price, cash = reached.part("average_price"), reached.part("cash")
    assert price is not None and price.fact is None
    assert cash is not None and cash.fact == -5 and cash.raw == 0


def test_an_average_price_is_taken_over_the_deals_that_have_an_amount() -> None:
    fact = Fact(deals=4, money_signed=300, priced=3)
    assert attain([Part("average_price", 100, 10_000)], {}, fact).total == 1


def test_a_part_without_a_target_or_of_an_unknown_kind_is_refused() -> None:
    for part in (Part("deals", 0, 10_000), Part("cash", None, 10_000), Part("leads", 5, 10_000)):
        with pytest.raises(ValueError):
            attain([part], {}, FACT)


@pytest.mark.parametrize(
    ("parts", "mix", "codes"),
    [
        ((), {}, ["no_parts"]),
        ((Part("deals", 5, 9_999),), {}, ["weights_not_whole"]),
        ((Part("deals", None, 10_000),), {}, ["target_missing"]),
        ((Part("deals", 5, 10_000, 9_999),), {}, ["cap_too_low"]),
        ((Part("deals", 5, 5_000), Part("deals", 6, 5_000)), {}, ["part_twice"]),
        ((Part("deals", 5, 10_000), Part("cash", 6, 0)), {}, ["weight_missing"]),
        ((Part("mix", None, 10_000),), {}, ["mix_missing"]),
        ((Part("mix", None, 10_000),), {"a": 9_000, "b": 1_001}, ["mix_not_whole"]),
        ((Part("mix", None, 10_000),), {"a": 11_000, "b": -1_000}, ["mix_not_whole"]),
        ((Part("deals", 5, 10_000),), {"a": 10_000}, ["mix_without_part"]),
        ((Part("leads", 5, 10_000),), {}, ["part_unknown"]),
        (WORKED, {"1 room": 6_000, "3 rooms": 4_000}, []),
    ],
)
def test_terms_that_do_not_add_up_are_named(parts: tuple[Part, ...], mix: dict[str, int], codes: list[str]) -> None:
    assert [flaw.code for flaw in flaws_of_terms(Terms(parts, mix))] == codes


@given(plan=SPLITS, sold=COUNTS)
def test_a_mix_lies_between_nothing_and_all_and_is_the_shared_part(plan: dict[str, int], sold: dict[str, int]) -> None:
    reached = mix_attainment(plan, sold)
    assert 0 <= reached <= 1
    total = sum(sold.values())
    if total:
        # The overlap of two distributions: each type counts by the smaller of its two shares.
        assert reached == sum(min(Fraction(plan.get(t, 0), 10_000), Fraction(n, total)) for t, n in sold.items())


@given(plan=SPLITS, sold=COUNTS)
def test_mix_lines_hold_every_type_once_and_their_shares_add_up(plan: dict[str, int], sold: dict[str, int]) -> None:
    lines = mix_lines(plan, sold)
    assert sum(line.planned for line in lines) == 1
    assert sum(line.sold for line in lines) == sum(sold.values())
    if sum(sold.values()):
        assert sum(line.share or 0 for line in lines) == 1
        assert sum(line.gap or 0 for line in lines) == 0


@given(
    weights=st.lists(st.integers(1, 5_000), min_size=2, max_size=3),
    facts=st.lists(st.integers(0, 200), min_size=2, max_size=2),
)
def test_the_total_is_the_sum_of_its_points_and_never_above_the_caps(weights: list[int], facts: list[int]) -> None:
    parts = [Part("deals", 50, weights[0], 12_000), Part("cash", 70, weights[1], 10_000)]
    reached = attain(parts, {}, Fact(deals=facts[0], received=facts[1]))
    assert reached.total == sum(part.points for part in reached.parts)
    assert reached.total <= Fraction(weights[0], 10_000) * Fraction(12, 10) + Fraction(weights[1], 10_000)


@given(first=COUNTS, second=COUNTS, money=st.integers(-100, 100))
def test_facts_of_days_add_up(first: dict[str, int], second: dict[str, int], money: int) -> None:
    one = Fact(sum(first.values()), 10 * sum(first.values()), first, money)
    two = Fact(sum(second.values()), 10 * sum(second.values()), second, 7)
    both = one + two
    assert both.deals == sum(both.by_type.values()) == one.deals + two.deals
    assert both.received == money + 7
    assert both.average_price in (None, Fraction(10))
