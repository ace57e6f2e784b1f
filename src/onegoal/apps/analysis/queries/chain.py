"""The chain from spend to money: its links, the conversions between them, and how one of them ran over time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from onegoal.apps.analysis.queries.asked import Asked, Outcome
from onegoal.apps.analysis.queries.breakdown import Cell, total_line
from onegoal.core.periods import Grain, Period, bucket_label
from onegoal.metrics.question import Answer, Question, Row


@dataclass(frozen=True)
class Link:
    """One link: the metric of its card and the figure on the arrow to the next one."""

    metric: str
    arrow: str = ""


JUNCTIONS: Mapping[str, tuple[Link, ...]] = {
    "interest": (
        Link("spend", "cost_per_click"),
        Link("visitors", "visitor_to_lead"),
        Link("leads", "lead_to_qualified"),
    ),
    "negotiation": (
        Link("qualified_leads", "qualified_to_deal"),
        Link("deals", "deal_to_won"),
        Link("deals_won", "won_to_paid"),
    ),
    "service": (Link("money_signed", "money_collected"), Link("money_received")),
}
"""The three main stages of a customer's way, each with its links of the chain."""

MAIN_FIGURES = ("money_received", "money_signed", "deals_won", "leads", "visitors", "spend")
"""What the page leads with: the first of these that has anything in it, the nearest to money first."""

_CARDS = tuple(link.metric for links in JUNCTIONS.values() for link in links)
_ARROWS = tuple(link.arrow for links in JUNCTIONS.values() for link in links if link.arrow)


@dataclass(frozen=True)
class Chain:
    """The cards and arrows that could be answered, by metric."""

    cells: Mapping[str, Cell]

    @property
    def main(self) -> Cell | None:
        """The figure nearest to money that is not nothing, now or in the compared period."""
        return next((cell for name in MAIN_FIGURES if (cell := self.cells.get(name)) and _has_anything(cell)), None)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all happened in the period or in the one it is compared with."""
        return self.main is None


def chain_questions(asked: Asked) -> list[Question]:
    """The questions behind the cards and the arrows."""
    return asked.questions((*_CARDS, *_ARROWS))


def chain(asked: Asked, answers: Mapping[Question, Outcome]) -> Chain:
    """The chain of the page's period, with its changes against the compared one."""
    usable = [
        metric
        for metric in (*_CARDS, *_ARROWS)
        if asked.may_ask(metric) and isinstance(answers.get(asked.question(metric)), Answer)
    ]
    return Chain(total_line(asked, usable, answers).cells)


@dataclass(frozen=True)
class Point:
    """One day, week or month of a trend; `row` is None where nothing was recorded."""

    label: str
    bucket: Period
    row: Row | None


def grain_of(period: Period) -> Grain:
    """The finest grain at which a line over the period can still be read."""
    if period.days() <= 45:
        return "day"
    return "week" if period.days() <= 400 else "month"


def trend_questions(asked: Asked, metric: str) -> list[Question]:
    """The questions behind a trend: the page's period and the compared one, cut by the same grain."""
    return asked.questions([metric], (grain_of(asked.period),))


def trend(asked: Asked, metric: str, period: Period, answers: Mapping[Question, Outcome]) -> list[Point]:
    """One point for each bucket of the period, also for those in which nothing happened."""
    grain = grain_of(asked.period)
    answer = answers.get(asked.question(metric, (grain,), period=period))
    rows = {row.by.get(grain): row for row in answer.rows} if isinstance(answer, Answer) else {}
    buckets = list(period.buckets(grain))
    labels = [bucket_label(bucket.start, grain) for bucket in buckets]
    return [Point(label, bucket, rows.get(label)) for label, bucket in zip(labels, buckets, strict=True)]


def _has_anything(cell: Cell) -> bool:
    then = cell.change.then if cell.change else None
    return bool(cell.several or (cell.row and cell.row.value) or then)
