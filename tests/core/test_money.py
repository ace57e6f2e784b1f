"""Money never loses a cent and never mixes currencies."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegoal.core.money import BIGINT_MAX, Money, minor_digits, parse_amount, ratio, split_largest_remainder
from onegoal.core.problems import ValueProblem


@pytest.mark.parametrize(
    ("currency", "digits"), [("RUB", 2), ("RON", 2), ("HUF", 2), ("AED", 2), ("JPY", 0), ("KWD", 3), ("IQD", 3)]
)
def test_decimals_of_a_currency_follow_iso_4217(currency, digits):
    assert minor_digits(currency) == digits


def test_a_word_that_is_no_currency_code_is_refused():
    with pytest.raises(ValueProblem, match="currency_unknown"):
        minor_digits("rub")


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1 234,56 ₽", "RUB", 123456),
        ("1234.5", "RON", 123450),
        ("1500", "JPY", 1500),
        ("1,5", "KWD", 1500),
        ("0,005", "EUR", 1),
        ("-0,005", "EUR", -1),
        ("0,0049", "EUR", 0),
        ("92233720368547758,07", "EUR", BIGINT_MAX),
        ("AED 2,500,000.00", "AED", 250000000),
    ],
)
def test_an_amount_becomes_minor_units(text, currency, minor):
    assert parse_amount(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "code"),
    [("92233720368547758,08", "money_too_big"), ("5 USD", "money_other_currency"), ("5 lei", "money_other_currency")],
)
def test_an_amount_that_cannot_be_kept_is_refused(text, code):
    with pytest.raises(ValueProblem) as refused:
        parse_amount(text, "EUR")
    assert refused.value.code == code


def test_currencies_do_not_mix():
    rubles, lei = Money(100, "RUB"), Money(100, "RON")
    for mix in (lambda: rubles + lei, lambda: rubles - lei, lambda: rubles < lei, lambda: rubles >= lei):
        with pytest.raises(ValueProblem, match="currency_mixed"):
            mix()
    assert rubles != lei


def test_money_adds_and_compares_within_a_currency():
    assert Money(100, "RUB") + Money(50, "RUB") - Money(1, "RUB") == Money(149, "RUB")
    assert -Money(5, "RUB") < Money(0, "RUB") <= Money(0, "RUB")
    assert Money(12345, "RUB").amount == Decimal("123.45")


def test_money_takes_no_fractions_of_a_cent():
    with pytest.raises(TypeError):
        Money(1.5, "RUB")  # type: ignore[arg-type]


def test_the_thirds_of_a_hundred_give_the_spare_cent_to_the_first():
    assert split_largest_remainder(100, [1, 1, 1]) == [34, 33, 33]
    assert split_largest_remainder(-100, [1, 1, 1]) == [-34, -33, -33]
    assert split_largest_remainder(10, [0, 0]) == [5, 5]


@pytest.mark.parametrize("weights", [[], [1, -1], [float("nan")], [float("inf"), 1]])
def test_impossible_weights_are_refused(weights):
    with pytest.raises(ValueError, match="weights"):
        split_largest_remainder(10, weights)


@given(
    st.integers(-(10**15), 10**15),
    st.lists(st.one_of(st.integers(0, 10**9), st.floats(0, 1e9)), min_size=1, max_size=30),
)
def test_shares_sum_to_the_total_and_stay_within_one_unit_of_their_quota(total, weights):
    shares = split_largest_remainder(total, weights)
    assert sum(shares) == total
    if sum(weights) and total:
        from fractions import Fraction

        whole = sum(map(Fraction, weights))
        assert all(abs(s - total * Fraction(w) / whole) < 1 for s, w in zip(shares, weights, strict=True))


@given(st.integers(-BIGINT_MAX, BIGINT_MAX), st.sampled_from(["RUB", "JPY", "KWD"]))
def test_an_amount_written_out_is_read_back(minor, currency):
    text = str(Money(minor, currency).amount)
    assert parse_amount(text, currency, decimal="point") == minor


def test_a_ratio_without_a_denominator_is_unknown_not_zero():
    assert ratio(100, 0) is None
    assert ratio(100, 8) == Decimal("12.5")
