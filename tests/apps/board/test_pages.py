"""The board's pages: what a script, HTMX and a plain form are answered, and what each reader sees."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.apps.board.conftest import Board
from tests.world import NOW

from onegoal.apps.board.models import BoardSettings, Discount, Registration, Reservation
from onegoal.apps.board.notices import discounts_decided, discounts_waiting, reservations_ending
from onegoal.apps.board.queries.board import BoardFilter, board_columns, filtered_deals
from onegoal.apps.board.services import ask_discount, reserve_product
from onegoal.apps.company.models import Stage
from onegoal.apps.sales.models import Deal, RequiredField

JSON = {"Accept": "application/json"}


@pytest.fixture
def nora(board: Board) -> Client:
    client = Client()
    client.force_login(board.world.nora)
    return client


@pytest.fixture
def second(board: Board) -> Stage:
    return Stage.objects.create(pipeline="deal", name="Viewing", kind="open", position=9)


def move(client: Client, board: Board, stage: Stage, **said: Any) -> Any:
    data = {"stage": stage.pk, "seen": board.nora_deal.stage_id} | said
    return client.post(reverse("board:move", args=[board.nora_deal.pk]), data, headers=JSON)


def test_a_move_answers_with_both_heads_and_the_card_and_can_be_undone(
    board: Board, nora: Client, second: Stage
) -> None:
    answer = move(nora, board, second)
    told = answer.json()
    assert set(told["heads"]) == {str(board.stages["open"].pk), str(second.pk)}
    assert (answer.status_code, told["stage"]) == (200, second.pk)
    assert "Ion Pop" in told["card"]
    nora.post(told["said"][0]["undo"])
    board.nora_deal.refresh_from_db()
    assert board.nora_deal.stage == board.stages["open"]


def test_a_forged_undo_is_not_found(nora: Client) -> None:
    assert nora.post(reverse("board:undo_move", args=["never-signed"])).status_code == 404


def test_a_lost_race_answers_409_with_where_the_deal_stands(board: Board, nora: Client, second: Stage) -> None:
    move(nora, board, second)
    answer = move(nora, board, board.stages["lost"], reason="too dear")
    assert (answer.status_code, answer.json()["stage"]) == (409, second.pk)
    assert "Viewing" in answer.json()["said"][0]["text"]


def test_a_move_that_lacks_a_field_asks_for_it_and_goes_on(board: Board, nora: Client, second: Stage) -> None:
    RequiredField.objects.create(entity="deal", stage=second, field="region")
    asked = move(nora, board, second)
    assert asked.status_code == 422
    assert 'name="region"' in asked.json()["ask"]
    empty = move(nora, board, second, filled="region", region="")
    assert empty.status_code == 422
    assert move(nora, board, second, filled="region", region="Ilfov").status_code == 200
    board.nora_deal.refresh_from_db()
    assert (board.nora_deal.stage, board.nora_deal.region) == (second, "Ilfov")


def test_a_loss_asks_why_and_a_signature_leads_to_the_contract(board: Board, nora: Client) -> None:
    assert 'name="reason"' in move(nora, board, board.stages["lost"]).json()["ask"]
    go = move(nora, board, board.stages["won"]).json()["go"]
    assert go.startswith(reverse("board:deal", args=[board.nora_deal.pk]))


def test_without_a_script_the_missing_field_has_a_page(board: Board, nora: Client) -> None:
    answer = nora.post(reverse("board:move", args=[board.nora_deal.pk]), {"stage": board.stages["lost"].pk})
    assert answer.status_code == 422
    assert b'name="reason"' in answer.content


def test_a_seller_sees_and_moves_only_their_own(board: Board, nora: Client, second: Stage) -> None:
    page = nora.get(reverse("board:board")).content.decode()
    assert "Ion Pop" in page
    assert "Dan Rusu" not in page
    assert nora.post(reverse("board:move", args=[board.nick_deal.pk]), {"stage": second.pk}).status_code == 404


def test_columns_are_counted_over_all_and_summed_by_currency(board: Board) -> None:
    for minor, currency in ((100, "EUR"), (250, "EUR"), (7, "USD")):
        board.deal(amount_minor=minor, currency=currency)
    columns = board_columns(filtered_deals(board.world.hanna, BoardFilter(), NOW), NOW)
    talks = next(one for one in columns if one.head.stage == board.stages["open"])
    assert talks.head.count == 5
    assert [(one.minor, one.currency) for one in talks.head.amounts] == [(350, "EUR"), (7, "USD")]


def test_a_column_loads_fifty_and_then_the_rest(board: Board, nora: Client) -> None:
    first = board.nora_deal
    Deal.objects.bulk_create(
        Deal(person=first.person, seller=first.seller, stage=first.stage, opened_at=NOW, title=f"D{n}")
        for n in range(60)
    )
    page = nora.get(reverse("board:board")).content.decode()
    rest = nora.get(reverse("board:more", args=[first.stage_id]), {"from": 50}).content.decode()
    assert page.count("data-deal=") == 50
    assert rest.count("data-deal=") == 11


def test_the_filters_narrow_and_the_search_is_blind_to_case(board: Board, nora: Client) -> None:
    found = nora.get(reverse("board:board"), {"q": "ION"}, headers={"HX-Request": "true", "HX-Target": "board"})
    none = nora.get(reverse("board:board"), {"project": board.world.old_mill.pk})
    assert b"Ion Pop" in found.content
    assert b"<html" not in found.content
    assert b"Ion Pop" not in none.content


def test_the_list_is_exported_as_seen(board: Board, nora: Client) -> None:
    answer = nora.get(reverse("board:list"), {"export": "csv", "q": "ion"})
    text = b"".join(answer.streaming_content).decode()  # type: ignore[arg-type]
    assert "Ion Pop" in text
    assert len(text.strip().splitlines()) == 2


def test_a_taken_flat_answers_409_with_fresh_panels(board: Board, nora: Client) -> None:
    reserve_product(deal=board.nick_deal, product=board.flat, author=board.world.nick, now=NOW.replace(year=2099))
    answer = nora.post(
        reverse("board:product", args=[board.nora_deal.pk]), {"product": board.flat.pk, "reserve": 1},
        headers={"HX-Request": "true"},
    )  # fmt: skip
    assert answer.status_code == 409
    assert "Nick" in answer["HX-Trigger"]
    assert b'id="panel-deal-contract"' in answer.content


def test_a_deal_goes_from_its_flat_to_its_contract_on_its_card(board: Board, nora: Client) -> None:
    def send(name: str, **data: Any) -> Any:
        url = reverse(f"board:{name}", args=[board.nora_deal.pk])
        return nora.post(url, data, headers={"HX-Request": "true"})

    assert send("product", product=board.flat.pk, reserve=1).status_code == 200
    assert send("discount", amount="1 %", reason="cash").status_code == 200
    saved = send("schedule", due_on=["2099-01-01", "2099-02-01"], amount=["50,000.00", "1"])
    assert saved.status_code == 200
    board.nora_deal.refresh_from_db()
    assert board.nora_deal.amount_minor == 99_000_01
    assert [row.amount_minor for row in board.nora_deal.schedule.order_by("due_on")] == [50_000_00, 49_000_01]
    assert send("contract", number="", signed_on="2026-03-01").status_code == 422
    today = "2026-03-01"
    assert send("contract", number="K-7", signed_on=today).status_code == 200
    board.nora_deal.refresh_from_db()
    assert board.nora_deal.won_at is not None
    page = nora.get(reverse("board:deal", args=[board.nora_deal.pk])).content.decode()
    assert "K-7" in page


def test_a_pattern_fills_the_editor_without_saving(board: Board, nora: Client) -> None:
    Deal.objects.filter(pk=board.nora_deal.pk).update(amount_minor=100_000_01, currency="EUR")
    url = reverse("board:schedule_rows", args=[board.nora_deal.pk])
    rows = nora.get(url, {"deposit": "30", "count": "5", "months": "3", "start": "2026-01-31"}).content.decode()
    assert rows.count("data-row") == 6
    assert "14000.01" in rows
    assert nora.get(url, {"count": "0"}).status_code == 422
    assert not board.nora_deal.schedule.exists()


def test_a_release_can_be_undone_on_the_card(board: Board, nora: Client) -> None:
    board_url = reverse("board:product", args=[board.nora_deal.pk])
    nora.post(board_url, {"product": board.flat.pk, "reserve": 1})
    nora.post(reverse("board:release", args=[board.nora_deal.pk]))
    held = Reservation.objects.get()
    assert held.end == "released"
    nora.post(reverse("board:restore", args=[board.nora_deal.pk, held.pk]))
    held.refresh_from_db()
    assert held.ended_at is None


def test_a_lead_opens_one_deal(board: Board, nora: Client) -> None:
    from tests.world import lead_row, person_ref

    from onegoal.apps.sales.models import Lead
    from onegoal.apps.sales.services import take_in_leads

    row = lead_row("L1", person=person_ref("Eva Moon", phone="+40722000009"), seller="Nora", project="River Park")
    take_in_leads(rows=[row], now=NOW)
    lead = Lead.objects.get()
    first = nora.post(reverse("board:open", args=[lead.pk]))
    again = nora.post(reverse("board:open", args=[lead.pk]))
    assert first["Location"] == again["Location"]
    deal = Deal.objects.get(lead=lead)
    assert (deal.seller, deal.project, deal.stage) == (board.world.nora, board.world.river_park, board.stages["open"])


def test_approvers_and_askers_are_told(board: Board) -> None:
    world = board.world
    reserve_product(deal=board.nora_deal, product=board.flat, author=world.nora, now=NOW)
    asked = ask_discount(deal=board.nora_deal, amount_minor=9_000_00, reason="cash", author=world.nora, now=NOW)
    assert discounts_waiting(world.nora) is None
    told = discounts_waiting(world.victor)
    assert told is not None
    assert (told.count, told.is_late) == (1, True)
    client = Client()
    client.force_login(world.victor)
    client.post(reverse("board:discount_decide", args=[asked.pk]), {"approve": 1, "list": 1})
    assert Discount.objects.get().state == "approved"
    assert discounts_waiting(world.victor) is None
    assert discounts_decided(world.nora) is not None
    assert reservations_ending(world.nora) is not None


def test_an_agencys_client_is_registered_on_the_page(board: Board, nora: Client) -> None:
    data = {"agency_name": "Alpha Homes", "phone": "0722 000 001", "name": "Ana"}
    assert nora.post(reverse("board:register"), data).status_code == 302
    assert Registration.objects.get().person.identifiers.get().value == "+40722000001"
    assert nora.post(reverse("board:register"), data | {"phone": "12"}).status_code == 422
    assert b"Alpha Homes" in nora.get(reverse("board:agencies")).content


def test_settings_and_required_fields_are_saved(board: Board) -> None:
    client = Client()
    client.force_login(board.world.ada)
    sent = {"reservation_days": 3, "free_discount": "1.5", "protection_days": 60, "repeat_prolongs": "on"}
    client.post(reverse("board:settings"), sent)
    stored = BoardSettings.objects.get()
    assert (stored.reservation_days, stored.free_discount_bp, stored.repeat_prolongs) == (3, 150, True)
    url, won = reverse("board:required", args=["deals"]), board.stages["won"].pk
    client.post(url, {"required": ["0:phone", f"{won}:region", f"{won}:nonsense"]})
    assert set(RequiredField.objects.values_list("stage_id", "field")) == {(None, "phone"), (won, "region")}
    client.post(url, {"required": [f"{won}:region"]})
    assert RequiredField.objects.get().field == "region"


def test_the_stock_shows_who_keeps_what(board: Board, nora: Client) -> None:
    reserve_product(deal=board.nora_deal, product=board.flat, author=board.world.nora, now=NOW)
    page = nora.get(reverse("board:stock")).content.decode()
    assert reverse("board:deal", args=[board.nora_deal.pk]) in page
    floors = nora.get(reverse("board:floors")).content.decode()
    assert floors.count('class="flat is-reserved" title') == 1
