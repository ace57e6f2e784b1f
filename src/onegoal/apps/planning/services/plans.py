"""Plans and their scenarios: made, copied, renamed, put aside and taken up again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max

from onegoal.apps.accounts.models import User
from onegoal.apps.audit.models import Action
from onegoal.apps.audit.rows import insert_records
from onegoal.apps.audit.services import Change, changing, record_changes, snapshot
from onegoal.apps.company.models import Project
from onegoal.apps.planning.models import Plan, PlanCell, PlanVersion, VersionState

MOST_MONTHS = 36


class PlanRefused(Exception):
    """A plan or a version cannot be made or changed so: `code` is no_months, too_many_months, not_a_draft,
    not_withdrawn, or in_force."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@transaction.atomic
def make_plan(
    *, name: str, first_month: dt.date, last_month: dt.date, author: User | None, now: dt.datetime,
    project: Project | None = None, projects: Sequence[str] = (), product_types: Sequence[str] = (),
    channels: Sequence[str] = (), scenario: str = "",
) -> PlanVersion:  # fmt: skip
    """Make a plan of whole months with an empty first scenario, and return that.

    Sales figures can be divided by `projects` and `product_types`, marketing figures by `projects` and `channels`.
    Raises: PlanRefused `no_months`, `too_many_months`.
    """
    first_month, last_month = first_month.replace(day=1), last_month.replace(day=1)
    months = (last_month.year - first_month.year) * 12 + last_month.month - first_month.month + 1
    if months < 1 or months > MOST_MONTHS:
        raise PlanRefused("no_months" if months < 1 else "too_many_months")
    plan = Plan(author=author, created_at=now)
    with changing(plan, now=now):
        plan.name, plan.project = name, project
        plan.first_month, plan.last_month = first_month, last_month
        plan.projects, plan.product_types = _once(projects), _once(product_types)
        plan.channels = _once(channels)
    return add_version(plan=plan, author=author, now=now, name=scenario)


@transaction.atomic
def add_version(
    *, plan: Plan, author: User | None, now: dt.datetime, like: PlanVersion | None = None, name: str = ""
) -> PlanVersion:
    """Make the next scenario of a plan, empty or with the figures of another of its scenarios."""
    Plan.objects.select_for_update().get(pk=plan.pk)
    number = (plan.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version = PlanVersion(plan=plan, author=author, created_at=now)
    with changing(version, now=now):
        version.number, version.name = number, name
        version.copied_from, version.note = like, like.note if like else ""
    cells = [
        PlanCell(
            version=version, month=one.month, metric=one.metric, project=one.project,
            product_type=one.product_type, channel=one.channel, value=one.value,
        )
        for one in (like.cells.all() if like else ())
    ]  # fmt: skip
    insert_records(cells)
    changes = [Change(cell.pk, Action.CREATE, {}, snapshot(cell)) for cell in cells]
    record_changes(entity="plancell", changes=changes, now=now)
    return version


@transaction.atomic
def rename_version(*, version: PlanVersion, name: str, now: dt.datetime) -> PlanVersion:
    """Give a scenario another name, in whatever state it is."""
    stored = locked_version(version)
    with changing(stored, now=now):
        stored.name = name
    return stored


@transaction.atomic
def withdraw_version(*, version: PlanVersion, now: dt.datetime) -> PlanVersion:
    """Put a draft aside. Raises: PlanRefused `not_a_draft`."""
    stored = open_version(version)
    with changing(stored, now=now):
        stored.state = VersionState.WITHDRAWN
    return stored


@transaction.atomic
def restore_version(*, version: PlanVersion, now: dt.datetime) -> PlanVersion:
    """Take a version that was put aside up again as a draft. Raises: PlanRefused `not_withdrawn`."""
    stored = locked_version(version)
    if stored.state != VersionState.WITHDRAWN:
        raise PlanRefused("not_withdrawn")
    with changing(stored, now=now):
        stored.state = VersionState.DRAFT
    return stored


def locked_version(version: PlanVersion) -> PlanVersion:
    """Return the version as it is stored, locked against others until the transaction ends."""
    return PlanVersion.objects.select_for_update(of=("self",)).select_related("plan").get(pk=version.pk)


def open_version(version: PlanVersion) -> PlanVersion:
    """Return the version as `locked_version` does, if it is a draft. Raises: PlanRefused `not_a_draft`."""
    stored = locked_version(version)
    if stored.state != VersionState.DRAFT:
        raise PlanRefused("not_a_draft")
    return stored


def _once(names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(name for name in names if name))
