"""What figures say of a few rows: counted once, on the company's days, in one currency, with what chance explains."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from onegoal.metrics.asking import answer, cohorts, members, survival
from onegoal.metrics.errors import QuestionRefused
from onegoal.metrics.question import Question, Scope


def rows(facts: Any, metric: str, **asked: Any) -> dict[Any, Any]:
    """The answer's rows by the value of its first dimension (or "" without)."""
    found = answer(Question(metric, **asked), source=facts)
    return {next(iter(row.by.values()), ""): row for row in found.rows}


def lead(number: int, at: dt.datetime, **more: Any) -> dict[str, Any]:
    return {"lead_id": number, "person_id": number, "created_at": at, "outcome": "open"} | more


def put_channels(facts: Any) -> None:
    facts.put(
        "origins", {"origin_id": 1, "channel": "Search", "source": "google"}, {"origin_id": 2, "channel": "Social"}
    )


def test_a_call_does_not_multiply_its_deal(facts: Any, moment: Any) -> None:
    facts.put("leads", lead(1, moment("2026-01-05T10:00"), origin_id=1))
    facts.put("calls", *({"call_id": n, "lead_id": 1, "started_at": moment("2026-01-05T11:00")} for n in range(3)))
    facts.put("deals", *({"deal_id": n, "lead_id": 1, "opened_at": moment("2026-01-06T11:00")} for n in range(2)))
    put_channels(facts)
    assert rows(facts, "leads", by=("channel",))["Search"].value == 1
    assert rows(facts, "calls", by=("channel",))["Search"].value == 3
    rate = rows(facts, "lead_to_deal", by=("channel",))["Search"]
    assert (rate.numerator, rate.denominator) == (1, 1)


def test_a_lead_belongs_to_the_day_the_company_had(facts: Any, moment: Any) -> None:
    facts.put("leads", lead(1, moment("2026-01-31T22:30")), lead(2, moment("2026-01-31T21:30")))
    assert {day: row.value for day, row in rows(facts, "leads", by=("day",)).items()} == {
        "2026-01-31": 1,
        "2026-02-01": 1,
    }
    assert rows(facts, "leads", start=dt.date(2026, 2, 1))[""].value == 1


def test_the_clock_changes_with_the_summer(facts: Any, moment: Any) -> None:
    facts.put(
        "leads",
        lead(1, moment("2026-03-28T22:00")),  # Sunday midnight, two hours ahead of UTC
        lead(2, moment("2026-03-29T00:59")),  # the last minute before the change
        lead(3, moment("2026-03-29T01:00")),  # an hour later on the clock: four o'clock
        lead(4, moment("2026-03-29T21:00")),  # Monday midnight, three hours ahead
    )
    hours = {hour: row.value for hour, row in rows(facts, "leads", by=("hour_of_week",)).items()}
    assert hours == {"0": 1, "144": 1, "146": 1, "148": 1}


@pytest.mark.parametrize(
    ("by", "labels"),
    [
        ("day", ["2025-12-29", "2026-02-01"]),
        ("week", ["2026-W01", "2026-W05"]),
        ("month", ["2025-12", "2026-02"]),
        ("quarter", ["2025-Q4", "2026-Q1"]),
    ],
)
def test_days_fall_into_weeks_months_and_quarters(facts: Any, moment: Any, by: str, labels: list[str]) -> None:
    facts.put("leads", lead(1, moment("2025-12-29T10:00")), lead(2, moment("2026-02-01T10:00")))
    facts.put("spend", {"spend_id": 1, "day": dt.date(2025, 12, 29), "amount_minor": 1, "currency": "EUR"},
              {"spend_id": 2, "day": dt.date(2026, 2, 1), "amount_minor": 2, "currency": "EUR"})  # fmt: skip
    assert list(rows(facts, "leads", by=(by,))) == labels
    assert list(rows(facts, "spend", by=(by,))) == labels
    narrowed = Question("leads", where=((by, labels[1]),))
    assert answer(narrowed, source=facts).rows[0].value == 1
    assert members(narrowed, {}, part="numerator", limit=9, offset=0, source=facts).ids == (2,)


