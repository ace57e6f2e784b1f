"""Moments and days as people and programs write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegoal.core.dates import AmbiguousDate, guess_date_order, in_utc, parse_day, parse_moment
from onegoal.core.problems import ValueProblem

MOSCOW = ZoneInfo("Europe/Moscow")
BUCHAREST = ZoneInfo("Europe/Bucharest")
NOON = datetime(2025, 3, 12, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2025-03-12T15:00:00",
        "2025-03-12 15:00",
        "2025-03-12T12:00:00Z",
        "2025-03-12T12:00:00.0Z",
        "2025-03-12T12:00:00.0000000Z",
        "2025-03-12 12:00:00+00:00",
        "2025-03-12T17:00:00+0500",
        "2025-03-12 12:00:00 UTC",
        "2025-03-12 15:00:00 +03:00",
        "12.03.2025 15:00",
        "12.03.2025, 15:00:00",
        "12.03.25 15:00",
        "12/03/2025 15:00:00",
        "12-03-2025 15:00",
        "12/03/2025 3:00 PM",
        "12.03.2025 3:00 p.m.",
        "2025/03/12 15:00",
        "2025. 03. 12. 15:00",
        "20250312 15:00",
        "12 марта 2025 15:00",
        "12 марта 2025 г. в 15:00",
        "12 МАР 2025, 15:00",
        "12 mar. 2025 15:00",
        "12 martie 2025 ora 15:00",
        "2025. március 12. 15:00",
        "2025. márc. 12. 15:00",
        "March 12, 2025 3:00 PM",
        "Mar 12, 2025, 3:00:00 PM",
        "12-Mar-2025 15:00",
        "12th March 2025 at 15:00",
        "Wed, 12 Mar 2025 12:00:00 GMT",
        "Wed, 12 Mar 2025 15:00:00 +0300",
    ],
)
def test_one_moment_in_its_many_spellings(text):
    assert parse_moment(text, order="dmy", zone=MOSCOW) == NOON


@pytest.mark.parametrize(
    ("name", "month"),
    [
        ("января", 1),
        ("фев", 2),
        ("мая", 5),
        ("мая", 5),
        ("сент.", 9),
        ("ianuarie", 1),
        ("mai", 5),
        ("iun.", 6),
        ("noiembrie", 11),
        ("január", 1),
        ("máj.", 5),
        ("június", 6),
        ("szeptember", 9),
        ("okt", 10),
        ("May", 5),
        ("Sept", 9),
        ("май", 5),
    ],
)
def test_months_are_known_in_four_languages(name, month):
    assert parse_day(f"7 {name} 2025") == date(2025, month, 7)


@pytest.mark.parametrize(
    ("text", "serial", "moment"),
    [
        ("45728", "excel1900", datetime(2025, 3, 12)),
        ("45728.5208333333", "excel1900", datetime(2025, 3, 12, 12, 30)),
        ("44266,25", "excel1904", datetime(2025, 3, 12, 6)),
    ],
)
def test_excel_serials_are_local_days(text, serial, moment):
    assert parse_moment(text, zone=MOSCOW, serial=serial) == moment.replace(tzinfo=MOSCOW)


def test_unix_numbers_are_utc():
    assert parse_moment("1741780800", zone=MOSCOW, serial="unix") == NOON
    assert parse_moment("1741780800000", zone=MOSCOW, serial="unix_ms") == NOON


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "date_empty"),
        ("  ", "date_empty"),
        ("soon", "date_not_understood"),
        ("12.03", "date_not_understood"),
        ("12.03-2025", "date_not_understood"),
        ("12 foo 2025", "date_not_understood"),
        ("45728", "date_not_understood"),
        ("1741780800", "date_not_understood"),
        ("12.03.2025 3 PM", "date_not_understood"),
        ("x" * 500, "date_not_understood"),
        ("30.02.2025", "date_no_such_day"),
        ("2025-02-30", "date_no_such_day"),
        ("29.02.2025", "date_no_such_day"),
        ("31/06/2025", "date_no_such_day"),
        ("0.03.2025", "date_no_such_day"),
        ("32.13.2025", "date_no_such_day"),
        ("2025-03-12 24:00", "date_no_such_time"),
        ("2025-03-12T24:00:00", "date_no_such_time"),
        ("12.03.2025 12:60", "date_no_such_time"),
        ("12.03.2025 13:00 PM", "date_no_such_time"),
        ("0001-01-01", "date_year_out_of_range"),
        ("1970-01-01T00:00:00Z", "date_year_out_of_range"),
        ("12.03.1989", "date_year_out_of_range"),
        ("12.03.2101", "date_year_out_of_range"),
        ("03/04/2025", "date_ambiguous"),
        ("03-04-25", "date_ambiguous"),
    ],
)
def test_what_is_no_date_is_refused_with_its_code(text, code):
    with pytest.raises(ValueProblem) as refused:
        parse_moment(text, zone=MOSCOW)
    assert refused.value.code == code


@pytest.mark.parametrize("serial", ["excel1900", "excel1904", "unix", "unix_ms"])
@pytest.mark.parametrize("text", ["0", "-5", "9" * 60])
def test_serials_out_of_range_are_refused(text, serial):
    with pytest.raises(ValueProblem, match="date_year_out_of_range"):
        parse_moment(text, zone=MOSCOW, serial=serial)


def test_the_order_settles_what_is_ambiguous():
    with pytest.raises(AmbiguousDate):
        parse_day("03/04/2025")
    assert parse_day("03/04/2025", order="dmy") == date(2025, 4, 3)
    assert parse_day("03/04/2025", order="mdy") == date(2025, 3, 4)
    assert parse_day("25/03/04", order="ymd") == date(2025, 3, 4)
    assert parse_day("13/04/2025") == parse_day("04/13/2025") == date(2025, 4, 13)


def test_a_day_that_contradicts_the_order_is_refused():
    with pytest.raises(ValueProblem, match="date_wrong_order"):
        parse_day("04/13/2025", order="dmy")
    with pytest.raises(ValueProblem, match="date_wrong_order"):
        parse_day("13/04/2025", order="mdy")


def test_two_digit_years_turn_over_at_ninety():
    assert parse_day("01.01.90").year == 1990
    assert parse_day("01.01.89").year == 2089


def test_a_leap_day_is_a_day():
    assert parse_day("29.02.2024") == date(2024, 2, 29)


def test_an_hour_that_clocks_repeat_is_its_first_pass_and_a_skipped_one_lands_later():
    assert parse_moment("26.10.2025 03:30", zone=BUCHAREST) == datetime(2025, 10, 26, 0, 30, tzinfo=UTC)
    assert parse_moment("30.03.2025 03:30", zone=BUCHAREST) == datetime(2025, 3, 30, 1, 30, tzinfo=UTC)


def test_the_day_of_a_moment_is_the_day_in_the_company_s_zone():
    assert parse_day("2025-03-11T22:00:00Z", zone=MOSCOW) == date(2025, 3, 12)
    assert parse_day("2025-03-11T22:00:00Z") == date(2025, 3, 11)


def test_a_workbook_s_moment_without_offset_is_local():
    assert in_utc(datetime(2025, 3, 12, 15), MOSCOW) == NOON


@pytest.mark.parametrize(
    ("samples", "order"),
    [
        (["2025-03-12", "2025-03-13 10:00"], "ymd"),
        (["03/04/2025", "13/04/2025"], "dmy"),
        (["03/04/2025", "04/13/2025"], "mdy"),
        (["03/04/2025", "05/06/2025"], "ambiguous"),
        (["13/04/2025", "04/13/2025"], "ambiguous"),
        (["01.02.2025"], "dmy"),
        (["12 марта 2025"], "dmy"),
        (["2025-03-12", "12.03.2025"], "dmy"),
        (["", "junk"], "ambiguous"),
    ],
)
def test_the_order_of_a_column_is_told_by_its_clear_cells(samples, order):
    assert guess_date_order(samples) == order


MOMENTS = st.datetimes(datetime(1990, 1, 2), datetime(2100, 12, 30), timezones=st.just(UTC))


@given(MOMENTS)
def test_a_moment_written_as_iso_is_read_back(moment):
    assert parse_moment(moment.isoformat(), zone=MOSCOW) == moment


@given(
    MOMENTS,
    st.sampled_from(["%d.%m.%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%d-%m-%Y %I:%M:%S %p", "%d %b %Y %H:%M:%S"]),
)
def test_a_moment_written_by_hand_is_read_back(moment, pattern):
    second = moment.replace(microsecond=0)
    assert parse_moment(second.strftime(pattern), order="dmy", zone=ZoneInfo("UTC")) == second


@given(st.text(max_size=40))
def test_any_text_is_a_moment_or_a_problem_and_nothing_else(text):
    try:
        assert parse_moment(text, zone=MOSCOW).utcoffset() == timedelta(0)
    except ValueProblem as problem:
        assert problem.code.startswith("date_")
