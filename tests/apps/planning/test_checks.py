"""A version held against the company's own history: refused with the right missing leads, overridden by name, remembered."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from django.utils import timezone
from tests.shared_records import SharedFacts, as_at_first, shared_records
from tests.world import World, at, deal_row, lead_row, make_world, payment_row, person_ref, spend_row

from onegoal.apps.audit.models import AuditEntry
from onegoal.apps.planning.models import Plan, PlanCell, PlanVersion, VersionState
from onegoal.apps.planning.queries import checks
from onegoal.apps.planning.queries.basis import history_of
from onegoal.apps.planning.queries.checks import checks_of, figures_of, gap_of_month
from onegoal.apps.planning.services.overrides import OverrideRefused, override_plan
from onegoal.core.joint_plan.checks import check
from onegoal.core.joint_plan.simulation import simulate
from onegoal.core.periods import add_months

NOW = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)
MARCH = dt.date(2026, 3, 1)
LEADS_A_MONTH = 60
MONTHS = 14


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> SharedFacts:
    """The warehouse of the module's one history."""
    return SharedFacts(tmp_path_factory.mktemp("history"))


@pytest.fixture(scope="module")
def company_with_history(django_db_setup: None, django_db_blocker: Any, facts: SharedFacts) -> Iterator[World]:
    """Fourteen months of sixty google leads each, one in ten signs: a third at once, the others forty days later."""

    def make() -> World:
        with facts.used():
            world = make_world()
            _make_history()
        return world

    with shared_records(django_db_blocker, make) as world:
        yield world


@pytest.fixture
def company(company_with_history: World, db: None, facts: SharedFacts) -> Iterator[World]:
    """The company with its history, as each test finds it."""
    with facts.used():
        yield as_at_first(company_with_history)


def _make_history() -> None:
    from onegoal.apps.audit.services import Author, acting
    from onegoal.apps.facts.services import publish_now
    from onegoal.apps.marketing.intake import OriginMarks
    from onegoal.apps.marketing.services import take_in_spend
    from onegoal.apps.sales.services import take_in_deals, take_in_leads, take_in_payments

    draw, marks = random.Random(5), OriginMarks(source="google", medium="cpc", campaign="Spring")
    leads, deals, payments, spend = [], [], [], []
    for month in range(MONTHS):
        first = add_months(MARCH, month - MONTHS)
        spend.append(spend_row(f"s{month}", 6_000_00, day=first, marks=marks))
        for number in range(LEADS_A_MONTH):
            key = f"{month}-{number}"
            came = dt.datetime.combine(first + dt.timedelta(days=draw.randrange(28)), dt.time(10), dt.UTC)
            person = person_ref(f"Ion {key}", phone=f"+4072{month:02d}{number:05d}")
            leads.append(lead_row(f"l{key}", created_at=came, person=person, marks=marks, seller="Nora"))
            if number % 10 == 0:
                won = came + dt.timedelta(days=3 if number % 30 == 0 else 40)
                signed = won if won < NOW else None
                deals.append(deal_row(f"d{key}", person=person, lead=f"l{key}", seller="Nora", opened_at=came,
                                      amount_minor=1000_00, currency="EUR", won_at=signed))  # fmt: skip
                if signed:
                    payments.append(payment_row(f"p{key}", f"d{key}", 400_00, received_on=signed.date()))
    with acting(Author(user_id=None, via="test", batch="")):
        take_in_leads(rows=leads, now=at("2026-03-01"))
        take_in_deals(rows=deals, now=at("2026-03-01"))
        take_in_payments(rows=payments, now=at("2026-03-01"))
        take_in_spend(rows=spend, now=at("2026-03-01"))
    publish_now()


def version_of(months: int = 1, first: dt.date = MARCH, **figures: int) -> PlanVersion:
    """A draft that plans the same figures every month, undivided."""
    plan = Plan.objects.create(
        name="Spring", first_month=first, last_month=add_months(first, months - 1), created_at=NOW
    )
    version = PlanVersion.objects.create(plan=plan, number=1, created_at=NOW)
    for at_month in range(months):
        for metric, value in figures.items():
            PlanCell.objects.create(version=version, month=add_months(first, at_month), metric=metric, value=value)
    return version


def test_five_hundred_deals_on_a_hundred_leads_are_refused_with_the_missing_leads(company: World) -> None:
    outlook = checks_of(version_of(deals_won=500, leads=100), NOW)
    red = next(one for one in outlook.red if one.code == "leads_short")
    rate = outlook.basis.won[""]
    assert outlook.is_red
    assert rate.mean == pytest.approx(0.1, abs=0.02)
    assert red.possible.estimate == pytest.approx(6, abs=3)
    # About 494 deals at one in ten; two thirds of them come from leads of January and February.
    assert red.missing == pytest.approx(494 / 0.1, rel=0.15)
    assert red.too_late / red.missing == pytest.approx(2 / 3, abs=0.08)
    assert next(one for one in outlook.chances if one.metric == "deals_won").chance == 0


