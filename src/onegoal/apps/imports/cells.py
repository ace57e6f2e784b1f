"""Turns the ways a map names into functions from a row of cells to one value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from onegoal.apps.imports.fields import Field, Value
from onegoal.apps.imports.maps import Alternatives, Column, Filter, MapProblem
from onegoal.apps.imports.values import Habits, reader_of, text_of
from onegoal.connectors.tables.model import Cell
from onegoal.core.problems import ValueProblem
from onegoal.core.search import search_key

Cells = Sequence[Cell]
Getter = Callable[[Cells], Any]
"""A function from a row to a value; None where the row says nothing."""
Test = Callable[[Cells], bool]

_BRACKETS: Final = re.compile(r"\s*[(\[,]\s*[^()\[\]]*[)\]]?\s*$")
_POSITION: Final = re.compile(r"#([1-9][0-9]{0,3})")
_REPEATED: Final = re.compile(r"(.*\S)\s*(?:\((\d+)\)|#(\d+)|_(\d+))")


class ColumnProblem(ValueProblem):
    """A refused value with the column it stands in."""

    def __init__(self, problem: ValueProblem, column: str) -> None:
        super().__init__(problem.code, problem.value)
        self.column = column


def header_key(name: str) -> str:
    """The form in which column names are compared: without case, accents, line ends and doubled spaces."""
    return search_key(name.replace("_", " "))


class Header:
    """The columns of a file, found by the names a map uses for them."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        self._exact: dict[str, list[int]] = {}
        self._near: dict[str, list[int]] = {}
        self._bare: dict[str, list[int]] = {}
        for place, name in enumerate(names):
            self._exact.setdefault(name, []).append(place)
            self._near.setdefault(header_key(name), []).append(place)
            self._bare.setdefault(header_key(_BRACKETS.sub("", name)), []).append(place)
            # A header written twice comes with a number: the values of its twins stand behind the first.
            if (twin := _REPEATED.fullmatch(name)) and twin.group(1) in self._exact:
                self._exact[twin.group(1)].append(place)

    def places(self, name: str) -> list[int]:
        """Where a column stands: by exact name, else by `header_key`, else without what is in brackets, or `#3`."""
        found = self._exact.get(name) or self._near.get(header_key(name)) or self._bare.get(header_key(name))
        if not found and (position := _POSITION.fullmatch(name)) and int(position[1]) <= len(self.names):
            return [int(position[1]) - 1]
        return found or []

    def bracketed(self, place: int) -> str:
        """What a column name says in its last brackets, such as the currency of `Cost (EUR)` or `Расход, RUB`."""
        found = _BRACKETS.search(self.names[place])
        return found.group().strip(" ()[],") if found else ""


Tables = Mapping[tuple[str, str, str], Mapping[str, str]]
"""Look-up tables already read: (file, key, value) to what each key means."""


def compile_test(conditions: Filter, header: Header, *, is_lenient: bool = False) -> Test:
    """A function that tells whether all conditions hold for a row. Raises: MapProblem `map_column_missing`."""
    wanted = []
    for name, values in conditions:
        places = header.places(name)
        if not places and is_lenient:
            return lambda cells: False
        if not places:
            raise MapProblem("map_column_missing", column=name)
        wanted.append((places[0], "*" in values, frozenset(search_key(value) for value in values)))

    def test(cells: Cells) -> bool:
        for place, is_any, values in wanted:
            text = _shown(cells[place])
            if not ((is_any and text) or search_key(text) in values):
                return False
        return True

    return test


def compile_field(
    field: Field, ways: Alternatives, header: Header, habits: Callable[[Column, int | None], Habits],
    *, empty: frozenset[str], tables: Tables, is_lenient: bool,
) -> Getter | None:  # fmt: skip
    """A function that reads the field from a row, or None when an optional column is not in the file.

    Raises: MapProblem `map_column_missing`.
    """
    getters = []
    for column in ways:
        if column.constant is not None:
            getters.append(_constant(field, column, header, habits, is_lenient))
            continue
        places = [place for name in column.columns for place in header.places(name)]
        if not places:
            if is_lenient or column.is_optional:
                continue
            raise MapProblem("map_column_missing", column=" / ".join(column.columns), field=str(field.label))
        getters.append(_reader(field, column, list(dict.fromkeys(places)), header, habits, empty, tables, is_lenient))
    if not getters:
        return None
    return getters[0] if len(getters) == 1 else _first_of(getters)


def _first_of(getters: list[Getter]) -> Getter:
    def get(cells: Cells) -> Any:
        for getter in getters:
            value = getter(cells)
            if value is not None:
                return value
        return None

    return get


