"""The shared KPI, its pace and what hinders it over the API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from tests.apps.api.program import Api
from tests.world import World, at

from onegoal.apps.control.models import Direction, Sag
from onegoal.apps.goal.models import KpiVersion, SharedKpi

NOW = at("2026-02-20", "12:00")
PARTS = [
    {"kind": "deals", "target": 6, "weight_bp": 5_000, "cap_bp": 12_000},
    {"kind": "cash", "target": 3_000_00, "weight_bp": 5_000},
]


@pytest.fixture(autouse=True)
def _in_february() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def body(world: World, **said: Any) -> dict[str, Any]:
    row = {"name": "First quarter", "starts_on": "2026-01-01", "ends_on": "2026-03-31", "owner_id": world.hanna.pk}
    return row | {"parts": PARTS} | said


def activated(world: World, **said: Any) -> dict[str, Any]:
    head = Api(world.hanna)
    made = head.post("/kpis", body(world, **said), 201)
    answer: dict[str, Any] = head.post(f"/kpis/{made['id']}/activate", {}, 200)
    return answer


def test_a_kpi_is_drafted_mended_activated_and_read_with_what_it_has_reached(february: World) -> None:
    head, nora = Api(february.hanna), Api(february.nora)
    light = [PARTS[0] | {"weight_bp": 4_000}, PARTS[1] | {"target": None}]
    made = head.post("/kpis", body(february, parts=light), 201)
    assert nora("get", f"/kpis/{made['id']}").status_code == 404
    assert nora.get("/kpis")["items"] == []
    said = head.post(f"/kpis/{made['id']}/activate", {}, 422)
    assert (said["code"], {one["code"] for one in said["errors"]}) == ("terms", {"weights_not_whole", "target_missing"})
    assert head("put", f"/kpis/{made['id']}", body(february)).status_code == 200
    assert head.post(f"/kpis/{made['id']}/activate", {}, 200)["state"] == "active"
    assert head("put", f"/kpis/{made['id']}", body(february)).status_code == 409
    seen = nora.get(f"/kpis/{made['id']}")
    # Three of six deals and 1,500 of 3,000 EUR: half of each part.
    assert seen["attainment"]["total"] == 0.5
    assert [(one["kind"], one["fact"], one["points"]) for one in seen["attainment"]["parts"]] == [
        ("deals", 3, 0.25), ("cash", 1_500_00, 0.25),
    ]  # fmt: skip
    pace = nora.get("/pace")
    assert pace == seen["pace"]
    assert (pace["kpi_id"], pace["attained"], len(pace["by_day"])) == (made["id"], 0.5, 90)
    assert pace["forecast"]["low"] <= pace["forecast"]["estimate"] <= pace["forecast"]["high"]


def test_a_second_kpi_of_the_same_days_is_told_which_one_it_meets(february: World) -> None:
    activated(february, name="Spring")
    head = Api(february.hanna)
    late = head.post("/kpis", body(february, name="Late", starts_on="2026-03-01"), 201)
    said = head.post(f"/kpis/{late['id']}/activate", {}, 409)
    assert (said["code"], "Spring" in said["message"]) == ("overlap", True)
    assert head("delete", f"/kpis/{late['id']}").status_code == 204
    assert [one["name"] for one in head.get("/kpis?state=active")["items"]] == ["Spring"]


def test_a_repeated_call_drafts_once_and_a_list_comes_in_pages(february: World) -> None:
    head = Api(february.hanna)
    first = head("post", "/kpis", body(february), Idempotency_Key="k")
    again = head("post", "/kpis", body(february), Idempotency_Key="k")
    assert (first.content, SharedKpi.objects.count()) == (again.content, 1)
    head.post("/kpis", body(february, name="Second"), 201)
    page = head.get("/kpis?limit=1")
    rest = head.get(f"/kpis?limit=1&cursor={page['next_cursor']}")
    assert [one["name"] for one in page["items"] + rest["items"]] == ["First quarter", "Second"]
    assert rest["next_cursor"] is None


def test_a_change_needs_a_reason_and_two_people(february: World) -> None:
    kpi = activated(february)
    head, victor, mark = Api(february.hanna), Api(february.victor), Api(february.mark)
    path, parts = f"/kpis/{kpi['id']}/changes", [PARTS[0] | {"target": 8}, PARTS[1]]
    assert head.post(path, {"parts": parts, "reason": " "}, 422)["code"] == "reason_missing"
    assert head.post(path, {"parts": PARTS, "reason": "So."}, 422)["code"] == "nothing_changed"
    change = head.post(path, {"parts": parts, "reason": "Two buildings more."}, 201)
    assert head.post(path, {"parts": parts, "reason": "Again."}, 409)["code"] == "change_waits"
    sign = f"{path}/{change['id']}/sign"
    assert mark.post(sign, {"side": "sales"}, 403)["code"] == "right_missing"
    assert head.post(sign, {"side": "marketing"}, 200)["in_force_from"] is None
    assert head.post(sign, {"side": "sales"}, 422)["code"] == "same_person"
    assert "Hanna" in mark.post(sign, {"side": "marketing"}, 409)["message"]
    signed = victor.post(sign, {"side": "sales"}, 200)
    assert signed["in_force_from"] and {one["side"] for one in signed["signatures"]} == {"marketing", "sales"}
    assert [one["number"] for one in Api(february.nora).get(f"/kpis/{kpi['id']}/versions")["items"]] == [1, 2]
    assert victor.post(sign, {"side": "sales"}, 409)["code"] == "not_waiting"


@pytest.mark.parametrize(
    ("said", "field"),
    [({"owner_id": 987_654}, "owner_id"), ({"ends_on": "2025-12-31"}, "ends_on"), ({"project_id": 987_654}, "project_id"),
     ({"country": "QQ"}, "country"), ({"weight": 1}, "weight"), ({"parts": [{"kind": "luck", "weight_bp": 1}]}, "parts.0.kind")],
)  # fmt: skip
def test_a_draft_that_cannot_be_meant_names_its_field(february: World, said: dict[str, Any], field: str) -> None:
    answer = Api(february.hanna).post("/kpis", body(february, **said), 422)
    assert answer["field"].removeprefix("body.") == field
    assert not KpiVersion.objects.exists()


def test_a_kpi_ends_is_taken_up_again_and_goes_on_in_the_next_period(february: World) -> None:
    kpi, head = activated(february), Api(february.hanna)
    path = f"/kpis/{kpi['id']}"
    assert head.post(f"{path}/end", {}, 200)["state"] == "ended"
    assert head.post(f"{path}/end", {}, 409)["code"] == "not_active"
    assert head("get", "/pace").status_code == 404
    assert head.post(f"{path}/resume", {}, 200)["state"] == "active"
    renewed = head.post(f"{path}/renew", {}, 201)
    assert (renewed["state"], renewed["starts_on"]) == ("draft", "2026-04-01")


def test_nobody_is_shown_a_colleagues_sag(february: World) -> None:
    for name in ("Nora", "Sam"):
        Sag.objects.create(
            series=f"deals|{name}", metric="deals", by={"seller": name}, since=NOW.date(), found_on=NOW.date(), value=0.1,
            normal=1.0, evidence={"days": 9}, direction=Direction.DOWN,
        )  # fmt: skip
    assert [one["by"] for one in Api(february.nora).get("/sags?direction=down")["items"]] == [{"seller": "Nora"}]
    assert len(Api(february.hanna).get("/sags")["items"]) == 2
    assert Api(february.paula)("get", "/sags").status_code == 403
    assert Api(february.hanna).get("/bottleneck")["step"] is None


def test_a_blocker_is_raised_said_more_of_resolved_and_opened_again(february: World) -> None:
    nora, nick, head = Api(february.nora), Api(february.nick), Api(february.hanna)
    deal = nora.get("/deals")["items"][0]["id"]
    asked = {"text": "The notary is full.", "link": "contract", "deal_id": deal}
    made = nora.post("/blockers", asked, 201)
    path = f"/blockers/{made['id']}"
    assert (made["state"], made["deal_id"], bool(made["due_on"]), bool(made["basis"])) == ("open", deal, True, True)
    assert nick("get", path).status_code == 404
    assert nick.post("/blockers", asked, 422)["field"] == "deal_id"
    assert nora.post(f"{path}/remarks", {"text": "Until Friday."}, 201)["author_id"] == february.nora.pk
    changed = json.loads(head("patch", path, {"named_minor": 2_000_00, "owner_id": february.victor.pk}).content)
    assert (changed["stake_minor"], changed["owner_id"], changed["text"]) == (
        2_000_00,
        february.victor.pk,
        asked["text"],
    )
    [loss] = [one for one in head.get("/losses")["items"] if one["kind"] == "blocker"]
    assert (loss["stake_minor"], loss["owner_id"]) == (2_000_00, february.victor.pk)
    assert nora.post(f"{path}/resolve", {"words": "A second notary."}, 200)["state"] == "resolved"
    assert nora.post(f"{path}/resolve", {"words": "Again."}, 409)["code"] == "resolved"
    assert nora.post(f"{path}/reopen", {}, 200)["state"] == "open"
    assert nora.post(f"{path}/take", {}, 200)["owner_id"] == february.nora.pk
    assert [one["text"] for one in nora.get(f"{path}/remarks")["items"]] == ["Until Friday."]
    assert nora.get("/blockers?state=resolved")["items"] == []


def test_the_stability_of_the_team_is_told_with_its_bounds(february: World) -> None:
    told = Api(february.hanna).get("/team-stability")
    assert (told["people"], told["recent"]["left"]) == (told["undated"] + told["tenure"]["people"], 0)
    assert {one["metric"] for one in told["ramps"]} == {"deals_won", "opportunities"}
    assert Api(february.mark)("get", "/team-stability").status_code == 403