def test_days_without_anything_show_when_the_period_is_given(facts: Any, moment: Any) -> None:
    facts.put("leads", lead(1, moment("2026-01-02T10:00")))
    found = rows(facts, "leads", by=("day",), start=dt.date(2026, 1, 1), end=dt.date(2026, 1, 3))
    assert [row.value for row in found.values()] == [0, 1, 0]


def test_blank_is_apart_from_unknown(facts: Any, moment: Any) -> None:
    facts.put("origins", {"origin_id": 1, "source": "unknown"}, {"origin_id": 2})
    facts.put(
        "leads", lead(1, moment("2026-01-05T10:00"), origin_id=1), lead(2, moment("2026-01-05T10:00"), origin_id=2)
    )
    assert rows(facts, "leads", by=("source",)).keys() == {None, "unknown"}
    assert rows(facts, "leads", where=(("source", None),))[""].value == 1
    assert rows(facts, "leads", where=(("source", "unknown"),))[""].value == 1


def test_a_value_of_a_filter_is_never_read_as_sql(facts: Any, moment: Any) -> None:
    nasty = "x' OR '1'='1 $s1 \ue0001\ue000"
    facts.put(
        "leads", lead(1, moment("2026-01-05T10:00"), region=nasty), lead(2, moment("2026-01-05T10:00"), region="y")
    )
    assert rows(facts, "leads", where=(("region", nasty),))[""].value == 1


def test_spend_over_leads_is_the_cost_of_a_lead(facts: Any, moment: Any) -> None:
    put_channels(facts)
    facts.put("leads", *(lead(n, moment("2026-01-05T10:00"), origin_id=1) for n in range(8)))
    facts.put("leads", lead(9, moment("2026-01-05T10:00"), origin_id=2))
    facts.put(
        "spend", {"spend_id": 1, "day": dt.date(2026, 1, 4), "origin_id": 1, "amount_minor": 400_00, "currency": "EUR"}
    )
    found = rows(facts, "cpl", by=("channel",))
    assert found["Search"].value == Decimal(50_00)
    assert 24_00 < found["Search"].low < 50_00 < found["Search"].high < 116_00
    assert found["Social"].value == 0
    assert found["Social"].low is None


def test_money_of_two_currencies_is_never_added(facts: Any, moment: Any) -> None:
    won = moment("2026-01-05T10:00")
    facts.put("deals", {"deal_id": 1, "won_at": won, "amount_minor": 100, "currency": "EUR"},
              {"deal_id": 2, "won_at": won, "amount_minor": 700, "margin_minor": 70, "currency": "USD"})  # fmt: skip
    found = answer(Question("money_signed"), source=facts)
    assert {row.by["currency"]: row.value for row in found.rows} == {"EUR": 100, "USD": 700}
    assert found.currency == ""
    one = answer(Question("money_signed", where=(("currency", "USD"),)), source=facts)
    assert (one.rows[0].value, one.currency) == (700, "USD")
    facts.put("spend", {"spend_id": 1, "day": dt.date(2026, 1, 4), "amount_minor": 4, "currency": "EUR"})
    with pytest.raises(QuestionRefused) as refusal:
        answer(Question("romi"), source=facts)
    assert refusal.value.code == "several_currencies"
    facts.put("leads", lead(1, won))
    assert rows(facts, "cpl", where=(("currency", "EUR"),))[""].value == 4


def test_a_return_is_not_told_while_no_margin_is_known(facts: Any, moment: Any) -> None:
    facts.put("spend", {"spend_id": 1, "day": dt.date(2026, 1, 4), "amount_minor": 50, "currency": "EUR"})
    assert rows(facts, "romi")[""].value == -1  # nothing was signed: all is lost
    facts.put("deals", {"deal_id": 1, "won_at": moment("2026-01-05T10:00"), "amount_minor": 100, "currency": "EUR"})
    assert rows(facts, "romi")[""].value is None
    facts.put("deals", {"deal_id": 2, "won_at": moment("2026-01-05T10:00"), "margin_minor": 75, "currency": "EUR"})
    assert rows(facts, "romi")[""].value == Decimal("0.5")
    assert rows(facts, "margin_known")[""].value == 0.5


