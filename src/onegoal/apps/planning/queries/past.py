"""What happened month by month before a plan is checked, asked of the catalogue at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from django.utils import timezone

from onegoal.apps.company.queries import current_company
from onegoal.apps.facts.queries import ask_all, survival
from onegoal.core.joint_plan.figures import Floats
from onegoal.core.periods import add_months
from onegoal.metrics.question import Answer, Question, Row
from onegoal.metrics.results import Survival

MONTHS_BACK: Final = 48
"""How far back leads are counted that may still bring a deal."""
CONVERSION_MONTHS: Final = 24
"""Leads of so many months tell the conversions and delays."""
RECENT_MONTHS: Final = 12
"""Prices, costs, the mix and work are those of the last year."""

Where = tuple[tuple[str, str | None], ...]


@dataclass(frozen=True)
class Past:
    """Figures by month up to yesterday: `months[i]` is the month of place i, the last one today's; money in minor units."""

    today: dt.date
    months: tuple[dt.date, ...]
    leads: Mapping[str, Floats]
    qualified: Mapping[str, Floats]
    visitors: Mapping[str, Floats]
    spend: Mapping[str, Floats]
    deals: Floats
    signed: Floats
    received: Floats
    by_type: Mapping[str, float]
    prices: Mapping[str, Row]
    curves: Mapping[str, Survival]
    where: Where

    def in_months(self, figures: Floats, months: tuple[dt.date, ...]) -> Floats:
        """Return the figures of some months, nought where nobody has lived them."""
        places = {month: at for at, month in enumerate(self.months)}
        return np.array([figures[places[month]] if month in places else 0.0 for month in months])

    def before(self, figures: Floats, first: dt.date, recent: int) -> Floats:
        """Return the figures of the months before `first`, the latest first.

        The rest of this month, and those not begun, are taken as the mean of the last `recent` months.
        """
        usual = float(figures[-1 - recent : -1].mean())
        share = self.today.day - 1
        days = (add_months(self.months[-1], 1) - self.months[-1]).days
        filled = figures.copy()
        filled[-1] += usual * (1 - share / days)
        ahead = _apart(self.months[-1], first) - 1
        if ahead < 0:
            return filled[: len(filled) + ahead][::-1]
        return np.append(filled, np.full(ahead, usual))[::-1]


def past_of(months: tuple[dt.date, ...], *, project: str, today: dt.date) -> Past:
    """Return what the catalogue says of the company, or of one project, up to yesterday."""
    where: Where = (("project", project),) if project else ()
    this = today.replace(day=1)
    line = tuple(add_months(this, back - MONTHS_BACK) for back in range(MONTHS_BACK + 1))
    end = today - dt.timedelta(days=1)
    money: Where = (*where, ("currency", current_company().currency))
    recent = max(line[0], add_months(this, -RECENT_MONTHS))
    leads, qualified, visitors, spend, deals, signed, received, types, prices, price = ask_all([
        Question("leads", ("channel", "month"), line[0], end, where),
        Question("qualified_leads", ("channel", "month"), line[0], end, where),
        Question("visitors", ("channel", "month"), recent, end, where),
        Question("spend", ("channel", "month"), recent, end, money),
        Question("deals_won", ("month",), line[0], end, where),
        Question("money_signed", ("month",), line[0], end, money),
        Question("money_received", ("month",), line[0], end, money),
        Question("deals_won", ("product_type",), recent, end, where),
        Question("average_price", ("product_type",), recent, end, money),
        Question("average_price", (), recent, end, money),
    ])  # fmt: skip
    return Past(
        today, line, _table(leads, line), _table(qualified, line), _table(visitors, line), _table(spend, line),
        _line(deals, line), _line(signed, line), _line(received, line),
        {row.by["product_type"] or "": float(row.value or 0) for row in types.rows if row.value},
        {row.by.get("product_type") or "": row for row in (*prices.rows, *price.rows) if row.denominator},
        _curves("time_lead_to_won", this, today, where), where,
    )  # fmt: skip


def _curves(metric: str, this: dt.date, today: dt.date, where: Where) -> dict[str, Survival]:
    """The curves of each channel, and the company's under the empty name, as of the morning of `today`."""
    start, end = add_months(this, -CONVERSION_MONTHS), today - dt.timedelta(days=1)
    as_of = _morning(today)
    cut = survival(Question(metric, ("channel",), start, end, where), as_of=as_of)
    whole = survival(Question(metric, (), start, end, where), as_of=as_of)
    found = {str(one.by["channel"]): one for one in cut if one.by["channel"]}
    return found | ({"": whole[0]} if whole else {})


def _morning(today: dt.date) -> dt.datetime:
    return dt.datetime.combine(today, dt.time(), timezone.get_current_timezone())


def _table(answer: Answer, line: tuple[dt.date, ...]) -> dict[str, Floats]:
    places = {f"{month:%Y-%m}": at for at, month in enumerate(line)}
    found: dict[str, Floats] = {}
    for row in answer.rows:
        if row.value and str(row.by["month"]) in places:
            name = row.by["channel"] or ""
            found.setdefault(name, np.zeros(len(line)))[places[str(row.by["month"])]] += float(row.value)
    return found


def _line(answer: Answer, line: tuple[dt.date, ...]) -> Floats:
    places = {f"{month:%Y-%m}": at for at, month in enumerate(line)}
    found = np.zeros(len(line))
    for row in answer.rows:
        if row.value and str(row.by["month"]) in places:
            found[places[str(row.by["month"])]] += float(row.value)
    return found


def _apart(first: dt.date, last: dt.date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month
