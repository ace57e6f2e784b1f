"""The company's records as columns of numbers: touches of persons, and what converted."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from onegoal.apps.attribution.queries.asked import AGENCY, CALL, NOT_SET, VISIT, Asked, Conversion, Dimension
from onegoal.apps.attribution.queries.data import Data, kept
from onegoal.core.attribution.cutting import NO_LEAD, Conversions, Touches
from onegoal.core.attribution.journeys import DAY, Ints
from onegoal.metrics.tables import table

OTHER = "(other)"
"""The group of all groups beyond the largest MOST_GROUPS."""
MOST_GROUPS = 60
NEVER = NO_LEAD
"""The moment of what did not happen."""
UNKNOWN = -1
"""The id of a record that is not named."""
_MOST_LOOKED_BACK = 10_000
_EMPTY = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class WebTouches:
    """Touches of the warehouse sorted by (person, at, sequence, origin); a visitor nobody knows is a negative person."""

    person: Ints
    at: Ints
    sequence: Ints
    origin: Ints

    @property
    def nbytes(self) -> int:
        """Memory it takes."""
        return self.person.nbytes + self.at.nbytes + self.sequence.nbytes + self.origin.nbytes


@dataclass(frozen=True, slots=True)
class Steps:
    """Touches that no site has seen, sorted by (person, at); `label` is the name of the group."""

    person: Ints
    at: Ints
    label: NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Stream:
    """All touches of one question with their groups.

    `folded` are the names that stand under "(other)", `unseen` the groups that no site has seen: only leads tell of them.
    """

    touches: Touches
    groups: tuple[str, ...]
    folded: frozenset[str]
    unseen: frozenset[str]

    @property
    def nbytes(self) -> int:
        """Memory it takes."""
        return self.touches.person.nbytes + self.touches.at.nbytes + self.touches.group.nbytes


@dataclass(frozen=True, slots=True)
class Records:
    """What converted, sorted by (person, at, id): columns are (n,), ids UNKNOWN and moments NEVER where not known.

    `amount` and `margin` in minor units of `currency`, 0 where unknown; `currency` codes into `currencies`.
    """

    id: Ints
    person: Ints
    at: Ints
    lead_at: Ints
    project: Ints
    seller: Ints
    team: Ints
    amount: Ints
    margin: Ints
    currency: Ints
    currencies: tuple[str, ...]

    @property
    def nbytes(self) -> int:
        """Memory it takes."""
        return 10 * self.id.nbytes

    def conversions(self) -> Conversions:
        """Return them as conversions without worth, each known by its place here."""
        places = np.arange(len(self.id))
        return Conversions(self.person, self.at, np.zeros(len(places), np.int64), self.lead_at, places)


@dataclass(frozen=True, slots=True)
class Payments:
    """Payments by deal: `day` counts from 1970."""

    deal: Ints
    day: Ints
    amount: Ints
    currency: NDArray[np.object_]

    @property
    def nbytes(self) -> int:
        """Memory it takes."""
        return 4 * self.deal.nbytes


def stream_of(asked: Asked, data: Data) -> Stream:
    """Return the touches a question is about: of the sites, of leads that no site has seen, and steps if wanted."""
    key = ("stream", asked.dimension, asked.steps, data.state(*touch_tables(asked)))
    return kept.remember(key, lambda: _stream(asked, data))


def touch_tables(asked: Asked) -> tuple[str, ...]:
    """Return the tables that decide the touches of a question."""
    own = ("touches", "identities", "origins", "leads")
    return (*own, "calls", "tasks", "deals") if asked.steps else own


def conversion_tables(conversion: Conversion) -> tuple[str, ...]:
    """Return the tables that decide what converted."""
    return {
        "lead": ("leads",), "qualified": ("leads",), "deal": ("deals", "leads"), "money": ("deals", "leads", "payments"),
    }[conversion]  # fmt: skip


def records_of(conversion: Conversion, data: Data) -> Records:
    """Return every conversion of one kind, whoever's and whenever."""
    key = ("records", conversion, data.state(*conversion_tables(conversion)))
    return kept.remember(key, lambda: _leads(conversion, data) if _is_lead(conversion) else _deals(conversion, data))


