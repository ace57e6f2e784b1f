"""The head's desk: what hinders from every source, by estimated loss, each with its place; and the first page's share of it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from tests.apps.goal.conftest import stored_kpi
from tests.world import World

from onegoal.apps.control.models import Link, Sag
from onegoal.apps.control.queries import desk
from onegoal.apps.control.queries.desk import Hindrance, losses, register_hindrances
from onegoal.apps.control.queries.losses import losses_now
from onegoal.apps.control.queries.pace import pace_of
from onegoal.apps.control.queries.stakes import Stake
from onegoal.apps.control.services.blockers import About, change_blocker, raise_blocker
from onegoal.apps.control.words_desk import address, sentence
from onegoal.apps.feedback.services import ask_department
from onegoal.apps.planning.models import Plan, PlanOverride, PlanVersion, VersionState
from onegoal.apps.sales.models import Lead

TODAY = dt.date(2026, 3, 2)
NOW = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def trade(shared_trade: World, db: None) -> World:
    """The shared company; what a test changes is taken back after it."""
    return shared_trade


def _hindered(world: World) -> None:
    lead = Lead.objects.order_by("pk")[0]
    stored_kpi(world)
    raise_blocker(text="The bank is slow", link=Link.PAYMENT, about=About(), author=world.sam, now=NOW, today=TODAY)
    ask_department(
        side="marketing", author=world.nora, text="Where is this lead from?", addressee=world.mark, due_at=NOW - HOUR,
        now=NOW - 5 * HOUR, lead=lead,
    )  # fmt: skip
    Lead.objects.filter(pk=lead.pk).update(
        created_at=NOW - 3 * HOUR, response_due_at=NOW - HOUR, first_response_at=None, outcome="open"
    )
    Sag.objects.create(
        series="leads", metric="leads", by={}, since=dt.date(2026, 2, 18), found_on=TODAY, value=1.0, normal=2.0,
        evidence={"days": 12, "count": 12, "expected": 24, "score": 9.0, "limit": 6.0},
    )  # fmt: skip
    plan = Plan.objects.create(name="Spring", first_month="2026-03-01", last_month="2026-05-01", created_at=NOW)
    version = PlanVersion.objects.create(plan=plan, number=1, state=VersionState.IN_FORCE, created_at=NOW)
    checks = [{"code": "leads_short", "level": "red", "missing": 40.0}]
    PlanOverride.objects.create(version=version, author=world.hanna, at=NOW, reason="We try", checks=checks)


def test_everything_that_hinders_stands_by_estimated_loss_with_owner_and_place(trade: World) -> None:
    _hindered(trade)
    found = losses(trade.hanna, now=NOW)
    by_kind = {one.kind: one for one in found}
    assert {"blocker", "question", "late_answers", "sag", "override", "part"} <= set(by_kind)
    stakes = [one.stake.minor for one in found]
    known = [stake for stake in stakes if stake is not None]
    assert known == sorted(known, reverse=True) and stakes[: len(known)] == known
    # A lead is worth a quarter of 1,000 EUR: one late answer, forty leads the plan lacks, one a day that do not come.
    assert by_kind["late_answers"].stake.minor == 250_00 and by_kind["late_answers"].owner == trade.nora
    assert by_kind["override"].stake.minor == 40 * 250_00
    assert by_kind["sag"].stake.minor == pytest.approx(30.4375 * 250_00, abs=1)
    assert by_kind["question"].stake.minor == 250_00 and by_kind["question"].owner == trade.mark
    for one in found:
        assert sentence(one) and address(one).startswith("/")
    assert losses(trade.hanna, now=NOW, limit=2) == found[:2]


def test_a_higher_app_adds_what_it_knows(trade: World) -> None:
    told = Hindrance("dispute", "sales", Stake(1), said="Somebody disputes a statement", url="/pay/")
    register_hindrances("test", lambda _user, _now: [told])
    try:
        found = [one for one in losses(trade.hanna, now=NOW) if one is told]
    finally:
        desk._finders.pop("test")
    assert found and sentence(told) == "Somebody disputes a statement" and address(told) == "/pay/"


def test_the_page_of_the_desk_is_for_those_who_lead(trade: World, client: Client) -> None:
    _hindered(trade)
    client.force_login(trade.hanna)
    text = client.get("/goal/desk/").content.decode()
    assert "The bank is slow" in text and "do not add up" in text
    assert client.get("/goal/desk/?export=csv").status_code == 200
    client.force_login(trade.victor)
    assert client.get("/goal/desk/").status_code == 403


def test_a_blocker_costs_the_goal_its_share_of_it_and_stands_on_the_first_page(trade: World) -> None:
    kpi = stored_kpi(trade)
    made = raise_blocker(text="No cranes", link=Link.CONTRACT, about=About(), author=trade.sam, now=NOW, today=TODAY)
    values = {"text": made.text, "link": made.link, "owner": None, "due_on": None, "named_minor": 1_000_00}
    change_blocker(blocker=made, values=values, author=trade.sam, now=NOW, today=TODAY)
    pace = pace_of(kpi, today=TODAY)
    loss = next(one for one in losses_now(trade.hanna, pace, most=9) if one.kind == "blocker")
    # 30 days are left; the target is 6 deals of 1,000 EUR, and deals weigh 40 %.
    assert loss.points == pytest.approx(30 / 30.4375 / 6 * 0.4)
    assert not [one for one in losses_now(trade.nick, pace, most=9) if one.kind == "blocker"]
