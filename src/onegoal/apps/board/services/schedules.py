"""Payment schedules of deals: rows that add up to the price, those paid already untouched."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from onegoal.apps.audit.services import record_change, record_deletion, snapshot
from onegoal.apps.board.queries.deals import Schedule, schedule_of
from onegoal.apps.board.refusals import ScheduleWrong
from onegoal.apps.board.services.reservations import locked_deal
from onegoal.apps.sales.models import Deal, ScheduledPayment
from onegoal.core.payment_schedule import MOST_PARTS, Part, close_schedule


@transaction.atomic
def set_schedule(*, deal: Deal, parts: Sequence[Part], now: dt.datetime) -> tuple[Schedule, int]:
    """Replace the rows that are not paid yet; the last one takes what lacks of the price.

    Returns the schedule and the difference the last row took, in minor units. Raises: ScheduleWrong.
    """
    stored = locked_deal(deal)
    if not stored.amount_minor or stored.amount_minor < 1 or not stored.currency:
        raise ScheduleWrong(_("The deal has no price yet."))
    if stored.lost_at:
        raise ScheduleWrong(_("This deal is lost."))
    schedule = schedule_of(stored)
    paid, open_rows = schedule.rows[: schedule.paid], schedule.rows[schedule.paid :]
    closed, rest = _closed(parts, stored.amount_minor - sum(row.amount_minor for row in paid))
    if paid and closed and closed[0].due_on < paid[-1].due_on:
        raise ScheduleWrong(_("A new part cannot be due before one that is paid."))
    for row, part in zip(open_rows, closed, strict=False):
        _write(row, part, stored.currency, now)
    for row in open_rows[len(closed) :]:
        record_deletion(record=row, now=now)
        row.delete()
    for part in closed[len(open_rows) :]:
        _write(ScheduledPayment(deal=stored), part, stored.currency, now)
    return schedule_of(stored), rest


def _closed(parts: Sequence[Part], total: int) -> tuple[list[Part], int]:
    if len(parts) > MOST_PARTS:
        raise ScheduleWrong(_("These are too many parts."))
    if total == 0 and not parts:
        return [], 0
    try:
        return close_schedule(parts, total=total)
    except ValueError:
        raise ScheduleWrong(
            _("Every part is more than nothing, and those before the last stay below the price.")
        ) from None


def _write(row: ScheduledPayment, part: Part, currency: str, now: dt.datetime) -> None:
    before = snapshot(row) if row.pk else {}
    row.due_on, row.amount_minor, row.currency = part.due_on, part.amount_minor, currency
    row.save()
    record_change(record=row, before=before, now=now)
