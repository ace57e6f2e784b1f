"""Discounts, payment schedules and the contract step: who may, what adds up, and all or nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.apps.board.conftest import PRICE, Board
from tests.world import NOW

from onegoal.apps.board.models import Discount, DiscountState, Reservation
from onegoal.apps.board.refusals import (
    ContractIncomplete,
    DealClosed,
    DiscountDecided,
    DiscountRefused,
    NotAllowed,
    ReasonNeeded,
    ScheduleWrong,
)
from onegoal.apps.board.services import (
    ask_discount,
    contracts,
    decide_discount,
    move_deal,
    reserve_product,
    set_schedule,
    sign_contract,
    withdraw_discount,
)
from onegoal.apps.products.models import ProductStatus
from onegoal.apps.sales.models import Payment, ScheduledPayment
from onegoal.core.payment_schedule import Part, equal_parts

TODAY = NOW.date()


@pytest.fixture
def kept(board: Board) -> Board:
    """Nora's deal keeps Flat 1."""
    reserve_product(deal=board.nora_deal, product=board.flat, author=board.world.nora, now=NOW)
    board.nora_deal.refresh_from_db()
    return board


def ask(board: Board, amount: int, **said: Any) -> Discount:
    told = {"deal": board.nora_deal, "amount_minor": amount, "reason": "pays at once", "author": board.world.nora}
    return ask_discount(**(told | {"now": NOW} | said))


def amount_of(board: Board) -> int | None:
    board.nora_deal.refresh_from_db()
    return board.nora_deal.amount_minor


def test_a_discount_within_the_limit_is_taken_off_at_once(kept: Board) -> None:
    assert ask(kept, 1_000_00).state == DiscountState.APPROVED
    assert amount_of(kept) == PRICE - 1_000_00


def test_the_free_limit_is_for_all_discounts_of_a_deal_together(kept: Board) -> None:
    ask(kept, 900_00)
    assert ask(kept, 100_01).state == DiscountState.ASKED
    assert amount_of(kept) == PRICE - 900_00


def test_a_larger_discount_waits_for_another_person_who_may(kept: Board) -> None:
    asked = ask(kept, 5_000_00)
    assert amount_of(kept) == PRICE
    with pytest.raises(NotAllowed):
        decide_discount(discount=asked, is_approved=True, author=kept.world.nick, now=NOW)
    decide_discount(discount=asked, is_approved=True, author=kept.world.victor, now=NOW, answer="fine")
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by, amount_of(kept)) == ("approved", kept.world.victor, PRICE - 5_000_00)


def test_nobody_approves_their_own_discount(kept: Board) -> None:
    asked = ask(kept, 5_000_00, author=kept.world.hanna)
    with pytest.raises(NotAllowed):
        decide_discount(discount=asked, is_approved=True, author=kept.world.hanna, now=NOW)
    assert amount_of(kept) == PRICE


def test_a_discount_is_decided_once(kept: Board) -> None:
    asked = ask(kept, 5_000_00)
    decide_discount(discount=asked, is_approved=False, author=kept.world.victor, now=NOW, answer="too much")
    with pytest.raises(DiscountDecided) as told:
        decide_discount(discount=asked, is_approved=True, author=kept.world.hanna, now=NOW)
    assert "Victor" in told.value.said
    assert amount_of(kept) == PRICE


def test_a_refusal_says_why(kept: Board) -> None:
    with pytest.raises(DiscountRefused):
        decide_discount(discount=ask(kept, 5_000_00), is_approved=False, author=kept.world.victor, now=NOW)


def test_a_question_is_taken_back(kept: Board) -> None:
    withdraw_discount(discount=ask(kept, 5_000_00), author=kept.world.nora, now=NOW)
    assert ask(kept, 4_000_00).state == DiscountState.ASKED


@pytest.mark.parametrize(("amount", "reason"), [(0, "why"), (-5, "why"), (PRICE, "why"), (100, " ")])
def test_a_senseless_discount_is_refused(kept: Board, amount: int, reason: str) -> None:
    with pytest.raises(DiscountRefused):
        ask(kept, amount, reason=reason)
    assert not Discount.objects.exists()


def test_one_discount_waits_at_a_time(kept: Board) -> None:
    ask(kept, 5_000_00)
    with pytest.raises(DiscountRefused):
        ask(kept, 6_000_00)


def test_a_discount_needs_a_price_and_an_open_deal(board: Board) -> None:
    with pytest.raises(DiscountRefused):
        ask(board, 100)
    with pytest.raises(DealClosed):
        ask(board, 100, deal=board.deal(lost_at=NOW))


def test_the_last_part_of_a_schedule_takes_the_rest(kept: Board) -> None:
    parts = [Part(TODAY, 50_000_00), Part(dt.date(2026, 6, 1), 50_000_00)]
    schedule, rest = set_schedule(deal=kept.nora_deal, parts=parts, now=NOW)
    assert (rest, schedule.is_sound) == (1, True)
    assert [row.amount_minor for row in schedule.rows] == [50_000_00, 50_000_01]


