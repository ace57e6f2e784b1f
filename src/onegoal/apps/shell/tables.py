"""The one table of all pages: sorting, filters, pages and chosen columns live in the address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Protocol

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, QueryDict

from onegoal.apps.shell.cells import Column, Text
from onegoal.core.search import search_key

__all__ = ["BoundTable", "BulkAction", "Column", "Filter", "PageOfRows", "Query", "Table"]

PAGE_SIZE: Final = 50
_CHUNK: Final = 1_000
_LONGEST_VALUE: Final = 200


@dataclass(frozen=True)
class Query:
    """What a page of rows was asked for; given to a function that fetches rows itself."""

    sort: str
    is_descending: bool
    offset: int
    limit: int
    search: str
    filters: Mapping[str, str]


@dataclass(frozen=True)
class PageOfRows:
    """Some rows and how many there are in all; `has_more` where counting stopped at `total`."""

    rows: Sequence[Any]
    total: int
    has_more: bool = False


class FetchRows(Protocol):
    """A function that fetches one page of rows."""

    def __call__(self, query: Query, /) -> PageOfRows: ...


Rows = Sequence[Any] | QuerySet[Any] | FetchRows


@dataclass(frozen=True)
class Filter:
    """A choice above the table. `lookup` is the field of a queryset or the column of a sequence it compares."""

    key: str
    label: Text
    choices: Sequence[tuple[str, Text]] = ()
    lookup: str = ""


@dataclass(frozen=True)
class BulkAction:
    """Something to do with the chosen rows: their keys are posted to `url` as `chosen`."""

    label: Text
    url: str


@dataclass(frozen=True)
class Table:
    """A table as it is declared: its columns, usual order and what can be searched.

    `search` names fields of a queryset or columns of a sequence; empty means no search field. `stacks` turns rows into
    cards on a phone. A page with two tables sets `prefixed`, so that their addresses do not collide.
    """

    key: str
    columns: Sequence[Column]
    default_sort: str = ""
    page_size: int = PAGE_SIZE
    search: Sequence[str] = ()
    filters: Sequence[Filter] = ()
    title: Text = ""
    stacks: bool = False
    prefixed: bool = False
    keeps_views: bool = True
    empty_title: Text = ""
    empty_text: Text = ""
    row_key: str = "pk"

    def bind(
        self,
        request: HttpRequest,
        rows: Rows,
        *,
        totals: Mapping[str, Any] | None = None,
        bulk_actions: Sequence[BulkAction] = (),
    ) -> BoundTable:
        """Return the table with its rows as this request's address wants them."""
        return BoundTable(self, request, rows, totals, bulk_actions)


