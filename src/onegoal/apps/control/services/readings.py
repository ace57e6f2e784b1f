"""The morning's look at the chain is noted once a day: its steps, the sags that begin and those that are over."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from onegoal.apps.control.models import ChainReading, Sag
from onegoal.apps.control.queries.bottleneck import steps_of, written
from onegoal.apps.control.queries.sags import Look, WatchedSeries, look
from onegoal.core import sags

_DAY = dt.timedelta(days=1)


def read_chain(*, day: dt.date, now: dt.datetime) -> ChainReading | None:
    """Look at the chain as it stood at the end of the day before, and note what was found; None when it was done already.

    A series has at most one open finding in each direction: it is kept as it was found, and ends on the day its score is
    below half of the limit.
    """
    if ChainReading.objects.filter(day=day).exists():
        return None
    until = day - _DAY
    seen = look(until, lasting=Sag.objects.filter(ended_on=None).values_list("series", "direction"))
    steps, deals = steps_of(until)
    with transaction.atomic():
        reading, is_new = ChainReading.objects.get_or_create(
            day=day,
            defaults={
                "read_at": now, "deals": deals, "steps": [written(step) for step in steps],
                "watched": seen.watched, "alarms_a_year": seen.alarms_a_year,
            },
        )  # fmt: skip
        if not is_new:
            return None
        _end_sags(seen, day)
        _begin_sags(seen, day)
    return reading


def _end_sags(seen: Look, day: dt.date) -> None:
    beyond = {(finding.series, finding.direction) for _one, finding in seen.found} | seen.lasting
    for sag in Sag.objects.filter(ended_on=None):
        if (sag.series, sag.direction) not in beyond:
            sag.ended_on = day
            sag.save(update_fields=["ended_on"])


def _begin_sags(seen: Look, day: dt.date) -> None:
    known = set(Sag.objects.filter(ended_on=None).values_list("series", "direction"))
    Sag.objects.bulk_create(
        _sag(one, finding, seen, day) for one, finding in seen.found if (finding.series, finding.direction) not in known
    )


def _sag(one: WatchedSeries, finding: sags.Finding, seen: Look, day: dt.date) -> Sag:
    return Sag(
        series=finding.series,
        direction=finding.direction,
        metric=one.metric,
        base=one.base,
        by=one.by,
        since=seen.day - (finding.days - 1) * _DAY,
        found_on=day,
        value=finding.value,
        normal=finding.normal,
        evidence={
            "days": finding.days, "count": finding.count, "expected": finding.expected, "score": finding.score,
            "limit": finding.limit, "watched": seen.watched, "alarms_a_year": seen.alarms_a_year,
        },
    )  # fmt: skip
