"""Which KPI holds, by which version a day is counted, and what it has reached."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from tests.apps.goal.conftest import TERMS, stored_kpi, stored_version
from tests.world import World, at, make_trade

from onegoal.apps.facts.queries import ask
from onegoal.apps.goal.models import KpiState
from onegoal.apps.goal.queries import (
    active_kpi,
    attainment_of,
    attainments_by_day,
    calendar_of,
    current_kpi,
    fact_between,
    fact_of,
    facts_by_day,
    version_in_force,
    version_of_day,
    visible_kpis,
    working_days,
)
from onegoal.core.shared_kpi import Fact, Part, Terms
from onegoal.metrics.question import Question

MARCH = dt.date(2026, 3, 2)


def test_the_kpi_reaches_what_the_catalogue_counts_and_each_day_adds_up(world: World, empty_warehouse: None) -> None:
    """Three deals of 1,000 EUR signed on 10 February, each paid by half on 20 February."""
    make_trade()
    kpi = stored_kpi(world)
    assert fact_of(kpi, until=MARCH) == Fact(3, 3_000_00, {"": 3}, 1_500_00, 3)
    reached = attainment_of(kpi, until=MARCH)
    assert [part.raw for part in reached.parts] == [Fraction(1, 2), 1, 0, Fraction(1, 4)]
    assert reached.total == Fraction(2, 10) + Fraction(1, 10) + 0 + Fraction(75, 1000)
    days = attainments_by_day(kpi, until=MARCH)
    assert [day for day, _ in days] == [dt.date(2026, 1, 1) + dt.timedelta(days=n) for n in range(61)]
    assert days[-1][1] == reached
    assert dict(days)[dt.date(2026, 2, 9)].total == 0
    assert dict(days)[dt.date(2026, 2, 10)] == attainment_of(kpi, until=dt.date(2026, 2, 10))
    assert sum(facts_by_day(kpi, until=MARCH).values(), Fact()).deals == 3
    signed = ask(Question("deals_won", start=kpi.starts_on, end=kpi.ends_on)).rows[0].value
    assert signed == fact_of(kpi, until=dt.date(2027, 1, 1)).deals
    assert fact_of(kpi, until=dt.date(2025, 12, 31)) == Fact()
    assert attainments_by_day(kpi, until=dt.date(2025, 12, 31)) == []
    assert fact_between(world.old_mill, kpi.starts_on, MARCH) == Fact(priced=0)


def test_a_day_is_counted_by_the_version_in_force_at_its_end(world: World) -> None:
    kpi = stored_kpi(world)
    second = stored_version(kpi, 2, at("2026-02-15", "10:00"), Terms((Part("deals", 12, 10_000),)))
    assert version_in_force(kpi, at("2025-12-01")) is None
    for day, number in (("2026-01-01", 1), ("2026-02-14", 1), ("2026-02-15", 2), ("2026-03-31", 2)):
        version = version_of_day(kpi, dt.date.fromisoformat(day))
        assert version is not None and version.number == number
    second.withdrawn_at = at("2026-02-16")
    second.save()
    assert version_of_day(kpi, MARCH).number == 1  # type: ignore[union-attr]
    late = stored_kpi(world, project=world.old_mill)
    late.versions.update(in_force_from=at("2026-02-20"))
    assert version_of_day(late, dt.date(2026, 1, 5)).number == 1  # type: ignore[union-attr]


def test_one_kpi_holds_for_a_scope_and_a_day(world: World) -> None:
    companys = stored_kpi(world)
    own = stored_kpi(world, project=world.old_mill)
    stored_kpi(world, project=world.river_park, state=KpiState.DRAFT)
    assert active_kpi(on=MARCH) == companys
    assert active_kpi(on=dt.date(2026, 4, 1)) is None
    assert active_kpi(project=world.old_mill, on=MARCH) == own
    assert active_kpi(project=world.river_park, on=MARCH) is None
    assert current_kpi(world.nora, MARCH) == companys
    world.nora.projects.add(world.old_mill)
    assert current_kpi(world.nora, MARCH) == own


def test_an_ended_kpi_still_holds_for_the_days_before_its_end(world: World) -> None:
    kpi = stored_kpi(world, state=KpiState.ENDED, ended_at=at("2026-02-10"))
    assert active_kpi(on=dt.date(2026, 2, 9)) == kpi
    assert active_kpi(on=dt.date(2026, 2, 10)) is None
    follower = stored_kpi(world, starts_on=dt.date(2026, 2, 1))
    assert active_kpi(on=dt.date(2026, 2, 9)) == follower


def test_everybody_sees_the_kpi_and_only_who_works_on_it_its_drafts(world: World) -> None:
    active, draft = stored_kpi(world), stored_kpi(world, state=KpiState.DRAFT)
    others = stored_kpi(world, project=world.river_park)
    assert set(visible_kpis(world.hanna)) == {active, draft, others}
    assert set(visible_kpis(world.nora)) == {active, others}
    world.nora.projects.add(world.old_mill)
    assert set(visible_kpis(world.nora)) == {active}


def test_working_days_are_those_of_the_country(world: World) -> None:
    """6 and 7 January are free in Romania only; in Hungary Saturday the 10th is worked for Friday the 2nd."""
    kpi = stored_kpi(world)
    start, end = dt.date(2026, 1, 1), dt.date(2026, 1, 11)
    assert [day.day for day in working_days(kpi, start, end)] == [5, 8, 9]
    kpi.country = "HU"
    assert [day.day for day in working_days(kpi, start, end)] == [5, 6, 7, 8, 9, 10]
    assert working_days(kpi, end, start) == []
    assert calendar_of(kpi).window(dt.date(2026, 1, 1)) is None


def test_a_draft_without_targets_reaches_nothing_yet(world: World, empty_warehouse: None) -> None:
    kpi = stored_kpi(world, state=KpiState.DRAFT, terms=Terms((Part("deals", None, 10_000), *TERMS.parts[1:2])))
    assert attainment_of(kpi, until=MARCH).total == 0
