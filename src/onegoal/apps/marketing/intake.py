"""How rows from outside say where somebody came from and what was paid for it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from onegoal.apps.people.intake import PersonRef


@dataclass(frozen=True)
class OriginMarks:
    """The marks of one origin, as they came; `channel` only where the row itself names its channel.

    `request_type` tells a call or a broker's registration that bears no other mark from a direct visit.
    """

    channel: str = ""
    source: str = ""
    medium: str = ""
    campaign: str = ""
    creative: str = ""
    keyword: str = ""
    landing_page: str = ""
    referrer: str = ""
    click_id: str = ""
    request_type: str = ""


@dataclass(frozen=True)
class SpendRow:
    """What one day of advertising cost; `amount_minor` in `currency`."""

    source: str
    source_id: str
    day: dt.date
    marks: OriginMarks
    amount_minor: int
    currency: str
    project: str = ""
    product_type: str = ""
    region: str = ""
    impressions: int | None = None
    clicks: int | None = None


@dataclass(frozen=True)
class TouchRow:
    """One contact of a device or a person with a channel; `at` in UTC, `sequence` orders touches of one moment."""

    source: str
    source_id: str
    at: dt.datetime
    marks: OriginMarks
    person: PersonRef
    kind: str = "visit"
    page: str = ""
    project: str = ""
    region: str = ""
    sequence: int = 0
