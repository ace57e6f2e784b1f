"""The catalogue and the page written from it."""

from __future__ import annotations

import pytest

from onegoal.metrics.catalogue import METRICS
from onegoal.metrics.errors import REASONS
from onegoal.metrics.page import PAGE, page

ASKED_FOR = {
    "touches", "visitors", "leads", "qualified_leads", "opportunities", "deals", "deals_won", "money_signed",
    "money_received", "money_due", "spend", "impressions", "clicks", "calls", "calls_answered", "cpl",
    "cost_per_qualified_lead", "cost_per_opportunity", "cac", "romi", "average_price", "product_mix",
    "click_through_rate", "cost_per_click", "visitor_to_lead", "lead_to_qualified", "qualified_to_deal",
    "lead_to_deal", "lead_to_won", "deal_to_won", "won_to_paid", "money_collected", "answer_rate", "rejection_rate",
    "time_lead_to_qualified", "time_lead_to_deal", "time_lead_to_won", "time_qualified_to_won", "time_deal_to_won",
    "time_first_touch_to_lead", "time_to_first_response", "time_between", "ltv", "payback",
}  # fmt: skip


def test_the_page_is_what_the_catalogue_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_the_figures_that_were_promised_are_there() -> None:
    assert METRICS.keys() >= ASKED_FOR


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_whatever_is_computed_from_spend_is_a_cost(metric: object) -> None:
    parts = {metric.numerator, metric.denominator}  # type: ignore[attr-defined]
    assert metric.needs_costs == ("spend" in parts)  # type: ignore[attr-defined]


def test_a_rate_is_never_cut_by_what_one_of_its_sides_does_not_know() -> None:
    assert "seller" not in METRICS["cpl"].dimensions
    assert "seller" in METRICS["lead_to_deal"].dimensions
    assert "hour_of_week" in METRICS["leads"].dimensions
    assert "hour_of_week" not in METRICS["spend"].dimensions


def test_every_reason_for_a_refusal_has_words() -> None:
    assert all(words.endswith(".") for words in REASONS.values())
