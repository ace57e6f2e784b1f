"""Who gets the sales report regularly: begin, stop, and have it sent out of turn."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.db import transaction

from onegoal.apps.accounts.models import User
from onegoal.apps.analysis.models import ReportDelivery, ReportSubscription
from onegoal.apps.audit.sendings import DeliveryState
from onegoal.apps.audit.services import record_change, snapshot
from onegoal.core.report_times import latest_due


@transaction.atomic
def subscribe(*, recipient: User, rhythm: str, hour: int, author: User, now: dt.datetime) -> ReportSubscription:
    """Have a report sent to somebody regularly; who gets it in this rhythm already gets it at this hour from now on."""
    kept = ReportSubscription.objects.filter(recipient=recipient, rhythm=rhythm, stopped_at=None).first()
    before = snapshot(kept) if kept else {}
    subscription = kept or ReportSubscription(recipient=recipient, rhythm=rhythm, author=author, created_at=now)
    subscription.hour = hour
    subscription.save()
    record_change(record=subscription, before=before, now=now)
    return subscription


@transaction.atomic
def stop(*, subscription: ReportSubscription, now: dt.datetime) -> None:
    """Send no further report; what waits to be sent is given up."""
    before = snapshot(subscription)
    subscription.stopped_at = now
    subscription.save(update_fields=["stopped_at"])
    record_change(record=subscription, before=before, now=now)
    waiting = subscription.deliveries.filter(state=DeliveryState.WAITING)
    waiting.update(state=DeliveryState.FAILED, error="stopped")


@transaction.atomic
def resume(*, subscription: ReportSubscription, now: dt.datetime) -> None:
    """Take back a stop, unless the person gets the same report by another subscription meanwhile."""
    same = ReportSubscription.objects.filter(
        recipient=subscription.recipient, rhythm=subscription.rhythm, stopped_at=None
    )
    if same.exists():
        return
    before = snapshot(subscription)
    subscription.stopped_at = None
    subscription.save(update_fields=["stopped_at"])
    record_change(record=subscription, before=before, now=now)


def ask_for_test(*, subscription: ReportSubscription, zone: ZoneInfo, now: dt.datetime) -> ReportDelivery:
    """Have the latest report sent now, whether or not it was sent before."""
    _due, days = latest_due(subscription.rhythm, subscription.hour, now=now, zone=zone)  # type: ignore[arg-type]
    return ReportDelivery.objects.create(
        subscription=subscription, first_day=days.start, last_day=days.end, is_test=True, due_at=now
    )
