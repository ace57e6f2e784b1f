"""Products chosen for deals and kept for them: at most one reservation holds a product."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.audit.services import record_change, snapshot
from onegoal.apps.board.models import Discount, DiscountState, Reservation
from onegoal.apps.board.queries.deals import active_reservation, approved_discount, holder_of
from onegoal.apps.board.queries.settings import board_settings
from onegoal.apps.board.refusals import (
    DealClosed,
    NotAllowed,
    ProductTaken,
    ReservationEnded,
    ReservationTooLong,
    moment,
)
from onegoal.apps.company.queries import current_company
from onegoal.apps.products.models import Product, ProductStatus
from onegoal.apps.products.services import set_product_status
from onegoal.apps.sales.models import Deal, Task
from onegoal.apps.sales.services import save_deal, save_record

EXPIRED, RELEASED, SOLD = "expired", "released", "sold"


def locked_deal(deal: Deal) -> Deal:
    """Return the deal as it is stored now, kept from others until the transaction ends."""
    return Deal.objects.select_for_update(of=("self",)).select_related("stage", "person").get(pk=deal.pk)


@transaction.atomic
def choose_product(*, deal: Deal, product: Product, now: dt.datetime) -> Deal:
    """Name a product on a deal and take its price over, without keeping it. Raises: DealClosed, ProductTaken."""
    stored, wanted = _open_deal(deal), _free_product(product, deal, now)
    held = active_reservation(stored)
    if held and held.product_id != wanted.pk:
        _end(held, RELEASED, now)
    return _take_over(stored, wanted, now)


@transaction.atomic
def reserve_product(
    *, deal: Deal, product: Product, author: User, now: dt.datetime, until: dt.datetime | None = None
) -> Reservation:
    """Keep a product for a deal until a moment (the settings' days from now when not told) and take its price over.

    A deal keeps one product: another one it kept is let go. Reserving again what the deal keeps changes nothing.
    Raises: DealClosed, ProductTaken (with the reservation that holds), ReservationTooLong.
    """
    stored, wanted = _open_deal(deal), _free_product(product, deal, now)
    held = active_reservation(stored)
    if held and held.product_id == wanted.pk:
        return held
    limit = now + dt.timedelta(days=board_settings().reservation_days)
    until = until or limit
    _check_until(until, limit, author, now)
    if held:
        _end(held, RELEASED, now)
    _take_over(stored, wanted, now)
    reservation = Reservation(product=wanted, deal=stored, author=author, reserved_at=now, until=until)
    try:
        with transaction.atomic():
            reservation.save()
    except IntegrityError:
        raise ProductTaken(wanted, holder_of(wanted)) from None
    record_change(record=reservation, before={}, now=now)
    set_product_status(product=wanted, status=ProductStatus.RESERVED, now=now)
    return reservation


@transaction.atomic
def extend_reservation(*, reservation: Reservation, until: dt.datetime, author: User, now: dt.datetime) -> Reservation:
    """Keep a product until another moment; beyond the settings' days since it was reserved only a supervisor may.

    Raises: ReservationEnded, ReservationTooLong, NotAllowed (a moment that has passed).
    """
    stored = _held(reservation, now)
    limit = stored.reserved_at + dt.timedelta(days=board_settings().reservation_days)
    _check_until(until, limit, author, now)
    before = snapshot(stored)
    stored.until = until
    stored.save(update_fields=["until"])
    record_change(record=stored, before=before, now=now)
    return stored


@transaction.atomic
def release_reservation(*, reservation: Reservation, now: dt.datetime) -> Reservation:
    """Let a product go: it is for sale again. Raises: ReservationEnded."""
    stored = _held(reservation, now)
    _end(stored, RELEASED, now)
    return stored


@transaction.atomic
def restore_reservation(*, reservation: Reservation, now: dt.datetime) -> Reservation:
    """Take a release back. Raises: ProductTaken when somebody was quicker, ReservationEnded when its time is over."""
    stored = _stored(reservation)
    if stored.end != RELEASED or stored.until <= now:
        raise ReservationEnded
    deal = _open_deal(stored.deal)
    product = _free_product(stored.product, deal, now)
    if active_reservation(deal):
        raise ReservationEnded
    before = snapshot(stored)
    stored.ended_at, stored.end = None, ""
    stored.save(update_fields=["ended_at", "end"])
    record_change(record=stored, before=before, now=now)
    set_product_status(product=product, status=ProductStatus.RESERVED, now=now)
    return stored


def expire_reservations(*, now: dt.datetime) -> int:
    """End the reservations whose time is over and tell their sellers by a task; returns how many ended."""
    due = Reservation.objects.filter(ended_at=None, until__lte=now).values_list("pk", flat=True)
    return sum(_expire(pk, now) for pk in list(due))


@transaction.atomic
def end_by_sale(*, reservation: Reservation, now: dt.datetime) -> None:
    """End a reservation because its product is sold; the product's status is the caller's."""
    _close(reservation, SOLD, now)


def settle_amount(deal: Deal) -> None:
    """Set the deal's amount to its list price less the approved discounts; the deal is not saved."""
    if deal.list_price_minor is not None:
        deal.amount_minor = deal.list_price_minor - approved_discount(deal)


def _open_deal(deal: Deal) -> Deal:
    stored = locked_deal(deal)
    if stored.won_at or stored.lost_at:
        raise DealClosed
    return stored


def _stored(reservation: Reservation) -> Reservation:
    rows = Reservation.objects.select_for_update(of=("self",)).select_related("product", "deal")
    return rows.get(pk=reservation.pk)


def _held(reservation: Reservation, now: dt.datetime) -> Reservation:
    stored = _stored(reservation)
    if stored.ended_at or stored.until <= now:
        raise ReservationEnded
    return stored


def _free_product(product: Product, deal: Deal, now: dt.datetime) -> Product:
    """Return the stored product if it is free or kept for this very deal; one whose time is over is freed first."""
    stored = Product.objects.select_for_update().get(pk=product.pk)
    held = holder_of(stored)
    if held and held.until <= now:
        _expire(held.pk, now)
        stored.refresh_from_db()
        held = None
    if held and held.deal_id == deal.pk:
        return stored
    if held or stored.status != ProductStatus.AVAILABLE:
        raise ProductTaken(stored, held)
    return stored


def _check_until(until: dt.datetime, limit: dt.datetime, author: User, now: dt.datetime) -> None:
    if until <= now:
        raise NotAllowed(_("This moment has passed."))
    if until > limit and not has_right(author, Right.OVERRIDE):
        raise ReservationTooLong(limit)


def _take_over(deal: Deal, product: Product, now: dt.datetime) -> Deal:
    """Write the product and its price on the deal; discounts were given on the product the deal named before."""
    if deal.product_id != product.pk:
        for discount in Discount.objects.filter(
            deal=deal, state__in=[DiscountState.ASKED, DiscountState.APPROVED]
        ).select_for_update():
            before = snapshot(discount)
            discount.state, discount.decided_at = DiscountState.WITHDRAWN, now
            discount.save(update_fields=["state", "decided_at"])
            record_change(record=discount, before=before, now=now)
        deal.product, deal.project_id = product, product.project_id or deal.project_id
        deal.product_type = product.product_type or deal.product_type
    if product.price_minor is not None:
        deal.list_price_minor, deal.currency = product.price_minor, product.currency
    settle_amount(deal)
    return save_deal(deal=deal, now=now)


def _close(reservation: Reservation, how: str, now: dt.datetime) -> None:
    before = snapshot(reservation)
    reservation.ended_at, reservation.end = now, how
    reservation.save(update_fields=["ended_at", "end"])
    record_change(record=reservation, before=before, now=now)


def _end(reservation: Reservation, how: str, now: dt.datetime) -> None:
    _close(reservation, how, now)
    product = Product.objects.get(pk=reservation.product_id)
    if product.status == ProductStatus.RESERVED:
        set_product_status(product=product, status=ProductStatus.AVAILABLE, now=now)


@transaction.atomic
def _expire(pk: int, now: dt.datetime) -> bool:
    reservation = Reservation.objects.select_for_update(of=("self",)).select_related("product", "deal").get(pk=pk)
    if reservation.ended_at or reservation.until > now:
        return False
    _end(reservation, EXPIRED, now)
    _tell_seller(reservation, now)
    return True


def _tell_seller(reservation: Reservation, now: dt.datetime) -> None:
    deal = reservation.deal
    seller = deal.seller or reservation.author
    if seller is None or not seller.is_active:
        return
    with translation.override(seller.language or current_company().language):
        said = _("The reservation of %(product)s ended at %(moment)s: reserve it again or offer another one")
        title = said % {"product": reservation.product, "moment": moment(reservation.until)}
    task = Task(title=title[:300], person_id=deal.person_id, deal=deal, assignee=seller, created_at=now, due_at=now)
    save_record(record=task, now=now)
