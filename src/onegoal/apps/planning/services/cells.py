"""The cells of a draft: set, emptied and put back, with one revision for each edit and one trail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from onegoal.apps.audit.batches import in_one_batch
from onegoal.apps.audit.models import Action, AuditEntry
from onegoal.apps.audit.rows import insert_records, update_records
from onegoal.apps.audit.services import Change, record_changes, snapshot
from onegoal.apps.planning.models import SALES_SIDE, Plan, PlanCell, PlannedMetric, PlanVersion
from onegoal.apps.planning.queries.versions import cells_of, place_of
from onegoal.apps.planning.services.plans import open_version
from onegoal.core.plan_grid import Place, months_between

MOST: Final = 10**15
"""The largest figure of one cell: ten trillion in money, and far from the limit of a sum."""


class CellsRefused(Exception):
    """Nothing was written: `code` is stale (somebody was quicker), month, metric, project, product_type, channel,
    negative, too_big or nothing_to_undo; `place` is the first cell at fault."""

    def __init__(self, code: str, place: Place | None = None) -> None:
        self.code, self.place = code, place
        super().__init__(f"{code} {place or ''}".strip())


@dataclass(frozen=True)
class Edit:
    """What one edit did: the version's revision after it, the batch that takes it back, how many cells changed."""

    revision: int
    batch: str
    changed: int


@transaction.atomic
def set_cells(
    *, version: PlanVersion, values: Mapping[Place, int | None], now: dt.datetime, revision: int | None = None
) -> Edit:
    """Set cells of a draft; None empties a cell, which then is not planned. Cells that are not named stay.

    `revision` is what the author saw; when it is given and the version has gone on since, nothing is written.
    Raises: PlanRefused `not_a_draft`, CellsRefused.
    """
    stored = open_version(version)
    if revision is not None and revision != stored.revision:
        raise CellsRefused("stale")
    for place, value in values.items():
        if code := fault_of(stored.plan, place, value):
            raise CellsRefused(code, place)
    with in_one_batch("plan") as batch:
        changed = _write(stored, values, now)
    if changed:
        stored.revision += 1
        stored.save(update_fields=["revision"])
    return Edit(stored.revision, batch, changed)


@transaction.atomic
def undo_edit(*, version: PlanVersion, batch: str, now: dt.datetime) -> Edit:
    """Put back what one edit changed, but for cells that were changed again since.

    Raises: PlanRefused `not_a_draft`, CellsRefused `nothing_to_undo`.
    """
    stored = open_version(version)
    held = cells_of(stored)
    ids = {cell.pk: place_of(cell) for cell in stored.cells.all()}
    values: dict[Place, int | None] = {}
    for entry in AuditEntry.objects.filter(batch=batch, entity="plancell") if batch else ():
        place = ids.get(entry.entity_id) or _place_in(stored, entry)
        if place and held.get(place) == entry.after.get("value"):
            values[place] = entry.before.get("value")
    if not values:
        raise CellsRefused("nothing_to_undo")
    return set_cells(version=stored, values=values, now=now)


def _place_in(version: PlanVersion, entry: AuditEntry) -> Place | None:
    said: dict[str, Any] = entry.before if entry.action == Action.DELETE else entry.after
    if said.get("version_id") != version.pk:
        return None
    month = dt.date.fromisoformat(said["month"])
    return Place(month, said["metric"], said["project"], said["product_type"], said["channel"])


def fault_of(plan: Plan, place: Place, value: int | None) -> str:
    """Return why a cell of a plan cannot hold a value, as a code of CellsRefused; empty where it can."""
    is_sales = place.metric in SALES_SIDE
    wrong = (
        ("month", place.month not in months_between(plan.first_month, plan.last_month)),
        ("metric", place.metric not in PlannedMetric.values),
        ("project", not _is_known(place.project, plan.projects)),
        ("product_type", not _is_known(place.product_type, plan.product_types, is_sales)),
        ("channel", not _is_known(place.channel, plan.channels, not is_sales)),
        ("negative", value is not None and value < 0),
        ("too_big", value is not None and value > MOST),
    )
    return next((code for code, is_wrong in wrong if is_wrong), "")


def _is_known(name: str, names: Iterable[str], is_divided: bool = True) -> bool:
    return not name or (is_divided and name in names)


def _write(version: PlanVersion, values: Mapping[Place, int | None], now: dt.datetime) -> int:
    held = {place_of(cell): cell for cell in version.cells.all()}
    gone = [held[place] for place, value in values.items() if value is None and place in held]
    fresh = [_cell(version, place, value) for place, value in values.items() if value is not None and place not in held]
    changed: list[PlanCell] = []
    changes = [Change(cell.pk, Action.DELETE, snapshot(cell), {}) for cell in gone]
    for place, value in values.items():
        cell = held.get(place)
        if cell is not None and value is not None and cell.value != value:
            changes.append(Change(cell.pk, Action.UPDATE, {"value": cell.value}, {"value": value}))
            cell.value = value
            changed.append(cell)
    insert_records(fresh)
    update_records(changed, {cell.pk: ("value",) for cell in changed})
    PlanCell.objects.filter(pk__in=[cell.pk for cell in gone]).delete()
    changes += [Change(cell.pk, Action.CREATE, {}, snapshot(cell)) for cell in fresh]
    if changes:
        record_changes(entity="plancell", changes=changes, now=now)
    return len(changes)


def _cell(version: PlanVersion, place: Place, value: int) -> PlanCell:
    return PlanCell(
        version=version, month=place.month, metric=place.metric, project=place.project,
        product_type=place.product_type, channel=place.channel, value=value,
    )  # fmt: skip
