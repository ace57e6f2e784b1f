"""Recurring work: reports that are due are sent."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.utils import timezone

from onegoal.apps.analysis.messages import may_receive, report_message
from onegoal.apps.analysis.queries.subscriptions import can_send, deliveries, waiting_deliveries
from onegoal.apps.analysis.services.deliveries import deliver, note_due
from onegoal.apps.audit.jobs import every
from onegoal.apps.audit.sendings import note_cut_off
from onegoal.apps.company.models import Company
from onegoal.apps.facts.services import publish_now


@every(seconds=10)
def send_reports() -> None:
    """Note what has become due, and send what waits; once there is a mail server, the latest report of each leaves."""
    now, company = timezone.now(), Company.objects.first()
    if company is None or not can_send():
        return
    note_cut_off(deliveries(), now=now)
    note_due(zone=ZoneInfo(company.time_zone), now=now)
    ready = [one for one in waiting_deliveries(now=now) if may_receive(one.subscription.recipient)]
    if ready:
        publish_now()  # what was recorded by the moment a report is due is in it
    for delivery in ready:
        deliver(delivery=delivery, write=report_message, now=timezone.now())