def payments_of(data: Data) -> Payments:
    """Return every payment."""
    return kept.remember(("payments", data.state("payments")), lambda: _payments(data))


def labels_of(dimension: Dimension, data: Data) -> dict[int, str]:
    """Return the group of each origin."""
    origins = table("origins")
    rows = data.rows(origins.select("origin_id", "channel", "source", "medium", "campaign", "creative"))
    columns = {name: rows[name].to_pylist() for name in rows.column_names}
    if dimension == "source_medium":
        pairs = zip(columns["source"], columns["medium"], strict=True)
        names = [
            f"{source or NOT_SET} / {medium or NOT_SET}" if source or medium else NOT_SET for source, medium in pairs
        ]
    else:
        names = [name or NOT_SET for name in columns[dimension]]
    return dict(zip(columns["origin_id"], names, strict=True))


def web_touches(data: Data) -> WebTouches:
    """Return the touches of the sites by person."""
    state, names = data.state("touches", "identities"), ("person", "at", "sequence", "origin")

    def shared() -> WebTouches:
        return WebTouches(
            *data.source.answers.remember_columns("web touches", state, names, lambda: _web_columns(data))
        )

    return kept.remember(("web", state), shared)


def _web_columns(data: Data) -> tuple[Ints, ...]:
    touches, identities = table("touches"), table("identities").select("identity", known="person_id")
    mine = touches.filter(touches.visitor.notnull()).select("visitor", "at", "sequence", "origin_id")
    met = mine.left_join(identities, mine.visitor == identities.identity)
    # Half of all hashes are negative already; the others are turned round, so that no visitor looks like a person.
    nobody = ibis.ifelse(met.visitor < 0, met.visitor, -1 - met.visitor)
    wanted = met.select(
        person=ibis.coalesce(met.known, nobody), at=met["at"], sequence=met["sequence"].fill_null(0),
        origin=met.origin_id.fill_null(UNKNOWN),
    )  # fmt: skip
    rows = data.many_rows(wanted.order_by("person", "at", "sequence", "origin"))
    return ints(rows, "person"), moments(rows, "at"), ints(rows, "sequence"), ints(rows, "origin")


def _stream(asked: Asked, data: Data) -> Stream:
    web, labels = web_touches(data), labels_of(asked.dimension, data)
    steps = _steps(asked, data, web, labels)
    found = np.unique(web.origin)
    names, of_web = _numbered([labels.get(int(one), NOT_SET) for one in found])
    # Numbers of names in order of appearance; the names of steps come after those of the sites.
    names, of_steps = _numbered(steps.label.tolist(), names)
    code = of_web[np.searchsorted(found, web.origin)] if len(found) else web.origin
    counts = np.bincount(code, minlength=len(names)) + np.bincount(of_steps, minlength=len(names))
    groups, places, folded = _folded(names, counts)
    group = _in_order(web, places[code])
    lo, hi = _span(web, steps.person)
    where = _bisect(web.at, lo, hi, steps.at)
    touches = Touches(
        np.insert(web.person, where, steps.person), np.insert(web.at, where, steps.at),
        np.insert(group, where, places[of_steps]).astype(np.int32),
    )  # fmt: skip
    seen = np.bincount(group, minlength=len(groups)) > 0
    return Stream(touches, groups, folded, frozenset(groups[place] for place in np.flatnonzero(~seen)))


