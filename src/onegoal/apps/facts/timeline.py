"""What the warehouse adds to a person's timeline: the touches of their devices and contacts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.reach import reach_of
from onegoal.apps.marketing.models import Origin
from onegoal.apps.people.models import Person
from onegoal.apps.people.timeline import MOST_MOMENTS, Moment, Source
from onegoal.core.identity_hash import identity_hash


def touch_moments(user: User, person: Person) -> Iterator[Moment]:
    """Yield the person's latest touches, at most two thousand, each with where it came from."""
    # Only now: every process of the product registers this timeline, and only those that show it need an engine.
    import ibis

    from onegoal.apps.facts.engine import reading
    from onegoal.metrics.tables import table

    marks = [identity_hash(kind, value) for kind, value in person.identifiers.values_list("kind", "value")]
    if not marks:
        return
    touches = table("touches")
    mine = touches.filter(touches.visitor.isin(marks))
    limit = reach_of(user).project_ids
    if limit is not None:
        mine = mine.filter(mine.project_id.isin(sorted(limit)))
    latest = mine.order_by(ibis.desc("at")).limit(MOST_MOMENTS).select("at", "origin_id", "touch_kind", "page")
    rows = reading().run(latest).to_pylist()
    origins = Origin.objects.in_bulk({row["origin_id"] for row in rows})
    for row in rows:
        at = row["at"] if row["at"].tzinfo else row["at"].replace(tzinfo=dt.UTC)
        origin = origins.get(row["origin_id"])
        about = [origin.shown if origin else "", row["page"] or ""]
        title = _("Visit") if row["touch_kind"] == "visit" else str(row["touch_kind"])
        yield Moment(at, "touch", title, " · ".join(part for part in about if part))


SOURCES = (Source("touch", gettext_lazy("touches"), touch_moments),)
