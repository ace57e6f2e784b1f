"""The pages of the shared KPI as people use them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.apps.goal.conftest import TERMS, stored_kpi
from tests.world import World, at, make_trade

from onegoal.apps.goal.models import KpiState, SharedKpi
from onegoal.apps.goal.queries import terms_of, waiting_version
from onegoal.apps.goal.services import propose_change
from onegoal.core.shared_kpi import Part, Terms

FORM = {
    "name": "Second quarter", "project": "", "starts_on": "2026-04-01", "ends_on": "2026-06-30", "country": "",
    "target_deals": "6", "weight_deals": "60", "cap_deals": "120", "target_cash": "6000", "weight_cash": "25.5",
    "weight_mix": "14,5", "mix_type_0": "flat", "mix_share_0": "75", "mix_type_1": "parking", "mix_share_1": "25",
}  # fmt: skip


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 2 March 2026."""
    monkeypatch.setattr(timezone, "now", lambda: at("2026-03-02", "12:00"))


@pytest.fixture
def head(client: Client, world: World, empty_warehouse: None, clock: None) -> Client:
    client.force_login(world.hanna)
    return client


def text(answer: Any) -> str:
    return answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def test_the_head_writes_a_kpi_and_sees_what_it_adds_up_to(head: Client, world: World) -> None:
    make_trade()
    form = FORM | {"owner": world.hanna.pk}
    told = text(head.post("/kpi/preview/", form | {"weight_deals": "50"}))
    assert "The weights add up to 90 %, not to 100 %." in told
    # January to March is not over on 2 March: the last whole quarter is October to December.
    assert "Oct" in told and "Dec" in told
    march = text(head.post("/kpi/preview/", form | {"starts_on": "2026-03-01", "ends_on": "2026-03-31"}))
    assert "signed deals: 3 of 6, 50 %" in march  # February
    assert head.get("/kpi/new/").status_code == 200
    assert head.post("/kpi/new/", form | {"ends_on": "2026-03-01"}).status_code == 422
    assert head.post("/kpi/new/", form | {"weight_deals": "much"}).status_code == 422
    answer = head.post("/kpi/new/", form)
    kpi = SharedKpi.objects.get()
    assert answer.url == f"/kpi/{kpi.pk}/"
    parts = {part.kind: part for part in terms_of(kpi.versions.get()).parts}
    assert parts["deals"] == Part("deals", 6, 6_000, 12_000)
    assert parts["cash"] == Part("cash", 6_000_00, 2_550)
    assert parts["mix"] == Part("mix", None, 1_450)
    assert head.get(f"/kpi/{kpi.pk}/edit/").status_code == 200
    assert head.post(f"/kpi/{kpi.pk}/edit/", form | {"name": "Spring"}).status_code == 302
    head.post(f"/kpi/{kpi.pk}/activate/")
    kpi.refresh_from_db()
    assert (kpi.name, kpi.state) == ("Spring", KpiState.ACTIVE)
    assert "begins on" in text(head.get(f"/kpi/{kpi.pk}/"))


def test_everybody_sees_the_same_number_and_only_the_head_has_tools(head: Client, world: World) -> None:
    make_trade()
    kpi = stored_kpi(world)
    seen = text(head.get(f"/kpi/{kpi.pk}/"))
    assert "37.5" in seen or "38 %" in seen
    assert "3 of 6" in seen and "Propose a change" in seen
    assert "metric=deals_won" in seen
    for reader in (world.sam, world.paula):
        head.force_login(reader)
        page = text(head.get(f"/kpi/{kpi.pk}/"))
        assert "3 of 6" in page and "37.50 %" in page
        assert "Propose a change" not in page and "metric=deals_won" not in page
        assert head.post(f"/kpi/{kpi.pk}/end/").status_code == 403
    head.force_login(world.nora)
    assert "37.5 %" in text(head.get("/kpi/"))
    draft = stored_kpi(world, state=KpiState.DRAFT)
    assert head.get(f"/kpi/{draft.pk}/").status_code == 404


def test_a_change_is_proposed_told_signed_and_told_again(head: Client, world: World) -> None:
    kpi = stored_kpi(world)
    assert head.get(f"/kpi/{kpi.pk}/change/").status_code == 200
    form = {
        "target_deals": "8", "weight_deals": "50", "target_cash": "6000", "weight_cash": "50", "reason": "",
    }  # fmt: skip
    assert head.post(f"/kpi/{kpi.pk}/change/", form).status_code == 422
    assert head.post(f"/kpi/{kpi.pk}/change/", form | {"reason": "One tower less"}).status_code == 302
    version = waiting_version(kpi)
    assert version is not None
    page = text(head.get(f"/kpi/{kpi.pk}/"))
    assert (
        "One tower less" in page and "signed deals, target: 6 → 8" in page and "product mix is no part any more" in page
    )
    assert "waits for your signature" in text(head.get("/shell/notices/"))
    head.post(f"/kpi/{kpi.pk}/versions/{version.pk}/sign/", {"side": "marketing"})
    head.post(f"/kpi/{kpi.pk}/versions/{version.pk}/sign/", {"side": "sales"})
    version.refresh_from_db()
    assert version.in_force_from is None
    head.force_login(world.victor)
    assert "Sign for sales" in text(head.get(f"/kpi/{kpi.pk}/"))
    assert head.post(f"/kpi/{kpi.pk}/versions/{version.pk}/sign/", {"side": "nobody"}).status_code == 404
    head.post(f"/kpi/{kpi.pk}/versions/{version.pk}/sign/", {"side": "sales"})
    version.refresh_from_db()
    assert version.in_force_from == at("2026-03-02", "12:00")


def test_a_kpi_is_ended_with_an_undo_and_copied_to_the_next_period(head: Client, world: World) -> None:
    kpi = stored_kpi(world)
    head.post(f"/kpi/{kpi.pk}/end/")
    assert f"/kpi/{kpi.pk}/resume/" in text(head.get(f"/kpi/{kpi.pk}/"))
    head.post(f"/kpi/{kpi.pk}/resume/")
    assert SharedKpi.objects.get().state == KpiState.ACTIVE
    answer = head.post(f"/kpi/{kpi.pk}/renew/", follow=True)
    draft = SharedKpi.objects.get(state=KpiState.DRAFT)
    assert draft.starts_on == dt.date(2026, 4, 1) and answer.status_code == 200
    assert head.post(f"/kpi/{draft.pk}/delete/").url == "/kpi/"
    other = propose_change(
        kpi=kpi, terms=Terms((*TERMS.parts[:1], Part("cash", 5, 6_000))), reason="x", author=world.hanna,
        now=at("2026-03-02"),
    )  # fmt: skip
    head.post(f"/kpi/{kpi.pk}/versions/{other.pk}/withdraw/")
    assert waiting_version(kpi) is None
    assert "taken back" in text(head.get(f"/kpi/{kpi.pk}/"))
