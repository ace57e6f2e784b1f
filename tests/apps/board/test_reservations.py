"""A product is kept for one deal at a time, ends by itself, and goes with its price onto the deal."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connections
from tests.apps.board.conftest import PRICE, Board
from tests.world import NOW

from onegoal.apps.audit.models import AuditEntry
from onegoal.apps.board.models import BoardSettings, Discount, Reservation
from onegoal.apps.board.refusals import DealClosed, NotAllowed, ProductTaken, ReservationEnded, ReservationTooLong
from onegoal.apps.board.services import (
    ask_discount,
    choose_product,
    expire_reservations,
    extend_reservation,
    release_reservation,
    reserve_product,
    restore_reservation,
)
from onegoal.apps.products.models import ProductStatus
from onegoal.apps.sales.models import Task

DAY = dt.timedelta(days=1)


def reserve(board: Board, **said: object) -> Reservation:
    told = {"deal": board.nora_deal, "product": board.flat, "author": board.world.nora, "now": NOW}
    return reserve_product(**(told | said))  # type: ignore[arg-type]


def test_a_reservation_takes_the_price_over_and_marks_the_product(board: Board) -> None:
    held = reserve(board)
    board.nora_deal.refresh_from_db()
    board.flat.refresh_from_db()
    assert held.until == NOW + 5 * DAY
    assert (board.nora_deal.list_price_minor, board.nora_deal.amount_minor, board.nora_deal.currency) == (
        PRICE,
        PRICE,
        "EUR",
    )
    assert board.flat.status == ProductStatus.RESERVED
    assert {"reservation", "product", "deal"} <= set(AuditEntry.objects.values_list("entity", flat=True))


def test_the_second_seller_is_told_who_was_quicker_and_until_when(board: Board) -> None:
    held = reserve(board)
    with pytest.raises(ProductTaken) as told:
        reserve(board, deal=board.nick_deal, author=board.world.nick)
    assert told.value.reservation == held
    assert "Nora" in told.value.said
    board.nick_deal.refresh_from_db()
    assert board.nick_deal.product is None


def test_a_stale_product_does_not_win_a_race(board: Board) -> None:
    stale = type(board.flat).objects.get(pk=board.flat.pk)
    reserve(board)
    assert stale.status == ProductStatus.AVAILABLE
    with pytest.raises(ProductTaken):
        reserve(board, deal=board.nick_deal, product=stale, author=board.world.nick)
    assert Reservation.objects.filter(ended_at=None).count() == 1


def test_reserving_again_what_the_deal_keeps_changes_nothing(board: Board) -> None:
    assert reserve(board) == reserve(board, now=NOW + DAY)
    assert Reservation.objects.count() == 1


def test_another_flat_lets_the_first_one_go(board: Board) -> None:
    reserve(board)
    reserve(board, product=board.other_flat)
    board.flat.refresh_from_db()
    assert board.flat.status == ProductStatus.AVAILABLE
    assert Reservation.objects.get(ended_at=None).product == board.other_flat


def test_another_flat_takes_the_discounts_of_the_first_away(board: Board) -> None:
    reserve(board)
    ask_discount(deal=board.nora_deal, amount_minor=100_00, reason="cash", author=board.world.nora, now=NOW)
    reserve(board, product=board.other_flat)
    board.nora_deal.refresh_from_db()
    assert Discount.objects.get().state == "withdrawn"
    assert board.nora_deal.amount_minor == PRICE


def test_choosing_names_a_product_without_keeping_it(board: Board) -> None:
    choose_product(deal=board.nora_deal, product=board.flat, now=NOW)
    board.flat.refresh_from_db()
    board.nora_deal.refresh_from_db()
    assert (board.nora_deal.product, board.flat.status) == (board.flat, ProductStatus.AVAILABLE)


@pytest.mark.parametrize("status", [ProductStatus.SOLD, ProductStatus.WITHDRAWN])
def test_what_is_not_for_sale_cannot_be_reserved(board: Board, status: str) -> None:
    type(board.flat).objects.filter(pk=board.flat.pk).update(status=status)
    with pytest.raises(ProductTaken) as told:
        reserve(board)
    assert told.value.reservation is None
    assert str(ProductStatus(status).label) in told.value.said


def test_a_closed_deal_reserves_nothing(board: Board) -> None:
    with pytest.raises(DealClosed):
        reserve(board, deal=board.deal(lost_at=NOW))


def test_a_reservation_that_is_over_ends_frees_the_product_and_tells_the_seller(board: Board) -> None:
    reserve(board)
    assert expire_reservations(now=NOW + 5 * DAY - dt.timedelta(seconds=1)) == 0
    assert expire_reservations(now=NOW + 5 * DAY) == 1
    assert expire_reservations(now=NOW + 5 * DAY) == 0
    board.flat.refresh_from_db()
    task = Task.objects.get()
    assert board.flat.status == ProductStatus.AVAILABLE
    assert Reservation.objects.get().end == "expired"
    assert (task.assignee, task.deal) == (board.world.nora, board.nora_deal)
    assert "Flat 1" in task.title


def test_a_product_is_free_at_the_moment_its_reservation_is_over(board: Board) -> None:
    reserve(board)
    late = NOW + 5 * DAY
    taken = reserve(board, deal=board.nick_deal, author=board.world.nick, now=late)
    board.flat.refresh_from_db()
    assert taken.deal == board.nick_deal
    assert board.flat.status == ProductStatus.RESERVED
    assert Reservation.objects.filter(end="expired").count() == 1


def test_only_a_supervisor_keeps_a_product_longer(board: Board) -> None:
    held = reserve(board, until=NOW + DAY)
    extend_reservation(reservation=held, until=NOW + 5 * DAY, author=board.world.nora, now=NOW)
    with pytest.raises(ReservationTooLong) as told:
        extend_reservation(reservation=held, until=NOW + 6 * DAY, author=board.world.nora, now=NOW)
    assert told.value.limit == NOW + 5 * DAY
    longer = extend_reservation(reservation=held, until=NOW + 30 * DAY, author=board.world.victor, now=NOW)
    assert longer.until == NOW + 30 * DAY
    with pytest.raises(ReservationTooLong):
        reserve(board, deal=board.nick_deal, product=board.other_flat, until=NOW + 6 * DAY, author=board.world.nick)


def test_a_reservation_does_not_end_in_the_past(board: Board) -> None:
    held = reserve(board)
    with pytest.raises(NotAllowed):
        extend_reservation(reservation=held, until=NOW, author=board.world.victor, now=NOW)


def test_what_ended_cannot_be_kept_longer_or_released(board: Board) -> None:
    held = reserve(board)
    with pytest.raises(ReservationEnded):
        extend_reservation(reservation=held, until=NOW + 9 * DAY, author=board.world.victor, now=NOW + 6 * DAY)
    release_reservation(reservation=held, now=NOW)
    with pytest.raises(ReservationEnded):
        release_reservation(reservation=held, now=NOW)


def test_a_release_is_undone_unless_somebody_was_quicker(board: Board) -> None:
    held = reserve(board)
    release_reservation(reservation=held, now=NOW)
    restore_reservation(reservation=held, now=NOW)
    board.flat.refresh_from_db()
    assert board.flat.status == ProductStatus.RESERVED
    release_reservation(reservation=held, now=NOW)
    reserve(board, deal=board.nick_deal, author=board.world.nick)
    with pytest.raises(ProductTaken):
        restore_reservation(reservation=held, now=NOW)


def test_the_days_come_from_the_settings(board: Board) -> None:
    BoardSettings.objects.create(pk=1, reservation_days=2)
    assert reserve(board).until == NOW + 2 * DAY


@pytest.mark.django_db(transaction=True)
def test_of_two_sellers_at_once_one_gets_the_last_flat(board: Board, file_database: None) -> None:
    outcomes: list[object] = []
    start = threading.Barrier(2)

    def run(deal: object, author: object) -> None:
        start.wait()
        try:
            outcomes.append(reserve(board, deal=deal, author=author))
        except ProductTaken as taken:
            outcomes.append(taken)
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=run, args=pair)
        for pair in ((board.nora_deal, board.world.nora), (board.nick_deal, board.world.nick))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won = [one for one in outcomes if isinstance(one, Reservation)]
    lost = [one for one in outcomes if isinstance(one, ProductTaken)]
    assert (len(won), len(lost)) == (1, 1)
    assert lost[0].reservation == won[0]
