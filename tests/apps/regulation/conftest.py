"""A regulation of the little company, a lead of Nora's, and short ways to write both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from tests.world import World, at, lead_row, person_ref

FROM = at("2026-01-01")
NOW = at("2026-01-20", "09:00")


@pytest.fixture
def stages(world: World) -> dict[str, Any]:
    """A stage of leads for each outcome."""
    from onegoal.apps.company.models import Pipeline, Stage

    kinds = ("open", "qualified", "nurture", "rejected")
    return {
        kind: Stage.objects.create(pipeline=Pipeline.LEAD, name=kind.title(), kind=kind, position=place)
        for place, kind in enumerate(kinds)
    }


@pytest.fixture
def budget(world: World) -> Any:
    """The company's own field: what a lead can spend."""
    from onegoal.apps.company.models import CustomField

    return CustomField.objects.create(entity="lead", key="budget", label="Budget", kind="number")


@pytest.fixture
def draft(world: World, budget: Any, stages: dict[str, Any]) -> Any:
    """Version 1: a phone is required, a budget of 60,000 brings five points of five; reasons with all they can say."""
    from onegoal.apps.regulation.models import Clause
    from onegoal.apps.regulation.services import change_draft, create_draft, save_clause

    draft = create_draft(title="Good leads", author=world.hanna, now=FROM)
    change_draft(regulation=draft, changes={"threshold": 5, "attempts_needed": 3, "attempts_days": 2}, now=FROM)
    for values in (
        {"number": "1.1", "field": "has_phone", "operator": "is", "value": True, "is_required": True},
        {"number": "1.2", "field": "lead:budget", "operator": "at_least", "value": 60_000, "weight": 5},
        {"number": "2.1", "kind": "reason", "text": "Could not reach", "needs_attempts": True},
        {"number": "2.2", "kind": "reason", "text": "Spam", "suppresses": True},
        {"number": "2.3", "kind": "reason", "text": "Bought elsewhere", "sub_reasons": ["Price", "Place"]},
    ):
        save_clause(clause=Clause(regulation=draft, **({"kind": "criterion"} | values)), now=FROM)
    draft.refresh_from_db()
    return draft


@pytest.fixture
def signed(world: World, draft: Any) -> Any:
    """Version 1 in force since the first of January 2026."""
    return sign_both(world, draft, FROM)


def sign_both(world: World, draft: Any, now: dt.datetime, valid_from: dt.datetime | None = None) -> Any:
    """Let Mark and Hanna sign."""
    from onegoal.apps.regulation.services import sign_regulation

    sign_regulation(regulation=draft, side="marketing", author=world.mark, now=now)
    return sign_regulation(regulation=draft, side="sales", author=world.hanna, now=now, valid_from=valid_from)


@pytest.fixture
def make_lead(world: World, stages: dict[str, Any]) -> Callable[..., Any]:
    """Make a lead of Nora's that came on 5 January 2026; say what differs."""
    from onegoal.apps.sales.models import Lead
    from onegoal.apps.sales.services import take_in_leads

    def make(name: str = "L1", **said: Any) -> Any:
        person = said.pop("person", None) or person_ref(f"Ion {name}", phone=f"+4072200{abs(hash(name)) % 9000 + 1000}")
        row = lead_row(name, **({"person": person, "seller": "nora@casaverde.test", "stages": ()} | said))
        take_in_leads(rows=[row], now=at("2026-01-05"))
        return Lead.objects.get(source_id=name)

    return make


def call(lead: Any, moment: dt.datetime, **said: Any) -> None:
    """Write an outgoing call that nobody answered into the log; say what differs."""
    from onegoal.apps.sales.models import Call

    Call.objects.create(
        **(
            {"person": lead.person, "lead_id": lead.pk, "started_at": moment, "direction": "out", "is_answered": False}
            | said
        )
    )


def clause(regulation: Any, number: str) -> Any:
    """Return a clause by its number."""
    return regulation.clauses.get(number=number)
