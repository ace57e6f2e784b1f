"""The company's own whole months as the levers read them, and the numbers they rest on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from onegoal.apps.company.queries import current_company
from onegoal.apps.conflicts.models import LeverNumber
from onegoal.apps.facts.queries import ask_all
from onegoal.apps.goal.models import SharedKpi
from onegoal.apps.goal.queries import active_kpi, terms_of, version_of_day
from onegoal.core.joint_plan.figures import Floats
from onegoal.core.kpi_conflicts import ASSUMPTIONS, Assumption, Channel, History, attention_of
from onegoal.core.periods import add_months
from onegoal.core.shared_kpi import MIX, Terms
from onegoal.metrics.question import Answer, Question, Row

MONTHS: Final = 12
_DAY: Final = dt.timedelta(days=1)
_DAYS_OF_MONTH: Final = 365.25 / 12


@dataclass(frozen=True)
class Ground:
    """What an audit stands on: months, the KPI (None where none is active), and the levers' numbers.

    `own` names the numbers that the company's history has sharpened, with how many months told; `set_by_us` those the
    company has set.
    """

    history: History
    kpi: SharedKpi | None
    numbers: Mapping[str, Assumption]
    own: Mapping[str, int]
    set_by_us: frozenset[str]


def ground_of(today: dt.date) -> Ground:
    """Return the last twelve whole months before a day, fewer where the company is younger."""
    end = today.replace(day=1) - _DAY
    start = add_months(end.replace(day=1), 1 - MONTHS)
    kpi = active_kpi(on=today)
    read = _Read(start, end)
    assumed, set_by_us = numbers_in_use()
    attention, months = attention_of(
        read.by_month("calls", over="leads"), read.shares("lead_to_qualified"), assumed["attention"]
    )
    # What the company has set itself is not overruled.
    if "attention" in set_by_us:
        attention, months = assumed["attention"], 0
    numbers = {**assumed, "attention": attention}
    own = {"attention": months} if months else {}
    return Ground(read.history(_terms(kpi, today), _length(kpi)), kpi, numbers, own, set_by_us)


def numbers_in_use() -> tuple[dict[str, Assumption], frozenset[str]]:
    """Return the levers' numbers, and which of them the company has set."""
    chosen = {one.key: one for one in LeverNumber.objects.all() if one.key in ASSUMPTIONS}
    numbers = {
        key: Assumption(key, chosen[key].estimate, chosen[key].low, chosen[key].high, usual.least)
        if key in chosen
        else usual
        for key, usual in ASSUMPTIONS.items()
    }
    return numbers, frozenset(chosen)


def _terms(kpi: SharedKpi | None, today: dt.date) -> Terms:
    version = version_of_day(kpi, today) if kpi else None
    terms = terms_of(version) if version else Terms(())
    return Terms(tuple(part for part in terms.parts if part.kind == MIX or part.target), terms.mix)


def _length(kpi: SharedKpi | None) -> float:
    """How many months the KPI's targets stand for."""
    return ((kpi.ends_on - kpi.starts_on).days + 1) / _DAYS_OF_MONTH if kpi else 1.0


class _Read:
    """The answers of the catalogue for the months, all from one version of the data."""

    def __init__(self, start: dt.date, end: dt.date) -> None:
        self._months = [add_months(start, at) for at in range(MONTHS)]
        asked = {
            ("leads", "channel"): ("channel",), ("qualified_leads", "channel"): ("channel",),
            ("spend", "channel"): ("channel",), ("lead_to_won", "channel"): ("channel",),
            ("leads", ""): ("month",), ("calls", ""): ("month",), ("lead_to_qualified", ""): ("month",),
            ("money_received", ""): ("month",), ("deals_won", ""): ("month", "product_type"),
            ("average_price", ""): ("month", "product_type"),
        }  # fmt: skip
        answers = ask_all([Question(metric, by, start, end) for (metric, _how), by in asked.items()])
        self._rows = {key: _own_money(answer) for key, answer in zip(asked, answers, strict=True)}
        self._first = self._first_month()

    def by_month(self, metric: str, over: str) -> list[float]:
        """Return one figure over another, month by month; nought where nothing stands below."""
        top, bottom = self._line(metric), self._line(over)
        return [one / other if other else 0.0 for one, other in zip(top, bottom, strict=True)]

    def shares(self, metric: str) -> list[float]:
        """Return a rate by month."""
        found = {row.by["month"]: row for row in self._rows[metric, ""]}
        return [
            float(row.numerator or 0) / float(row.denominator) if row and row.denominator else 0.0
            for row in (found.get(_key(month)) for month in self._months)
        ]

    def history(self, terms: Terms, kpi_months: float) -> History:
        """Return the months from the first with anything in it."""
        types = sorted({row.by["product_type"] or "" for row in self._rows["deals_won", ""] if row.value})
        deals, signed = (np.zeros((len(types), MONTHS)) for _ in range(2))
        self._fill(deals, types, "deals_won", lambda row: float(row.value or 0))
        self._fill(signed, types, "average_price", lambda row: float(row.numerator or 0))
        first = self._first
        channels = self._channels()
        return History(
            tuple(self._months[first:]), tuple(types), deals[:, first:], signed[:, first:],
            np.array(self._line("money_received")[first:]), channels, terms, kpi_months,
            leads=sum(one.leads for one in channels), qualified=sum(one.qualified for one in channels),
        )  # fmt: skip

    def _fill(self, table: Floats, types: list[str], metric: str, value: Callable[[Row], float]) -> None:
        months = {_key(month): at for at, month in enumerate(self._months)}
        for row in self._rows[metric, ""]:
            kind, month = row.by["product_type"] or "", months.get(row.by["month"] or "")
            if kind in types and month is not None:
                table[types.index(kind), month] += value(row)

    def _channels(self) -> tuple[Channel, ...]:
        leads, qualified, spend = (self._by_channel(metric) for metric in ("leads", "qualified_leads", "spend"))
        won = {row.by["channel"] or "": row for row in self._rows["lead_to_won", "channel"]}
        return tuple(
            Channel(
                name, spend.get(name, 0.0), leads.get(name, 0.0), qualified.get(name, 0.0),
                float(won[name].numerator or 0) if name in won else 0.0,
                float(won[name].denominator or 0) if name in won else 0.0,
            )
            for name in sorted({*leads, *spend})
        )  # fmt: skip

    def _by_channel(self, metric: str) -> dict[str, float]:
        return {row.by["channel"] or "": float(row.value or 0) for row in self._rows[metric, "channel"]}

    def _line(self, metric: str) -> list[float]:
        found: dict[str, float] = {}
        for row in self._rows[metric, ""]:
            month = row.by["month"] or ""
            found[month] = found.get(month, 0.0) + float(row.value or 0)
        return [found.get(_key(month), 0.0) for month in self._months]

    def _first_month(self) -> int:
        """The first month in which anything happened."""
        lines = [self._line(metric) for metric in ("leads", "deals_won", "money_received")]
        return next((at for at in range(MONTHS) if any(line[at] for line in lines)), MONTHS)


def _key(month: dt.date) -> str:
    return f"{month:%Y-%m}"


def _own_money(answer: Answer) -> list[Row]:
    """The rows in the company's own currency: others cannot be added to them."""
    own = current_company().currency
    if answer.currency and answer.currency != own:
        return []
    return [row for row in answer.rows if row.by.get("currency", own) in (own, None)]
