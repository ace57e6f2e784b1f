"""Send what is due: each report once, through restarts; the rules are those of every message that leaves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from zoneinfo import ZoneInfo

from django.core.mail import EmailMessage

from onegoal.apps.analysis.models import ReportDelivery, ReportSubscription
from onegoal.apps.audit.sendings import Leave, hand_over, send_once
from onegoal.core.report_times import latest_due

Write = Callable[[ReportDelivery], EmailMessage]


def note_due(*, zone: ZoneInfo, now: dt.datetime) -> int:
    """Write down every report that has become due since its subscription began; return how many were new."""
    made = 0
    for one in ReportSubscription.objects.filter(stopped_at=None, recipient__is_active=True):
        due, days = latest_due(one.rhythm, one.hour, now=now, zone=zone)  # type: ignore[arg-type]
        if due >= one.created_at:
            _delivery, is_new = ReportDelivery.objects.get_or_create(
                subscription=one, first_day=days.start, last_day=days.end, is_test=False, defaults={"due_at": due}
            )
            made += is_new
    return made


def deliver(*, delivery: ReportDelivery, write: Write, now: dt.datetime) -> bool:
    """Write and send one message if it is still to be sent; return whether it left."""

    def prepare() -> Leave:
        return partial(hand_over, write(delivery))

    return send_once(sending=delivery, prepare=prepare, now=now) is None
