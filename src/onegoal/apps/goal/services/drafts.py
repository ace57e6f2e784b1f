"""Drafts of the shared KPI: made, changed and deleted; what a version consists of is written here."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Max

from onegoal.apps.accounts.models import User
from onegoal.apps.audit.services import changing, record_change, record_deletion
from onegoal.apps.company.models import Project
from onegoal.apps.goal.models import KpiPart, KpiState, KpiVersion, MixShare, SharedKpi
from onegoal.apps.goal.services.refusals import KpiRefused
from onegoal.core.shared_kpi import Terms


@transaction.atomic
def draft_kpi(
    *, name: str, project: Project | None, starts_on: dt.date, ends_on: dt.date, country: str, owner: User,
    terms: Terms, author: User | None, now: dt.datetime,
) -> SharedKpi:  # fmt: skip
    """Make a draft; its terms need not be complete yet. Raises: KpiRefused `period_reversed`."""
    _check_period(starts_on, ends_on)
    kpi = SharedKpi(
        name=name, project=project, starts_on=starts_on, ends_on=ends_on, country=country, owner=owner, author=author,
        created_at=now,
    )  # fmt: skip
    kpi.save()
    record_change(record=kpi, before={}, now=now)
    add_version(kpi, terms, author=author, now=now)
    return kpi


@transaction.atomic
def change_draft(
    *, kpi: SharedKpi, name: str, project: Project | None, starts_on: dt.date, ends_on: dt.date, country: str,
    owner: User, terms: Terms, now: dt.datetime,
) -> SharedKpi:  # fmt: skip
    """Change a draft. Raises: KpiRefused `not_a_draft`, `period_reversed`."""
    stored = locked(kpi, KpiState.DRAFT, "not_a_draft")
    _check_period(starts_on, ends_on)
    with changing(stored, now=now):
        stored.name, stored.project, stored.owner, stored.country = name, project, owner, country
        stored.starts_on, stored.ends_on = starts_on, ends_on
    version = stored.versions.get(in_force_from=None, withdrawn_at=None)
    _drop_terms(version, now)
    _write_terms(version, terms, now)
    return stored


@transaction.atomic
def delete_draft(*, kpi: SharedKpi, now: dt.datetime) -> None:
    """Delete a draft for good. Raises: KpiRefused `not_a_draft`."""
    stored = locked(kpi, KpiState.DRAFT, "not_a_draft")
    for version in stored.versions.all():
        _drop_terms(version, now)
        record_deletion(record=version, now=now)
        version.delete()
    record_deletion(record=stored, now=now)
    stored.delete()


def locked(kpi: SharedKpi, state: str, code: str) -> SharedKpi:
    """Return the KPI as it is stored, locked until the transaction ends. Raises: KpiRefused `code` in another state."""
    stored = SharedKpi.objects.select_for_update().filter(pk=kpi.pk).first()
    if stored is None or stored.state != state:
        raise KpiRefused(code)
    return stored


def add_version(kpi: SharedKpi, terms: Terms, *, author: User | None, now: dt.datetime, reason: str = "") -> KpiVersion:
    """Write the next version, not yet in force."""
    number = (kpi.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version = KpiVersion(kpi=kpi, number=number, reason=reason, author=author, created_at=now)
    version.save()
    record_change(record=version, before={}, now=now)
    _write_terms(version, terms, now)
    return version


def _check_period(starts_on: dt.date, ends_on: dt.date) -> None:
    if ends_on < starts_on:
        raise KpiRefused("period_reversed")


def _write_terms(version: KpiVersion, terms: Terms, now: dt.datetime) -> None:
    rows: list[KpiPart | MixShare] = [
        KpiPart(version=version, kind=part.kind, weight_bp=part.weight_bp, cap_bp=part.cap_bp, target=part.target)
        for part in terms.parts
    ]
    rows += [MixShare(version=version, product_type=name, share_bp=share) for name, share in terms.mix.items()]
    for row in rows:
        row.save()
        record_change(record=row, before={}, now=now)


def _drop_terms(version: KpiVersion, now: dt.datetime) -> None:
    for row in (*version.parts.all(), *version.mix.all()):
        record_deletion(record=row, now=now)
        row.delete()
