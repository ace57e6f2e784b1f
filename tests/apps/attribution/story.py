"""What the tests of attribution tell about the little company: touches, leads, deals and payments in few words."""

from __future__ import annotations

import datetime as dt
import shutil
from typing import Any

from tests.world import NOW, at, deal_row, lead_row, payment_row, person_ref

from onegoal.apps.attribution.queries import data, figures, web_base
from onegoal.apps.attribution.queries.asked import Asked
from onegoal.apps.attribution.queries.figures import Found, credits_of, journeys_of
from onegoal.apps.attribution.queries.following import followers
from onegoal.apps.facts import engine
from onegoal.apps.facts.services import publish_now
from onegoal.apps.marketing.intake import OriginMarks, TouchRow
from onegoal.apps.marketing.services import take_in_touches
from onegoal.apps.sales.services import take_in_deals, take_in_leads, take_in_payments
from onegoal.metrics.question import Scope

ALL = Scope()
MARKS = {
    "display": OriginMarks(source="dv360", medium="display", campaign="brand-video"),
    "search": OriginMarks(source="google", medium="cpc", campaign="Spring"),
    "mail": OriginMarks(source="letter", medium="email", campaign="May"),
    "phone": OriginMarks(channel="calls"),
}


def forget() -> None:
    """Forget everything this process and others have computed, as a restart months later would."""
    engine._opened.cache_clear()
    figures._answers = engine.Memory()
    figures._shared_out = engine.Memory()
    data.kept._kept.clear()
    followers.clear()
    web_base._mapped.clear()
    for folder in ("answers", "attribution"):
        shutil.rmtree(engine.lake().directory / folder, ignore_errors=True)


def person(name: str) -> Any:
    """A person known by telephone and by device, both made of the name."""
    number = sum(ord(letter) * 7**place for place, letter in enumerate(name)) % 10_000_000
    return person_ref(name, phone=f"+4072{number:07d}", visitor=f"v-{name}")


def touch(name: str, marks: str, day: str, time: str = "10:00", *, device: str = "", sequence: int = 0) -> None:
    """One visit of somebody's device."""
    who = person_ref(visitor=device or f"v-{name}")
    key = f"{name}-{marks}-{day}-{time}-{device}-{sequence}"
    row = TouchRow("site", key, at(day, time), MARKS[marks], who, sequence=sequence)
    take_in_touches(rows=[row], now=NOW, batch="touches")


def lead(name: str, marks: str, day: str, time: str = "10:00", **said: Any) -> None:
    """One lead of somebody."""
    row = lead_row(f"l-{name}", created_at=at(day, time), person=person(name), marks=MARKS[marks], **said)
    take_in_leads(rows=[row], now=NOW)


def deal(name: str, day: str, amount_minor: int = 1_000_00, **said: Any) -> None:
    """One signed deal of somebody's lead."""
    told: dict[str, Any] = {"won_at": at(day), "amount_minor": amount_minor, "currency": "EUR", "lead": f"l-{name}"}
    row = deal_row(f"d-{name}", person=person(name), opened_at=at(day, "09:00"), **(told | said))
    take_in_deals(rows=[row], now=NOW)


def payment(name: str, day: str, amount_minor: int, number: int = 1) -> None:
    """One payment for somebody's deal; a refund is negative."""
    row = payment_row(f"p-{name}-{number}", f"d-{name}", amount_minor, received_on=dt.date.fromisoformat(day))
    take_in_payments(rows=[row], now=NOW)


def found(scope: Scope = ALL, **asked: Any) -> Found:
    """The journeys of a question over what has been told so far."""
    publish_now()
    return journeys_of(Asked(**asked), scope)


def paths(scope: Scope = ALL, **asked: Any) -> list[tuple[str, ...]]:
    """The paths of all conversions in the order of their moments."""
    journeys = found(scope, **asked).journeys
    rows = sorted(range(len(journeys.at)), key=lambda row: (journeys.at[row], journeys.key[row]))
    return [
        tuple(journeys.groups[code] for code in journeys.group[journeys.starts[row] : journeys.starts[row + 1]])
        for row in rows
    ]


def shares(model: str, scope: Scope = ALL, **asked: Any) -> dict[str, float]:
    """Conversions by group of one model, without those that get nothing."""
    journeys = found(scope, **asked).journeys
    given = credits_of(Asked(**asked), scope, (model,))[model].conversions
    return {group: round(float(part), 6) for group, part in zip(journeys.groups, given, strict=True) if part}
