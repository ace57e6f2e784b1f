"""A stable team: who leaves, how new people get going, and honest words where there are few."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from tests.world import NOW, World, deal_row, person_ref

from onegoal.apps.accounts.models import Role, User
from onegoal.apps.facts.services import publish_now
from onegoal.apps.organisation.stability import stability_of
from onegoal.apps.organisation.words_stability import (
    cost_sentence,
    few_sentence,
    ramp_sentence,
    tenure_sentence,
    turnover_sentence,
)
from onegoal.apps.sales.services import take_in_deals
from onegoal.core.team_stability import MONTH_DAYS

TODAY = dt.date(2026, 3, 2)
DAY = dt.timedelta(days=1)


def _worked(world: World) -> None:
    """Nora and Sam are settled and sign a deal every five days; Nick began half a year ago and signs one in twenty."""
    User.objects.filter(pk__in=[world.nora.pk, world.sam.pk]).update(joined_on=dt.date(2022, 1, 1))
    User.objects.filter(pk=world.nick.pk).update(joined_on=TODAY - 182 * DAY)
    User.objects.create(
        name="Gone", role=Role.SELLER, team=world.north, joined_on=dt.date(2023, 1, 1), left_on=dt.date(2025, 9, 1),
        is_active=False,
    )  # fmt: skip
    rows = []
    for seller, every, since in (("Nora", 5, 400), ("Sam", 5, 400), ("Nick", 20, 180)):
        for ago in range(1, since, every):
            at = NOW - ago * DAY
            key = f"{seller}{ago}"
            rows.append(
                deal_row(
                    key,
                    person=person_ref(key),
                    seller=seller,
                    opened_at=at - DAY,
                    won_at=at,
                    amount_minor=1000_00,
                    currency="EUR",
                )
            )
    take_in_deals(rows=rows, now=NOW)
    publish_now()


def test_turnover_tenure_ramp_and_its_cost(world: World, client: Client) -> None:
    _worked(world)
    found = stability_of(world.hanna, today=TODAY)
    assert (found.people, found.undated, found.recent.left) == (4, 0, 1)
    assert found.years[0][0] == 2026 and dict(found.years)[2025].left == 1
    assert (found.tenure.count, found.tenure.events) == (4, 1)
    ramp = found.ramps["deals_won"]
    assert ramp.newcomers == 1 and ramp.settled.results == 160
    assert sum(month.results for month in ramp.months) == 9 and not ramp.is_told
    # 160 deals in 33 months of three settled people (one of them, who left, signed nothing), for six months, less Nick's nine.
    assert ramp.settled.person_months == pytest.approx((2 * 396 + 214) / MONTH_DAYS, abs=0.2)
    assert ramp.missing.estimate == pytest.approx(160 / ramp.settled.person_months * 182 / MONTH_DAYS - 9, abs=0.2)
    assert (ramp.missing.low or 0) > 0
    assert found.cost.estimate == pytest.approx((ramp.missing.estimate or 0) * 1000_00)
    assert "1 person left" in turnover_sentence(found.recent) and "one more or less" in few_sentence(found)
    assert "1 of 4 have left" in tenure_sentence(found)
    assert "Too few results yet" in ramp_sentence(ramp)
    assert "not signed" in cost_sentence(found)
    client.force_login(world.hanna)
    page = client.get("/organisation/stability/").content.decode()
    assert "Who leaves" in page and "settled" in page
    assert client.get("/organisation/stability/?ramp-deals-won_export=csv").status_code == 200
    own = stability_of(world.victor, today=TODAY)
    assert own.people == 3 and own.ramps["deals_won"].settled.results == 80


def test_a_company_without_first_days_is_told_so(world: World, client: Client) -> None:
    publish_now()
    found = stability_of(world.hanna, today=TODAY)
    assert found.undated == found.people == 3
    assert "have no first day recorded" in few_sentence(found)
    assert cost_sentence(found) == "" and found.recent.rate.estimate is None
    client.force_login(world.hanna)
    assert client.get("/organisation/stability/").status_code == 200
