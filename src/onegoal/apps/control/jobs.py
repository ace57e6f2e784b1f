"""Recurring work: every morning the chain is looked at for sags and its bottleneck."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils import timezone

from onegoal.apps.audit.jobs import every
from onegoal.apps.company.models import Company
from onegoal.apps.control.models import ChainReading
from onegoal.apps.control.services.readings import read_chain

READ_FROM = dt.time(4, 30)
"""By then the day before is over everywhere and nightly imports are in."""


@every(seconds=300)
def look_at_the_chain() -> None:
    """Read the chain once each day, in the company's own morning; a day the jobs process slept through is not made up."""
    company = Company.objects.first()
    if company is None:
        return
    now = timezone.now()
    local = now.astimezone(ZoneInfo(company.time_zone))
    if local.time() >= READ_FROM and not ChainReading.objects.filter(day=local.date()).exists():
        read_chain(day=local.date(), now=now)
