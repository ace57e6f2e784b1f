"""Rejected leads of the little company, as the tests of control make them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.world import NOW, lead_row, person_ref


def reject(world: Any, seller: Any, number: int = 1, *, at: dt.datetime = NOW, **said: Any) -> Any:
    """A lead of the seller's that came two days before and was rejected; returns the decision."""
    from onegoal.apps.company.models import Pipeline, Stage, StageKind
    from onegoal.apps.regulation.models import Decision
    from onegoal.apps.sales.models import Lead
    from onegoal.apps.sales.services import take_in_leads

    for name, kind in (("New", StageKind.OPEN), ("Rejected", StageKind.REJECTED)):
        Stage.objects.get_or_create(pipeline=Pipeline.LEAD, name=name, defaults={"kind": kind})
    key = f"{seller.name}-{number}"
    phone = f"+4072{seller.pk % 100:02d}{number:05d}"
    row = lead_row(
        key, person=person_ref(f"Client {key}", phone=phone), seller=seller.email, project="River Park",
        created_at=at - dt.timedelta(days=2),
    )  # fmt: skip
    take_in_leads(rows=[row], now=at)
    rejected = Stage.objects.get(name="Rejected")
    Lead.objects.filter(source_id=key).update(
        stage=rejected, outcome="rejected", outcome_at=at, reason="too dear", team=seller.team
    )
    lead = Lead.objects.get(source_id=key)
    values: dict[str, Any] = {"at": at, "author": seller, "seller": seller, "outcome": "rejected", "reason": "too dear"}
    return Decision.objects.create(lead=lead, **(values | said))


def to_check(world: Any, seller: Any, number: int = 1, **said: Any) -> Any:
    """A rejection of the seller's that stands in the queue."""
    from onegoal.apps.quality.models import Check

    decision = reject(world, seller, number)
    return Check.objects.create(**({"decision": decision, "queued_on": NOW.date(), "is_drawn": True} | said))


def found_wrong(world: Any, seller: Any, number: int = 1) -> Any:
    """A rejection of the seller's that Quinn found wrong and sent back to them."""
    from onegoal.apps.quality.services.checks import Evidence, find_wrong

    check = to_check(world, seller, number)
    finding = Evidence(finding="She asked for two rooms and has the money.")
    return find_wrong(check=check, author=world.quinn, evidence=finding, returned_to=seller, now=NOW)
