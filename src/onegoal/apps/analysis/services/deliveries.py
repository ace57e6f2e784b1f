"""Send what is due: each report once, through restarts; what fails is tried again later and later.

A message is claimed in the records before it leaves and noted after. Where the process ends between the two, nobody knows
whether it left: such a one is not sent again by itself but shown, with a button.
"""

from __future__ import annotations

import datetime as dt
import smtplib
from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.core.mail import EmailMessage

from onegoal.apps.analysis.models import DeliveryState, ReportDelivery, ReportSubscription
from onegoal.core.report_times import latest_due

Write = Callable[[ReportDelivery], EmailMessage]
MOST_ATTEMPTS = 10
_FIRST_PAUSE = dt.timedelta(minutes=2)
_LONGEST_PAUSE = dt.timedelta(hours=6)
_LONGEST_SENDING = dt.timedelta(minutes=10)


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


def note_cut_off(*, now: dt.datetime) -> int:
    """Mark messages whose sending began long ago and never ended; return how many."""
    lost = ReportDelivery.objects.filter(state=DeliveryState.SENDING, started_at__lt=now - _LONGEST_SENDING)
    return lost.update(state=DeliveryState.CUT_OFF)


def deliver(*, delivery: ReportDelivery, write: Write, now: dt.datetime) -> bool:
    """Write and send one message if it is still to be sent; return whether it left."""
    own = ReportDelivery.objects.filter(pk=delivery.pk, state=DeliveryState.WAITING)
    delivery.attempts += 1
    try:
        message = write(delivery)
    except Exception as problem:  # noqa: BLE001 - whatever stops one report must not hold up the others
        own.update(**_after_failure(delivery, problem, now))
        return False
    if not own.update(state=DeliveryState.SENDING, started_at=now, attempts=delivery.attempts):
        return False
    own = ReportDelivery.objects.filter(pk=delivery.pk)
    try:
        message.send(fail_silently=False)
    except (OSError, smtplib.SMTPException) as problem:
        own.update(**_after_failure(delivery, problem, now))
        return False
    own.update(state=DeliveryState.SENT, sent_at=now, error="")
    return True


def pause_after(attempts: int) -> dt.timedelta:
    """Return how long to wait after so many attempts: twice as long each time, six hours at most."""
    return min(_FIRST_PAUSE * 2 ** min(attempts - 1, 12), _LONGEST_PAUSE)


def _after_failure(delivery: ReportDelivery, problem: Exception, now: dt.datetime) -> dict[str, object]:
    told = {"attempts": delivery.attempts, "error": f"{type(problem).__name__}: {problem}"[:300]}
    if delivery.attempts >= MOST_ATTEMPTS:
        return {"state": DeliveryState.FAILED, **told}
    return {"state": DeliveryState.WAITING, "due_at": now + pause_after(delivery.attempts), **told}
