"""Where data comes from, and which of these sources have fallen silent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db.models import DateField, Model
from django.db.models.functions import TruncDate

from onegoal.apps.audit.models import StaleChunk
from onegoal.apps.company.queries import calendar_of_company
from onegoal.apps.facts.exports import EXPORTS
from onegoal.apps.facts.queries import try_ask
from onegoal.apps.marketing.models import Spend
from onegoal.apps.sales.models import Call, Lead, Payment
from onegoal.core.late_sources import is_late
from onegoal.core.periods import Period
from onegoal.metrics.errors import QuestionRefused
from onegoal.metrics.question import Question

LOOKED_BACK: Final = dt.timedelta(days=120)
_TABLES: Final[tuple[tuple[str, type[Model], str], ...]] = (
    ("leads", Lead, "created_at"),
    ("calls", Call, "started_at"),
    ("payments", Payment, "received_on"),
    ("spend", Spend, "day"),
)


@dataclass(frozen=True)
class LateSource:
    """A source that is silent longer than it ever was: what it brings (`leads`, `visits` …), its name, its last day."""

    kind: str
    name: str
    last_on: dt.date


def late_sources(today: dt.date) -> list[LateSource]:
    """Return the sources of records, and the tracker, that have fallen silent; what people type in has no habit."""
    calendar, since = calendar_of_company(), today - LOOKED_BACK
    working = [day for day in Period(since, today) if calendar.window(day)]
    return [
        LateSource(kind, name, days[-1])
        for kind, name, days in (*_records(since, today, calendar.zone), *_visits(since, today))
        if is_late(days, today, working)
    ]


def unpublished_parts() -> int:
    """Return how many parts of the records are not in the figures yet; 0 when the figures are up to date."""
    return StaleChunk.objects.filter(entity__in=EXPORTS).count()


def _records(since: dt.date, today: dt.date, zone: dt.tzinfo) -> Iterator[tuple[str, str, list[dt.date]]]:
    for kind, model, moment in _TABLES:
        is_day = isinstance(model._meta.get_field(moment), DateField) and moment in ("day", "received_on")
        day = moment if is_day else TruncDate(moment, tzinfo=zone)
        rows = model._default_manager.exclude(source="").filter(**{f"{moment}__gte": _begin(since, zone, is_day)})
        days: dict[str, set[dt.date]] = {}
        for source, seen in rows.order_by().values_list("source", day).distinct():
            if seen and seen <= today:
                days.setdefault(source, set()).add(seen)
        yield from ((kind, source, sorted(seen)) for source, seen in sorted(days.items()))


def _begin(since: dt.date, zone: dt.tzinfo, is_day: bool) -> dt.date:
    return since if is_day else dt.datetime.combine(since, dt.time(), zone)


def _visits(since: dt.date, today: dt.date) -> Iterator[tuple[str, str, list[dt.date]]]:
    answer = try_ask(Question("touches", ("day",), since, today))
    if isinstance(answer, QuestionRefused):
        return
    days = sorted(dt.date.fromisoformat(row.by["day"]) for row in answer.rows if row.value and row.by.get("day"))  # type: ignore[arg-type]
    if days:
        yield "visits", "", days
