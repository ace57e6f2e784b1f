"""The deal board over the API: moves, reservations, discounts, contracts, agencies' clients."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from tests.apps.api.program import Api
from tests.apps.board.conftest import PRICE, Board
from tests.world import World

from onegoal.apps.board.models import Registration, Reservation
from onegoal.apps.sales.models import Entity, RequiredField

TODAY = dt.datetime.now(dt.UTC).date().isoformat()


def test_a_deal_moves_and_tells_where_it_stands(nora: Api, board: Board) -> None:
    reserved, lost = board.stages["reserved"], board.stages["lost"]
    deal = board.nora_deal
    assert nora.post(f"/deals/{deal.pk}/move", {"stage_id": reserved.pk}, 422)["code"] == "product_needed"
    assert nora.post(f"/deals/{deal.pk}/move", {"stage_id": lost.pk}, 422)["code"] == "reason_needed"
    assert nora.post(f"/deals/{deal.pk}/move", {"stage_id": board.stages["won"].pk}, 422)["code"] == "contract_needed"
    gone = nora.post(f"/deals/{deal.pk}/move", {"stage_id": lost.pk, "reason": "Too dear."}, 200)
    assert (gone["stage"], gone["reason"], bool(gone["lost_at"])) == ("Lost", "Too dear.", True)


def test_a_stage_names_the_fields_it_asks_for(nora: Api, board: Board) -> None:
    RequiredField.objects.create(entity=Entity.DEAL, field="region", stage=board.stages["reserved"])
    said = nora.post(f"/deals/{board.nora_deal.pk}/move", {"stage_id": board.stages["reserved"].pk}, 422)
    assert (said["code"], said["errors"]) == ("fields_missing", [{"field": "region"}])
    assert said["message"] == "Fill in first: region."


def test_a_deal_that_was_moved_meanwhile_stays_where_it_is(head: Api, nora: Api, board: Board) -> None:
    deal, talks = board.nora_deal, board.stages["open"]
    head.post(f"/deals/{deal.pk}/move", {"stage_id": board.stages["lost"].pk, "reason": "Gone."}, 200)
    body = {"stage_id": board.stages["lost"].pk, "seen_stage_id": talks.pk, "reason": "Mine."}
    said = nora.post(f"/deals/{deal.pk}/move", body, 409)
    assert said["code"] == "moved_meanwhile"
    assert "Hanna moved this deal" in said["message"]
    assert nora.get(f"/deals/{deal.pk}")["reason"] == "Gone."


def test_the_last_flat_goes_to_who_was_quicker(nora: Api, nick: Api, board: Board) -> None:
    body = {"deal_id": board.nora_deal.pk, "product_id": board.flat.pk}
    kept = nora.post("/reservations", body, 201)
    assert nora.post("/reservations", body, 200)["id"] == kept["id"]
    said = nick.post("/reservations", body | {"deal_id": board.nick_deal.pk}, 409)
    assert said["code"] == "product_taken"
    assert "Nora was quicker: Flat 1 is kept for another deal" in said["message"]
    assert [one["id"] for one in nora.get(f"/reservations?deal_id={board.nora_deal.pk}")["items"]] == [kept["id"]]
    assert nick.get("/reservations")["items"] == []
    nick.post(f"/reservations/{kept['id']}/release", {}, 404)
    assert nora.post(f"/reservations/{kept['id']}/release", {}, 200)["end"] == "released"
    assert nora.post(f"/reservations/{kept['id']}/release", {}, 409)["code"] == "reservation_ended"
    nick.post("/reservations", body | {"deal_id": board.nick_deal.pk}, 201)


def test_what_is_not_the_callers_cannot_be_named(nick: Api, board: Board) -> None:
    foreign = nick.post("/reservations", {"deal_id": board.nora_deal.pk, "product_id": board.flat.pk}, 422)
    missing = nick.post("/reservations", {"deal_id": 987_654, "product_id": board.flat.pk}, 422)
    assert foreign == missing
    assert not Reservation.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("file_database")
def test_two_sellers_at_once_get_one_reservation(board: Board) -> None:
    start, answers = threading.Barrier(2), {}

    def ask(api: Api, deal: Any) -> None:
        from django.db import connection

        start.wait()
        answers[deal.pk] = api("post", "/reservations", {"deal_id": deal.pk, "product_id": board.flat.pk}).status_code
        connection.close()

    pairs = [(Api(board.world.nora), board.nora_deal), (Api(board.world.nick), board.nick_deal)]
    threads = [threading.Thread(target=ask, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers.values()) == [201, 409]
    assert Reservation.objects.filter(ended_at=None).count() == 1


def test_a_discount_waits_for_somebody_else(world: World, nora: Api, head: Api, board: Board) -> None:
    deal = board.nora_deal.pk
    assert (
        nora.post("/discounts", {"deal_id": deal, "amount_minor": 1, "reason": "x"}, 422)["code"] == "discount_refused"
    )
    nora.post("/reservations", {"deal_id": deal, "product_id": board.flat.pk}, 201)
    asked = nora.post("/discounts", {"deal_id": deal, "amount_minor": 5_000_00, "reason": "Pays at once."}, 201)
    assert asked["state"] == "asked"
    assert nora.post(f"/discounts/{asked['id']}/decision", {"decision": "approved"}, 403)["code"] == "right_missing"
    victor = Api(world.victor)
    assert victor.post(f"/discounts/{asked['id']}/decision", {"decision": "refused"}, 422)["code"] == "discount_refused"
    assert victor.post(f"/discounts/{asked['id']}/decision", {"decision": "approved"}, 200)["state"] == "approved"
    late = head.post(f"/discounts/{asked['id']}/decision", {"decision": "refused", "answer": "No."}, 409)
    assert (late["code"], "Victor" in late["message"]) == ("discount_decided", True)
    assert nora.get(f"/deals/{deal}")["amount_minor"] == PRICE - 5_000_00
    assert [one["id"] for one in nora.get("/discounts?state=approved")["items"]] == [asked["id"]]


def test_a_contract_is_signed_in_one_piece_or_not_at_all(nora: Api, board: Board) -> None:
    deal = f"/deals/{board.nora_deal.pk}"
    lacking = nora.post(f"{deal}/contract", {"number": "", "signed_on": TODAY}, 422)
    assert lacking["code"] == "contract_incomplete"
    assert {"message": "Write the number of the contract."} in lacking["errors"]
    nora.post("/reservations", {"deal_id": board.nora_deal.pk, "product_id": board.flat.pk}, 201)
    parts = [{"due_on": "2026-04-01", "amount_minor": 20_000_00}, {"due_on": "2026-05-01", "amount_minor": 1}]
    answer = nora("put", f"{deal}/schedule", {"parts": parts})
    assert answer.status_code == 200
    schedule = nora.get(f"{deal}/schedule")
    assert [one["amount_minor"] for one in schedule["parts"]] == [20_000_00, PRICE - 20_000_00]
    assert (schedule["adds_up"], schedule["total_minor"], schedule["paid"]) == (True, PRICE, 0)
    won = nora.post(f"{deal}/contract", {"number": "7/26", "signed_on": TODAY}, 200)
    assert (won["stage"], won["contract_number"], bool(won["won_at"])) == ("Signed", "7/26", True)
    assert nora.get(f"/products/{board.flat.pk}")["status"] == "sold"
    assert nora.post(f"{deal}/contract", {"number": "8", "signed_on": TODAY}, 422)["code"] == "deal_closed"
    assert nora("put", f"{deal}/schedule", {"parts": []}).status_code == 422


def test_an_agencys_client_is_protected_and_the_next_agency_refused(nora: Api, world: World) -> None:
    body = {"agency": "Best Homes", "phone": "0722 000 077", "name": "Ion Pop"}
    made = nora.post("/registrations", body, 201)
    assert (made["verdict"], made["registration"]["state"]) == ("protected", "protected")
    other = nora.post("/registrations", body | {"agency": "Other Homes"}, 201)
    assert (other["verdict"], other["registration"]["state"]) == ("other_agency", "refused")
    assert "Best Homes" not in other["message"]
    assert len(nora.get("/registrations?state=refused")["items"]) == 1
    assert Api(world.sam).get("/registrations")["items"] == []
    assert nora.post("/registrations", {"phone": "12", "agency": "x"}, 422)["field"] == "phone"
    assert nora.post("/registrations", {"phone": "0722 000 078"}, 422)["field"] == "agency"
    assert Registration.objects.count() == 2


def test_short_lists_name_what_other_calls_ask_for(nora: Api, board: Board) -> None:
    assert [one["name"] for one in nora.get("/stages?pipeline=deal")["items"]] == [
        "Talks",
        "Reserved",
        "Signed",
        "Lost",
    ]
    assert "Hanna" in {one["name"] for one in nora.get("/colleagues")["items"]}
    assert nora.get("/objections")["items"] == []
