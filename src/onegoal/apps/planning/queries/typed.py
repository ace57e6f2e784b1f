"""What people type into the grid, read into the smallest cells: each total spread down over what it is made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache

from onegoal.apps.company.queries import current_company
from onegoal.apps.planning.models import PLANNED_MONEY, PlanVersion
from onegoal.apps.planning.queries.grid import Cut, columns_of, cut_of, places_of
from onegoal.apps.planning.queries.history import history_weights
from onegoal.apps.planning.queries.versions import cells_of
from onegoal.core.money import parse_amount
from onegoal.core.numbers import AmbiguousNumber, DecimalMark, read_number
from onegoal.core.plan_grid import Place, spread
from onegoal.core.problems import ValueProblem

_COMMA_LANGUAGES = frozenset({"ru", "ro", "hu"})


class TypedRefused(ValueError):
    """What was typed is no figure of a plan: `code` is text, fraction, negative, row or column; `text` is what stood there."""

    def __init__(self, code: str, text: str = "") -> None:
        self.code, self.text = code, text
        super().__init__(f"{code}: {text}")


@dataclass(frozen=True)
class Typed:
    """One cell of the grid as it was typed or pasted: the row's and the column's keys, and the text (empty: not planned)."""

    row: str
    column: str
    text: str


def cells_typed(
    version: PlanVersion, entries: Sequence[Typed], *, language: str, today: dt.date
) -> dict[Place, int | None]:
    """Return the smallest cells that the typed figures set, for `set_cells`.

    Totals are spread before their parts are set, so that of a pasted block the details hold. Raises: TypedRefused.
    """
    cells, currency = cells_of(version), current_company().currency or "EUR"
    columns = {column.key: column.months for column in columns_of(version.plan)}
    read: list[tuple[list[Place], int | None]] = []
    for entry in entries:
        cut, months = cut_of(version.plan, entry.row), columns.get(entry.column)
        if cut is None or months is None:
            raise TypedRefused("row" if cut is None else "column", entry.row if cut is None else entry.column)
        value = figure_of(entry.text, cut.metric, currency, language)
        read.append((places_of(version.plan, cut, months, cells), value))
    read.sort(key=lambda one: -len(one[0]))

    @cache
    def weights(metric: str) -> dict[Place, Fraction]:
        every = places_of(version.plan, Cut(metric), columns_of(version.plan)[-1].months, cells)
        return history_weights(version.plan, metric, every, today=today)

    values: dict[Place, int | None] = {}
    for places, value in read:
        is_known = any(cells.get(place) for place in places)
        shares: dict[Place, int | None] = dict.fromkeys(places)
        if value is not None:
            known = {} if is_known or len(places) == 1 else weights(places[0].metric)
            shares = dict(spread(value, places, cells, known))
        values |= shares
        cells = {place: held for place, held in (cells | shares).items() if held is not None}
    return values


def figure_of(text: str, metric: str, currency: str, language: str) -> int | None:
    """Read one figure: money into minor units, counts as whole numbers; empty text is None. Raises: TypedRefused."""
    text = text.strip()
    if not text:
        return None
    mark: DecimalMark = "comma" if language in _COMMA_LANGUAGES else "point"
    try:
        value = _read(text, metric, currency, None)
    except AmbiguousNumber:
        value = _read(text, metric, currency, mark)
    except ValueProblem as problem:
        raise TypedRefused("text", text) from problem
    if value != int(value):
        raise TypedRefused("fraction", text)
    if value < 0:
        raise TypedRefused("negative", text)
    return int(value)


def _read(text: str, metric: str, currency: str, mark: DecimalMark | None) -> Decimal:
    if metric in PLANNED_MONEY:
        return Decimal(parse_amount(text, currency, decimal=mark))
    return read_number(text, decimal=mark).value