def test_a_new_schedule_keeps_what_is_paid(kept: Board) -> None:
    set_schedule(deal=kept.nora_deal, parts=equal_parts(PRICE, count=4, start=TODAY), now=NOW)
    first = ScheduledPayment.objects.order_by("due_on")[0]
    Payment.objects.create(deal=kept.nora_deal, received_on=TODAY, amount_minor=30_000_00, currency="EUR")
    rest = PRICE - first.amount_minor
    schedule, _ = set_schedule(
        deal=kept.nora_deal, parts=equal_parts(rest, count=2, start=dt.date(2026, 5, 1)), now=NOW
    )
    assert schedule.rows[0] == first
    assert (schedule.paid, len(schedule.rows), schedule.is_sound) == (1, 3, True)


def test_a_part_before_a_paid_one_is_refused(kept: Board) -> None:
    set_schedule(deal=kept.nora_deal, parts=equal_parts(PRICE, count=2, start=dt.date(2026, 5, 1)), now=NOW)
    Payment.objects.create(deal=kept.nora_deal, received_on=TODAY, amount_minor=60_000_00, currency="EUR")
    with pytest.raises(ScheduleWrong):
        set_schedule(deal=kept.nora_deal, parts=[Part(dt.date(2026, 4, 1), 1)], now=NOW)


@pytest.mark.parametrize("amounts", [[], [0], [-5], [PRICE, 100]])
def test_a_schedule_that_cannot_add_up_is_refused(kept: Board, amounts: list[int]) -> None:
    parts = [Part(TODAY + dt.timedelta(days=place), amount) for place, amount in enumerate(amounts)]
    with pytest.raises(ScheduleWrong):
        set_schedule(deal=kept.nora_deal, parts=parts, now=NOW)
    assert not ScheduledPayment.objects.exists()


def sign(board: Board, **said: Any) -> Any:
    return sign_contract(**({"deal": board.nora_deal, "number": "K-1", "signed_on": TODAY, "now": NOW} | said))


@pytest.fixture
def ready(kept: Board) -> Board:
    set_schedule(deal=kept.nora_deal, parts=equal_parts(PRICE, count=3, start=TODAY), now=NOW)
    return kept


def test_a_signed_deal_is_won_sold_and_dated_in_one_piece(ready: Board) -> None:
    sign(ready)
    deal = ready.nora_deal
    deal.refresh_from_db()
    ready.flat.refresh_from_db()
    assert (deal.won_at, deal.contract_number, deal.stage) == (NOW, "K-1", ready.stages["won"])
    assert ready.flat.status == ProductStatus.SOLD
    assert Reservation.objects.get().end == "sold"


def test_an_earlier_day_of_signing_is_kept(ready: Board) -> None:
    sign(ready, signed_on=dt.date(2026, 2, 20))
    ready.nora_deal.refresh_from_db()
    assert ready.nora_deal.won_at is not None
    assert ready.nora_deal.won_at.date() == dt.date(2026, 2, 20)


def test_everything_a_contract_lacks_is_told_at_once(board: Board) -> None:
    with pytest.raises(ContractIncomplete) as told:
        sign(board, number=" ", signed_on=TODAY + dt.timedelta(days=2))
    assert len(told.value.problems) == 4


def test_a_contract_waits_for_its_discount(ready: Board) -> None:
    ask(ready, 5_000_00)
    with pytest.raises(ContractIncomplete):
        sign(ready)


def test_a_contract_needs_a_schedule_that_adds_up(ready: Board) -> None:
    ask(ready, 1_00)
    with pytest.raises(ContractIncomplete):
        sign(ready)


def test_a_contract_needs_a_reservation_that_holds(ready: Board) -> None:
    with pytest.raises(ContractIncomplete):
        sign(ready, now=NOW + dt.timedelta(days=5))


def test_a_contract_step_that_fails_half_way_writes_nothing(ready: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(contracts, "set_product_status", fail)
    with pytest.raises(OSError, match="full"):
        sign(ready)
    ready.nora_deal.refresh_from_db()
    ready.flat.refresh_from_db()
    assert (ready.nora_deal.won_at, ready.nora_deal.contract_number) == (None, "")
    assert ready.nora_deal.stage == ready.stages["open"]
    assert Reservation.objects.get().ended_at is None
    assert ready.flat.status == ProductStatus.RESERVED


def test_a_deal_is_signed_once(ready: Board) -> None:
    sign(ready)
    with pytest.raises(DealClosed):
        sign(ready, number="K-2")


def test_a_cancelled_contract_needs_a_supervisor_and_a_reason_and_frees_the_flat(ready: Board) -> None:
    sign(ready)
    told: dict[str, Any] = {"deal": ready.nora_deal, "stage": ready.stages["open"], "now": NOW}
    with pytest.raises(NotAllowed):
        move_deal(**told, author=ready.world.nora, reason="mistake")
    with pytest.raises(ReasonNeeded):
        move_deal(**told, author=ready.world.victor)
    move_deal(**told, author=ready.world.victor, reason="the bank refused")
    ready.nora_deal.refresh_from_db()
    ready.flat.refresh_from_db()
    assert (ready.nora_deal.won_at, ready.nora_deal.reason) == (None, "the bank refused")
    assert ready.flat.status == ProductStatus.AVAILABLE
