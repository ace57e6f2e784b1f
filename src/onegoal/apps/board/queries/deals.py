"""What is known of one deal: its reservation, discounts, schedule, money received, and who moved it last."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Sum

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.reach import reach_of
from onegoal.apps.audit.models import AuditEntry
from onegoal.apps.board.models import Discount, DiscountState, Reservation
from onegoal.apps.company.models import Pipeline, Stage, StageKind
from onegoal.apps.products.models import Product
from onegoal.apps.sales.models import Deal, Payment, ScheduledPayment, StageChange
from onegoal.core.payment_schedule import Part, is_sound, paid_parts

CLOSED_KINDS = (StageKind.WON, StageKind.LOST)
_RECENT = 30


def deal_stages() -> list[Stage]:
    """Return the stages of deals, in order."""
    return list(Stage.objects.filter(pipeline=Pipeline.DEAL).order_by("position", "pk"))


def active_reservation(deal: Deal) -> Reservation | None:
    """Return the reservation that is not ended, with its product and author."""
    held = Reservation.objects.filter(deal=deal, ended_at=None)
    return held.select_related("product", "author", "deal__seller").first()


def holder_of(product: Product) -> Reservation | None:
    """Return the reservation that keeps a product, whosever it is."""
    held = Reservation.objects.filter(product=product, ended_at=None)
    return held.select_related("author", "deal__seller").first()


def entered_stage_at(deal: Deal) -> dt.datetime:
    """Return since when the deal stands in its stage; where that is unknown, when it was opened."""
    at = StageChange.objects.filter(deal=deal, stage=deal.stage).order_by("-entered_at").values_list("entered_at")
    found = at.first()
    return found[0] if found else deal.opened_at


def last_move(deal: Deal) -> tuple[str, dt.datetime] | None:
    """Return who moved the deal last and when, from the trail."""
    entries = AuditEntry.objects.filter(entity="deal", entity_id=deal.pk).select_related("actor").order_by("-at", "-pk")
    for entry in entries[:_RECENT]:
        if "stage_id" in entry.after:
            return (str(entry.actor) if entry.actor else entry.via), entry.at
    return None


def approved_discount(deal: Deal) -> int:
    """Return what the approved discounts take off, in minor units of the deal's currency."""
    approved = Discount.objects.filter(deal=deal, state=DiscountState.APPROVED, currency=deal.currency)
    return approved.aggregate(sum=Sum("amount_minor"))["sum"] or 0


def waiting_discounts_for(user: User) -> list[Discount]:
    """Return the discounts that wait for this approver: on deals they see, asked by others, oldest first."""
    asked = Discount.objects.filter(reach_of(user).deals("deal__"), state=DiscountState.ASKED)
    return list(asked.exclude(author=user).select_related("deal__person", "author").order_by("asked_at"))


@dataclass(frozen=True)
class Schedule:
    """A deal's payment schedule against its price: the rows, how many are paid, and whether they add up."""

    rows: list[ScheduledPayment]
    paid: int
    received: int
    total: int
    sum: int
    is_sound: bool

    @property
    def difference(self) -> int:
        """What the rows lack of the price; negative when they exceed it."""
        return self.total - self.sum


def received_money(deal: Deal) -> int:
    """Return the money received for a deal in its currency, refunds taken off, in minor units."""
    received = Payment.objects.filter(deal=deal, currency=deal.currency)
    return received.aggregate(sum=Sum("amount_minor"))["sum"] or 0


def schedule_of(deal: Deal) -> Schedule:
    """Return the deal's schedule; money received pays the rows in the order of their days."""
    rows = list(ScheduledPayment.objects.filter(deal=deal).order_by("due_on", "pk"))
    parts = [Part(row.due_on, row.amount_minor) for row in rows]
    received, total = received_money(deal), deal.amount_minor or 0
    is_one_currency = all(row.currency == deal.currency for row in rows)
    return Schedule(
        rows=rows, paid=paid_parts(parts, received=received), received=received, total=total,
        sum=sum(part.amount_minor for part in parts), is_sound=is_one_currency and is_sound(parts, total=total),
    )  # fmt: skip
