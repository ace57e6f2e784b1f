"""The company's records as columns of numbers: touches of persons, and what converted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from onegoal.apps.attribution.queries.asked import Asked, Conversion
from onegoal.apps.attribution.queries.columns import NEVER, UNKNOWN, filled, ints, lookup, moments
from onegoal.apps.attribution.queries.data import Data, kept
from onegoal.core.attribution.cutting import Conversions
from onegoal.core.attribution.journeys import Ints
from onegoal.metrics.tables import table


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

    def __len__(self) -> int:
        return len(self.id)

    @property
    def columns(self) -> tuple[Ints, ...]:
        """The columns, `currencies` aside."""
        return (
            self.id, self.person, self.at, self.lead_at, self.project, self.seller, self.team, self.amount, self.margin,
            self.currency,
        )  # fmt: skip

    def taken(self, places: NDArray[np.bool_]) -> Records:
        """Return the records in these places."""
        return Records(*(column[places] for column in self.columns), self.currencies)  # type: ignore[call-arg, arg-type]

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


def _is_lead(conversion: Conversion) -> bool:
    return conversion in ("lead", "qualified")


def lead_columns(data: Data) -> dict[str, Ints]:
    """Return leads sorted by id."""
    wanted = table("leads").select(
        "lead_id", "person_id", "created_at", "qualified_at", "origin_id", "project_id", "seller_id", "team_id",
        "agency_id",
    )  # fmt: skip
    rows = data.rows(wanted.order_by("lead_id"))
    return {
        "id": ints(rows, "lead_id"), "person": persons_in(data, "leads", "lead_id", rows),
        "created_at": moments(rows, "created_at"), "qualified_at": moments(rows, "qualified_at"),
        "origin": ints(rows, "origin_id"), "project": ints(rows, "project_id"), "seller": ints(rows, "seller_id"),
        "team": ints(rows, "team_id"), "agency": ints(rows, "agency_id"),
    }  # fmt: skip


def persons_in(data: Data, name: str, key: str, rows: pa.Table) -> Ints:
    """Return the person of each record, as the version of the persons has it; records it does not know keep theirs."""
    own = ints(rows, "person_id")
    if not data.is_mixed:
        return own
    other = data.rows(table(name).select(key, "person_id").order_by(key), of_persons=True)
    told = lookup(ints(other, key), ints(other, "person_id"), ints(rows, key))
    return np.where(told == UNKNOWN, own, told)


def _leads(conversion: Conversion, data: Data) -> Records:
    leads = lead_columns(data)
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
    rows, leads = data.rows(wanted.order_by("deal_id")), lead_columns(data)
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
        identity, persons_in(data, "deals", "deal_id", rows), at,
        lookup(leads["id"], leads["created_at"], ints(rows, "lead_id"), NEVER), ints(rows, "project_id"),
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
    return Payments(ints(rows, "deal_id"), filled(days, UNKNOWN), ints(rows, "amount_minor", 0), currency)
