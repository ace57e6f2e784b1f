"""Figures side by side: one line for each value of a dimension, one column for each metric, and the line of totals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from onegoal.apps.analysis.queries.asked import GRAINS, Asked, Outcome, ask_each
from onegoal.apps.analysis.queries.comparison import Change, change_between
from onegoal.metrics.catalogue import METRICS
from onegoal.metrics.errors import QuestionRefused
from onegoal.metrics.question import Answer, Differs, Question, Row

SUMS = frozenset({"count", "money"})
"""Kinds of metrics of which no record at all makes a nought and not an unknown."""


@dataclass(frozen=True)
class Cell:
    """One figure of one line, with the same figure of the compared period where there is one.

    `several` holds the rows of each currency where money cannot be added up; `row` is then None.
    """

    metric: str
    row: Row | None
    currency: str = ""
    change: Change | None = None
    several: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Line:
    """The figures of one value of a dimension (None is not set); the line of totals has no dimension."""

    dimension: str
    name: str | None
    cells: Mapping[str, Cell]

    @property
    def by(self) -> tuple[tuple[str, str | None], ...]:
        """What narrows the page's question to this line."""
        return ((self.dimension, self.name),) if self.dimension else ()


@dataclass(frozen=True)
class Breakdown:
    """Lines and totals of the metrics that could be asked; `refusals` says why others could not, by metric."""

    dimension: str
    metrics: tuple[str, ...]
    lines: tuple[Line, ...]
    total: Line
    currency: str = ""
    refusals: Mapping[str, QuestionRefused] = field(default_factory=dict)
    differs: Mapping[str, Differs | None] = field(default_factory=dict)


def breakdown_questions(asked: Asked, metrics: Iterable[str], dimension: str) -> list[Question]:
    """The questions a breakdown needs, so that a page can ask them together with its others."""
    names = list(metrics)
    compare = dimension not in GRAINS
    return [*asked.questions(names, (dimension,), compare=compare), *asked.questions(names)]


def breakdown(
    asked: Asked, metrics: Sequence[str], dimension: str, answers: Mapping[Question, Outcome] | None = None
) -> Breakdown:
    """Cut metrics by a dimension; metrics that do not know it, or that the asker may not see, are left out."""
    found = answers if answers is not None else ask_each(breakdown_questions(asked, metrics, dimension))
    by = (dimension,)
    usable, refusals = [], {}
    for metric in (metric for metric in metrics if asked.may_ask(metric, by)):
        outcome = found[asked.question(metric, by)]
        if isinstance(outcome, QuestionRefused):
            refusals[metric] = outcome
        else:
            usable.append(metric)
    cut = {metric: _cells_by_name(asked, metric, by, found) for metric in usable}
    empty = {
        metric: Cell(metric, _nought(metric), _answer(found, asked.question(metric, by)).currency) for metric in usable
    }
    names = dict.fromkeys(name for cells in cut.values() for name in cells)
    return Breakdown(
        dimension=dimension,
        metrics=tuple(usable),
        lines=tuple(_line(dimension, name, cut, empty) for name in _in_order(dimension, names)),
        total=total_line(asked, usable, found),
        currency=_currency(asked, usable, by, found),
        refusals=refusals,
        differs={metric: _answer(found, asked.question(metric, by)).differs for metric in usable},
    )


def total_line(asked: Asked, metrics: Iterable[str], answers: Mapping[Question, Outcome]) -> Line:
    """The figures of the whole page, asked for as such: totals are never added up from lines."""
    cells = {}
    for metric in metrics:
        found = _cells_by_name(asked, metric, (), answers)
        cells[metric] = found.get(None) or Cell(metric, None)
    return Line("", None, cells)


def _cells_by_name(
    asked: Asked, metric: str, by: tuple[str, ...], answers: Mapping[Question, Outcome]
) -> dict[str | None, Cell]:
    answer = _answer(answers, asked.question(metric, by))
    rows = _rows_by_name(answer, by)
    has_comparison = asked.compared is not None and not set(by) & set(GRAINS)
    before = (
        _rows_by_name(_answer(answers, asked.question(metric, by, period=asked.compared)), by) if has_comparison else {}
    )
    names = dict.fromkeys([*rows, *before])
    return {
        name: _cell(metric, answer, rows.get(name, ()), before.get(name, ()), has_comparison=has_comparison)
        for name in names
    }


def _cell(metric: str, answer: Answer, now: Sequence[Row], then: Sequence[Row], *, has_comparison: bool) -> Cell:
    if len(now) > 1:
        return Cell(metric, None, several=tuple(now))
    row = now[0] if now else _nought(metric)
    currency = answer.currency or (row.by.get("currency") if row else None) or ""
    if not has_comparison or len(then) > 1 or row is None:
        return Cell(metric, row, currency)
    earlier = then[0] if then else _nought(metric)
    change = change_between(row.value, earlier.value if earlier else None, METRICS[metric].unit)
    return Cell(metric, row, currency, change)


def _nought(metric: str) -> Row | None:
    return Row(by={}, value=0) if METRICS[metric].kind in SUMS else None


def _rows_by_name(answer: Answer | None, by: tuple[str, ...]) -> dict[str | None, tuple[Row, ...]]:
    found: dict[str | None, tuple[Row, ...]] = {}
    for row in answer.rows if answer else ():
        name = row.by.get(by[0]) if by else None
        found[name] = (*found.get(name, ()), row)
    return found


def _answer(answers: Mapping[Question, Outcome], question: Question) -> Answer:
    outcome = answers.get(question)
    return outcome if isinstance(outcome, Answer) else Answer(question, "", "", ())


def _line(
    dimension: str,
    name: str | None,
    cut: Mapping[str, Mapping[str | None, Cell]],
    empty: Mapping[str, Cell],
) -> Line:
    return Line(dimension, name, {metric: cells.get(name) or empty[metric] for metric, cells in cut.items()})


def _in_order(dimension: str, names: Iterable[str | None]) -> list[str | None]:
    listed = list(names)
    if dimension not in GRAINS:
        return listed
    # Hours are numbers written as text: the shorter one is the earlier one.
    return sorted(listed, key=lambda name: (name is None, len(name or ""), name or ""))


def _currency(asked: Asked, metrics: Iterable[str], by: tuple[str, ...], answers: Mapping[Question, Outcome]) -> str:
    found = (_answer(answers, asked.question(metric, by)).currency for metric in metrics)
    return next((currency for currency in found if currency), "")