def test_a_customer_is_won_once(facts: Any, moment: Any) -> None:
    deals = [
        {"deal_id": n, "person_id": 1, "won_at": moment(f"2026-0{n}-05T10:00"), "currency": "EUR"} for n in (1, 2, 3)
    ]
    facts.put("deals", *deals)
    assert {month: row.value for month, row in rows(facts, "customers", by=("month",)).items()} == {"2026-01": 1}


def test_a_visitor_is_counted_once_in_each_row(facts: Any, moment: Any) -> None:
    put_channels(facts)
    touch = {"at": moment("2026-01-05T10:00"), "visitor": 7}
    facts.put("touches", {"touch_key": 1, **touch, "origin_id": 1}, {"touch_key": 2, **touch, "origin_id": 1},
              {"touch_key": 3, **touch, "origin_id": 2})  # fmt: skip
    facts.put("touches", {"touch_key": 4, **touch, "visitor": 8, "at": moment("2026-01-09T10:00"), "origin_id": 1})
    facts.put("identities", {"identity": 7, "person_id": 1}, {"identity": 8, "person_id": 2})
    facts.put("leads", lead(1, moment("2026-01-05T10:00")), lead(2, moment("2026-01-08T10:00")))
    facts.put("touches", {"touch_key": 5, **touch, "visitor": None, "origin_id": 2})  # nobody knows whose
    assert rows(facts, "touches")[""].value == 5
    assert rows(facts, "visitors")[""].value == 2
    assert {name: row.value for name, row in rows(facts, "visitors", by=("channel",)).items()} == {
        "Search": 2,
        "Social": 1,
    }
    facts.put("origins", {"origin_id": 3, "channel": "Search"}, {"origin_id": 4})
    facts.put("touches", {"touch_key": 6, **touch, "origin_id": 3}, {"touch_key": 7, **touch, "origin_id": 4})
    by_channel = {name: row.value for name, row in rows(facts, "visitors", by=("channel",)).items()}
    assert by_channel == {"Search": 2, "Social": 1, None: 1}
    rate = rows(facts, "visitor_to_lead")[""]
    assert (rate.numerator, rate.denominator) == (1, 2)  # the second lead came before its visit
    listed = members(Question("visitor_to_lead"), {}, part="numerator", limit=9, offset=0, source=facts)
    assert (listed.entity, listed.ids) == ("visitor", (7,))
    assert members(Question("touches"), {}, part="numerator", limit=2, offset=0, source=facts).total == 7


def test_touches_that_came_later_are_counted_too(facts: Any, moment: Any) -> None:
    facts.put("touches", {"touch_key": 1, "at": moment("2026-01-05T10:00"), "visitor": 7})
    assert rows(facts, "touches")[""].value == 1
    facts.put("touches", {"touch_key": 2, "at": moment("2026-01-05T10:00"), "visitor": 7})
    assert rows(facts, "touches")[""].value == 2
    facts.lake.compact("touches", at_least=2)
    assert rows(facts, "touches")[""].value == 2


