"""Contests, standings and the evening report over the API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from tests.apps.api.program import Api
from tests.world import World, at

from onegoal.apps.audit.sendings import DeliveryState
from onegoal.apps.conflicts.models import ConflictReport
from onegoal.apps.evening.models import Delivery
from onegoal.apps.wall.models import Contest


@pytest.fixture
def world(february: World) -> World:
    """The company with its trade of February, made once for the module."""
    return february


@pytest.fixture(autouse=True)
def _in_february() -> Iterator[None]:
    with time_machine.travel(at("2026-02-15", "12:00"), tick=False):
        yield


def terms(world: World, **said: Any) -> dict[str, Any]:
    row = {
        "name": "Ten days of February", "metric": "deals_won", "starts_on": "2026-02-06", "ends_on": "2026-02-15",
        "entrants": [{"id": world.nora.pk, "handicap_bp": 5_000}, {"id": world.nick.pk}], "minimum": 1,
        "prizes": {"1": "A day off"},
    }  # fmt: skip
    return row | said


def test_a_contest_is_agreed_on_read_changed_and_called_off(february: World) -> None:
    mark, nora = Api(february.mark), Api(february.nora)
    made = mark.post("/contests", terms(february), 201)
    path = f"/contests/{made['id']}"
    lines = nora.get(path)["standings"]
    assert [(one["name"], one["value"], one["points"], one["place"], one["is_short"]) for one in lines] == [
        ("Nora", 3, 1.5, 1, False), ("Nick", 0, 0, None, True),
    ]  # fmt: skip
    assert lines[0]["prize"] == "A day off"
    assert json.loads(mark("put", path, terms(february, shows="rank")).content)["minimum"] == 1
    assert {one["value"] for one in nora.get(path)["standings"]} == {None}
    prize = mark.post(f"{path}/prizes/{made['prizes'][0]['id']}", {}, 200)
    assert prize["given_at"]
    assert mark.post(f"{path}/call-off", {}, 200)["cancelled_at"]
    assert mark.post(f"{path}/call-on", {}, 200)["cancelled_at"] is None
    Contest.objects.update(closed_at=at("2026-02-16"))
    said = mark.post(f"{path}/call-off", {}, 409)
    assert (said["code"], "settled" in said["message"]) == ("contest_over", True)
    assert mark("put", path, terms(february)).status_code == 409
    assert nora("post", f"{path}/call-on", {}).status_code == 403


@pytest.mark.parametrize(
    ("said", "field"),
    [({"metric": "luck"}, "metric"), ({"ends_on": "2026-02-01"}, "ends_on"), ({"prizes": {"0": "x"}}, "prizes.0.[key]"),
     ({"entrants": [{"id": 987_654}, {"id": 987_655}]}, "__all__"), ({"project": "Nowhere"}, "project")],
)  # fmt: skip
def test_a_contest_that_cannot_be_names_its_field(february: World, said: dict[str, Any], field: str) -> None:
    answer = Api(february.hanna).post("/contests", terms(february, **said), 422)
    assert answer["field"].removeprefix("body.") == field
    assert not Contest.objects.exists()


def test_a_contest_names_the_entrant_that_is_none(february: World) -> None:
    who = [{"id": february.nora.pk}, {"id": february.nick.pk}, {"id": 987_654}]
    assert Api(february.hanna).post("/contests", terms(february, entrants=who), 422)["field"] == "entrants.2.id"


def test_a_contest_over_costs_is_told_only_to_those_who_see_costs(february: World) -> None:
    Contest.objects.create(
        name="Cheap", metric="cpl", starts_on=at("2026-02-01").date(), ends_on=at("2026-02-28").date(),
        created_at=at("2026-02-01"),
    )  # fmt: skip
    assert Api(february.nora).get("/contests")["items"] == []
    assert len(Api(february.hanna).get("/contests")["items"]) == 1


def test_standings_show_places_and_progress_not_values(february: World) -> None:
    told = Api(february.nora).get("/standings")
    assert told["lines"][0] == {"name": "Nora", "place": 1, "progress": told["lines"][0]["progress"]}
    assert Api(february.nora).get("/standings?by=team")["by"] == "team"
    assert Api(february.nora)("get", "/standings?by=luck").status_code == 400


def test_an_audit_is_asked_for_once_and_read_in_words(world: World, head: Api) -> None:
    made = head.post("/conflict-reports", {}, 202)
    assert (made["finished_at"], made["progress"]) == (None, 0)
    assert head.post("/conflict-reports", {}, 409)["code"] == "already_running"
    flag = {"kind": "wholly_fixed", "side": "sales", "scheme": "Sellers", "scheme_id": None, "part": "", "reached": None,
            "user": ""}  # fmt: skip
    ConflictReport.objects.update(finished_at=at("2026-02-15"), findings=[flag])
    [told] = head.get(f"/conflict-reports/{made['id']}")["findings"]
    assert (told["kind"], "Sellers" in told["message"], told["data"]["side"]) == ("wholly_fixed", True, "sales")
    path = f"/conflict-reports/{made['id']}/mends"
    assert head.post(path, {"place": 0}, 422)["code"] == "nothing_to_mend"
    assert Api(world.paula)("get", "/conflict-reports").status_code == 403


def hook(world: World, **said: Any) -> dict[str, Any]:
    return {"kind": "email", "name": "Heads", "address": "all@casaverde.test", "reader_id": world.hanna.pk} | said


def test_a_channel_is_made_tested_stopped_and_never_shows_its_secret(world: World, settings: Any) -> None:
    settings.EMAIL_URL = "smtp://localhost:25"
    ada, nora, head = Api(world.ada), Api(world.nora), Api(world.hanna)
    made = ada.post("/evening/channels", hook(world), 201)
    path = f"/evening/channels/{made['id']}"
    said = ada.post("/evening/channels", hook(world, name="Again"), 409)
    assert (said["code"], "Heads" in said["message"]) == ("place_is_taken", True)
    assert ada.post("/evening/channels", hook(world, address="nowhere"), 422)["field"] == "address"
    assert ada.post("/evening/channels", hook(world, reader_id=987_654), 422)["field"] == "reader_id"
    sent = ada.post(f"{path}/test", {}, 202)
    assert (sent["is_test"], sent["state"]) == (True, DeliveryState.WAITING)
    Delivery.objects.update(text="Three signed.", state=DeliveryState.FAILED, error="blocked")
    delivery = f"/evening/deliveries/{sent['id']}"
    # Who sets channels need not see figures.
    assert (ada.get(delivery)["text"], head.get(delivery)["text"]) == (None, "Three signed.")
    assert "blocked" in ada.get(delivery)["why_not"]
    assert ada.post(f"{delivery}/again", {}, 200)["state"] == "waiting"
    assert ada.post(f"{delivery}/again", {}, 409)["code"] == "not_stuck"
    assert ada.post(f"{path}/stop", {}, 200)["stopped"]
    assert ada.post(f"{path}/test", {}, 422)["code"] == "cannot_send"
    assert ada.post(f"{path}/resume", {}, 200)["stopped_at"] is None
    assert nora.get("/evening/channels")["items"] == nora.get("/evening/deliveries")["items"] == []
    assert nora("get", delivery).status_code == 404


def test_the_secret_of_a_webhook_is_masked(world: World, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onegoal.connectors.outgoing.Door.check", lambda self, address: None)
    secret = "https://hooks.slack.test/services/T0/B0/abcdefgh1234"
    made = Api(world.ada)("post", "/evening/channels", hook(world, kind="slack", address=secret))
    assert made.status_code == 201
    assert json.loads(made.content)["address"] == "hooks.slack.test/…1234"
    assert b"abcdefgh" not in Api(world.ada)("get", "/evening/channels").content
