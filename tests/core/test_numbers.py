"""Numbers as people write them, read or refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegoal.core.numbers import AmbiguousNumber, guess_decimal, parse_number
from onegoal.core.problems import ValueProblem


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", "0"),
        ("007", "7"),
        ("1 234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1\u00a0234\u00a0567,8", "1234567.8"),
        ("1\u202f234,56", "1234.56"),
        ("1'234'567.89", "1234567.89"),
        ("1’234.5", "1234.5"),
        ("12,34,567.50", "1234567.5"),
        ("1 234,567", "1234.567"),
        ("1234,567", "1234.567"),
        ("0,125", "0.125"),
        ("1,234,567", "1234567"),
        ("1.234.567", "1234567"),
        (",5", "0.5"),
        ("5.", "5"),
        ("\u22125", "-5"),
        ("(5)", "-5"),
        ("5-", "-5"),
        ("+5", "5"),
        ("1e5", "100000"),
        ("1.234E+3", "1234"),
        ("٣٤", "34"),
        ("５", "5"),
        ("5 ₽", "5"),
        ("1 500 руб.", "1500"),
        ("1 500р.", "1500"),
        ("99,90 lei", "99.90"),
        ("12 000 Ft", "12000"),
        ("€5", "5"),
        ("-$5", "-5"),
        ("$-5", "-5"),
        ("($5.50)", "-5.50"),
        ("$(5.50)", "-5.50"),
        ("AED 1,500,000", "1500000"),
        ("1,500,000 aed", "1500000"),
        ("AED1,500,000.00", "1500000"),
        ("5- €", "-5"),
    ],
)
def test_a_number_is_read_as_its_writer_meant_it(text, value):
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "number_empty"),
        ("  \u00a0 ", "number_empty"),
        ("abc", "number_not_understood"),
        ("-", "number_not_understood"),
        ("nan", "number_not_understood"),
        ("inf", "number_not_understood"),
        ("5²", "number_not_understood"),
        ("½", "number_not_understood"),
        ("1 23", "number_not_understood"),
        ("1,23,45", "number_not_understood"),
        ("1.2,3.4", "number_not_understood"),
        ("--5", "number_not_understood"),
        ("(-5)", "number_not_understood"),
        ("$5 €", "number_not_understood"),
        ("0x10", "number_not_understood"),
        ("1_000", "number_not_understood"),
        ("12:30", "number_not_understood"),
        ("12.03.2025", "number_not_understood"),
        ("=1+1", "number_not_understood"),
        ("12 %", "number_percent"),
        ("1e999999", "number_too_big"),
        ("9" * 65, "number_too_long"),
        ("1,234", "number_ambiguous"),
        ("1.234", "number_ambiguous"),
        ("-€1.234", "number_ambiguous"),
    ],
)
def test_what_is_not_clearly_a_number_is_refused_with_its_code(text, code):
    with pytest.raises(ValueProblem) as refused:
        parse_number(text)
    assert refused.value.code == code


def test_a_named_decimal_mark_settles_what_is_ambiguous():
    with pytest.raises(AmbiguousNumber):
        parse_number("1,234")
    assert parse_number("1,234", decimal="comma") == Decimal("1.234")
    assert parse_number("1,234", decimal="point") == 1234
    assert parse_number("1.234", decimal="comma") == 1234


@pytest.mark.parametrize(("text", "mark"), [("1,234.56", "comma"), ("12.5", "comma"), ("1,234,567", "comma")])
def test_a_number_that_contradicts_the_named_mark_is_refused(text, mark):
    with pytest.raises(ValueProblem) as refused:
        parse_number(text, decimal=mark)
    assert refused.value.code == "number_wrong_decimal"


def test_per_cent_is_read_as_a_fraction_when_asked_for():
    assert parse_number("12,5 %", percent=True) == Decimal("0.125")


@pytest.mark.parametrize(
    ("samples", "mark"),
    [
        (["1", "2,50", "1.234"], "comma"),
        (["1,234", "1,234.50"], "point"),
        (["1.234.567"], "comma"),
        (["1,234", "2,345"], None),
        (["2,5", "2.5"], None),
        (["", "abc"], None),
    ],
)
def test_the_decimal_mark_of_a_column_is_told_by_its_clear_cells(samples, mark):
    assert guess_decimal(samples) == mark


@given(
    st.decimals(min_value=-(10**12), max_value=10**12, places=2),
    st.sampled_from([" ", "\u00a0", "\u202f", "'", ".", ""]),
)
def test_what_is_written_with_a_decimal_comma_is_read_back(value, group):
    text = f"{value:,.2f}".replace(",", "\0").replace(".", ",").replace("\0", group)
    assert parse_number(text, decimal="comma") == value


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_a_problem_and_nothing_else(text):
    try:
        assert parse_number(text).is_finite()
    except ValueProblem as problem:
        assert problem.code.startswith("number_")