def test_a_team_sees_its_own_leads_and_no_cost_of_all(facts: Any, moment: Any) -> None:
    facts.put("leads", lead(1, moment("2026-01-05T10:00"), team_id=1), lead(2, moment("2026-01-05T10:00"), team_id=2))
    mine = Scope(team_ids=frozenset({1}))
    assert rows(facts, "leads", scope=mine)[""].value == 1
    assert rows(facts, "leads", scope=Scope(team_ids=frozenset()))[""].value == 0
    with pytest.raises(QuestionRefused) as refusal:
        answer(Question("cpl", scope=mine), source=facts)
    assert refusal.value.code == "scope_splits_ratio"


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (Question("sales"), "metric_unknown"),
        (Question("leads", by=("colour",)), "dimension_unknown"),
        (Question("spend", by=("seller",)), "dimension_not_known"),
        (Question("spend", where=(("seller", "Nora"),)), "filter_not_known"),
        (Question("leads", by=("currency",)), "dimension_not_known"),
        (Question("leads", where=(("currency", "EUR"),)), "filter_not_known"),
        (Question("leads", by=("channel", "channel")), "dimension_twice"),
        (Question("leads", by=("channel", "source", "region", "reason", "stage")), "too_many_dimensions"),
        (Question("leads", start=dt.date(2026, 2, 1), end=dt.date(2026, 1, 1)), "period_reversed"),
        (Question("leads", where=(("week", "2026-W60"),)), "value_not_known"),
        (Question("leads", where=(("hour_of_week", "168"),)), "value_not_known"),
        (Question("time_between"), "filter_missing"),
        (Question("time_between", where=(("from_stage", "a"), ("to_stage", "b"))), "value_not_known"),
    ],
)
def test_a_question_without_sense_is_refused_with_a_reason(facts: Any, question: Question, code: str) -> None:
    with pytest.raises(QuestionRefused) as refusal:
        answer(question, source=facts)
    assert refusal.value.code == code
    assert "%" not in refusal.value.message


def test_open_ways_are_censored_and_not_dropped(facts: Any, moment: Any) -> None:
    came = moment("2026-01-01T00:00")
    facts.put("leads", *(lead(n, came) for n in range(4)))
    facts.put("deals", *({"deal_id": n, "lead_id": n, "opened_at": came, "won_at": moment(f"2026-01-{11 + n}T00:00")}
                         for n in range(2)))  # fmt: skip
    end = moment("2026-02-01T00:00")
    row = answer(Question("time_lead_to_won"), source=facts, as_of=end).rows[0]
    assert (row.value, row.numerator, row.denominator) == (11.0, 2, 4)
    curve = survival(Question("time_lead_to_won"), source=facts, as_of=end)[0]
    assert (curve.records, curve.events, curve.open, curve.q75) == (4, 2, 2, None)
    assert [(point.day, point.reached) for point in curve.points] == [(10.0, 0.25), (11.0, 0.5)]
    early = answer(Question("time_lead_to_won"), source=facts, as_of=moment("2026-01-11T12:00")).rows[0]
    assert (early.value, early.numerator) == (None, 1)


def test_time_between_two_named_stages_crosses_from_lead_to_deal(facts: Any, moment: Any) -> None:
    facts.put("stages", {"id": 1, "pipeline": "lead", "name": "Visit"}, {"id": 2, "pipeline": "deal", "name": "Signed"})
    facts.put("leads", lead(1, moment("2026-01-01T00:00")))
    facts.put("deals", {"deal_id": 5, "lead_id": 1, "opened_at": moment("2026-01-03T00:00")})
    facts.put(
        "stage_changes",
        {"record": "lead", "record_id": 1, "stage_id": 1, "entered_at": moment("2026-01-02T00:00")},
        {"record": "deal", "record_id": 5, "stage_id": 2, "entered_at": moment("2026-01-09T12:00")},
    )
    between = (("from_stage", "Visit"), ("to_stage", "Signed"))
    assert rows(facts, "time_between", where=between)[""].value == 7.5


def test_cohorts_pay_back_when_margin_covers_their_cost(facts: Any, moment: Any) -> None:
    def deal(number: int, person: int, at: str, margin: int) -> dict[str, Any]:
        return {"deal_id": number, "person_id": person, "won_at": moment(at), "margin_minor": margin, "currency": "EUR"}

    facts.put("deals", deal(1, 1, "2026-01-05T10:00", 300), deal(2, 2, "2026-01-09T10:00", 0),
              deal(3, 1, "2026-02-05T10:00", 500), deal(4, 2, "2026-03-05T10:00", 200))  # fmt: skip
    facts.put("spend", {"spend_id": 1, "day": dt.date(2026, 1, 4), "amount_minor": 1000, "currency": "EUR"})
    found = cohorts(Question("ltv"), source=facts, as_of=moment("2026-04-15T10:00"))
    row = found.rows[0]
    assert (row.customers, row.deals, row.cac, row.ltv, row.payback_month) == (2, 4, 500, 500, 2)
    assert row.ltv_by_month == (150, 400, 500)
    assert answer(Question("payback"), source=facts, as_of=moment("2026-04-15T10:00")).rows[0].value == 2


