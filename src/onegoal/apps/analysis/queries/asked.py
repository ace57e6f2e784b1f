"""What a page of figures was asked for (days, comparison, filters, whose rows) and the questions that follow from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from onegoal.apps.facts.queries import ask, ask_all
from onegoal.core.periods import Period, next_bucket
from onegoal.metrics.catalogue import METRICS
from onegoal.metrics.dimensions import DIMENSIONS, TIMES
from onegoal.metrics.errors import QuestionRefused
from onegoal.metrics.question import Answer, Question, Scope

Where = tuple[tuple[str, str | None], ...]
Outcome = Answer | QuestionRefused

EXTENT_METRICS = ("leads", "touches", "spend", "deals", "payments")
"""What any part of the chain is recorded by: a company with none of them has no data yet."""
GRAINS: tuple[str, ...] = TIMES
"""Dimensions of time: their lines follow the calendar and have no twin in the compared period."""
FILTERS: tuple[str, ...] = tuple(DIMENSIONS)


@dataclass(frozen=True)
class Asked:
    """The part of an address that all pages of figures share, after it was read and checked."""

    period: Period
    compared: Period | None = None
    where: Where = ()
    scope: Scope = field(default_factory=Scope)
    sees_costs: bool = False

    def may_ask(self, metric: str, by: Iterable[str] = ()) -> bool:
        """Whether the metric exists, may be seen, and knows every dimension it would be cut and filtered by."""
        known = METRICS.get(metric)
        if known is None or (known.needs_costs and not self.sees_costs):
            return False
        filters = (dimension for dimension, _ in self.where if dimension != "currency")
        return {*by, *filters} <= known_dimensions(metric)

    def question(self, metric: str, by: tuple[str, ...] = (), *, period: Period | None = None) -> Question:
        """The question about one metric with the page's filters, over the page's days or others."""
        days = period or self.period
        where = self.where
        if METRICS[metric].way and "currency" not in known_dimensions(metric):
            where = tuple(pair for pair in where if pair[0] != "currency")  # a time has no currency
        return Question(metric, by, days.start, days.end, where, self.scope)

    def questions(self, metrics: Iterable[str], by: tuple[str, ...] = (), *, compare: bool = True) -> list[Question]:
        """One question for each metric that may be asked, and its twin over the compared period."""
        periods = [self.period, *([self.compared] if compare and self.compared else [])]
        allowed = [metric for metric in metrics if self.may_ask(metric, by)]
        return [self.question(metric, by, period=period) for metric in allowed for period in periods]


@lru_cache(maxsize=256)
def known_dimensions(metric: str) -> frozenset[str]:
    """What a metric can be cut and filtered by."""
    return frozenset(METRICS[metric].dimensions)


def ask_each(questions: Iterable[Question]) -> dict[Question, Outcome]:
    """Answer a page's questions together; one that is refused keeps its refusal and spoils none of the others."""
    wanted = list(dict.fromkeys(questions))
    try:
        return dict(zip(wanted, ask_all(wanted), strict=True))
    except QuestionRefused:
        return {question: _answer_or_refusal(question) for question in wanted}


def _answer_or_refusal(question: Question) -> Outcome:
    try:
        return ask(question)
    except QuestionRefused as refusal:
        return refusal


def extent(scope: Scope) -> Period | None:
    """From the first to the last month in which anything that the scope shows was recorded; None before any data."""
    questions = [Question(metric, ("month",), scope=scope) for metric in EXTENT_METRICS]
    found = ask_each(questions).values()
    months = [row.by["month"] for answer in found if isinstance(answer, Answer) for row in answer.rows if row.value]
    known = sorted(month for month in months if month)
    if not known:
        return None
    first, last = (dt.date.fromisoformat(f"{month}-01") for month in (known[0], known[-1]))
    return Period(first, next_bucket(last, "month") - dt.timedelta(days=1))
