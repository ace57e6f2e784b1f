"""The joint plan and the money to come over the API."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from tests.apps.api.program import Api
from tests.world import World, at

from onegoal.apps.accounts.models import User
from onegoal.apps.planning.models import PlanCell
from onegoal.apps.sales.models import Deal, ScheduledPayment

NOW = at("2026-03-01", "12:00")
MARCH = {"month": "2026-03-01", "metric": "leads", "project": "River Park", "channel": "search"}


@pytest.fixture
def world(february: World) -> World:
    """The company with its trade of February, made once for the module."""
    return february


@pytest.fixture(autouse=True)
def _in_march() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def put(api: Api, version: int, cells: list[dict[str, Any]], revision: int = 0, status: int = 200) -> Any:
    answer = api("put", f"/plan-versions/{version}/cells", {"revision": revision, "cells": cells})
    assert answer.status_code == status, answer.content
    return json.loads(answer.content)


def limited_to(world: World) -> Api:
    lee = User.objects.create(name="Lee", email="lee@casaverde.test", role="head")
    lee.projects.add(world.old_mill)
    return Api(lee)


def test_cells_are_set_by_the_hundred_and_each_refused_one_says_why(head: Api, plan_version: Any) -> None:
    cells = [
        MARCH | {"value": 40}, MARCH | {"value": 50}, MARCH | {"month": "2027-03-01", "value": 1},
        MARCH | {"channel": "radio", "value": 1}, MARCH | {"metric": "luck", "value": 1},
        MARCH | {"channel": "social", "value": -1}, {"month": "2026-03-15", "metric": "deals_won", "value": 4},
    ]  # fmt: skip
    said = put(head, plan_version.pk, cells)
    assert [one["code"] for one in said["rows"]] == ["", "twice", "month", "channel", "metric", "negative", ""]
    assert all(bool(one["message"]) is (one["fate"] == "rejected") for one in said["rows"])
    assert (said["revision"], said["changed"], said["rejected"]) == (1, 2, 5)
    assert {(one.metric, one.value) for one in PlanCell.objects.all()} == {("leads", 40), ("deals_won", 4)}
    assert [one["value"] for one in head.get(f"/plan-versions/{plan_version.pk}/cells?metric=leads")["items"]] == [40]
    assert put(head, plan_version.pk, [MARCH | {"value": 40}], revision=1)["unchanged"] == 1
    assert put(head, plan_version.pk, [MARCH | {"value": None}], revision=1)["revision"] == 2
    assert PlanCell.objects.filter(metric="leads").count() == 0


def test_who_has_not_seen_the_last_change_writes_nothing(world: World, head: Api, plan_version: Any) -> None:
    put(head, plan_version.pk, [MARCH | {"value": 40}])
    said = put(Api(world.mark), plan_version.pk, [MARCH | {"value": 50}], status=409)
    assert (said["code"], PlanCell.objects.get().value) == ("stale", 40)


def test_a_plan_is_made_copied_proposed_signed_by_two_and_read_by_month_and_day(world: World, head: Api) -> None:
    mark, victor = Api(world.mark), Api(world.victor)
    plan = {"name": "March", "first_month": "2026-03-01", "last_month": "2026-03-31"}
    assert mark.post("/plans", plan | {"channels": ["smoke signals"]}, 422)["field"] == "channels"
    empty = mark.post("/plans", plan, 201)
    assert mark.post(f"/plan-versions/{empty['id']}/propose", {}, 422)["code"] == "empty"
    put(mark, empty["id"], [{"month": "2026-03-01", "metric": "leads", "value": 62}])
    copied = mark.post(f"/plans/{empty['plan_id']}/versions", {"like_id": empty["id"], "name": "Bold"}, 201)
    path = f"/plan-versions/{copied['id']}"
    assert head.get(f"{path}/checks")["checks"]
    assert mark.post(f"{path}/propose", {}, 200)["state"] == "proposed"
    assert put(mark, copied["id"], [MARCH | {"value": 1}], status=409)["code"] == "not_a_draft"
    assert mark.post(f"{path}/sign", {"side": "sales"}, 403)["code"] == "right_missing"
    assert mark.post(f"{path}/sign", {"side": "marketing"}, 200)["state"] == "proposed"
    assert victor.post(f"{path}/sign", {"side": "sales"}, 200)["state"] == "in_force"
    assert victor.post(f"{path}/sign", {"side": "sales"}, 409)["code"] == "not_proposed"
    days = "from=2026-03-01&to=2026-03-31"
    assert head.get(f"/planned-figures?{days}")["rows"] == [{"on": "2026-03-01", "metric": "leads", "value": 62}]
    by_day = head.get(f"/planned-figures?{days}&by=day")["rows"]
    assert (len(by_day), sum(one["value"] for one in by_day)) == (31, 62)
    assert [one["state"] for one in head.get(f"/plan-versions?plan_id={empty['plan_id']}")["items"]] == [
        "draft",
        "in_force",
    ]


def test_more_deals_than_the_leads_can_bring_are_refused_with_the_missing_leads(february: World) -> None:
    head = Api(february.hanna)
    plan = {"name": "Too much", "first_month": "2026-03-01", "last_month": "2026-03-31"}
    version = head.post("/plans", plan, 201)["id"]
    put(head, version, [{"month": "2026-03-01", "metric": "deals_won", "value": 500},
                        {"month": "2026-03-01", "metric": "leads", "value": 100}])  # fmt: skip
    told = head.get(f"/plan-versions/{version}/checks")
    [short] = [one for one in told["checks"] if one["code"] == "leads_short"]
    assert (told["is_red"], short["level"], short["missing"] > 400, bool(short["remedies"])) == (
        True,
        "red",
        True,
        True,
    )
    said = Api(february.mark).post(f"/plan-versions/{version}/propose", {"reason": "Trust me."}, 403)
    assert said["code"] == "no_right"
    said = head.post(f"/plan-versions/{version}/propose", {}, 422)
    assert (said["code"], "leads_short" in {one["code"] for one in said["errors"]}) == ("red", True)
    passed = head.post(f"/plan-versions/{version}/propose", {"reason": "A partner brings them."}, 200)
    assert [(one["author_id"], one["reason"]) for one in passed["overrides"]] == [
        (february.hanna.pk, "A partner brings them."),
    ]  # fmt: skip


def test_who_is_limited_to_projects_sees_no_plan_of_the_company(world: World, plan_version: Any) -> None:
    lee = limited_to(world)
    assert lee.get("/plans")["items"] == lee.get("/plan-versions")["items"] == []
    assert lee("get", f"/plan-versions/{plan_version.pk}/checks").status_code == 404
    days = "from=2026-03-01&to=2026-03-31"
    assert lee("get", f"/planned-figures?{days}").status_code == 422
    assert lee("get", f"/planned-figures?{days}&project_id={world.river_park.pk}").status_code == 404
    assert lee.get(f"/planned-figures?{days}&project_id={world.old_mill.pk}")["rows"] == []
    assert lee("get", "/payment-forecast").status_code == 422


@pytest.mark.parametrize("query", ["from=2026-03-01", "from=2026-04-01&to=2026-03-01", "from=2020-01-01&to=2026-01-01"])
def test_days_that_cannot_be_meant_are_refused(head: Api, query: str) -> None:
    assert head("get", f"/planned-figures?{query}").status_code == 422


@time_machine.travel(at("2026-03-02"), tick=False)  # what was told on another day is remembered
def test_open_money_is_told_by_age_and_overdue_instalments_in_pages(february: World) -> None:
    head, deals = Api(february.hanna), list(Deal.objects.filter(won_at__isnull=False).order_by("pk"))
    for place, deal in enumerate(deals):
        ScheduledPayment.objects.create(
            source_id=f"s{place}", deal=deal, due_on=dt.date(2026, 2, 10 + place), amount_minor=1_000_00, currency="EUR",
        )  # fmt: skip
    told = head.get("/payment-forecast")
    assert (told["ageing"]["not_due_minor"], told["ageing"]["overdue"][0]["amount_minor"]) == (0, 1_500_00)
    page = head.get("/overdue-payments?limit=2")
    rest = head.get(f"/overdue-payments?limit=2&cursor={page['next_cursor']}")
    rows = page["items"] + rest["items"]
    assert [(one["deal_id"], one["days"], one["amount_minor"]) for one in rows] == [
        (deal.pk, 20 - place, 500_00) for place, deal in enumerate(deals)
    ]
    assert (len(page["items"]), rest["next_cursor"]) == (2, None)
    assert Api(february.nora)("get", "/overdue-payments").status_code == 403
