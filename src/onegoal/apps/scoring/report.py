"""What a training has to say for itself, as plain values: what went in, what was refused and why, how good it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from onegoal.apps.scoring.arrival import Arrivals, Evidence
from onegoal.apps.scoring.models import KnownAtArrival
from onegoal.apps.scoring.outcomes import Labelled
from onegoal.core.lead_score_training import Judgement, Learnt

DAY = 86_400


def report_of(
    labelled: Labelled, arrivals: Arrivals, learnt: Learnt, columns: Mapping[str, Sequence[str]],
    declared: Collection[KnownAtArrival],
) -> dict[str, Any]:  # fmt: skip
    """Return the report of a training, ready for JSON."""
    names = {one.field for one in declared}
    return {
        "leads": len(labelled.ids),
        "positives": sum(labelled.outcomes),
        "first_at": labelled.first_at.isoformat() if labelled.first_at else None,
        "last_at": labelled.last_at.isoformat() if labelled.last_at else None,
        "maturity_days": round(labelled.maturity.total_seconds() / DAY, 1),
        "is_maturity_assumed": labelled.is_assumed,
        "young": labelled.young,
        "undecided": labelled.undecided,
        "corrected": labelled.corrected,
        "fields": sorted(columns),
        "refused": [_refused(one) for one in _refusals(arrivals, names)],
        "declared": [
            {"field": one.field, "author": str(one.author), "declared_at": one.declared_at.isoformat()}
            for one in declared
        ],
        "penalty": learnt.penalty,
        "base_rate": learnt.base_rate,
        "digest": learnt.digest,
        "judgement": _judgement(learnt.judgement) if learnt.judgement else None,
    }


def _refusals(arrivals: Arrivals, declared: Collection[str]) -> list[Evidence]:
    return [told for key, told in arrivals.evidence.items() if told.filled and arrivals.is_refused(key, declared)]


def _refused(told: Evidence) -> dict[str, Any]:
    is_late = told.is_proven_late
    return {
        "field": told.key,
        "why": "late" if is_late else "unknown",
        "count": told.late if is_late else told.unknown,
        "filled": told.filled,
        "example": told.late_example if is_late else told.unknown_example,
    }


def _judgement(judged: Judgement) -> dict[str, Any]:
    return asdict(judged) | {"is_better": judged.is_better, "is_calibrated": judged.is_calibrated}
