"""The demo's history is believable, repeatable and holds its planted truths."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from zoneinfo import ZoneInfo

import pytest

from onegoal.apps.demo import cast
from onegoal.apps.demo.calendar import Calendar
from onegoal.apps.demo.history import History
from onegoal.apps.demo.simulation import Simulation
from onegoal.core.differences import rates_differ

NOW = dt.datetime(2026, 11, 20, 16, tzinfo=dt.UTC)
ZONE = ZoneInfo(cast.TIME_ZONE)


def history(*, seed: int, scale: float = 0.5, first: dt.date = dt.date(2025, 6, 1)) -> History:
    return Simulation(seed=seed, scale=scale, calendar=Calendar(first, NOW, ZONE)).run()


@pytest.fixture(scope="module")
def drawn() -> History:
    return history(seed=3)


def test_the_same_seed_draws_the_same_history() -> None:
    short = {"scale": 0.2, "first": dt.date(2026, 9, 1)}
    assert history(seed=5, **short) == history(seed=5, **short)
    assert history(seed=5, **short) != history(seed=6, **short)


def test_nothing_happens_after_now(drawn: History) -> None:
    assert max(touch.at for touch in drawn.touches) <= NOW
    assert max(lead.created_at for lead in drawn.leads) <= NOW
    assert max(moment.at for deal in drawn.deals for moment in deal.stages if moment.at) <= NOW
    assert all(row.received_on <= NOW.date() for row in drawn.payments if row.received_on)


def test_each_schedule_adds_up_to_its_deal_to_the_cent(drawn: History) -> None:
    promised: Counter[str] = Counter()
    for row in drawn.payments:
        if row.due_on:
            promised[row.deal] += row.amount_minor
    amounts = {deal.source_id: deal.amount_minor for deal in drawn.deals if deal.won_at}
    assert promised == amounts


def test_the_assisting_campaign_costs_money_and_never_closes(drawn: History) -> None:
    film = cast.ASSISTING_CAMPAIGN
    assert sum(row.amount_minor for row in drawn.spend if row.marks.campaign == film) > 0
    assert not [lead for lead in drawn.leads if lead.marks.campaign == film]
    saw_it = {touch.person for touch in drawn.touches if touch.marks.campaign == film}
    devices = {identifier for person in saw_it for identifier in person.identifiers}
    assert [lead for lead in drawn.leads if devices & set(lead.person.identifiers)]


def test_one_seller_rejects_good_leads_beyond_chance(drawn: History) -> None:
    decided = [lead for lead in drawn.leads if lead.stage in {"Qualified", "Rejected"}]
    his = [lead for lead in decided if lead.seller == cast.REJECTS_GOOD_LEADS]
    others = [lead for lead in decided if lead.seller != cast.REJECTS_GOOD_LEADS]
    counts = [(sum(lead.stage == "Qualified" for lead in group), len(group)) for group in (his, others)]
    assert counts[0][0] / counts[0][1] < counts[1][0] / counts[1][1]
    assert rates_differ(counts).p < 0.001


def test_one_seller_tires_during_the_day_beyond_chance(drawn: History) -> None:
    hers = [lead for lead in drawn.leads if lead.seller == cast.TIRES_DURING_THE_DAY and lead.first_response_at]
    morning = [lead for lead in hers if lead.first_response_at.astimezone(ZONE).hour < 14]
    later = [lead for lead in hers if lead.first_response_at.astimezone(ZONE).hour >= 14]
    counts = [(sum(lead.stage == "Qualified" for lead in group), len(group)) for group in (morning, later)]
    assert counts[0][0] / counts[0][1] > counts[1][0] / counts[1][1]
    assert rates_differ(counts).p < 0.01


def test_flats_of_a_type_sell_out_and_its_campaign_goes_on() -> None:
    full = Simulation(seed=1, scale=1.0, calendar=Calendar(dt.date(2025, 6, 1), NOW, ZONE))
    drawn = full.run()
    assert full.stock.is_sold_out(cast.RIVERSIDE, cast.ONE, NOW.date())
    assert not full.stock.is_sold_out(cast.PARK, cast.ONE, NOW.date())
    last_month = [row for row in drawn.spend if row.marks.campaign == cast.SOLD_OUT_CAMPAIGN and row.day.month == 11]
    assert last_month
    assert [lead for lead in drawn.leads if lead.reason == cast.SOLD_OUT_REASON]
