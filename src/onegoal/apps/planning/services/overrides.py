"""A red plan that passes all the same: by name, with the reason, and with the failed checks as they were told."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any

from django.db import transaction

from onegoal.apps.accounts.models import User
from onegoal.apps.audit.services import changing
from onegoal.apps.planning.models import PlanOverride, PlanVersion, VersionState
from onegoal.apps.planning.queries.checks import checks_of
from onegoal.core.joint_plan.figures import Check


class OverrideRefused(Exception):
    """A plan cannot be overridden: `green` (nothing is red), `no_reason`, or `not_open` (signed or replaced already)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@transaction.atomic
def override_plan(*, version: PlanVersion, author: User, reason: str, now: dt.datetime) -> PlanOverride:
    """Let a red version pass by name; who may do so is the caller's to check. Raises: OverrideRefused."""
    stored = PlanVersion.objects.select_for_update().select_related("plan").get(pk=version.pk)
    if not reason.strip():
        raise OverrideRefused("no_reason")
    if stored.state not in (VersionState.DRAFT, VersionState.PROPOSED):
        raise OverrideRefused("not_open")
    red = checks_of(stored, now).red
    if not red:
        raise OverrideRefused("green")
    kept = PlanOverride(version=stored, author=author, at=now)
    with changing(kept, now=now):
        kept.reason, kept.checks = reason.strip(), [told(check) for check in red]
    return kept


def told(check: Check) -> dict[str, Any]:
    """Return a check as it is kept with an override: days as ISO text."""
    found = asdict(check)
    found["month"] = check.month.isoformat() if check.month else None
    found["closes"] = [asdict(one) | {"month": one.month.isoformat() if one.month else None} for one in check.closes]
    found["by_month"] = [[month.isoformat(), leads] for month, leads in check.by_month]
    return found
