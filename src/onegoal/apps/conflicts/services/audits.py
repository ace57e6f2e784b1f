"""Audits: asked for, run by the jobs process, kept as they were."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from onegoal.apps.accounts.models import User
from onegoal.apps.audit.services import changing
from onegoal.apps.conflicts.models import ConflictReport
from onegoal.apps.conflicts.queries.amiss import flags_of_pay, plans_that_cannot_meet, steps_without
from onegoal.apps.conflicts.queries.history import Ground, ground_of
from onegoal.apps.conflicts.queries.people import SchemeAudited, schemes_of
from onegoal.apps.conflicts.queries.reports import tested_lines, told, waiting_report
from onegoal.apps.facts.queries import data_version
from onegoal.apps.pay.queries.rules import currency_digits, last_of_month
from onegoal.core.kpi_conflicts import Pools, audit, pools_of

Clock = Callable[[], dt.datetime]
SEED: Final = 20_261_121
"""Fixed, because the same months must give the same report."""


class AlreadyRunning(Exception):
    """An audit waits or runs already."""


@transaction.atomic
def ask_audit(*, author: User | None, now: dt.datetime) -> ConflictReport:
    """Put an audit into the line; the jobs process does it. Raises: AlreadyRunning."""
    if waiting_report() is not None:
        raise AlreadyRunning
    today = timezone.localtime(now).date()
    report = ConflictReport(made_at=now, author=author, starts_on=today, ends_on=today, seed=SEED)
    with changing(report, now=now):
        pass
    return report


def run_audit(*, report: ConflictReport, clock: Clock) -> ConflictReport:
    """Try every lever on the company's months and keep what was found; the same data give the same findings."""
    today = timezone.localtime(report.made_at).date()
    progress = _progress_of(report)
    ground = ground_of(today)
    progress(0.1)
    schemes = schemes_of(today, ground.history.months)
    progress(0.3)
    found = audit(
        ground.history,
        [one.pay for one in schemes],
        ground.numbers,
        seed=report.seed,
        progress=lambda share: progress(0.3 + 0.6 * share),
    )
    about = _about(schemes)
    findings = [
        *told(found, about),
        *plans_that_cannot_meet(report.made_at, today),
        *flags_of_pay(today),
        *steps_without(schemes, ground.kpi, today),
    ]
    basis = _basis(ground, schemes) | {"tested": tested_lines(found, about), "untested": list(found.untested)}
    return _finish(report, ground, findings, basis, clock())


@transaction.atomic
def give_up(*, report: ConflictReport, now: dt.datetime) -> ConflictReport:
    """End an audit that broke down."""
    stored = ConflictReport.objects.select_for_update().get(pk=report.pk)
    with changing(stored, now=now):
        stored.finished_at, stored.progress, stored.failed = now, 100, True
    return stored


@transaction.atomic
def _finish(
    report: ConflictReport, ground: Ground, findings: list[dict[str, Any]], basis: dict[str, Any], now: dt.datetime
) -> ConflictReport:
    stored = ConflictReport.objects.select_for_update().get(pk=report.pk)
    months = ground.history.months
    with changing(stored, now=now):
        if months:
            stored.starts_on, stored.ends_on = months[0], last_of_month(months[-1])
        stored.findings, stored.basis = findings, basis
        stored.finished_at, stored.progress = now, 100
    return stored


def _progress_of(report: ConflictReport) -> Callable[[float], None]:
    def progress(share: float) -> None:
        percent = min(99, round(100 * share))
        if percent > report.progress:
            report.progress = percent
            ConflictReport.objects.filter(pk=report.pk).update(progress=percent)

    return progress


def _about(schemes: list[SchemeAudited]) -> dict[int, dict[str, Any]]:
    digits = currency_digits()
    return {
        one.pay.scheme_id: {
            "scheme": one.pay.name,
            "side": one.pay.side,
            "version_id": one.version.pk,
            "version": one.version.number,
            "people": {person.user_id: person.name for person in one.pay.people},
            "parts": {part.key: part for part in one.version.parts.all()},
            "digits": digits,
        }
        for one in schemes
    }


def _basis(ground: Ground, schemes: list[SchemeAudited]) -> dict[str, Any]:
    history = ground.history
    return {
        "kpi": ground.kpi.name if ground.kpi else None,
        "kpi_id": ground.kpi.pk if ground.kpi else None,
        "months": [month.isoformat() for month in history.months],
        "deals": float(history.deals.sum()),
        "leads": history.leads,
        "received": float(history.received.sum()),
        "schemes": [
            {"name": one.pay.name, "version": one.version.number, "people": len(one.pay.people)} for one in schemes
        ],
        "pools": _pools(pools_of(history.channels)),
        "channels": [
            {"name": one.name, "spend": one.spend, "leads": one.leads, "won": one.won, "watched": one.watched}
            for one in history.channels
        ],
        "numbers": {key: [one.estimate, one.low, one.high] for key, one in ground.numbers.items()},
        "own": dict(ground.own),
        "set_by_us": sorted(ground.set_by_us),
        "data_version": data_version(),
    }


def _pools(pools: Pools | None) -> dict[str, Any] | None:
    if pools is None:
        return None
    return {
        name: {
            "channels": list(pool.names),
            "cost": pool.cost,
            "leads": pool.leads,
            "rate": pool.won_rate,
            "error": pool.won_error,
        }
        for name, pool in (("cheap", pools.cheap), ("dear", pools.dear))
    }
