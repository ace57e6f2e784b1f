"""Discounts: asked for with a reason, free within a limit, else decided by another person who may."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.audit.services import record_change, snapshot
from onegoal.apps.board.models import Discount, DiscountState
from onegoal.apps.board.queries.deals import approved_discount
from onegoal.apps.board.queries.settings import board_settings
from onegoal.apps.board.refusals import DealClosed, DiscountDecided, DiscountRefused, NotAllowed
from onegoal.apps.board.services.reservations import locked_deal, settle_amount
from onegoal.apps.sales.models import Deal
from onegoal.apps.sales.services import save_deal

_WHOLE_BP = 10_000


@transaction.atomic
def ask_discount(*, deal: Deal, amount_minor: int, reason: str, author: User, now: dt.datetime) -> Discount:
    """Ask for `amount_minor` off the list price; all discounts of the deal within the free limit are approved at once.

    Raises: DealClosed, DiscountRefused.
    """
    stored = locked_deal(deal)
    if stored.won_at or stored.lost_at:
        raise DealClosed
    approved = approved_discount(stored)
    _check_asked(stored, approved, amount_minor, reason)
    assert stored.list_price_minor is not None
    is_free = (approved + amount_minor) * _WHOLE_BP <= stored.list_price_minor * board_settings().free_discount_bp
    discount = Discount(
        deal=stored, amount_minor=amount_minor, currency=stored.currency, reason=reason.strip()[:300], author=author,
        asked_at=now, state=DiscountState.APPROVED if is_free else DiscountState.ASKED,
        decided_at=now if is_free else None,
    )  # fmt: skip
    try:
        with transaction.atomic():
            discount.save()
    except IntegrityError:
        raise DiscountRefused(_("A discount on this deal waits for approval already.")) from None
    record_change(record=discount, before={}, now=now)
    if is_free:
        _apply(stored, now)
    return discount


@transaction.atomic
def decide_discount(
    *, discount: Discount, is_approved: bool, author: User, now: dt.datetime, answer: str = ""
) -> Discount:
    """Approve or refuse a discount; a refusal says why. Raises: NotAllowed, DiscountDecided, DiscountRefused, DealClosed."""
    stored = Discount.objects.select_for_update(of=("self",)).select_related("decided_by", "author").get(pk=discount.pk)
    if stored.state != DiscountState.ASKED:
        raise DiscountDecided(stored)
    if not has_right(author, Right.APPROVE_DISCOUNTS):
        raise NotAllowed(_("Discounts are approved by a supervisor or the head."))
    if author.pk == stored.author_id:
        raise NotAllowed(_("Nobody approves a discount they asked for themselves."))
    if not is_approved and not answer.strip():
        raise DiscountRefused(_("Say why it is refused."))
    deal = locked_deal(stored.deal)
    if deal.won_at or deal.lost_at:
        raise DealClosed
    state = DiscountState.APPROVED if is_approved else DiscountState.REFUSED
    _decide(stored, state, author, answer, now)
    if is_approved:
        _apply(deal, now)
    return stored


@transaction.atomic
def withdraw_discount(*, discount: Discount, author: User, now: dt.datetime) -> Discount:
    """Take back a question that nobody has answered yet. Raises: DiscountDecided."""
    stored = Discount.objects.select_for_update(of=("self",)).select_related("decided_by", "author").get(pk=discount.pk)
    if stored.state != DiscountState.ASKED:
        raise DiscountDecided(stored)
    _decide(stored, DiscountState.WITHDRAWN, author, "", now)
    return stored


def _check_asked(deal: Deal, approved: int, amount_minor: int, reason: str) -> None:
    if deal.list_price_minor is None:
        raise DiscountRefused(_("Choose a product first: a discount is taken off its price."))
    if not reason.strip():
        raise DiscountRefused(_("Say why the discount is needed."))
    if amount_minor < 1:
        raise DiscountRefused(_("A discount takes something off."))
    if approved + amount_minor >= deal.list_price_minor:
        raise DiscountRefused(_("The discounts would take the whole price."))
    if Discount.objects.filter(deal=deal, state=DiscountState.ASKED).exists():
        raise DiscountRefused(_("A discount on this deal waits for approval already."))


def _decide(discount: Discount, state: str, author: User, answer: str, now: dt.datetime) -> None:
    before = snapshot(discount)
    discount.state, discount.decided_by, discount.decided_at = DiscountState(state), author, now
    discount.answer = answer.strip()[:300]
    discount.save()
    record_change(record=discount, before=before, now=now)


def _apply(deal: Deal, now: dt.datetime) -> None:
    settle_amount(deal)
    save_deal(deal=deal, now=now)
