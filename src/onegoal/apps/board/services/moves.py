"""Deals moved between stages, and moves taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from onegoal.apps.accounts.models import User
from onegoal.apps.board.models import Reservation
from onegoal.apps.board.queries.deals import active_reservation, last_move
from onegoal.apps.board.refusals import (
    ContractNeeded,
    FieldsMissing,
    MovedMeanwhile,
    ProductNeeded,
    ProductTaken,
    ReasonNeeded,
    ReservationEnded,
)
from onegoal.apps.board.services.contracts import cancel_contract
from onegoal.apps.board.services.fields import fill_fields
from onegoal.apps.board.services.reservations import (
    locked_deal,
    release_reservation,
    reserve_product,
    restore_reservation,
)
from onegoal.apps.company.models import Pipeline, Stage, StageKind
from onegoal.apps.products.models import Product
from onegoal.apps.sales.completeness import fields_of, missing_fields
from onegoal.apps.sales.models import Deal, Entity
from onegoal.apps.sales.services import save_deal


@dataclass(frozen=True)
class Move:
    """A move that was made: enough to take it back. Ids are of stages and reservations."""

    deal: Deal
    from_id: int | None
    to_id: int
    made: int | None = None
    released: int | None = None
    lost_at: dt.datetime | None = None
    reason: str = ""

    @property
    def has_moved(self) -> bool:
        """Tell whether the deal stands elsewhere than before."""
        return self.from_id != self.to_id


@transaction.atomic
def move_deal(
    *, deal: Deal, stage: Stage, now: dt.datetime, author: User, seen: int | None = None, reason: str = "",
    values: Mapping[str, Any] | None = None,
) -> Move:  # fmt: skip
    """Move a deal to a stage; `seen` is the id of the stage the author saw it in (0 for none, None to move it anyway).

    `values` are fields to fill in on the way, as `fill_fields` takes them.

    A stage of reservation keeps the deal's product; a lost deal lets it go and needs a reason; a signed deal goes back
    only by cancelling its contract, which needs a reason too.
    Raises: MovedMeanwhile(stage, by, at), FieldsMissing(fields), ReasonNeeded, ContractNeeded, ProductNeeded,
    ProductTaken(reservation), NotAllowed.
    """
    stored = locked_deal(deal)
    check_seen(stored, seen)
    if values:
        stored = fill_fields(deal=stored, values=values, now=now)
    before = Move(stored, stored.stage_id, stage.pk, lost_at=stored.lost_at, reason=stored.reason)
    if not before.has_moved:
        return before
    if stage.pipeline != Pipeline.DEAL:
        raise ValueError("not a stage of deals")
    if stage.kind == StageKind.WON:
        raise ContractNeeded
    if stage.kind == StageKind.LOST and not reason.strip():
        raise ReasonNeeded
    if stored.won_at:
        cancel_contract(deal=stored, stage=stage, reason=reason, author=author, now=now)
        return before
    if stage.kind != StageKind.LOST:
        check_fields(stored, stage)
    made, released = _settle_product(stored, stage, author, now)
    stored = locked_deal(stored)
    stored.stage, stored.reason = stage, reason.strip()[:300] if stage.kind == StageKind.LOST else ""
    save_deal(deal=stored, now=now)
    return Move(stored, before.from_id, stage.pk, made, released, before.lost_at, before.reason)


@transaction.atomic
def undo_move(*, move: Move, author: User, now: dt.datetime) -> Deal:
    """Put a deal back where it stood before a move, with the reservation the move made or ended.

    A product that somebody else took meanwhile stays theirs. Raises: MovedMeanwhile when it was moved again.
    """
    stored = locked_deal(move.deal)
    check_seen(stored, move.to_id)
    if stored.won_at:
        raise ContractNeeded
    if move.made and (made := Reservation.objects.filter(pk=move.made, ended_at=None).first()):
        release_reservation(reservation=made, now=now)
    stored.stage = Stage.objects.filter(pk=move.from_id or 0).first()
    stored.lost_at, stored.reason = move.lost_at, move.reason
    stored = save_deal(deal=stored, now=now)
    if move.released and (released := Reservation.objects.filter(pk=move.released).first()):
        _restore(released, now)
    return stored


def check_seen(deal: Deal, seen: int | None) -> None:
    """Check that a deal still stands where its reader saw it (0: in no stage). Raises: MovedMeanwhile."""
    if seen is None or (deal.stage_id or 0) == seen:
        return
    by, at = last_move(deal) or ("", None)
    raise MovedMeanwhile(deal.stage, by, at)


def check_fields(deal: Deal, stage: Stage) -> None:
    """Check that a deal holds what a stage asks for. Raises: FieldsMissing."""
    lacking = missing_fields(deal, stage)
    if lacking:
        labels = fields_of(Entity.DEAL)
        raise FieldsMissing(lacking, [str(labels.get(name, name)) for name in lacking])


def _settle_product(deal: Deal, stage: Stage, author: User, now: dt.datetime) -> tuple[int | None, int | None]:
    """Keep or free the deal's product as the stage wants; the ids of the reservations made and released."""
    held = active_reservation(deal)
    if stage.kind == StageKind.LOST and held:
        if held.until > now:
            release_reservation(reservation=held, now=now)
        return None, held.pk
    if stage.kind == StageKind.RESERVED and (held is None or held.until <= now):
        if deal.product is None:
            if Product.objects.exists():
                raise ProductNeeded
            return None, None
        return reserve_product(deal=deal, product=deal.product, author=author, now=now).pk, None
    return None, None


def _restore(reservation: Reservation, now: dt.datetime) -> None:
    try:
        with transaction.atomic():
            restore_reservation(reservation=reservation, now=now)
    except (ProductTaken, ReservationEnded):
        return