def test_last_months_repeated_are_likely_and_not_refused(company: World) -> None:
    version = version_of(3, deals_won=5, money_signed=5 * 1000_00, money_received=1_500_00, leads=60, spend=6_000_00)
    outlook = checks_of(version, NOW)
    assert not outlook.is_red
    chances = {one.metric: one.chance for one in outlook.chances if one.month is None}
    assert chances["deals_won"] is not None and chances["deals_won"] > 0.6
    assert chances["leads"] == pytest.approx(0.5, abs=0.15)
    assert outlook.basis.costs[""].each == pytest.approx(100_00)
    assert outlook.basis.prices[""].mean == pytest.approx(1000_00)
    assert outlook.basis.paid is not None
    assert outlook.basis.paid[0] == pytest.approx(0.4)


def test_a_plan_equal_to_what_then_happened_holds_when_it_is_judged_on_its_eve(company: World) -> None:
    eve = add_months(MARCH, -4)
    version = version_of(4, first=eve, deals_won=6, leads=60, spend=6_000_00)
    plan = figures_of(version)
    basis = history_of(plan, project="", today=eve).basis
    assert not [one for one in check(plan, basis) if one.is_red]
    lived = next(one for one in simulate(plan, basis, runs=2_000) if one.metric == "deals_won" and not one.month)
    assert lived.likely.low is not None and lived.likely.high is not None
    assert lived.likely.low <= 24 <= lived.likely.high
    assert lived.chance is not None and lived.chance > 0.25


def test_the_months_that_are_over_show_how_well_the_conversions_told_them(company: World) -> None:
    told = checks.present_history(now=NOW)
    expected, fact = (np.array([getattr(one, name) for one in told.tested]) for name in ("expected", "fact"))
    assert len(told.tested) >= 9
    assert expected.sum() == pytest.approx(fact.sum(), rel=0.1)
    assert abs(expected - fact).max() < 4


def test_an_outlook_is_remembered_until_the_plan_is_edited(company: World, monkeypatch: Any) -> None:
    version, counted = version_of(deals_won=5, leads=60), []
    real = checks.simulate
    monkeypatch.setattr(checks, "simulate", lambda *given: counted.append(1) or real(*given))
    first = checks_of(version, NOW)
    assert checks_of(version, NOW + dt.timedelta(hours=3)) is first
    PlanCell.objects.filter(version=version, metric="leads").update(value=61)
    assert checks_of(version, NOW) is not first
    assert len(counted) == 2


def test_a_red_plan_passes_by_name_with_its_failed_checks_and_a_green_one_needs_no_name(company: World) -> None:
    red, green = version_of(deals_won=500, leads=100), version_of(deals_won=4, leads=60)
    with pytest.raises(OverrideRefused, match="no_reason"):
        override_plan(version=red, author=company.hanna, reason="  ", now=NOW)
    with pytest.raises(OverrideRefused, match="green"):
        override_plan(version=green, author=company.hanna, reason="just so", now=NOW)
    kept = override_plan(version=red, author=company.hanna, reason="A bank buys the whole block.", now=NOW)
    assert kept.author == company.hanna
    assert "leads_short" in {one["code"] for one in kept.checks}
    assert AuditEntry.objects.filter(entity="planoverride", entity_id=kept.pk).count() == 1
    red.state = VersionState.IN_FORCE
    red.save()
    with pytest.raises(OverrideRefused, match="not_open"):
        override_plan(version=red, author=company.hanna, reason="again", now=NOW)


def test_the_chain_page_learns_whether_the_plan_in_force_can_be_fed(company: World) -> None:
    assert gap_of_month(MARCH, MARCH, now=NOW) is None
    version = version_of(deals_won=500, leads=100)
    PlanVersion.objects.filter(pk=version.pk).update(state=VersionState.IN_FORCE, in_force_from=NOW)
    gap = gap_of_month(MARCH, MARCH, now=NOW)
    assert gap is not None
    assert gap.is_red


def test_the_page_shows_each_conversion_with_its_counts(company: World, client: Any, monkeypatch: Any) -> None:
    client.force_login(company.hanna)
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    page = client.get("/plan/basis/").content.decode()
    assert "Lead to signed deal" in page
    assert "80 of 790" in page
    client.force_login(company.nora)
    assert client.get("/plan/basis/").status_code == 403
