"""Pay over the API: rules that are checked, a month from computing to locking, one's own statement and nobody else's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from tests.apps.api.program import Api
from tests.apps.pay.test_runs import FEBRUARY_TRADE
from tests.world import World, at

from onegoal.apps.pay.models import PayRun, SchemeVersion
from onegoal.apps.sales.models import Deal

PARTS = [
    {"name": "Fixed", "key": "fixed", "kind": "fixed", "formula": "base"},
    {
        "name": "Commission",
        "key": "commission",
        "kind": "personal",
        "formula": "2 % * money_signed",
        "claws_back": True,
    },
]
RULES: dict[str, Any] = {"valid_from": "2026-01-01", "parts": PARTS}


@pytest.fixture(autouse=True)
def _in_april() -> Iterator[None]:
    with time_machine.travel(at("2026-04-02"), tick=False):
        yield


@pytest.fixture
def paula(world: World, lake: None) -> Api:
    return Api(world.paula)


def rules_in_force(world: World, paula: Api) -> int:
    """A scheme for Nora and Nick, which Paula writes and Hanna approves."""
    scheme: int = paula.post("/schemes", {"name": "Sellers", "side": "sales"}, 201)["id"]
    version = paula.post(f"/schemes/{scheme}/versions", RULES, 201)["id"]
    Api(world.hanna).post(f"/scheme-versions/{version}/approve", {}, 200)
    for user, base in ((world.nora, 1_500_00), (world.nick, 1_200_00)):
        member = {"user_id": user.pk, "starts_on": "2026-01-01", "values": {"base": base}}
        paula.post(f"/schemes/{scheme}/members", member, 201)
    return scheme


def locked(world: World, paula: Api) -> dict[str, Any]:
    """February, computed by Paula and locked by Hanna."""
    run = paula.post("/pay-runs", {"month": "2026-02-01"}, 201)
    answer: dict[str, Any] = Api(world.hanna).post(f"/pay-runs/{run['id']}/approve", {"digest": run["digest"]}, 200)
    return answer


def test_a_formula_is_checked_before_anybody_is_paid_by_it(world: World, paula: Api, head: Api) -> None:
    said = paula.post("/formulas/check", {"text": "2 % * money_singed"}, 200)
    assert (said["is_sound"], said["faults"][0]["code"], said["faults"][0]["at"]) == (False, "unknown_name", 6)
    assert "money_signed" in said["faults"][0]["message"]
    sound = paula.post("/formulas/check", {"text": "2 % * money_signed + fixed", "parts": ["fixed"]}, 200)
    assert sound["is_sound"] and sound["reads"]
    assert paula.post("/formulas/check", {"text": "1 / 0"}, 200)["faults"][0]["code"] == "division_by_zero"
    assert "money_signed" in {one["key"] for one in paula.get("/formula-names")["names"]}
    scheme = paula.post("/schemes", {"name": "Sellers", "side": "sales"}, 201)["id"]
    assert paula.post("/schemes", {"name": "Sellers", "side": "sales"}, 409)["code"] == "name_taken"
    wrong = [PARTS[0], PARTS[1] | {"formula": "commission * 2"}]
    version = paula.post(f"/schemes/{scheme}/versions", RULES | {"parts": wrong}, 201)
    assert [(one["part"], one["code"]) for one in version["faults"]] == [("commission", "self_reference")]
    path = f"/scheme-versions/{version['id']}"
    assert paula.post(f"{path}/approve", {}, 422)["code"] == "same_person"
    refused = head.post(f"{path}/approve", {}, 422)
    assert (refused["code"], refused["errors"][0]["field"]) == ("bad_parts", "commission.formula")
    assert json.loads(paula("put", path, RULES).content)["faults"] == []
    assert head.post(f"{path}/approve", {}, 200)["state"] == "approved"
    assert paula("put", path, RULES).status_code == 409
    assert paula.get(f"/schemes/{scheme}")["version"]["parts"][1]["reads"]
    assert SchemeVersion.objects.count() == 1


def test_a_month_is_computed_approved_by_another_person_and_read_to_the_cent(
    world: World, paula: Api, head: Api, trade: Any
) -> None:
    trade(*FEBRUARY_TRADE)
    rules_in_force(world, paula)
    nora, nick = Api(world.nora), Api(world.nick)
    first = paula("post", "/pay-runs", {"month": "2026-02-10"}, Idempotency_Key="k")
    again = paula("post", "/pay-runs", {"month": "2026-02-10"}, Idempotency_Key="k")
    run = json.loads(first.content)
    assert (first.status_code, again.content, run["people"], run["problems"]) == (201, first.content, 2, [])
    assert nora.get("/statements")["items"] == []
    approve = f"/pay-runs/{run['id']}/approve"
    assert paula.post(approve, {"digest": run["digest"]}, 422)["code"] == "same_person"
    assert head.post(approve, {"digest": "0" * 64}, 409)["code"] == "changed"
    assert head.post(approve, {"digest": run["digest"]}, 200)["state"] == "locked"
    assert paula.post("/pay-runs", {"month": "2026-02-01"}, 409)["code"] == "run_locked"
    assert paula("delete", f"/pay-runs/{run['id']}").status_code == 409
    [mine] = nora.get("/statements")["items"]
    [others] = nick.get("/statements")["items"]
    assert nora("get", f"/statements/{others['id']}").status_code == 404
    assert nora("get", f"/pay-runs/{run['id']}").status_code == 403
    whole = nora.get(f"/statements/{mine['id']}")
    amounts = {one["name"]: one["amount_minor"] for one in whole["lines"]}
    # 2 % of 150,000.33 EUR beside the fixed 1,500.
    assert amounts == {"Fixed": 1_500_00, "Commission": 3_000_01}
    commission = whole["lines"][1]
    assert commission["explanation"]["formula"] == "2 % * money_signed"
    assert sum(one["amount_minor"] for one in commission["sources"]) == 3_000_01
    assert {one["deal_id"] for one in commission["sources"]} <= set(Deal.objects.values_list("pk", flat=True))
    payroll = paula.get(f"/pay-runs/{run['id']}/payroll")["items"]
    assert [(one["name"], one["fixed"], one["personal"], one["total"]) for one in payroll] == [
        ("Nick", 1_200_00, 1_600_00, 2_800_00), ("Nora", 1_500_00, 3_000_01, 4_500_01),
    ]  # fmt: skip
    assert len(head.get("/statements")["items"]) == 2


def test_a_dispute_is_answered_and_what_it_brings_is_approved_by_another_person(
    world: World, paula: Api, head: Api, trade: Any
) -> None:
    trade(*FEBRUARY_TRADE)
    rules_in_force(world, paula)
    locked(world, paula)
    nora, nick = Api(world.nora), Api(world.nick)
    [mine] = nora.get("/statements")["items"]
    path, said = f"/statements/{mine['id']}/disputes", {"text": "A deal is missing.", "line_name": "Commission"}
    assert nick("post", path, said).status_code == 404
    assert head("post", path, said).status_code == 404
    made = nora.post(path, said, 201)
    assert nick.get("/disputes")["items"] == []
    answer = {"accepted": True, "answer": "It was split wrongly.", "amount_minor": 100_00}
    assert nora("post", f"/disputes/{made['id']}/answer", answer).status_code == 403
    told = paula.post(f"/disputes/{made['id']}/answer", answer, 200)
    assert (told["state"], bool(told["adjustment_id"])) == ("accepted", True)
    assert paula.post(f"/disputes/{made['id']}/answer", answer, 409)["code"] == "not_open"
    decide = f"/adjustments/{told['adjustment_id']}/decision"
    assert nora.get("/adjustments")["items"] == []
    assert paula.post(decide, {"decision": "approved"}, 422)["code"] == "same_person"
    assert head.post(decide, {"decision": "approved"}, 200)["approved_by_id"] == world.hanna.pk
    assert head.post(decide, {"decision": "refused"}, 409)["code"] == "decided"
    [one] = nora.get("/adjustments")["items"]
    assert (one["amount_minor"], one["reason_code"]) == (100_00, "dispute")
    run = paula.post("/pay-runs", {"month": "2026-03-01"}, 201)
    assert run["total_minor"] == 1_500_00 + 1_200_00 + 100_00


def test_a_deal_is_divided_among_people_and_rules_are_tried_on_the_past(
    world: World, paula: Api, head: Api, trade: Any
) -> None:
    trade(*FEBRUARY_TRADE)
    scheme = rules_in_force(world, paula)
    locked(world, paula)
    deal = Deal.objects.get(source_id="d1")
    path = f"/deals/{deal.pk}/shares"
    nora, nick = {"user_id": world.nora.pk, "share_bp": 6_000}, {"user_id": world.nick.pk, "share_bp": 4_000}
    assert json.loads(paula("put", path, {"shares": [nora]}).content)["code"] == "shares_not_whole"
    assert json.loads(paula("put", path, {"shares": [nora, nora]}).content)["field"] == "shares.1.user_id"
    assert json.loads(paula("put", path, {"shares": [nora, nick]}).content)["shares"] == [nora, nick]
    assert Api(world.nora)("get", path).status_code == 403
    [run] = paula.get("/pay-runs?state=locked")["items"]
    late = paula.post(f"/pay-runs/{run['id']}/late-facts", {}, 200)
    assert {one["user_id"]: one["amount_minor"] for one in late} == {world.nora.pk: -800_01, world.nick.pk: 800_00}
    double = [PARTS[0], PARTS[1] | {"formula": "4 % * money_signed"}]
    version = paula.post(f"/schemes/{scheme}/versions", RULES | {"parts": double, "valid_from": "2026-03-01"}, 201)
    months = {"first_month": "2026-02-01", "last_month": "2026-02-01"}
    tried = paula.post(f"/scheme-versions/{version['id']}/try", months, 200)
    [one] = [each["months"][0] for each in tried["people"] if each["user_id"] == world.nora.pk]
    # By then the deal counts 6,000 : 4,000, so 4 % are taken of 110,000.20 EUR.
    assert (one["was_minor"], one["would_minor"]) == (4_500_01, 1_500_00 + 4_400_01)
    assert (
        paula("post", f"/scheme-versions/{version['id']}/try", months | {"last_month": "2027-02-01"}).status_code == 422
    )


@pytest.mark.parametrize(
    ("said", "code"),
    [({"values": {"base": "much"}}, "bad_value"), ({"user_id": 987_654}, "id_unknown"),
     ({"ends_on": "2025-12-31"}, "ends_before_it_starts")],
)  # fmt: skip
def test_a_membership_that_cannot_be_is_refused(world: World, paula: Api, said: dict[str, Any], code: str) -> None:
    scheme = paula.post("/schemes", {"name": "Sellers", "side": "sales"}, 201)["id"]
    member = {"user_id": world.nora.pk, "starts_on": "2026-01-01", "values": {"base": 1}} | said
    assert paula.post(f"/schemes/{scheme}/members", member, 422)["code"] == code


def test_rules_are_shown_to_whom_they_pay_and_flags_to_who_sees_pay(world: World, paula: Api) -> None:
    scheme = rules_in_force(world, paula)
    assert [one["id"] for one in Api(world.nora).get("/schemes")["items"]] == [scheme]
    assert Api(world.sam).get("/schemes")["items"] == []
    assert Api(world.sam)("get", f"/schemes/{scheme}").status_code == 404
    assert Api(world.nora)("get", "/scheme-members").status_code == 403
    [member] = paula.get(f"/scheme-members?user_id={world.nick.pk}")["items"]
    assert member["values"] == {"base": 1_200_00}
    assert paula.post(f"/scheme-members/{member['id']}/end", {"ends_on": "2026-03-31"}, 200)["ends_on"] == "2026-03-31"
    assert "department_without_shared" in {one["code"] for one in paula.get("/pay-flags")}
    assert not PayRun.objects.exists()
