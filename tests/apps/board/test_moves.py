"""Deals move between stages; what a move lacks is asked for, and a lost race tells who was quicker."""

from __future__ import annotations

import pytest
from tests.apps.board.conftest import Board
from tests.world import NOW

from onegoal.apps.audit.services import Author, acting
from onegoal.apps.board.models import Reservation
from onegoal.apps.board.refusals import (
    ContractNeeded,
    FieldsMissing,
    MovedMeanwhile,
    ProductNeeded,
    ProductTaken,
    ReasonNeeded,
)
from onegoal.apps.board.services import Move, choose_product, move_deal, reserve_product, undo_move
from onegoal.apps.company.models import Stage
from onegoal.apps.products.models import ProductStatus
from onegoal.apps.sales.models import Deal, RequiredField, StageChange


def move(board: Board, kind: str, deal: Deal | None = None, **said: object) -> Move:
    told = {"deal": deal or board.nora_deal, "stage": board.stages[kind], "now": NOW, "author": board.world.nora}
    return move_deal(**(told | said))  # type: ignore[arg-type]


@pytest.fixture
def second(board: Board) -> Stage:
    return Stage.objects.create(pipeline="deal", name="Viewing", kind="open", position=9)


def test_a_move_is_dated(board: Board, second: Stage) -> None:
    move(board, "open", stage=second)
    board.nora_deal.refresh_from_db()
    assert board.nora_deal.stage == second
    assert StageChange.objects.get(deal=board.nora_deal, stage=second).entered_at == NOW


def test_a_move_to_where_it_stands_changes_nothing(board: Board) -> None:
    assert not move(board, "open").has_moved
    assert not StageChange.objects.exists()


def test_the_second_of_two_who_move_a_deal_is_told_who_and_where(board: Board, second: Stage) -> None:
    seen = board.nora_deal.stage_id
    with acting(Author(user_id=board.world.victor.pk, via="web")):
        move(board, "open", stage=second, seen=seen)
    with pytest.raises(MovedMeanwhile) as told:
        move(board, "lost", seen=seen, reason="too dear")
    assert (told.value.stage, told.value.by, told.value.at) == (second, "Victor", NOW)
    assert "Victor" in told.value.said
    assert "Viewing" in told.value.said
    board.nora_deal.refresh_from_db()
    assert board.nora_deal.lost_at is None


def test_a_lost_deal_needs_a_reason_and_lets_its_flat_go(board: Board) -> None:
    reserve_product(deal=board.nora_deal, product=board.flat, author=board.world.nora, now=NOW)
    with pytest.raises(ReasonNeeded):
        move(board, "lost", reason="  ")
    move(board, "lost", reason="bought elsewhere")
    board.nora_deal.refresh_from_db()
    board.flat.refresh_from_db()
    assert (board.nora_deal.lost_at, board.nora_deal.reason) == (NOW, "bought elsewhere")
    assert board.flat.status == ProductStatus.AVAILABLE


def test_an_undone_loss_brings_the_reservation_back(board: Board) -> None:
    held = reserve_product(deal=board.nora_deal, product=board.flat, author=board.world.nora, now=NOW)
    made = move(board, "lost", reason="bought elsewhere")
    undo_move(move=made, author=board.world.nora, now=NOW)
    board.nora_deal.refresh_from_db()
    held.refresh_from_db()
    assert (board.nora_deal.stage, board.nora_deal.lost_at, board.nora_deal.reason) == (board.stages["open"], None, "")
    assert held.ended_at is None


def test_an_undone_loss_leaves_a_flat_with_whoever_took_it(board: Board) -> None:
    reserve_product(deal=board.nora_deal, product=board.flat, author=board.world.nora, now=NOW)
    made = move(board, "lost", reason="bought elsewhere")
    taken = reserve_product(deal=board.nick_deal, product=board.flat, author=board.world.nick, now=NOW)
    undo_move(move=made, author=board.world.nora, now=NOW)
    assert Reservation.objects.get(ended_at=None) == taken


def test_an_undo_after_another_move_is_refused(board: Board, second: Stage) -> None:
    made = move(board, "lost", reason="too dear")
    move(board, "open", stage=second)
    with pytest.raises(MovedMeanwhile):
        undo_move(move=made, author=board.world.nora, now=NOW)


def test_an_undone_return_is_lost_at_its_first_moment_again(board: Board) -> None:
    deal = board.deal(stage=board.stages["lost"], lost_at=NOW, reason="too dear")
    made = move(board, "open", deal)
    deal.refresh_from_db()
    assert (deal.lost_at, deal.reason) == (None, "")
    undo_move(move=made, author=board.world.nora, now=NOW.replace(hour=20))
    deal.refresh_from_db()
    assert (deal.lost_at, deal.reason) == (NOW, "too dear")


def test_a_stage_of_reservation_keeps_the_deals_flat(board: Board) -> None:
    with pytest.raises(ProductNeeded):
        move(board, "reserved")
    choose_product(deal=board.nora_deal, product=board.flat, now=NOW)
    made = move(board, "reserved")
    assert Reservation.objects.get(ended_at=None).deal == board.nora_deal
    undo_move(move=made, author=board.world.nora, now=NOW)
    board.flat.refresh_from_db()
    assert board.flat.status == ProductStatus.AVAILABLE


def test_a_stage_of_reservation_refuses_a_flat_that_is_taken_and_writes_nothing(board: Board) -> None:
    choose_product(deal=board.nora_deal, product=board.flat, now=NOW)
    reserve_product(deal=board.nick_deal, product=board.flat, author=board.world.nick, now=NOW)
    with pytest.raises(ProductTaken):
        move(board, "reserved")
    board.nora_deal.refresh_from_db()
    assert board.nora_deal.stage == board.stages["open"]


def test_a_deal_is_not_signed_by_a_move(board: Board) -> None:
    with pytest.raises(ContractNeeded):
        move(board, "won")


def test_a_stage_asks_for_its_fields_and_takes_them_on_the_way(board: Board, second: Stage) -> None:
    RequiredField.objects.create(entity="deal", stage=second, field="region")
    RequiredField.objects.create(entity="deal", field="phone")
    with pytest.raises(FieldsMissing) as told:
        move(board, "open", stage=second)
    assert set(told.value.fields) == {"region", "phone"}
    made = move(board, "open", stage=second, values={"region": "Ilfov", "phone": "+40722000001"})
    board.nora_deal.refresh_from_db()
    assert made.has_moved
    assert board.nora_deal.region == "Ilfov"
    assert board.nora_deal.person.identifiers.get().value == "+40722000001"


def test_fields_are_not_written_when_the_move_is_refused(board: Board, second: Stage) -> None:
    RequiredField.objects.create(entity="deal", stage=second, field="region")
    RequiredField.objects.create(entity="deal", stage=second, field="segment")
    with pytest.raises(FieldsMissing):
        move(board, "open", stage=second, values={"region": "Ilfov"})
    board.nora_deal.refresh_from_db()
    assert board.nora_deal.region == ""