@dataclass
class BoundTable:
    """A table on one page; made by `Table.bind`."""

    table: Table
    request: HttpRequest
    source: Rows
    totals: Mapping[str, Any] | None = None
    bulk_actions: Sequence[BulkAction] = field(default_factory=tuple)

    @property
    def element_id(self) -> str:
        """Return the id of the element that a partial answer replaces."""
        return f"table-{self.table.key}"

    def name(self, parameter: str) -> str:
        """Return the name a parameter of this table has in the address."""
        return f"{self.table.key}_{parameter}" if self.table.prefixed else parameter

    @cached_property
    def parameters(self) -> QueryDict:
        """Return the address's parameters with those this table understands cleaned of characters no store takes."""
        cleaned = QueryDict(mutable=True)
        for key, values in self.request.GET.lists():
            cleaned.setlist(key, [value.replace("\x00", "")[: _LONGEST_VALUE * 10] for value in values])
        return cleaned

    def get(self, parameter: str) -> str:
        """Return one of this table's parameters, trimmed."""
        return self.parameters.get(self.name(parameter), "").strip()[:_LONGEST_VALUE]

    @cached_property
    def columns(self) -> list[Column]:
        """Return the columns to show, in the order the reader chose."""
        by_key = {column.key: column for column in self.table.columns}
        texts = self.parameters.getlist(self.name("columns"))
        wanted = dict.fromkeys(key for text in texts for key in text.split(",") if key in by_key)
        if wanted:
            return [by_key[key] for key in wanted]
        return [column for column in self.table.columns if column.visible] or list(self.table.columns)

    @property
    def column_choices(self) -> list[tuple[Column, bool]]:
        """Return every column with whether it is shown, shown ones first and in their order."""
        shown = {column.key for column in self.columns}
        hidden = [column for column in self.table.columns if column.key not in shown]
        return [(column, True) for column in self.columns] + [(column, False) for column in hidden]

    @cached_property
    def sort(self) -> tuple[str, bool]:
        """Return the key of the column sorted by and whether it descends; an unknown one gives the usual order."""
        sortable = {column.key for column in self.table.columns if column.sortable}
        for wanted in (self.get("sort"), self.table.default_sort):
            if wanted.removeprefix("-") in sortable:
                return wanted.removeprefix("-"), wanted.startswith("-")
        return "", False

    @cached_property
    def search_text(self) -> str:
        """Return what is searched for."""
        return self.get("q") if self.table.search else ""

    @cached_property
    def filter_values(self) -> dict[str, str]:
        """Return the chosen value of each filter; values that are no choice are dropped."""
        chosen = {one.key: self.get(one.key) for one in self.table.filters}
        allowed = {one.key: {str(value) for value, _label in one.choices} for one in self.table.filters}
        return {key: value for key, value in chosen.items() if value and value in allowed[key]}

    @property
    def shown_filters(self) -> list[tuple[Filter, str]]:
        """Return each filter with its chosen value."""
        return [(one, self.filter_values.get(one.key, "")) for one in self.table.filters]

    @property
    def is_narrowed(self) -> bool:
        """Tell whether a search or filter hides rows."""
        return bool(self.search_text or self.filter_values)

    @cached_property
    def page_number(self) -> int:
        """Return the page shown, 1 or more; beyond the last page it is the last."""
        text = self.get("page")
        wanted = int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 1
        return min(max(1, wanted), self.page_count)

    @property
    def page_count(self) -> int:
        """Return how many pages there are, at least 1."""
        return max(1, -(-self.total // self.table.page_size))

    @cached_property
    def total(self) -> int:
        """Return how many rows there are in all."""
        if callable(self.source):
            return self._counted.total
        return self._ordered.count() if isinstance(self._ordered, QuerySet) else len(self._ordered)

    @property
    def has_more(self) -> bool:
        """Tell whether there are more rows than were counted."""
        return callable(self.source) and self._counted.has_more

    @cached_property
    def _counted(self) -> PageOfRows:
        return self._fetch(0, 0)

    @cached_property
    def rows(self) -> list[Any]:
        """Return the rows of the page shown."""
        start = (self.page_number - 1) * self.table.page_size
        return self._slice(start, self.table.page_size)

    @property
    def first_row(self) -> int:
        """Return the number of the first row shown, from 1."""
        return (self.page_number - 1) * self.table.page_size + 1

    @property
    def last_row(self) -> int:
        """Return the number of the last row shown."""
        return self.first_row + len(self.rows) - 1

    def all_rows(self) -> Iterator[Any]:
        """Yield every row in the order shown, in pieces, for a file."""
        for start in range(0, self.total, _CHUNK):
            yield from self._slice(start, _CHUNK)

    def url(self, **changes: str | None) -> str:
        """Return this page's address with some of the table's parameters changed; None takes one away."""
        parameters = self.parameters.copy()
        for parameter in ("export", *(["page"] if "page" not in changes else [])):
            parameters.pop(self.name(parameter), None)
        for parameter, value in changes.items():
            parameters.pop(self.name(parameter), None)
            if value is not None:
                parameters[self.name(parameter)] = value
        return f"{self.request.path}?{parameters.urlencode(safe=',')}"

    def hidden_parameters(self, *own: str) -> list[tuple[str, str]]:
        """Return the parameters a form must carry along, without those it sets itself."""
        dropped = {self.name(parameter) for parameter in (*own, "page", "export")}
        return [(key, value) for key, values in self.parameters.lists() if key not in dropped for value in values]

    @property
    def parameters_beside_filters(self) -> list[tuple[str, str]]:
        """Return the parameters that the form of filters must carry along."""
        return self.hidden_parameters("q", *(one.key for one in self.table.filters))

    @property
    def view_query(self) -> str:
        """Return the address's parameters as a saved view keeps them: without page and export."""
        return self.url().partition("?")[2]

    def _slice(self, start: int, count: int) -> list[Any]:
        if callable(self.source):
            return list(self._fetch(start, count).rows)
        return list(self._ordered[start : start + count])

    def _fetch(self, offset: int, limit: int) -> PageOfRows:
        key, descending = self.sort
        return self.source(Query(key, descending, offset, limit, self.search_text, self.filter_values))  # type: ignore[operator]

    @cached_property
    def _ordered(self) -> Any:
        if isinstance(self.source, QuerySet):
            return self._ordered_queryset(self.source)
        return self._ordered_sequence(list(self.source))  # type: ignore[arg-type]

    def _ordered_queryset(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        for one in self.table.filters:
            if one.key in self.filter_values:
                rows = rows.filter(**{one.lookup or one.key: self.filter_values[one.key]})
        if self.search_text:
            rows = _searched(rows, self.table.search, self.search_text)
        column = self._sorted_column
        if not column:
            return rows if rows.ordered else rows.order_by("pk")
        by = F(column.path)
        # The key breaks ties, so that no row is shown twice or never while one turns pages.
        return rows.order_by(by.desc(nulls_last=True) if self.sort[1] else by.asc(nulls_last=True), "pk")

    def _ordered_sequence(self, rows: list[Any]) -> list[Any]:
        by_key = {column.key: column for column in self.table.columns}
        for one in self.table.filters:
            if wanted := self.filter_values.get(one.key):
                compared = by_key.get(one.lookup or one.key) or Column(one.lookup or one.key, "")
                rows = [row for row in rows if str(compared.read(row)) == wanted]
        if self.search_text:
            columns = [by_key.get(key) or Column(key, "") for key in self.table.search]
            rows = [row for row in rows if any(_holds(column.read(row), self.search_text) for column in columns)]
        column = self._sorted_column
        return _sorted(rows, column, self.sort[1]) if column else rows

    @property
    def _sorted_column(self) -> Column | None:
        return next((column for column in self.table.columns if column.key == self.sort[0]), None)


def _searched(rows: QuerySet[Any], fields: Sequence[str], text: str) -> QuerySet[Any]:
    condition = Q()
    for name in fields:
        condition |= Q(**{f"{name}__icontains": text})
    return rows.filter(condition)


def _holds(value: Any, text: str) -> bool:
    return value is not None and search_key(text) in search_key(str(value))


def _sorted(rows: list[Any], column: Column, is_descending: bool) -> list[Any]:
    keyed = [(column.sort_key(row), row) for row in rows]
    known = [(key, row) for key, row in keyed if not key[0]]
    known.sort(key=lambda pair: pair[0][1], reverse=is_descending)
    return [row for _key, row in known] + [row for key, row in keyed if key[0]]
