"""What was known of leads when they came, as columns of texts, and which fields cannot be trusted and why."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from zoneinfo import ZoneInfo

from onegoal.apps.company.models import FieldKind
from onegoal.apps.company.queries import current_company
from onegoal.apps.marketing.models import Origin
from onegoal.apps.people.models import Person
from onegoal.apps.sales.models import Lead
from onegoal.apps.scoring.fields import NATURAL, LaterField, later_fields
from onegoal.apps.scoring.trail import Entry, Place, first_value, trail_of, value_at

CHUNK: Final = 2_000
MOST_LATE: Final = 0.05
"""Of the leads with a value so many may have it late or of unknown age; beyond that the field is refused."""
HOURS_TOGETHER: Final = 3
_LONGEST: Final = 200
_ORIGIN = ("channel", "utm_source", "medium", "campaign", "creative", "keyword", "landing_page")
_ORIGIN_KEYS = ("channel", "source", "medium", "campaign", "creative", "keyword", "landing_page")
_AGENCY, _REQUEST = Place("agency_id"), Place("request_type")


@dataclass
class Evidence:
    """What the trail says of one field: leads with a value, those that got it late, those of which nobody knows."""

    key: str
    filled: int = 0
    late: int = 0
    unknown: int = 0
    late_example: int | None = None
    unknown_example: int | None = None

    @property
    def is_proven_late(self) -> bool:
        """Whether the trail shows too many leads that got their value after they came."""
        return self.late > MOST_LATE * self.filled

    @property
    def is_unknown(self) -> bool:
        """Whether too many leads were taken in with a value whose age nobody saw."""
        return self.unknown > MOST_LATE * self.filled


@dataclass
class Arrivals:
    """Texts by field, in the order asked for without leads that are gone, and the evidence for fields filled later."""

    ids: list[int]
    columns: dict[str, list[str]]
    evidence: dict[str, Evidence] = field(default_factory=dict)

    def usable(self, declared: Collection[str]) -> dict[str, list[str]]:
        """Return the columns that may be learnt from: refused fields and those that never vary are left out."""
        return {
            key: values
            for key, values in self.columns.items()
            if (key in NATURAL or not self.is_refused(key, declared)) and len(set(values)) > 1
        }

    def is_refused(self, key: str, declared: Collection[str]) -> bool:
        """Whether a field is not to be trusted; a declaration helps against an unknown age, not against the trail."""
        told = self.evidence[key]
        return told.is_proven_late or (told.is_unknown and key not in declared)


def arrivals_of(
    ids: Sequence[int], *, declared: Collection[str], progress: Callable[[float], None] = lambda _: None
) -> Arrivals:
    """Read what was known of each lead at its arrival. `progress` is told the share done, 0 to 1.

    A value counts when the trail shows it was there within ten minutes of the arrival. Of a field that somebody answers
    for (`declared`), the value a record was taken in with counts too.
    """
    later, zone = later_fields(), ZoneInfo(current_company().time_zone)
    columns: dict[str, list[str]] = {key: [] for key in (*NATURAL, *(one.key for one in later))}
    found: list[int] = []
    evidence = {one.key: Evidence(one.key) for one in later}
    origins = _Origins()
    for start in range(0, len(ids), CHUNK):
        found += _read_chunk(ids[start : start + CHUNK], later, declared, zone, origins, columns, evidence)
        progress(min(1.0, (start + CHUNK) / len(ids)))
    return Arrivals(found, columns, evidence)


def _read_chunk(
    ids: Sequence[int], later: Sequence[LaterField], declared: Collection[str], zone: ZoneInfo, origins: _Origins,
    columns: dict[str, list[str]], evidence: dict[str, Evidence],
) -> list[int]:  # fmt: skip
    leads = {lead.pk: lead for lead in Lead.objects.filter(pk__in=ids).only(*_LEAD_COLUMNS)}
    people = Person.objects.only("region", "segment", "custom").in_bulk({lead.person_id for lead in leads.values()})
    trails = {"lead": trail_of("lead", leads), "person": trail_of("person", people)}
    came = _arrivals_of_people(people)
    marks = origins.of({lead.origin_id for lead in leads.values()})
    present = [pk for pk in ids if pk in leads]
    for pk in present:
        lead = leads[pk]
        own = trails["lead"].get(pk, [])
        for key, text in zip(_ORIGIN_KEYS, marks[lead.origin_id], strict=True):
            columns[key].append(text)
        for key, text in _moment_texts(lead, zone, came[lead.person_id]).items():
            columns[key].append(text)
        columns["request_type"].append(_text(first_value(own, _REQUEST, lead.request_type)))
        columns["agency"].append(_text(first_value(own, _AGENCY, lead.agency_id)))
        for one in later:
            holder: Any = lead if one.of == "lead" else people[lead.person_id]
            entries = own if one.of == "lead" else trails["person"].get(lead.person_id, [])
            columns[one.key].append(_known_text(one, holder, entries, lead, declared, evidence[one.key]))
    return present


_LEAD_COLUMNS = (
    "created_at", "person_id", "origin_id", "request_type", "agency_id", "project_id", "product_type", "region",
    "segment", "custom",
)  # fmt: skip


def _known_text(
    one: LaterField, holder: Any, entries: Sequence[Entry], lead: Lead, declared: Collection[str], told: Evidence
) -> str:
    seen = value_at(entries, one.place, getattr(holder, one.place.column), lead.created_at)
    if seen.knowledge == "late":
        told.late += 1
        told.late_example = told.late_example or lead.pk
    elif seen.knowledge == "unknown":
        told.unknown += 1
        told.unknown_example = told.unknown_example or lead.pk
    told.filled += seen.knowledge == "late" or seen.value is not None
    if seen.value is None or (seen.knowledge == "unknown" and one.key not in declared):
        return ""
    return bucket_of(seen.value) if one.kind == FieldKind.NUMBER else _text(seen.value)


def bucket_of(value: Any) -> str:
    """Return the range a number falls into: bounds of one leading figure, so 1,340,000 is `1000000..2000000`."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return _text(value)
    if not math.isfinite(number) or number == 0:
        return "0"
    step = 10.0 ** math.floor(math.log10(abs(number)))
    low = math.floor(number / step) * step
    return f"{low:g}..{low + step:g}" if abs(low) < 1 else f"{low:.0f}..{low + step:.0f}"


def _moment_texts(lead: Lead, zone: ZoneInfo, came: Sequence[dt.datetime]) -> dict[str, str]:
    local = lead.created_at.astimezone(zone)
    earlier = sum(at < lead.created_at for at in came)
    hour = local.hour // HOURS_TOGETHER * HOURS_TOGETHER
    return {"hour": f"{hour:02d}", "weekday": str(local.weekday()), "earlier": str(min(earlier, 3))}


def _arrivals_of_people(people: Iterable[int]) -> Mapping[int, list[dt.datetime]]:
    found: dict[int, list[dt.datetime]] = defaultdict(list)
    for person_id, at in Lead.objects.filter(person_id__in=list(people)).values_list("person_id", "created_at"):
        found[person_id].append(at)
    return found


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).strip()[:_LONGEST]


class _Origins:
    """Marks of origins, each read once: thousands of leads share a few."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[str, ...]] = {}

    def of(self, ids: set[int]) -> Mapping[int, tuple[str, ...]]:
        missing = [one for one in ids if one not in self._known]
        for row in Origin.objects.filter(pk__in=missing).values_list("id", *_ORIGIN):
            self._known[row[0]] = tuple(row[1:])
        return self._known
