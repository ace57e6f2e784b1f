"""Recurring work: audits that were asked for, and one by itself at the beginning of each month."""

from __future__ import annotations

import logging

from django.utils import timezone

from onegoal.apps.audit.jobs import every
from onegoal.apps.conflicts import services
from onegoal.apps.conflicts.models import ConflictReport
from onegoal.apps.conflicts.queries.reports import waiting_report
from onegoal.apps.pay.queries.flags import versions_in_force

_log = logging.getLogger(__name__)


@every(seconds=2)
def audit_waiting() -> None:
    """Run the audit that waits; one found half done was broken off by a restart and is done anew."""
    report = waiting_report()
    if report is None:
        return
    try:
        services.run_audit(report=report, clock=timezone.now)
    except Exception:  # noqa: BLE001 - whatever broke, the page must say so and the next audit must run
        _log.exception("audit of KPI conflicts %s stopped", report.pk)
        services.give_up(report=report, now=timezone.now())


@every(seconds=3_600)
def audit_monthly() -> None:
    """Ask for an audit once a month as soon as people are paid by schemes."""
    now = timezone.now()
    month = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    if (
        waiting_report() is None
        and not ConflictReport.objects.filter(made_at__gte=month).exists()
        and versions_in_force(now.date())
    ):
        services.ask_audit(author=None, now=now)