def _steps(asked: Asked, data: Data, web: WebTouches, labels: dict[int, str]) -> Steps:
    """Return the origins of leads that no site has seen and, where wanted, calls, visits and agencies."""
    leads = _lead_columns(data)
    unseen = ~_is_seen(web, leads["person"], leads["created_at"], leads["origin"], _marks(data))
    names = np.array([labels.get(int(one), NOT_SET) for one in leads["origin"][unseen]], dtype=object)
    parts = [Steps(leads["person"][unseen], leads["created_at"][unseen], names)]
    if asked.steps:
        parts += _worked_steps(data, leads)
    person = np.concatenate([part.person for part in parts])
    at = np.concatenate([part.at for part in parts])
    label = np.concatenate([part.label for part in parts])
    # Names decide between steps of one moment, so that the order never depends on the order of rows.
    order = np.lexsort((label.astype(str), at, person)) if len(person) else np.empty(0, np.int64)
    return Steps(person[order], at[order], label[order])


def _worked_steps(data: Data, leads: dict[str, Ints]) -> list[Steps]:
    """Return calls, visits to the office and agencies as touches of the persons they were about."""
    calls = data.rows(table("calls").select("call_id", "person_id", "lead_id", "started_at"))
    of_lead = _lookup(leads["id"], leads["person"], ints(calls, "lead_id"))
    told = _persons(data, "calls", "call_id", calls)
    call = (np.where(told == UNKNOWN, of_lead, told), moments(calls, "started_at"), CALL)
    tasks = table("tasks")
    done = data.rows(
        tasks.filter(tasks.task_kind == "meeting", tasks.done_at.notnull()).select("lead_id", "deal_id", "done_at")
    )
    deals = data.rows(table("deals").select("deal_id", "person_id"))
    of_deal = _lookup(
        *_sorted(ints(deals, "deal_id"), _persons(data, "deals", "deal_id", deals)), ints(done, "deal_id")
    )
    person = _lookup(leads["id"], leads["person"], ints(done, "lead_id"))
    visit = (np.where(person == UNKNOWN, of_deal, person), moments(done, "done_at"), VISIT)
    brokered = leads["agency"] != UNKNOWN
    agency = (leads["person"][brokered], leads["created_at"][brokered], AGENCY)
    found = []
    for persons, at, name in (call, visit, agency):
        known = (persons != UNKNOWN) & (at != NEVER)
        found.append(Steps(persons[known], at[known], np.full(np.count_nonzero(known), name, dtype=object)))
    return found


def _is_seen(web: WebTouches, person: Ints, at: Ints, origin: Ints, marks: Marks) -> NDArray[np.bool_]:
    """Return which leads a touch of the same person and source in the day before has told of already."""
    lo, hi = _span(web, person)
    last = _bisect(web.at, lo, hi, at)
    first = np.maximum(_bisect(web.at, lo, hi, at - DAY), last - _MOST_LOOKED_BACK)
    lengths = last - first
    owner = np.repeat(np.arange(len(person)), lengths)
    starts = np.concatenate(([0], np.cumsum(lengths)))[:-1]
    places = np.arange(len(owner)) + np.repeat(first - starts, lengths)
    same = marks.agree(web.origin[places], origin[owner])
    return np.bincount(owner[same], minlength=len(person)) > 0


@dataclass(frozen=True, slots=True)
class Marks:
    """What origins say, as numbers by the place of the sorted `origin`; UNKNOWN where they say nothing."""

    origin: Ints
    columns: tuple[Ints, ...]

    def agree(self, some: Ints, others: Ints) -> NDArray[np.bool_]:
        """Return which pairs of origins are of one channel and contradict each other in nothing else.

        A site and a list of leads tell of the same click in different detail: the way the enquiry was sent, a page.
        """
        channels = [_lookup(self.origin, self.columns[0], origins) for origins in (some, others)]
        found = (some == others) | ((channels[0] == channels[1]) & (channels[0] != UNKNOWN))
        for column in self.columns[1:]:
            one, other = (_lookup(self.origin, column, origins) for origins in (some, others))
            found &= (one == other) | (one == UNKNOWN) | (other == UNKNOWN)
        return found


def _marks(data: Data) -> Marks:
    origins, names = table("origins"), ("channel", "source", "medium", "campaign")
    rows = data.rows(origins.select("origin_id", *names).order_by("origin_id"))
    return Marks(ints(rows, "origin_id"), tuple(_codes(rows[name]) for name in names))


