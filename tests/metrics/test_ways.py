"""How long ways take: those who gave up never arrive, those still open may."""

from __future__ import annotations

from typing import Any

from onegoal.metrics.asking import survival
from onegoal.metrics.question import Question


def lead(number: int, **moments: Any) -> dict[str, Any]:
    return {"lead_id": number, "person_id": number, "outcome": "open"} | moments


def test_a_rejected_lead_stays_among_those_who_have_not_arrived(facts: Any, moment: Any) -> None:
    came = moment("2026-01-01T10:00")
    facts.put(
        "leads",
        lead(1, created_at=came, qualified_at=moment("2026-01-11T10:00")),
        *(lead(n, created_at=came, rejected_at=moment("2026-01-02T10:00"), outcome="rejected") for n in (2, 3)),
        lead(4, created_at=came),
    )
    (curve,) = survival(Question("time_lead_to_qualified"), source=facts, as_of=moment("2026-03-01T10:00"))
    assert (curve.records, curve.events, curve.open) == (4, 1, 1)
    assert curve.points[-1].reached == 0.25
    assert (curve.q25, curve.median) == (10, None)
