"""What the board reports above everybody's work: reservations about to end, discounts that wait, answers that came."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.board.models import Discount, DiscountState, Reservation
from onegoal.apps.board.queries.deals import waiting_discounts_for
from onegoal.apps.shell.notices import Notice, register_notice

_SOON = dt.timedelta(hours=24)
_FRESH = dt.timedelta(hours=24)


def register_notices() -> None:
    """Register the board's notices; called from the app's `ready`."""
    register_notice("reservations-ending", reservations_ending)
    register_notice("discounts-waiting", discounts_waiting)
    register_notice("discounts-decided", discounts_decided)


def reservations_ending(user: User) -> Notice | None:
    """Tell a seller whose reservations end within a day."""
    soon = Reservation.objects.filter(ended_at=None, deal__seller=user, until__lte=timezone.now() + _SOON)
    ids = list(soon.values_list("deal_id", flat=True)[:100])
    text = ngettext("%(count)d reservation ends within a day", "%(count)d reservations end within a day", len(ids)) % {
        "count": len(ids)
    }
    return Notice(text, len(ids), _deal_or_board(ids)) if ids else None


def discounts_waiting(user: User) -> Notice | None:
    """Tell an approver what waits for them."""
    if not has_right(user, Right.APPROVE_DISCOUNTS):
        return None
    waiting = waiting_discounts_for(user)
    count = len(waiting)
    text = ngettext("%(count)d discount waits for you", "%(count)d discounts wait for you", count) % {"count": count}
    is_late = any(one.asked_at < timezone.now() - _FRESH for one in waiting)
    return Notice(text, count, reverse("board:discounts"), is_late) if waiting else None


def discounts_decided(user: User) -> Notice | None:
    """Tell who asked that their discounts were answered within the last day."""
    answered = Discount.objects.filter(
        author=user, state__in=[DiscountState.APPROVED, DiscountState.REFUSED],
        decided_at__gte=timezone.now() - _FRESH, decided_by__isnull=False,
        deal__won_at=None, deal__lost_at=None,
    )  # fmt: skip
    ids = list(answered.values_list("deal_id", flat=True)[:100])
    text = ngettext(
        "%(count)d discount of yours is answered", "%(count)d discounts of yours are answered", len(ids)
    ) % {"count": len(ids)}
    return Notice(text, len(ids), _deal_or_board(ids)) if ids else None


def _deal_or_board(ids: list[int]) -> str:
    return reverse("board:deal", args=[ids[0]]) if len(set(ids)) == 1 else reverse("board:board")