def _codes(column: pa.ChunkedArray) -> Ints:
    """Return texts as numbers, UNKNOWN where there is none."""
    found = column.combine_chunks().dictionary_encode() if len(column) else None
    return _filled(pa.chunked_array([found.indices]), UNKNOWN) if found is not None else _EMPTY


def _span(web: WebTouches, person: Ints) -> tuple[Ints, Ints]:
    return np.searchsorted(web.person, person, "left"), np.searchsorted(web.person, person, "right")


def _bisect(at: Ints, lo: Ints, hi: Ints, moment: Ints) -> Ints:
    """Return in each span [lo, hi) of a sorted column the place after the last entry not later than a moment."""
    lo, hi = lo.copy(), hi.copy()
    for _ in range(int((hi - lo).max(initial=0)).bit_length()):
        is_wide = lo < hi
        middle = (lo + hi) >> 1
        is_before = np.zeros(len(lo), bool)
        is_before[is_wide] = at[middle[is_wide]] <= moment[is_wide]
        lo = np.where(is_wide & is_before, middle + 1, lo)
        hi = np.where(is_wide & ~is_before, middle, hi)
    return lo


def _in_order(web: WebTouches, group: Ints) -> Ints:
    """Return the groups with those of touches that nothing else tells apart in the order of their names."""
    if not len(group):
        return group
    follows = (
        (web.person[1:] == web.person[:-1]) & (web.at[1:] == web.at[:-1]) & (web.sequence[1:] == web.sequence[:-1])
    )
    follows = np.concatenate(([False], follows))
    tied = np.flatnonzero(follows | np.append(follows[1:], False))
    run = np.cumsum(~follows)[tied]
    group = group.copy()
    group[tied] = group[tied][np.lexsort((group[tied], run))]
    return group


def _numbered(labels: list[str], names: list[str] | None = None) -> tuple[list[str], Ints]:
    """Return the different names, known ones first, and the number of each label's name."""
    numbers = {name: number for number, name in enumerate(names or [])}
    codes = [numbers.setdefault(label, len(numbers)) for label in labels]
    return list(numbers), np.array(codes, np.int64)


def _folded(names: list[str], counts: Ints) -> tuple[tuple[str, ...], Ints, frozenset[str]]:
    """Return the sorted names, the place of each number among them, and the names folded into "(other)"."""
    by_size = sorted(range(len(names)), key=lambda number: (-int(counts[number]), names[number]))
    large = {names[number] for number in by_size[:MOST_GROUPS]}
    folded = frozenset(names) - large
    groups = tuple(sorted(large | ({OTHER} if folded else set())))
    place = {name: number for number, name in enumerate(groups)}
    return groups, np.array([place[name if name in large else OTHER] for name in names], np.int64), folded


def _is_lead(conversion: Conversion) -> bool:
    return conversion in ("lead", "qualified")


def _lead_columns(data: Data) -> dict[str, Ints]:
    """Return leads sorted by id."""
    wanted = table("leads").select(
        "lead_id", "person_id", "created_at", "qualified_at", "origin_id", "project_id", "seller_id", "team_id",
        "agency_id",
    )  # fmt: skip
    rows = data.rows(wanted.order_by("lead_id"))
    return {
        "id": ints(rows, "lead_id"), "person": _persons(data, "leads", "lead_id", rows),
        "created_at": moments(rows, "created_at"), "qualified_at": moments(rows, "qualified_at"),
        "origin": ints(rows, "origin_id"), "project": ints(rows, "project_id"), "seller": ints(rows, "seller_id"),
        "team": ints(rows, "team_id"), "agency": ints(rows, "agency_id"),
    }  # fmt: skip


def _persons(data: Data, name: str, key: str, rows: pa.Table) -> Ints:
    """Return the person of each record, as the version of the persons has it; records it does not know keep theirs."""
    own = ints(rows, "person_id")
    if not data.is_mixed:
        return own
    other = data.rows(table(name).select(key, "person_id").order_by(key), of_persons=True)
    told = _lookup(ints(other, key), ints(other, "person_id"), ints(rows, key))
    return np.where(told == UNKNOWN, own, told)


