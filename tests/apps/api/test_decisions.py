"""Decisions over the API: by the version in force, refused in words, never overtaken; claims and gifts of leads."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from tests.apps.api.program import Api
from tests.world import NOW, World, person_ref

from onegoal.apps.regulation.models import Decision, Suppression
from onegoal.apps.regulation.services import note_found_decisions
from onegoal.apps.sales.models import Call, Entity, Lead, RequiredField

pytestmark = pytest.mark.usefixtures("signed")
RICH = {"budget": 90_000}


def test_a_lead_is_qualified_and_its_decision_is_listed(nora: Api, make_lead: Any) -> None:
    lead = make_lead(custom=RICH)
    made = nora.post(f"/leads/{lead.pk}/decisions", {"outcome": "qualified"}, 201)
    assert (made["outcome"], made["result"], made["regulation"], made["via"]) == ("qualified", "qualifies", 1, "api")
    assert [one["id"] for one in nora.get(f"/leads/{lead.pk}/decisions")["items"]] == [made["id"]]
    assert nora.get(f"/leads/{lead.pk}")["outcome"] == "qualified"


def test_a_lead_that_fails_is_refused_with_the_clause_and_the_words_of_the_card(
    nora: Api, head: Api, make_lead: Any
) -> None:
    lead = make_lead(custom={"budget": 10_000})
    said = nora.post(f"/leads/{lead.pk}/decisions", {"outcome": "qualified"}, 422)
    assert (said["code"], said["errors"]) == ("fails", [{"clause": "1.2"}])
    assert "does not qualify" in said["message"]
    assert (
        nora.post(f"/leads/{lead.pk}/decisions", {"outcome": "qualified", "override": "x"}, 422)["code"] == "override"
    )
    made = head.post(
        f"/leads/{lead.pk}/decisions", {"outcome": "qualified", "override": "The buyer sold a house."}, 201
    )
    assert made["override"] == "The buyer sold a house."


def test_a_rejection_cites_a_clause_by_its_number(nora: Api, make_lead: Any) -> None:
    lead = make_lead()
    path = f"/leads/{lead.pk}/decisions"
    assert nora.post(path, {"outcome": "rejected"}, 422)["code"] == "no_clause"
    assert nora.post(path, {"outcome": "rejected", "clause": "9.9"}, 422)["code"] == "foreign_clause"
    made = nora.post(path, {"outcome": "rejected", "clause": "2.3", "sub_reason": "Price"}, 201)
    assert (made["clause"], made["sub_reason"], made["reason"]) == ("2.3", "Price", "2.3 Bought elsewhere")
    assert nora.post(path, {"outcome": "rejected", "clause": "2.2"}, 409)["code"] == "already"
    assert Decision.objects.count() == 1


def test_could_not_reach_needs_the_agreed_attempts(nora: Api, make_lead: Any) -> None:
    lead = make_lead()
    body = {"outcome": "rejected", "clause": "2.1"}
    assert nora.post(f"/leads/{lead.pk}/decisions", body, 422)["code"] == "attempts"
    for day in (6, 7, 8):
        at = dt.datetime(2026, 1, day, 10, tzinfo=dt.UTC)
        Call.objects.create(source_id=str(day), lead=lead, person=lead.person, started_at=at, direction="out")
    assert nora.get(f"/leads/{lead.pk}/verdict")["attempts"] | {"count": 3, "days": 3, "is_reached": False} == {
        "count": 3, "days": 3, "is_reached": False, "count_needed": 3, "days_needed": 2,
    }  # fmt: skip
    assert nora.post(f"/leads/{lead.pk}/decisions", body, 201)["attempts"] == 3


def test_a_lead_is_warmed_up_only_until_a_day_to_come(nora: Api, make_lead: Any) -> None:
    lead = make_lead()
    path = f"/leads/{lead.pk}/decisions"
    assert nora.post(path, {"outcome": "nurture"}, 422)["code"] == "no_date"
    assert nora.post(path, {"outcome": "nurture", "returns_on": "2026-01-06"}, 422)["code"] == "past_date"
    nora.post(path, {"outcome": "nurture", "returns_on": "2126-01-06"}, 201)
    assert nora.get(f"/leads/{lead.pk}")["returns_on"] == "2126-01-06"


@pytest.mark.parametrize("body", [{}, {"outcome": "open"}, {"outcome": "qualified", "at": "2026-01-01T00:00:00Z"}])
def test_a_decision_of_the_wrong_shape_is_refused(nora: Api, make_lead: Any, body: Any) -> None:
    nora.post(f"/leads/{make_lead().pk}/decisions", body, 422)
    assert not Decision.objects.exists()


def test_a_decision_on_a_stale_copy_is_refused_and_a_repeated_call_decides_once(nora: Api, make_lead: Any) -> None:
    lead = make_lead()
    seen = nora("get", f"/leads/{lead.pk}")["ETag"]
    nora("patch", f"/leads/{lead.pk}", {"note": "called"})
    body = {"outcome": "rejected", "clause": "2.2"}
    assert nora("post", f"/leads/{lead.pk}/decisions", body, If_Match=seen).status_code == 412
    first = nora("post", f"/leads/{lead.pk}/decisions", body, Idempotency_Key="k")
    again = nora("post", f"/leads/{lead.pk}/decisions", body, Idempotency_Key="k")
    assert (first.status_code, again.status_code, first.content) == (201, 201, again.content)
    assert Decision.objects.count() == 1


def test_the_verdict_speaks_clause_by_clause(nora: Api, make_lead: Any) -> None:
    lead = make_lead(custom={"budget": 10_000})
    said = nora.get(f"/leads/{lead.pk}/verdict")
    assert (said["regulation"], said["result"], said["threshold"]) == (1, "fails", 5)
    assert [(one["number"], one["holds"], one["value"]) for one in said["clauses"]] == [
        ("1.1", True, True), ("1.2", False, 10_000),
    ]  # fmt: skip


def test_a_lead_from_before_the_first_version_has_no_verdict(nora: Api, make_lead: Any) -> None:
    lead = make_lead(created_at=dt.datetime(2025, 6, 1, tzinfo=dt.UTC))
    said = nora.get(f"/leads/{lead.pk}/verdict")
    assert (said["regulation"], said["clauses"]) == (None, [])


def test_a_stage_that_is_set_by_hand_becomes_a_decision_too(nora: Api, make_lead: Any, stages: Any) -> None:
    lead = make_lead()
    assert nora("patch", f"/leads/{lead.pk}", {"stage_id": stages["rejected"].pk}).status_code == 200
    assert note_found_decisions(now=NOW) == 1
    [said] = nora.get(f"/leads/{lead.pk}/decisions")["items"]
    assert (said["outcome"], said["via"], said["contradiction"]) == ("rejected", "api", "no_clause")


def test_a_clause_that_says_never_again_puts_the_person_on_the_list(
    nora: Api, head: Api, make_lead: Any, world: World
) -> None:
    lead = make_lead()
    nora.post(f"/leads/{lead.pk}/decisions", {"outcome": "rejected", "clause": "2.2"}, 201)
    [said] = Api(world.mark).get("/suppressed")["items"]
    assert (said["person_id"], said["reason"]) == (lead.person_id, "2.2 Spam")
    assert nora("get", "/suppressed").status_code == 403
    Suppression.objects.update(lifted_at=NOW)
    assert head.get("/suppressed")["items"] == []


def test_a_card_says_what_it_lacks(nora: Api, make_lead: Any, stages: Any) -> None:
    for field in ("phone", "email", "region"):
        RequiredField.objects.create(entity=Entity.LEAD, field=field)
    RequiredField.objects.create(entity=Entity.LEAD, field="product_type", stage=stages["qualified"])
    lead = make_lead(person=person_ref("Ion", phone="+40722000001"), region="Ilfov")
    wanted = {"asked": 3, "missing": ["email"]}
    assert nora.get(f"/leads/{lead.pk}")["completeness"] == wanted
    assert nora.get("/leads")["items"][0]["completeness"] == wanted
    assert nora.get(f"/leads/{lead.pk}")["score_bp"] is None


def test_two_take_one_lead_and_the_second_is_told_who_was_first(world: World, nora: Api, make_lead: Any) -> None:
    lead = make_lead(seller="", person=person_ref("Ion", phone="+40722000001"))
    Lead.objects.filter(pk=lead.pk).update(seller=None, team=world.north)
    victor = Api(world.victor)
    taken = victor.post(f"/leads/{lead.pk}/claim", {}, 200)
    assert taken["seller_id"] == world.victor.pk
    assert taken["assigned_at"]
    said = Api(world.hanna).post(f"/leads/{lead.pk}/claim", {}, 409)
    assert said["code"] == "already_taken"
    assert "Victor took this lead already" in said["message"]
    assert victor("post", f"/leads/{lead.pk}/claim", {}).status_code == 200
    assert Lead.objects.get().seller == world.victor
    nora.post(f"/leads/{lead.pk}/claim", {}, 404)


def test_a_supervisor_gives_a_lead_and_a_seller_own_ones_with_a_reason(world: World, nora: Api, make_lead: Any) -> None:
    lead = make_lead()
    path = f"/leads/{lead.pk}/assign"
    assert nora.post(path, {"seller_id": world.nick.pk}, 422)["field"] == "reason"
    assert nora.post(path, {"seller_id": world.mark.pk, "reason": "x"}, 422)["field"] == "seller_id"
    given = nora.post(path, {"seller_id": world.nick.pk, "reason": "On holiday."}, 200)
    assert (given["seller_id"], given["team_id"]) == (world.nick.pk, world.north.pk)
    nora.post(path, {"seller_id": world.nora.pk, "reason": "back"}, 404)
    assert Api(world.victor).post(path, {"seller_id": world.nora.pk}, 200)["seller_id"] == world.nora.pk


def test_a_stale_gift_is_refused(world: World, head: Api, make_lead: Any) -> None:
    lead = make_lead()
    seen = head("get", f"/leads/{lead.pk}")["ETag"]
    body = {"seller_id": world.nick.pk}
    assert head("post", f"/leads/{lead.pk}/assign", body, If_Match=seen).status_code == 200
    late = head("post", f"/leads/{lead.pk}/assign", {"seller_id": world.sam.pk}, If_Match=seen)
    assert (late.status_code, json.loads(late.content)["code"]) == (412, "changed_meanwhile")
    assert Lead.objects.get().seller == world.nick
