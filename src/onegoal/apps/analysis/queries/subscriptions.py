"""Reads of who gets reports and of what was sent."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db.models import QuerySet

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import ROLE_RIGHTS, Right
from onegoal.apps.analysis.models import ReportDelivery, ReportSubscription
from onegoal.apps.audit.sendings import STUCK, DeliveryState


def can_send() -> bool:
    """Whether this installation has a mail server."""
    return bool(settings.EMAIL_URL)


def subscriptions() -> QuerySet[ReportSubscription]:
    """The subscriptions that were not stopped."""
    return ReportSubscription.objects.filter(stopped_at=None).select_related("recipient", "author")


def stopped_subscriptions() -> QuerySet[ReportSubscription]:
    """The subscriptions that were stopped."""
    return ReportSubscription.objects.exclude(stopped_at=None).select_related("recipient")


def stuck_deliveries() -> QuerySet[ReportDelivery]:
    """Reports that were given up, or whose sending was cut off, of subscriptions that go on; the latest ones."""
    return deliveries().filter(state__in=STUCK, is_test=False, subscription__stopped_at=None)[:20]


def deliveries() -> QuerySet[ReportDelivery]:
    """What was sent or is to be, the newest first."""
    return ReportDelivery.objects.select_related("subscription__recipient")


def waiting_deliveries(*, now: dt.datetime) -> QuerySet[ReportDelivery]:
    """What is to be sent by now, the longest due first."""
    ready = deliveries().filter(state=DeliveryState.WAITING, due_at__lte=now, subscription__stopped_at=None)
    return ready.filter(subscription__recipient__is_active=True).order_by("due_at", "pk")


def possible_recipients() -> QuerySet[User]:
    """Colleagues with an address who may see figures."""
    roles = [role for role, rights in ROLE_RIGHTS.items() if Right.SEE_FIGURES in rights]
    return User.objects.filter(is_active=True, role__in=roles).exclude(email=None).exclude(email="").order_by("name")
