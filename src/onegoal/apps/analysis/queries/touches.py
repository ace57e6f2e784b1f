"""Touches and visitors for lists: they live in the warehouse only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import ibis.expr.types as ir

from onegoal.apps.facts.engine import reading
from onegoal.metrics.tables import table


@dataclass(frozen=True)
class TouchLine:
    """One touch; `person_id` is set when its device belongs to somebody known. For a visitor, the latest touch."""

    key: int
    at: dt.datetime
    visitor: int
    person_id: int | None
    kind: str | None
    page: str | None
    channel: str | None
    source: str | None
    campaign: str | None

    @property
    def device(self) -> str:
        """The device as a short code that people can compare."""
        return f"{self.visitor & 0xFFFFFFFFFFFF:012x}"


def touches_by_key(keys: Sequence[int]) -> list[TouchLine]:
    """The touches with these keys, in the order of the keys."""
    touches = table("touches")
    found = _lines(touches.filter(touches.touch_key.isin(list(keys)))) if keys else []
    by_key = {line.key: line for line in found}
    return [by_key[key] for key in keys if key in by_key]


def visitors_by_key(visitors: Sequence[int]) -> list[TouchLine]:
    """The latest touch of each of these visitors, in the order of the visitors."""
    if not visitors:
        return []
    touches = table("touches")
    own = touches.filter(touches.visitor.isin(list(visitors)))
    latest = own.group_by("visitor").agg(touch_key=lambda t: t.touch_key.argmax(t["at"]))
    found = _lines(own.semi_join(latest, "touch_key"))
    by_visitor = {line.visitor: line for line in found}
    return [by_visitor[visitor] for visitor in visitors if visitor in by_visitor]


def _lines(touches: ir.Table) -> list[TouchLine]:
    origins = table("origins").select("origin_id", "channel", "source", "campaign")
    identities = table("identities").select(identity="identity", known_person="person_id")
    joined = touches.left_join(origins, "origin_id").left_join(identities, touches.visitor == identities.identity)
    wanted = joined.select(
        key=joined.touch_key, at=joined["at"], visitor=joined.visitor, person_id=joined.known_person,
        kind=joined.touch_kind, page=joined.page, channel=joined.channel, source=joined.source, campaign=joined.campaign,
    )  # fmt: skip
    return [TouchLine(**record) for record in reading().run(wanted).to_pylist()]