def _leads(conversion: Conversion, data: Data) -> Records:
    leads = _lead_columns(data)
    at = leads["qualified_at"] if conversion == "qualified" else leads["created_at"]
    lead_at = leads["created_at"] if conversion == "qualified" else np.full(len(at), NEVER)
    nothing = np.zeros(len(at), np.int64)
    columns = (leads["id"], leads["person"], at, lead_at, leads["project"], leads["seller"], leads["team"],
               nothing, nothing, nothing)  # fmt: skip
    return _ordered(columns, at != NEVER, ("",))


def _deals(conversion: Conversion, data: Data) -> Records:
    wanted = table("deals").select(
        "deal_id", "person_id", "lead_id", "opened_at", "won_at", "lost_at", "amount_minor", "margin_minor", "currency",
        "project_id", "seller_id", "team_id",
    )  # fmt: skip
    rows, leads = data.rows(wanted.order_by("deal_id")), _lead_columns(data)
    won, lost = moments(rows, "won_at"), moments(rows, "lost_at")
    identity = ints(rows, "deal_id")
    if conversion == "money":
        at, counts = np.where(won == NEVER, moments(rows, "opened_at"), won), np.isin(identity, payments_of(data).deal)
    else:
        at, counts = won, (won != NEVER) & ((lost == NEVER) | (lost < won))
    currencies, code = np.unique(
        np.array([one or "" for one in rows["currency"].to_pylist()], dtype=str), return_inverse=True
    )
    columns = (
        identity, _persons(data, "deals", "deal_id", rows), at,
        _lookup(leads["id"], leads["created_at"], ints(rows, "lead_id"), NEVER), ints(rows, "project_id"),
        ints(rows, "seller_id"), ints(rows, "team_id"), ints(rows, "amount_minor", 0), ints(rows, "margin_minor", 0),
        code.astype(np.int64),
    )  # fmt: skip
    return _ordered(columns, counts & (at != NEVER), tuple(currencies.tolist()))


def _ordered(columns: tuple[Ints, ...], counts: NDArray[np.bool_], currencies: tuple[str, ...]) -> Records:
    chosen = [column[counts] for column in columns]
    order = np.lexsort((chosen[0], chosen[2], chosen[1]))
    return Records(*(column[order] for column in chosen), currencies)  # type: ignore[call-arg, arg-type]


def _payments(data: Data) -> Payments:
    wanted = table("payments").select("payment_id", "deal_id", "received_on", "amount_minor", "currency")
    rows = data.rows(wanted.order_by("payment_id"))
    days = rows["received_on"].cast(pa.int32())
    currency = np.array([one or "" for one in rows["currency"].to_pylist()], dtype=object)
    return Payments(ints(rows, "deal_id"), _filled(days, UNKNOWN), ints(rows, "amount_minor", 0), currency)


def ints(rows: pa.Table, name: str, missing: int = UNKNOWN) -> Ints:
    """Return a column as 64-bit integers."""
    return _filled(rows[name], missing)


def moments(rows: pa.Table, name: str) -> Ints:
    """Return moments as microseconds since 1970 UTC, NEVER where there is none."""
    return _filled(rows[name].cast(pa.timestamp("us", "UTC")).cast(pa.int64()), NEVER)


def _filled(column: pa.ChunkedArray, missing: int) -> Ints:
    whole = pc.fill_null(column.cast(pa.int64()), missing)
    return np.asarray(whole.to_numpy(), np.int64) if len(whole) else _EMPTY


def _sorted(keys: Ints, values: Ints) -> tuple[Ints, Ints]:
    order = np.argsort(keys, kind="stable")
    return keys[order], values[order]


def _lookup(keys: Ints, values: Ints, wanted: Ints, missing: int = UNKNOWN) -> Ints:
    """Return the value of each wanted key of a sorted column."""
    if not len(keys):
        return np.full(len(wanted), missing)
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[places] == wanted, values[places], missing)
