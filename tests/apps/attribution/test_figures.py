"""Journeys and credits of the company's own records reconcile with the catalogue of figures."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.apps.attribution.story import ALL, deal, found, lead, paths, payment, person, shares, touch
from tests.world import NOW, at, deal_row, lead_row, make_trade, spend_row

from onegoal.apps.attribution.queries.asked import Asked
from onegoal.apps.attribution.queries.behind import rows_of_group, unattributed_rows
from onegoal.apps.attribution.queries.costs import costs_of
from onegoal.apps.attribution.queries.figures import MODELS, bounds_of, credits_of, journeys_of, spent_of
from onegoal.apps.facts.queries import ask, scope_of
from onegoal.apps.facts.services import publish_now
from onegoal.apps.marketing.intake import OriginMarks
from onegoal.apps.marketing.services import take_in_spend
from onegoal.apps.sales.intake import CallRow, TaskRow
from onegoal.apps.sales.services import take_in_calls, take_in_deals, take_in_leads, take_in_tasks
from onegoal.metrics.question import Question

pytestmark = pytest.mark.django_db


def value(metric: str, **asked: Any) -> Any:
    return ask(Question(metric, **asked)).rows[0].value


def test_touches_before_a_lead_are_its_path(world: Any) -> None:
    touch("Ion", "display", "2026-01-02")
    touch("Ion", "search", "2026-01-05", "09:50")
    lead("Ion", "search", "2026-01-05")
    assert paths(conversion="lead") == [("display", "paid_search")]


def test_a_lead_that_no_site_has_seen_is_a_touch_of_its_own_origin(world: Any) -> None:
    touch("Ion", "display", "2026-01-02")
    lead("Ion", "search", "2026-01-05")
    lead("Ana", "mail", "2026-01-06")
    assert paths(conversion="lead") == [("display", "paid_search"), ("email",)]


def test_a_touch_of_the_day_before_has_told_of_the_lead_already(world: Any) -> None:
    touch("Ion", "search", "2026-01-04", "10:01")
    lead("Ion", "search", "2026-01-05")
    touch("Ana", "search", "2026-01-04", "09:59")
    lead("Ana", "search", "2026-01-05", "10:01")
    assert paths(conversion="lead") == [("paid_search",), ("paid_search", "paid_search")]


def test_the_site_and_the_list_of_leads_may_tell_of_one_click_in_different_detail(world: Any) -> None:
    touch("Ion", "search", "2026-01-05", "09:59")
    take_in_leads(
        rows=[
            lead_row("1", person=person("Ion"), marks=OriginMarks(source="google", medium="cpc"), request_type="call"),
            lead_row(
                "2", created_at=at("2026-01-05", "11:00"), person=person("Ion"),
                marks=OriginMarks(source="google", medium="cpc", campaign="Autumn"),
            ),
        ],
        now=NOW,
    )  # fmt: skip
    assert paths(conversion="lead", overlapping=True, dimension="campaign") == [("Spring",), ("Spring", "Autumn")]


def test_the_window_forgets_older_touches(world: Any) -> None:
    touch("Ion", "display", "2026-01-02")
    touch("Ion", "search", "2026-01-20")
    lead("Ion", "search", "2026-01-20")
    deal("Ion", "2026-02-01")
    assert paths(window_days=31) == [("display", "paid_search")]
    assert paths(window_days=30) == [("paid_search",)]
    assert paths(window_days=7) == [()]


def test_a_journey_begins_after_the_conversion_before_it_unless_they_may_overlap(world: Any) -> None:
    touch("Ion", "display", "2026-01-02")
    lead("Ion", "search", "2026-01-05")
    take_in_leads(
        rows=[lead_row("2", created_at=at("2026-01-08"), person=person("Ion"), marks=OriginMarks(channel="calls"))],
        now=NOW,
    )
    assert paths(conversion="lead") == [("display", "paid_search"), ("calls",)]
    assert paths(conversion="lead", overlapping=True)[1] == ("display", "paid_search", "calls")


def test_touches_of_one_moment_go_by_number_and_then_by_name(world: Any) -> None:
    touch("Ion", "search", "2026-01-02", sequence=2)
    touch("Ion", "mail", "2026-01-02", sequence=1)
    touch("Ion", "display", "2026-01-02", sequence=1)
    lead("Ion", "phone", "2026-01-05")
    assert paths(conversion="lead") == [("display", "email", "paid_search", "calls")]


def test_totals_are_those_of_the_catalogue_with_what_is_not_attributed(world: Any) -> None:
    make_trade()
    touch("Ion 1", "display", "2026-01-04")
    whole = {"lead": "leads", "qualified": "opportunities", "deal": "deals_won"}
    for conversion, metric in whole.items():
        assert len(found(conversion=conversion).journeys.at) == value(metric)
    assert found().journeys.value.sum() == value("money_signed")
    assert found(conversion="money").journeys.value.sum() == value("money_received")
    assert found(window_days=1).journeys.value.sum() == value("money_signed")
    assert len(unattributed_rows(found(window_days=1))) == 3


def test_every_model_shares_the_same_conversions_and_the_same_money(world: Any) -> None:
    make_trade()
    journeys = found(window_days=60).journeys
    touched = journeys.lengths > 0
    for model, credits in credits_of(Asked(window_days=60), ALL, MODELS).items():
        assert credits.conversions.sum() == pytest.approx(touched.sum(), abs=1e-9), model
        assert credits.value.sum() == journeys.value[touched].sum(), model


def test_a_channel_that_only_assists_closes_nothing(world: Any) -> None:
    for number in range(4):
        touch(f"P{number}", "display", "2026-01-02")
        lead(f"P{number}", "search", "2026-01-05")
    assert shares("last", conversion="lead") == {"paid_search": 4}
    assert shares("first", conversion="lead") == {"display": 4}
    here = found(conversion="lead")
    counts = {
        part: len(rows_of_group(here, "display", part)) for part in ("any", "starts", "assists", "closes", "alone")
    }
    assert counts == {"any": 4, "starts": 4, "assists": 4, "closes": 0, "alone": 0}


def test_a_deal_lost_after_it_was_signed_is_no_conversion(world: Any) -> None:
    lead("Ion", "search", "2026-01-05")
    deal("Ion", "2026-01-10")
    lead("Ana", "search", "2026-01-05")
    deal("Ana", "2026-01-10", lost_at=at("2026-01-20"))
    assert len(found().journeys.at) == 1
    lead("Eva", "search", "2026-01-05")
    deal("Eva", "2026-01-10", lost_at=at("2026-01-07"))
    assert len(found().journeys.at) == 2


def test_money_counts_in_the_days_it_came_in_and_a_refund_takes_it_off(world: Any) -> None:
    lead("Ion", "search", "2026-01-05")
    deal("Ion", "2026-01-10")
    payment("Ion", "2026-01-15", 600_00)
    payment("Ion", "2026-02-03", -200_00, number=2)
    publish_now()
    for start, end, expected in (("01-01", "01-31", [600_00]), ("02-01", "02-28", [-200_00]), ("03-01", "03-31", [])):
        days = {"start": dt.date.fromisoformat(f"2026-{start}"), "end": dt.date.fromisoformat(f"2026-{end}")}
        journeys = journeys_of(Asked(conversion="money", **days), ALL).journeys
        assert journeys.value.tolist() == expected
        assert sum(expected) == value("money_received", **days)
        credits = credits_of(Asked(conversion="money", **days), ALL, ("linear",))["linear"]
        assert credits.value.sum() == sum(expected)


def test_days_are_those_of_the_company(world: Any) -> None:
    lead("Ion", "search", "2026-01-31", "21:59")
    lead("Ana", "search", "2026-01-31", "22:00")
    january = {"start": dt.date(2026, 1, 1), "end": dt.date(2026, 1, 31)}
    assert len(found(conversion="lead", **january).journeys.at) == 1 == value("leads", **january)


def test_a_deal_can_be_worth_its_margin_or_be_counted_only(world: Any) -> None:
    lead("Ion", "search", "2026-01-05")
    deal("Ion", "2026-01-10", margin_minor=300_00)
    assert found(value="margin").journeys.value.tolist() == [300_00]
    assert found(value="count").journeys.value.tolist() == [0]


def test_amounts_in_a_currency_without_a_rate_are_told_apart(world: Any) -> None:
    lead("Ion", "search", "2026-01-05")
    deal("Ion", "2026-01-10")
    lead("Ana", "search", "2026-01-05")
    deal("Ana", "2026-01-10", 70_00, currency="USD")
    here = found()
    assert (sorted(here.journeys.value.tolist()), here.currency, here.elsewhere) == (
        [0, 1_000_00],
        "EUR",
        (("USD", 70_00),),
    )


def test_calls_visits_and_agencies_are_touches_where_wanted(world: Any) -> None:
    lead("Ion", "search", "2026-01-05", agency="Best Homes")
    call = CallRow("crm", "c1", at("2026-01-06"), person("Ion"), lead="l-Ion")
    visit = TaskRow("crm", "t1", "Show flat", at("2026-01-06"), kind="meeting", done_at=at("2026-01-08"), lead="l-Ion")
    take_in_calls(rows=[call], now=NOW)
    take_in_tasks(rows=[visit], now=NOW)
    deal("Ion", "2026-01-10")
    assert paths() == [("paid_search",)]
    assert paths(steps=True) == [("agency", "paid_search", "call", "visit")]


def test_groups_follow_the_dimension(world: Any) -> None:
    touch("Ion", "display", "2026-01-02")
    lead("Ion", "search", "2026-01-05")
    lead("Ana", "phone", "2026-01-06")
    assert paths(conversion="lead", dimension="campaign") == [("brand-video", "Spring"), ("(not set)",)]
    expected = [("dv360 / display", "google / cpc"), ("(not set)",)]
    assert paths(conversion="lead", dimension="source_medium") == expected
    assert paths(conversion="lead", dimension="creative") == [("(not set)", "(not set)"), ("(not set)",)]


def test_a_project_narrows_the_conversions(world: Any) -> None:
    lead("Ion", "search", "2026-01-05", project="River Park")
    lead("Ana", "search", "2026-01-05", project="Old Mill")
    assert len(found(conversion="lead", project_ids=frozenset({world.old_mill.pk})).journeys.at) == 1


def test_a_seller_sees_her_own_conversions_and_no_costs(world: Any) -> None:
    lead("Ion", "search", "2026-01-05", seller="Nora")
    lead("Ana", "search", "2026-01-05", seller="Nick")
    take_in_spend(rows=[spend_row("s1", 100_00)], now=NOW)
    assert len(found(scope_of(world.nora), conversion="lead").journeys.at) == 1
    assert len(found(scope_of(world.victor), conversion="lead").journeys.at) == 2
    assert spent_of(Asked(), scope_of(world.nora), sees_costs=True) is None
    assert spent_of(Asked(), ALL, sees_costs=False) is None
    spent = spent_of(Asked(), ALL, sees_costs=True)
    assert spent is not None
    assert (spent.by_group, spent.currency, spent.elsewhere) == ({"paid_search": 100_00}, "EUR", ())


def test_visitors_nobody_knows_are_open_journeys_of_the_days_they_came_last(world: Any) -> None:
    lead("Ion", "search", "2026-01-05")
    touch("", "display", "2026-01-02", device="a")
    touch("", "display", "2026-01-20", device="b")
    touch("", "search", "2026-01-21", device="b")
    nulls = found(conversion="lead", window_days=7).nulls
    assert (nulls.paths, nulls.censored) == (1, 1)
    january = found(conversion="lead", start=dt.date(2026, 1, 1), end=dt.date(2026, 1, 10), window_days=7).nulls
    assert (january.paths, january.censored) == (1, 0)
    later = found(conversion="lead", start=dt.date(2026, 1, 11), window_days=7).nulls
    assert (later.paths, later.censored) == (0, 1)


def test_what_happens_after_the_days_changes_nothing_in_them(world: Any) -> None:
    days = {"start": dt.date(2026, 1, 1), "end": dt.date(2026, 1, 31)}
    touch("Ion", "display", "2026-01-02")
    touch("Ana", "display", "2026-01-20")
    lead("Ion", "search", "2026-01-05")
    before = (
        found(conversion="lead", **days).nulls.moves[1].count.tolist(),
        shares("markov", conversion="lead", **days),
    )
    touch("Ana", "search", "2026-02-02")
    lead("Ana", "search", "2026-02-03")
    after = (
        found(conversion="lead", **days).nulls.moves[1].count.tolist(),
        shares("markov", conversion="lead", **days),
    )
    assert before == after


def test_a_cost_is_spend_divided_by_a_share(world: Any) -> None:
    touch("Ion", "display", "2026-01-02")
    lead("Ion", "search", "2026-01-05")
    deal("Ion", "2026-01-10", 1_000_00, margin_minor=400_00)
    take_in_spend(rows=[spend_row("s1", 100_00)], now=NOW)
    publish_now()
    costs = costs_of(Asked(), ALL, ("linear",), sees_costs=True)
    assert costs is not None
    told = {line.group: (line.spend, line.cost, line.romi, line.roas, line.metric) for line in costs.lines}
    # Half a deal is too little to tell what one costs.
    assert told == {
        "display": (0, None, None, None, "attributed_cac"), "paid_search": (100_00, None, None, 5, "attributed_cac"),
    }  # fmt: skip
    last = costs_of(Asked(value="margin"), ALL, ("last",), sees_costs=True)
    assert last is not None
    line = last.by_model["last"]["paid_search"]
    assert (line.cost, line.romi, line.roas) == (100_00, 3, None)
    counted = costs_of(Asked(value="count"), ALL, ("last",), sees_costs=True)
    assert counted is not None
    assert [(line.romi, line.roas) for line in counted.lines] == [(None, None)]
    assert costs_of(Asked(), ALL, ("linear",), sees_costs=False) is None


def test_spend_in_a_currency_without_a_rate_is_joined_to_nothing(world: Any) -> None:
    lead("Ion", "search", "2026-01-05")
    deal("Ion", "2026-01-10", 1_000_00)
    take_in_spend(rows=[spend_row("s1", 100_00), spend_row("s2", 70_00, currency="USD")], now=NOW)
    publish_now()
    some = costs_of(Asked(), ALL, ("last",), sees_costs=True)
    assert some is not None
    assert ([line.spend for line in some.lines], some.currency, some.elsewhere) == ([100_00], "EUR", ("USD",))
    take_in_spend(rows=[spend_row("s1", 100_00, currency="USD")], now=NOW)
    publish_now()
    none = costs_of(Asked(), ALL, ("last",), sees_costs=True)
    assert none is not None
    assert (none.lines, none.elsewhere) == ([], ("USD",))
    counted = costs_of(Asked(value="count"), ALL, ("last",), sees_costs=True)
    assert counted is not None
    assert ([line.spend for line in counted.lines], counted.currency) == ([170_00], "USD")


def test_intervals_hold_the_credits(world: Any) -> None:
    for number in range(30):
        touch(f"P{number}", "display", "2026-01-02")
        lead(f"P{number}", "search" if number % 2 else "mail", "2026-01-05")
    asked = Asked(conversion="lead")
    publish_now()
    bounds, credits = bounds_of(asked, ALL, ("markov",))["markov"], credits_of(asked, ALL, ("markov",))["markov"]
    assert (bounds.conversions_low <= credits.conversions).all()
    assert (credits.conversions <= bounds.conversions_high).all()


def test_deals_without_a_lead_convert_too(world: Any) -> None:
    touch("Ion", "display", "2026-01-02")
    take_in_deals(
        rows=[deal_row("d1", person=person("Ion"), won_at=at("2026-01-22"), amount_minor=5, currency="EUR")], now=NOW
    )
    here = found()
    assert paths() == [("display",)]
    assert here.journeys.lead_age.tolist() == [-1]


def test_a_company_without_records_has_no_journeys(world: Any) -> None:
    here = found()
    assert (len(here.journeys.at), here.nulls.paths, here.nulls.censored) == (0, 0, 0)
    assert set(credits_of(Asked(), ALL)) == set(MODELS)


@pytest.mark.parametrize(
    "wrong", [{"window_days": 0}, {"window_days": 366}, {"conversion": "click"}, {"half_life_days": 0}]
)
def test_what_cannot_be_asked_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Asked(**wrong)


def test_a_question_comes_back_from_its_json() -> None:
    asked = Asked(start=dt.date(2026, 1, 1), project_ids=frozenset({2, 1}), steps=True)
    assert Asked.from_json(asked.as_json()) == asked
