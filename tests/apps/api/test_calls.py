"""Calls of the REST API: strict bodies, one shape of errors, pages, and writes that may be repeated."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.test import Client
from tests.apps.api.program import Api
from tests.world import NOW, World, lead_row, person_ref

from onegoal.apps.accounts.services_tokens import make_token
from onegoal.apps.api import limits, replay
from onegoal.apps.api.models import IdempotentCall
from onegoal.apps.api.pages import MOST
from onegoal.apps.sales.models import Lead
from onegoal.apps.sales.services import take_in_leads

LEAD = {"source_id": "L1", "created_at": "2026-01-05T10:00:00Z", "person": {"name": "Ion Pop", "phone": "0722 000 001"}}


@pytest.fixture
def head(world: World) -> Api:
    return Api(world.hanna)


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"[]", b'{"a":NaN}', b'{"a":1e999}', b'{"source_id":"\\u0000"}', b'{"source_id":"\\ud800"}',
        b'{"source_id":"1","source_id":"2"}', b"[" * 100_000, b'{"a":' * 50 + b"1" + b"}" * 50, b"\xff\xfe{",
        b'{"custom":{"a":' + b"9" * 5000 + b"}}", b"\xef\xbb\xbf{}", b"null", b'"text"',
    ],
)  # fmt: skip
def test_a_broken_body_is_refused_with_words(head: Api, body: bytes) -> None:
    answer = head("post", "/leads", body)
    said = json.loads(answer.content)
    assert answer.status_code in (400, 422)
    assert answer["Content-Type"] == "application/problem+json"
    assert said["code"]
    assert said["message"]
    assert not Lead.objects.exists()


@pytest.mark.parametrize(
    "name", ["id", "updated_at", "qualified_at", "person_id", "is_staff", "__proto__", "origin_id"]
)
def test_a_field_that_is_not_offered_is_refused(head: Api, name: str) -> None:
    assert head("post", "/leads", LEAD | {name: 1}).status_code == 422
    lead = json.loads(head("post", "/leads", LEAD).content)
    assert head("patch", f"/leads/{lead['id']}", {name: 1}).status_code == 422


def test_a_body_above_a_megabyte_is_refused(head: Api) -> None:
    assert head("post", "/leads", LEAD | {"note": "x" * 1_000_001}).status_code == 413


def test_a_lead_is_created_once_and_then_changed_by_its_source_id(head: Api) -> None:
    first, second = head("post", "/leads", LEAD), head("post", "/leads", LEAD | {"region": "Ilfov"})
    assert (first.status_code, second.status_code) == (201, 200)
    assert json.loads(first.content)["id"] == json.loads(second.content)["id"]
    assert Lead.objects.get().region == "Ilfov"


def test_the_same_key_gives_the_same_bytes_again_and_stores_once(head: Api) -> None:
    body = {name: value for name, value in LEAD.items() if name != "source_id"}
    first = head("post", "/leads", body, Idempotency_Key="k1")
    again = head("post", "/leads", body, Idempotency_Key="k1")
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert again["Idempotent-Replay"] == "true"
    assert "Idempotent-Replay" not in first
    assert Lead.objects.count() == 1


def test_a_key_used_for_another_body_is_refused(head: Api) -> None:
    head("post", "/leads", LEAD, Idempotency_Key="k1")
    assert head("post", "/leads", LEAD | {"note": "other"}, Idempotency_Key="k1").status_code == 422


def test_a_key_whose_first_call_still_runs_is_refused_for_now(head: Api, world: World) -> None:
    head("post", "/leads", LEAD, Idempotency_Key="k1")
    IdempotentCall.objects.update(status=None)
    assert head("post", "/leads", LEAD, Idempotency_Key="k1").status_code == 409


def test_two_programs_may_use_the_same_key(head: Api, world: World) -> None:
    head("post", "/leads", LEAD, Idempotency_Key="k1")
    other = Api(world.hanna)("post", "/leads", LEAD | {"source_id": "L2"}, Idempotency_Key="k1")
    assert other.status_code == 201


def test_a_key_is_forgotten_after_48_hours(head: Api) -> None:
    head("post", "/leads", LEAD, Idempotency_Key="k1")
    IdempotentCall.objects.update(created_at=NOW)
    assert replay.forget_old_calls(now=NOW + dt.timedelta(hours=48)) == 0
    assert replay.forget_old_calls(now=NOW + dt.timedelta(hours=49)) == 1


def test_pages_follow_each_other_without_gap_or_repetition(head: Api) -> None:
    take_in_leads(rows=[lead_row(f"L{n}", person=person_ref(phone=f"+4072200{n:04}")) for n in range(7)], now=NOW)
    seen: list[int] = []
    cursor = ""
    while cursor is not None:
        page = json.loads(head("get", f"/leads?limit=3{'&cursor=' + cursor if cursor else ''}").content)
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert seen == list(Lead.objects.order_by("pk").values_list("pk", flat=True))


@pytest.mark.parametrize(
    "query",
    ["limit=0", f"limit={MOST + 1}", "limit=1e9", "cursor=x", "cursor=YWZ0ZXI6LTE", "offset=3", "updated_since=now",
     "updated_since=2026-01-01", "source=%00", "sourse=crm", "source=a&source=b"],
)  # fmt: skip
def test_a_parameter_that_cannot_be_meant_is_refused(head: Api, query: str) -> None:
    assert head("get", f"/leads?{query}").status_code == 400


def test_a_list_can_be_narrowed_to_what_changed(head: Api) -> None:
    take_in_leads(rows=[lead_row("L1", person=person_ref(phone="+40722000001"))], now=NOW)
    assert json.loads(head("get", "/leads?updated_since=2020-01-01T00:00:00Z").content)["items"]
    assert not json.loads(head("get", "/leads?updated_since=2999-01-01T00:00:00Z").content)["items"]
    assert not json.loads(head("get", "/leads?source=other").content)["items"]


def test_a_stale_copy_does_not_overwrite(head: Api) -> None:
    lead = json.loads(head("post", "/leads", LEAD).content)
    read = head("get", f"/leads/{lead['id']}")["ETag"]
    assert head("patch", f"/leads/{lead['id']}", {"note": "first"}, If_Match=read).status_code == 200
    assert head("patch", f"/leads/{lead['id']}", {"note": "second"}, If_Match=read).status_code == 412
    assert Lead.objects.get().note == "first"


def test_a_seller_cannot_take_over_a_colleagues_lead_by_its_source_id(world: World, head: Api) -> None:
    head("post", "/leads", LEAD | {"seller": world.nora.email})
    answer = Api(world.sam)("post", "/leads", LEAD | {"note": "mine now"})
    assert answer.status_code == 403
    assert Lead.objects.get().note == ""


def test_a_sellers_own_lead_is_theirs_and_cannot_be_pushed_on_others(world: World) -> None:
    sam = Api(world.sam)
    assert sam("post", "/leads", LEAD).status_code == 201
    assert Lead.objects.get().seller == world.sam
    assert sam("post", "/leads", LEAD | {"source_id": "L2", "seller": world.nora.email}).status_code == 403
    assert Lead.objects.count() == 1


def test_rows_of_a_batch_each_get_their_fate(head: Api) -> None:
    head("post", "/deals", {"source_id": "D1", "opened_at": "2026-01-05T10:00:00Z", "person": LEAD["person"]})
    good = {"source_id": "P1", "deal": "D1", "amount_minor": 100, "currency": "EUR", "received_on": "2026-02-01"}
    answer = json.loads(head("post", "/payments", {"rows": [good, good | {"source_id": "P2", "deal": "none"}]}).content)
    assert [row["fate"] for row in answer["rows"]] == ["created", "rejected"]
    assert answer["created"] + answer["updated"] + answer["unchanged"] + answer["rejected"] == 2
    assert answer["rows"][1]["message"]


def test_more_than_500_rows_are_refused(head: Api) -> None:
    row = {"deal": "D1", "amount_minor": 1, "currency": "EUR", "received_on": "2026-02-01"}
    assert head("post", "/payments", {"rows": [row] * 501}).status_code == 422


def test_a_contact_that_is_none_names_its_field(head: Api) -> None:
    answer = head("post", "/leads", LEAD | {"person": {"phone": "12"}})
    assert answer.status_code == 422
    assert json.loads(answer.content)["field"] == "person.phone"


@pytest.mark.parametrize("spelling", ["", "Bearer", "Bearer ", "Bearer og_x", "Basic abc", "Bearer \u0430"])
def test_whatever_is_wrong_with_a_token_gets_the_same_answer(world: World, spelling: str) -> None:
    answer = Client().get("/api/v1/leads", headers={"Authorization": spelling} if spelling else {})
    assert answer.status_code == 401
    assert answer.content == Client().get("/api/v1/leads").content


def test_a_token_ends_at_its_moment(world: World) -> None:
    now = dt.datetime.now(dt.UTC)
    _token, secret = make_token(user=world.hanna, name="old", scopes=["read:records"], expires_at=now, now=now)
    assert Client().get("/api/v1/leads", headers={"Authorization": f"Bearer {secret}"}).status_code == 401


def test_a_session_reads_but_writes_only_with_its_csrf_token(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.hanna)
    assert client.get("/api/v1/leads").status_code == 200
    assert client.post("/api/v1/leads", json.dumps(LEAD), content_type="application/json").status_code == 403


def test_a_caller_who_is_too_quick_is_told_how_long_to_wait() -> None:
    buckets = limits.Buckets(rate=2, burst=3)
    assert [buckets.take("a", at=0.0) for _ in range(4)] == [0, 0, 0, 0.5]
    assert buckets.take("b", at=0.0) == 0
    assert buckets.take("a", at=0.5) == 0


def test_costs_are_kept_from_those_who_may_not_see_them(world: World) -> None:
    seller = Api(world.nora)
    assert seller("get", "/metrics/spend").status_code == 403
    listed = json.loads(seller("get", "/metrics").content)["metrics"]
    assert "leads" in {metric["name"] for metric in listed}
    assert not any(metric["needs_costs"] for metric in listed)


def test_an_unknown_metric_or_dimension_is_said(head: Api) -> None:
    assert head("get", "/metrics/none").status_code == 404
    assert json.loads(head("get", "/metrics/leads?by=none").content)["code"] == "dimension_unknown"
    assert head("get", "/metrics/leads?from=2026-13-01").status_code == 400
    assert head("get", "/metrics/leads?where=channel").status_code == 400


def test_the_description_comes_from_our_own_files(world: World) -> None:
    client = Client()
    client.force_login(world.hanna)
    page = client.get("/api/docs").content.decode()
    assert "/static/ninja/swagger-ui-bundle.js" in page
    assert "//cdn" not in page
    assert client.get("/api/v1/openapi.json").status_code == 200
