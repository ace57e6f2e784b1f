"""Reports of the audit: who may see them, the latest, and what one keeps as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.conflicts.models import ConflictReport
from onegoal.apps.pay.models import SchemePart
from onegoal.core.kpi_conflicts import Audit, Conflict, Tested
from onegoal.core.pay import Part
from onegoal.core.statistics import Interval

CONFLICT = "conflict"


def visible_reports(user: User) -> QuerySet[ConflictReport]:
    """Return the reports the user may read, the latest first."""
    reports = ConflictReport.objects.select_related("author")
    return reports if has_right(user, Right.AUDIT_KPIS) else reports.none()


def finished_reports() -> QuerySet[ConflictReport]:
    """Return the audits that came to an end, the latest first."""
    return ConflictReport.objects.exclude(finished_at=None).filter(failed=False)


def waiting_report() -> ConflictReport | None:
    """Return the audit that waits or runs."""
    return ConflictReport.objects.filter(finished_at=None).order_by("pk").first()


def conflicts_of(report: ConflictReport) -> list[dict[str, Any]]:
    """Return the conflicts among a report's findings, the greatest loss first."""
    return [one for one in report.findings if one["kind"] == CONFLICT]


def told(found: Audit, names: Mapping[int, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return conflicts as plain data; `names` says of each scheme its title, version and people by their number."""
    return [_conflict(one, names[one.tested.scheme_id]) for one in found.conflicts]


def tested_lines(found: Audit, names: Mapping[int, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return all that was tested as plain data."""
    return [
        {"scheme": names[one.scheme_id]["scheme"], "side": names[one.scheme_id]["side"], **_tested(one)}
        for one in found.tested
    ]


def terms_of_part(part: Part, stored: SchemePart | None, digits: int) -> dict[str, Any]:
    """Return a part as `pay.services.PartTerms` takes it; the title of a new one is empty."""
    return {
        "name": stored.name if stored else "", "key": part.key, "kind": part.kind, "formula": part.formula.text,
        "gate": part.gate.text if part.gate else "", "floor_minor": _minor(part.floor, digits),
        "cap_minor": _minor(part.cap, digits), "claws_back": part.claws_back,
    }  # fmt: skip


def _conflict(one: Conflict, about: Mapping[str, Any]) -> dict[str, Any]:
    stored: Mapping[str, SchemePart] = about["parts"]
    cause = stored[one.part]
    mend = None
    if one.mended is not None:
        changed = one.mended.mend
        mend = {
            "code": changed.code, "pay": _bounds(one.mended.pay),
            "replaced": [[each.name, each.by] for each in changed.replaced],
            "parts": [terms_of_part(part, stored.get(part.key), about["digits"]) for part in changed.parts],
            "was": cause.formula, "now": next(part.formula.text for part in changed.parts if part.key == one.part),
        }  # fmt: skip
    return {
        "kind": CONFLICT, **_tested(one.tested), "scheme": about["scheme"], "side": about["side"],
        "version_id": about["version_id"], "version": about["version"], "share": one.share,
        "part": {"key": one.part, "name": cause.name, "formula": cause.formula, "gain": one.part_gain},
        "people": [{"name": about["people"].get(user, ""), "gain": gain} for user, gain in one.people],
        "parts": dict(one.parts),
        "curve": {
            "strengths": list(one.curve.strengths), "pay": list(one.curve.pay),
            "kpi": [_bounds(each) for each in one.curve.kpi],
        },
        "mend": mend,
    }  # fmt: skip


def _tested(one: Tested) -> dict[str, Any]:
    return {
        "scheme_id": one.scheme_id, "lever": one.lever, "verdict": one.verdict, "p": one.p,
        "pay": _bounds(one.pay), "kpi": _bounds(one.kpi),
    }  # fmt: skip


def _bounds(interval: Interval) -> Sequence[float | None]:
    return [interval.estimate, interval.low, interval.high]


def _minor(value: Any, digits: int) -> int | None:
    return None if value is None else round(value * 10**digits)
