"""The whole way by the API alone: leads come, are judged, rejected, checked, returned, won, and counted."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.apps.api.program import Api
from tests.world import World

from onegoal.apps.facts.services import publish_now
from onegoal.apps.quality.services.queue import begin_control, queue_new_rejections

pytestmark = pytest.mark.usefixtures("lake")
DAY = "2026-01-15T10:00:00Z"
BUDGETS = (90_000, 80_000, 70_000, 10_000, 20_000, 65_000)


def test_a_lead_that_was_wrongly_rejected_comes_back_and_its_money_is_counted(
    world: World, signed: Any, head: Api, nora: Api, quinn: Api
) -> None:
    begin_control(now=dt.datetime.now(dt.UTC))
    leads = [_arrive(nora, place, budget) for place, budget in enumerate(BUDGETS)]
    for lead in leads[:2]:
        assert nora.post(f"/leads/{lead}/decisions", {"outcome": "qualified"}, 201)["result"] == "qualifies"
    assert nora.post(f"/leads/{leads[3]}/decisions", {"outcome": "qualified"}, 422)["errors"] == [{"clause": "1.2"}]
    # The budget of the third meets the clause it is rejected by; those of the fourth and fifth do not.
    for lead in leads[2:5]:
        nora.post(f"/leads/{lead}/decisions", {"outcome": "rejected", "clause": "1.2"}, 201)
    nora.post(f"/leads/{leads[5]}/decisions", {"outcome": "nurture", "returns_on": "2126-01-05"}, 201)

    now = dt.datetime.now(dt.UTC)
    queue_new_rejections(now=now, today=now.date())
    queue = {one["lead_id"]: one for one in quinn.get("/checks?state=waiting")["items"]}
    assert queue[leads[2]]["contradiction"] == "clause_holds"
    drawn = [one for one in queue.values() if one["is_drawn"]]
    assert len(drawn) == 3, "so few rejections are all drawn"
    for lead, check in queue.items():
        body: dict[str, Any] = {"verdict": "right", "seconds": 60}
        if lead == leads[2]:
            body |= {"verdict": "wrong", "finding": "Has 70,000.", "returned_to_id": world.nora.pk}
        quinn.post(f"/checks/{check['id']}/decision", body, 200)

    back = nora.get(f"/leads/{leads[2]}")
    assert (back["outcome"], bool(back["response_due_at"])) == ("open", True)
    nora.post(f"/leads/{leads[2]}/decisions", {"outcome": "qualified"}, 201)
    told = [one["outcome"] for one in nora.get(f"/leads/{leads[2]}/decisions")["items"]]
    assert told == ["rejected", "open", "qualified"]
    _win(nora, "l2", 50_000_00)
    publish_now()

    counted = {name: _value(head, name) for name in (
        "leads", "qualified_leads", "rejected_leads", "rejections", "contradictions", "leads_returned", "returned_won",
        "money_returned", "money_signed", "money_received", "control_seconds",
    )}  # fmt: skip
    assert counted == {
        "leads": 6, "qualified_leads": 3, "rejected_leads": 2, "rejections": 3, "contradictions": 1, "leads_returned": 1,
        "returned_won": 1, "money_returned": 50_000_00, "money_signed": 50_000_00, "money_received": 10_000_00,
        "control_seconds": 180,
    }  # fmt: skip
    [rate] = head.get("/metrics/wrong_rejection_rate")["rows"]
    assert (rate["numerator"], rate["denominator"]) == (1, 3)
    assert 0 < rate["low"] < 1 / 3 < rate["high"] < 1


def _arrive(api: Api, place: int, budget: int) -> int:
    person = {"name": f"Ion {place}", "phone": f"+4072200{place:04}"}
    body = {"source_id": f"l{place}", "created_at": DAY, "person": person, "custom": {"budget": budget}}
    lead: int = api.post("/leads", body, 201)["id"]
    return lead


def _win(api: Api, lead: str, amount: int) -> None:
    now = dt.datetime.now(dt.UTC)
    deal = {
        "source_id": "d1", "lead": lead, "person": {"name": "Ion 2", "phone": "+40722000002"}, "outcome": "won",
        "opened_at": now.isoformat(), "won_at": now.isoformat(), "amount_minor": amount, "currency": "EUR",
    }  # fmt: skip
    assert api.post("/deals", deal, 201)["lead_id"]
    paid = {"deal": "d1", "amount_minor": 10_000_00, "currency": "EUR", "received_on": now.date().isoformat()}
    assert api.post("/payments", {"rows": [paid]}, 200)["created"] == 1


def _value(api: Api, name: str) -> int:
    [row] = api.get(f"/metrics/{name}")["rows"]
    value: int = row["value"]
    return value
