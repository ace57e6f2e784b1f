"""How the values of one dimension share out in each line of another, and which shares differ beyond chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from onegoal.apps.analysis.queries.asked import Asked, ask_each
from onegoal.core.differences import holm, rates_differ, stand_out
from onegoal.core.statistics import LEVEL, wilson
from onegoal.metrics.catalogue import METRICS
from onegoal.metrics.question import Answer, Row

MOST_COLUMNS = 8
"""More are not read side by side; the smaller ones are left to the filter."""


@dataclass(frozen=True)
class CrossLine:
    """One value of the dimension that is shared out: its part of all, and of each column by the column's name."""

    name: str | None
    total: Row
    cells: Mapping[str | None, Row]


@dataclass(frozen=True)
class Crosstab:
    """Lines by their part of all, and columns by what they hold, the largest first. A cell's denominator is its column's.

    A cell stands out when the shares of its line differ between columns (corrected for the number of lines) and it
    differs from the rest of its line (corrected for the number of columns). `left_out` counts the smaller columns.
    """

    metric: str
    by: str
    columns: tuple[str | None, ...] = ()
    lines: tuple[CrossLine, ...] = ()
    total: int = 0
    left_out: int = 0
    compared: bool = field(default=False)


def crosstab(asked: Asked, metric: str, by: str) -> Crosstab:
    """Cut a mix by a dimension; empty where its records do not know what the page is filtered by."""
    if not asked.may_ask(metric, (by,)):
        return Crosstab(metric, by)
    whole, cut = asked.question(metric), asked.question(metric, (by,))
    answers = ask_each([whole, cut])
    totals, rows = answers[whole], answers[cut]
    if not isinstance(totals, Answer) or not isinstance(rows, Answer):
        return Crosstab(metric, by)
    mixed = METRICS[metric].mixed
    sizes = {row.by[by]: int(row.denominator or 0) for row in rows.rows}
    names = sorted(sizes, key=lambda name: (-sizes[name], name is None, name or ""))
    counts = {(row.by[mixed], row.by[by]): int(row.numerator or 0) for row in rows.rows}
    lines = [_line(row, mixed, by, names, sizes, counts) for row in totals.rows if row.numerator]
    lines.sort(key=lambda line: (-int(line.total.numerator or 0), line.name or ""))
    return Crosstab(
        metric, by, tuple(names[:MOST_COLUMNS]), tuple(_marked(lines, names)),
        total=sum(sizes.values()), left_out=max(0, len(names) - MOST_COLUMNS), compared=len(names) > 1,
    )  # fmt: skip


def _line(
    total: Row, mixed: str, by: str, names: Sequence[str | None], sizes: Mapping[str | None, int],
    counts: Mapping[tuple[str | None, str | None], int],
) -> CrossLine:  # fmt: skip
    value = total.by[mixed]
    cells = {}
    for name in names:
        count, size = counts.get((value, name), 0), sizes[name]
        bounds = wilson(count, size)
        cells[name] = Row({mixed: value, by: name}, bounds.estimate, count, size, bounds.low, bounds.high)
    return CrossLine(value, total, cells)


def _marked(lines: Sequence[CrossLine], names: Sequence[str | None]) -> list[CrossLine]:
    """Return the lines with those cells marked that chance does not explain."""
    counts = [[_counts(line.cells[name]) for name in names] for line in lines]
    tests = holm([rates_differ(row).p for row in counts]) if len(names) > 1 else [1.0] * len(lines)
    marked = []
    for line, row, p in zip(lines, counts, tests, strict=True):
        verdicts = stand_out(row) if p < 1 - LEVEL else ["not beyond chance"] * len(names)
        cells = {
            name: replace(line.cells[name], stands_out="" if verdict == "not beyond chance" else verdict)
            for name, verdict in zip(names, verdicts, strict=True)
        }
        marked.append(replace(line, cells=cells))
    return marked


def _counts(row: Row) -> tuple[int, int]:
    return int(row.numerator or 0), int(row.denominator or 0)
