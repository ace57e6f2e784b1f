"""A draft becomes the one KPI of its scope and period; it is ended, taken up again, and copied to the next period."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from onegoal.apps.accounts.models import User
from onegoal.apps.audit.services import changing
from onegoal.apps.goal.models import KpiState, KpiVersion, SharedKpi
from onegoal.apps.goal.queries import terms_of, version_of_day, working_days
from onegoal.apps.goal.services.drafts import draft_kpi, locked
from onegoal.apps.goal.services.refusals import KpiRefused
from onegoal.core.periods import Period
from onegoal.core.shared_kpi import flaws_of_terms


@transaction.atomic
def activate_kpi(*, kpi: SharedKpi, now: dt.datetime) -> SharedKpi:
    """Put a draft in force with its first version.

    Raises: KpiRefused `not_a_draft`, `terms` (weights or mix not whole, targets missing), `no_working_day`, `overlap`
    with an active KPI of the same scope.
    """
    _lock_scope(kpi)
    stored = locked(kpi, KpiState.DRAFT, "not_a_draft")
    version = stored.versions.get(in_force_from=None, withdrawn_at=None)
    if flaws := flaws_of_terms(terms_of(version)):
        raise KpiRefused("terms", flaws=flaws)
    if not working_days(stored, stored.starts_on, stored.ends_on):
        raise KpiRefused("no_working_day")
    _check_alone(stored)
    with changing(version, now=now):
        version.in_force_from = now
    with changing(stored, now=now):
        stored.state, stored.activated_at = KpiState.ACTIVE, now
    return stored


@transaction.atomic
def end_kpi(*, kpi: SharedKpi, now: dt.datetime) -> SharedKpi:
    """End an active KPI; a change that waits for signatures goes with it. Raises: KpiRefused `not_active`."""
    stored = locked(kpi, KpiState.ACTIVE, "not_active")
    with changing(stored, now=now):
        stored.state, stored.ended_at = KpiState.ENDED, now
    for waiting in stored.versions.filter(in_force_from=None, withdrawn_at=None):
        with changing(waiting, now=now):
            waiting.withdrawn_at = now
    return stored


@transaction.atomic
def resume_kpi(*, kpi: SharedKpi, now: dt.datetime) -> SharedKpi:
    """Take an ended KPI up again. Raises: KpiRefused `not_ended`, `overlap` when another one holds meanwhile."""
    _lock_scope(kpi)
    stored = locked(kpi, KpiState.ENDED, "not_ended")
    _check_alone(stored)
    with changing(stored, now=now):
        stored.state, stored.ended_at = KpiState.ACTIVE, None
    return stored


@transaction.atomic
def renew_kpi(*, kpi: SharedKpi, author: User | None, now: dt.datetime) -> SharedKpi:
    """Copy a KPI, as it stands at its end, into a draft for the next period of the same length."""
    period = Period(kpi.starts_on, kpi.ends_on).following()
    version: KpiVersion | None = version_of_day(kpi, kpi.ends_on)
    if version is None:
        raise KpiRefused("not_active")
    return draft_kpi(
        name=kpi.name, project=kpi.project, starts_on=period.start, ends_on=period.end, country=kpi.country,
        owner=kpi.owner, terms=terms_of(version), author=author, now=now,
    )  # fmt: skip


def _lock_scope(kpi: SharedKpi) -> None:
    """Let one activation of a scope wait for another: the second sees what the first has done."""
    list(SharedKpi.objects.select_for_update().filter(project=kpi.project).order_by("pk").values_list("pk", flat=True))


def _check_alone(kpi: SharedKpi) -> None:
    others = SharedKpi.objects.filter(state=KpiState.ACTIVE, project=kpi.project).exclude(pk=kpi.pk)
    if other := others.filter(starts_on__lte=kpi.ends_on, ends_on__gte=kpi.starts_on).first():
        raise KpiRefused("overlap", name=other.name)
