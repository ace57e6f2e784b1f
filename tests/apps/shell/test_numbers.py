"""Numbers, money, rates and days read as each language writes them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from onegoal.apps.shell import figures, numbers
from onegoal.core.money import Money

SPACE = "\u00a0"


@pytest.mark.parametrize(
    ("language", "number", "money", "percent", "day"),
    [
        ("en", "−1,234,567", "€1,234,568", "12.3\u00a0%", "21 Nov 2026"),
        ("ru", "−1 234 567", "1 234 568 €", "12,3\u00a0%", "21 нояб. 2026\u202fг."),
        ("ro", "−1.234.567", "1.234.568 €", "12,3\u00a0%", "21 nov. 2026"),
        ("hu", "−1 234 567", "1 234 568 €", "12,3\u00a0%", "2026. nov. 21."),
    ],
)
def test_each_language_has_its_own_separators_signs_and_dates(
    language: str, number: str, money: str, percent: str, day: str
) -> None:
    assert numbers.write_number(-1_234_567, language).replace(SPACE, " ") == number
    assert numbers.write_money(123_456_780, "EUR", language).replace(SPACE, " ") == money
    assert numbers.write_percent(0.1229, language) == percent
    assert numbers.write_day(dt.date(2026, 11, 21), language) == day


def test_large_money_is_shortened_for_reading_and_exact_in_its_title() -> None:
    with translation.override("en"):
        shown = figures.show_money(1_234_567_890, "EUR")
    assert ">€12.3M<" in shown
    assert 'title="€12,345,678.90"' in shown


def test_cents_show_where_they_matter_and_currencies_without_them_have_none() -> None:
    assert numbers.write_money(1250, "EUR", "en") == "€12.50"
    assert numbers.write_money(1200, "EUR", "en") == "€12"
    assert numbers.write_money(1250, "JPY", "en") == "JP¥1,250"
    assert numbers.write_money(125_050, "HUF", "hu") == "1\u00a0251\u00a0Ft"
    assert numbers.write_money(1_250_500, "KWD", "en", style="exact") == "KWD\u00a01,250.500"


def test_a_multiple_says_how_many_times() -> None:
    assert [numbers.write_multiple(value, "en") for value in (131, 1.314, 13.14, -0.5)] == [
        "131×",
        "1.31×",
        "13.1×",
        "−0.5×",
    ]
    assert numbers.write_multiple(None, "en") == numbers.NOTHING
    assert numbers.write_multiple(1.25, "hu", style="exact") == "1,2500×"


def test_money_without_a_known_currency_is_a_plain_amount() -> None:
    assert numbers.write_money(123_400, "", "en") == "1,234"


def test_a_rate_shows_its_counts_and_interval() -> None:
    with translation.override("en"):
        shown = figures.show_rate(figures.Rate(195, 1586, 0.108, 0.14))
    assert "12.3\u00a0%" in shown
    assert "195 of 1,586" in shown
    assert "(10.8–14.0)" in shown


def test_too_few_cases_show_counts_and_no_per_cent() -> None:
    with translation.override("en"):
        shown = figures.show_rate(figures.Rate(4, 9), is_too_few=True)
    assert "too few to tell: 4 of 9" in shown
    assert "%" not in shown


def test_a_change_has_a_sign_and_nothing_before_gives_a_dash() -> None:
    assert numbers.write_change(118, 100, "en") == "+18\u00a0%"
    assert numbers.write_change(95, 100, "ru") == "−5,0\u00a0%"
    assert numbers.write_change(100, 100, "en") == "0.0\u00a0%"
    assert numbers.write_change(5, 0, "en") == "–"
    assert numbers.write_change(None, 10, "en") == "–"


def test_days_take_the_right_plural() -> None:
    assert [numbers.write_days(count, "ru").replace(SPACE, " ") for count in (1, 3, 5)] == ["1 день", "3 дня", "5 дней"]


def test_a_duration_keeps_its_two_largest_units() -> None:
    assert numbers.write_duration(11_160, "ro").replace(SPACE, " ") == "3 ore 6 min."
    assert numbers.write_duration(0, "ru").replace(SPACE, " ") == "0 с"


def test_a_moment_is_on_the_company_s_clock() -> None:
    moment = dt.datetime(2026, 11, 21, 23, 30, tzinfo=dt.UTC)
    assert numbers.write_moment(moment, "en", ZoneInfo("Europe/Bucharest")) == "22 Nov, 01:30"


def test_text_in_a_title_cannot_become_markup() -> None:
    assert "<script" not in figures.show_change(1, 2, "<script>alert(1)</script>")


def test_money_objects_and_minor_units_read_alike() -> None:
    with translation.override("en"):
        assert figures.show_money(Money(12_345, "EUR")) == figures.show_money(12_345, "EUR")


@given(
    st.one_of(st.integers(-(10**15), 10**15), st.floats(), st.decimals(allow_nan=True, allow_infinity=True), st.none()),
    st.sampled_from(["en", "ru", "ro", "hu"]),
)
def test_no_value_breaks_the_writing_of_numbers(value: int | float | Decimal | None, language: str) -> None:
    if isinstance(value, float | Decimal) and numbers.is_number(value) and abs(value) > 1e18:
        value = 1e18
    for text in (
        numbers.write_number(value, language, style="read"),
        numbers.write_money(value, "EUR", language),
        numbers.write_percent(value, language),
        numbers.write_multiple(value, language),
    ):
        assert text
        assert "-" not in text