def test_product_mix_is_a_share_of_all_that_was_sold(facts: Any, moment: Any) -> None:
    won = moment("2026-01-05T10:00")
    facts.put("deals", *({"deal_id": n, "won_at": won, "product_type": "flat" if n < 3 else "house"} for n in range(4)))
    found = rows(facts, "product_mix")
    assert (found["flat"].value, found["house"].denominator) == (0.75, 4)


def test_nobody_stands_out_by_chance_and_a_real_difference_is_named(facts: Any, moment: Any) -> None:
    put_channels(facts)
    came = moment("2026-01-05T10:00")

    def many(first: int, count: int, origin: int, qualified: int) -> list[dict[str, Any]]:
        return [
            lead(first + n, came, origin_id=origin, qualified_at=came if n < qualified else None) for n in range(count)
        ]

    facts.put("leads", *many(0, 40, 1, 20), *many(100, 40, 2, 16))
    alike = answer(Question("lead_to_qualified", by=("channel",)), source=facts)
    assert not alike.differs.beyond_chance
    assert {row.stands_out for row in alike.rows} == {""}
    facts.put("leads", *many(200, 200, 1, 180), *many(500, 200, 2, 20))
    apart = answer(Question("lead_to_qualified", by=("channel",)), source=facts)
    assert apart.differs.beyond_chance
    assert {row.by["channel"]: row.stands_out for row in apart.rows} == {"Search": "above", "Social": "below"}


def test_a_channel_assists_a_lead_once_and_never_its_own(facts: Any, moment: Any) -> None:
    put_channels(facts)
    facts.put("origins", {"origin_id": 3, "channel": "Social", "source": "instagram"})
    facts.put("identities", {"identity": 77, "person_id": 1}, {"identity": 78, "person_id": 2})
    facts.put("leads", *(lead(n, moment("2026-01-05T10:00"), origin_id=1) for n in (1, 2)))
    facts.put(
        "touches",
        *(
            {"touch_key": key, "digest": 0, "visitor": visitor, "origin_id": origin, "at": moment(at), "sequence": 0}
            for key, visitor, origin, at in (
                (1, 77, 2, "2026-01-02T10:00"),
                (2, 77, 3, "2026-01-03T10:00"),  # the same channel by another source: still one lead
                (3, 77, 1, "2026-01-04T10:00"),  # the lead's own channel assists nothing
                (4, 78, 2, "2026-01-06T10:00"),  # after the lead came
            )
        ),
    )
    assert {channel: row.value for channel, row in rows(facts, "assisted_leads", by=("channel",)).items()} == {
        "Social": 1
    }
    by_source = {source: row.value for source, row in rows(facts, "assisted_leads", by=("source",)).items()}
    assert by_source == {None: 1, "instagram": 1}
    assert rows(facts, "assisted_leads")[""].value == 1


def test_how_answering_went_is_told_by_the_hour_of_the_first_answer(facts: Any, moment: Any) -> None:
    nine, five = moment("2026-01-05T07:10"), moment("2026-01-05T15:10")  # 9 and 17 o'clock of the company
    facts.put(
        "leads",
        lead(1, moment("2026-01-04T10:00"), first_response_at=nine, qualified_at=nine),
        lead(2, moment("2026-01-04T10:00"), first_response_at=five),
        lead(3, moment("2026-01-04T10:00")),
    )
    found = rows(facts, "answered_to_qualified", by=("hour_of_day",))
    assert {hour: (row.numerator, row.denominator) for hour, row in found.items()} == {"9": (1, 1), "17": (0, 1)}