def _constant(
    field: Field, column: Column, header: Header, habits: Callable[[Column, int | None], Habits], is_lenient: bool
) -> Getter:
    try:
        value = reader_of(field, habits(column, None))(column.constant)
    except ValueProblem as problem:
        raise MapProblem("map_bad_value", key=field.key, value=problem.value) from problem
    if not column.when:
        return lambda cells: value
    holds = compile_test(column.when, header, is_lenient=is_lenient)
    return lambda cells: value if holds(cells) else None


def _reader(
    field: Field, column: Column, places: list[int], header: Header,
    habits: Callable[[Column, int | None], Habits], empty: frozenset[str], tables: Tables, is_lenient: bool,
) -> Getter:  # fmt: skip
    read = reader_of(field, habits(column, places[0]))
    clean = _cleaner(column, empty, tables)
    pick = _picker(column, places)
    label = header.names[places[0]]
    is_bare = len(places) == 1 and not (column.values or column.lookup or column.empty or empty)
    if is_bare and field.value in {Value.TEXT, Value.ID}:
        get = _plain_text(places[0], field.longest, label)
    elif is_bare:
        get = _plain_value(places[0], read, label)
    elif column.mode == "all":
        get = _all_of(read, clean, places, header)
    else:

        def get(cells: Cells) -> Any:
            cell = clean(pick(cells))
            if cell is None:
                return None
            try:
                return read(cell)
            except ValueProblem as problem:
                raise ColumnProblem(problem, label) from None

    if not column.when:
        return get
    holds = compile_test(column.when, header, is_lenient=is_lenient)
    return lambda cells: get(cells) if holds(cells) else None


def _plain_text(place: int, longest: int, label: str) -> Getter:
    """The quick way for the most common column: one text, taken as it stands."""

    def get(cells: Cells) -> str | None:
        cell = cells[place]
        try:
            text = cell.strip() if type(cell) is str else text_of(cell)
            if len(text) > longest:
                raise ValueProblem("text_too_long", text)
        except ValueProblem as problem:
            raise ColumnProblem(problem, label) from None
        return text or None

    return get


def _plain_value(place: int, read: Callable[[Cell], Any], label: str) -> Getter:
    """The quick way for one column whose words all mean what they say."""

    def get(cells: Cells) -> Any:
        cell = cells[place]
        if cell is None or (type(cell) is str and not cell.strip()):
            return None
        try:
            return read(cell)
        except ValueProblem as problem:
            raise ColumnProblem(problem, label) from None

    return get


def _all_of(read: Callable[[Cell], Any], clean: Callable[[Cell], Cell], places: list[int], header: Header) -> Getter:
    """Every filled column counts: the phones of a contact."""

    def get(cells: Cells) -> Any:
        found: list[Any] = []
        for place in places:
            cell = clean(cells[place])
            if cell is None:
                continue
            try:
                found.extend(read(cell))
            except ValueProblem as problem:
                raise ColumnProblem(problem, header.names[place]) from None
        return tuple(dict.fromkeys(found)) or None

    return get


def _picker(column: Column, places: list[int]) -> Callable[[Cells], Cell]:
    if column.mode == "join" and len(places) > 1:
        return lambda cells: column.separator.join(filter(None, (_joined(cells[place]) for place in places)))
    if len(places) == 1:
        place = places[0]
        return lambda cells: cells[place]
    return lambda cells: next((cells[place] for place in places if _shown(cells[place])), None)


def _joined(cell: Cell) -> str:
    text = text_of(cell)
    # A workbook shows a day without a time as midnight; beside a column of times only its day is meant.
    return text.removesuffix(" 00:00:00") if cell is not None and not isinstance(cell, str) else text


def _cleaner(column: Column, empty: frozenset[str], tables: Tables) -> Callable[[Cell], Cell]:
    nothing = empty | {search_key(word) for word in column.empty}
    values = {search_key(key): value for key, value in column.values.items()}
    lookup = tables[column.lookup.file, column.lookup.key, column.lookup.value] if column.lookup else None

    def clean(cell: Cell) -> Cell:
        text = cell.strip() if type(cell) is str else _shown(cell)
        if not text or (nothing and search_key(text) in nothing):
            return None
        if lookup is not None:
            if text not in lookup:
                raise ValueProblem("lookup_unknown", text)
            cell = text = lookup[text]
        return values.get(search_key(text), cell) or None if values else cell

    return clean


def _shown(cell: Cell) -> str:
    try:
        return text_of(cell)
    except ValueProblem as problem:
        return problem.value
