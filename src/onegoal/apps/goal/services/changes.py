"""A change of an active KPI: proposed with a reason, signed by two people for both departments, or taken back."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import has_right
from onegoal.apps.audit.services import changing, record_change
from onegoal.apps.company.queries import calendar_of_company
from onegoal.apps.goal.models import KpiSignature, KpiState, KpiVersion, SharedKpi
from onegoal.apps.goal.queries import terms_of, version_in_force
from onegoal.apps.goal.services.drafts import add_version, locked
from onegoal.apps.goal.services.refusals import KpiRefused
from onegoal.apps.regulation.models import Side
from onegoal.apps.regulation.services.signing import RIGHT_OF_SIDE
from onegoal.core.shared_kpi import Terms, flaws_of_terms


@transaction.atomic
def propose_change(*, kpi: SharedKpi, terms: Terms, reason: str, author: User, now: dt.datetime) -> KpiVersion:
    """Write a change of an active KPI that waits for both signatures.

    Raises: KpiRefused `not_active`, `period_over`, `reason_missing`, `change_waits`, `nothing_changed`, `terms`.
    """
    stored = locked(kpi, KpiState.ACTIVE, "not_active")
    _check_period(stored, now)
    if not reason.strip():
        raise KpiRefused("reason_missing")
    if flaws := flaws_of_terms(terms):
        raise KpiRefused("terms", flaws=flaws)
    if stored.versions.filter(in_force_from=None, withdrawn_at=None).exists():
        raise KpiRefused("change_waits")
    held = version_in_force(stored, now)
    if held is not None and _same(terms_of(held), terms):
        raise KpiRefused("nothing_changed")
    return add_version(stored, terms, author=author, now=now, reason=reason.strip())


@transaction.atomic
def sign_change(*, version: KpiVersion, side: str, user: User, now: dt.datetime) -> KpiVersion:
    """Sign a change for a department; with the second signature, of another person, it is in force.

    Raises: KpiRefused `no_right`, `not_waiting`, `not_active`, `period_over`, `signed_already`, `same_person`.
    """
    kpi = locked(version.kpi, KpiState.ACTIVE, "not_active")
    stored = _waiting(version)
    _check_period(kpi, now)
    if not has_right(user, RIGHT_OF_SIDE[Side(side)]):
        raise KpiRefused("no_right")
    others = list(stored.signatures.select_related("user"))
    if mine := next((one for one in others if one.side == side), None):
        raise KpiRefused("signed_already", name=str(mine.user))
    if any(one.user_id == user.pk for one in others):
        raise KpiRefused("same_person")
    signature = KpiSignature.objects.create(version=stored, side=side, user=user, signed_at=now)
    record_change(record=signature, before={}, now=now)
    if others:
        with changing(stored, now=now):
            stored.in_force_from = now
    return stored


@transaction.atomic
def withdraw_change(*, version: KpiVersion, now: dt.datetime) -> KpiVersion:
    """Take back a change that is not in force. Raises: KpiRefused `not_waiting`, `not_active`."""
    locked(version.kpi, KpiState.ACTIVE, "not_active")
    stored = _waiting(version)
    with changing(stored, now=now):
        stored.withdrawn_at = now
    return stored


def _waiting(version: KpiVersion) -> KpiVersion:
    stored = KpiVersion.objects.select_for_update().get(pk=version.pk)
    if stored.in_force_from is not None or stored.withdrawn_at is not None:
        raise KpiRefused("not_waiting")
    return stored


def _check_period(kpi: SharedKpi, now: dt.datetime) -> None:
    """What a finished period has reached is not rewritten."""
    if now.astimezone(calendar_of_company().zone).date() > kpi.ends_on:
        raise KpiRefused("period_over")


def _same(one: Terms, other: Terms) -> bool:
    return set(one.parts) == set(other.parts) and dict(one.mix) == dict(other.mix)
