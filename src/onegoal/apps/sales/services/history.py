"""The dated way of leads and deals through their stages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Literal

from onegoal.apps.audit.bulk import Batch
from onegoal.apps.company.models import Stage
from onegoal.apps.sales.models import Deal, Lead, StageChange


class StageHistory:
    """Adds the stage changes that are not known yet; a moment is never invented and never added twice."""

    def __init__(self, *, of: Literal["lead", "deal"], records: Iterable[Lead | Deal], now: dt.datetime) -> None:
        self._column = f"{of}_id"
        self._batch = Batch(StageChange, now=now)
        ids = [record.pk for record in records if record.pk]
        stored = StageChange.objects.filter(**{f"{self._column}__in": ids}) if ids else StageChange.objects.none()
        self._known: dict[int, set[tuple[int, dt.datetime]]] = {}
        for record_id, stage_id, at in stored.values_list(self._column, "stage_id", "entered_at"):
            self._known.setdefault(record_id, set()).add((stage_id, at))
        self._of: dict[int, tuple[Lead | Deal, set[tuple[int, dt.datetime]]]] = {}

    def enter(self, record: Lead | Deal, stages: Iterable[tuple[Stage, dt.datetime]]) -> bool:
        """Note the moments a record entered stages; tell whether any was new."""
        known = self._known.get(record.pk or 0, set())
        added = self._of.setdefault(id(record), (record, set()))[1]
        fresh = {(stage.pk, at) for stage, at in stages} - known - added
        added |= fresh
        return bool(fresh)

    def save(self) -> None:
        """Store what was added, once the records themselves are stored."""
        for record, moments in self._of.values():
            for stage_id, at in sorted(moments, key=lambda moment: moment[1]):
                self._batch.add(StageChange(**{self._column: record.pk}, stage_id=stage_id, entered_at=at))
        self._batch.save()
        self._of.clear()
