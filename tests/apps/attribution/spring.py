"""A spring in which display begins, search and mail close, and one deal is signed long after anybody was touched."""

from __future__ import annotations

import datetime as dt

from tests.apps.attribution.story import deal, lead, payment, touch
from tests.world import NOW, spend_row

from onegoal.apps.facts.services import publish_now
from onegoal.apps.marketing.intake import OriginMarks
from onegoal.apps.marketing.services import take_in_spend

DAYS = "from=2026-01-01&to=2026-02-28"
BY_BOTH = [f"Both {number}" for number in range(8)]
BY_MAIL = [f"Mail {number}" for number in range(4)]
ONLY_SEEN = [f"Seen {number}" for number in range(6)]


def make_spring() -> None:
    """Twelve signed deals of Nora's for 1,000 EUR, three of them paid; six visitors never convert; published.

    Eight people saw display and came by search, four came by mail; Late's deal has no touch within 90 days.
    """
    for name in ONLY_SEEN:
        touch(name, "display", "2026-01-03")
    for name in BY_BOTH:
        touch(name, "display", "2026-01-04")
        touch(name, "search", "2026-01-06")
        lead(name, "search", "2026-01-06", "11:00", project="River Park", seller="Nora")
        deal(name, "2026-01-20", project="River Park", seller="Nora")
    for name in BY_MAIL:
        lead(name, "mail", "2026-01-10", project="Old Mill", seller="Nora")
        deal(name, "2026-02-01", project="Old Mill", seller="Nora")
    lead("Late", "search", "2025-06-01", seller="Nora")
    deal("Late", "2026-02-10", seller="Nora")
    for name in BY_BOTH[:3]:
        payment(name, "2026-02-05", 400_00)
    marks = OriginMarks(source="dv360", medium="display", campaign="brand-video")
    spend = [spend_row("s1", 300_00, day=dt.date(2026, 1, 5)), spend_row("s2", 100_00, marks=marks)]
    take_in_spend(rows=spend, now=NOW)
    publish_now()
