"""Reads the rows of a table through a map: each becomes intake rows, or a coded problem, never a guess."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from onegoal.apps.imports.assembly import IntakeRow, assemble, content_key
from onegoal.apps.imports.cells import Cells, ColumnProblem, Getter, Header, Tables, Test, compile_field, compile_test
from onegoal.apps.imports.fields import FIELDS, WITH_CUSTOM, WITH_MONEY, Field, Kind, Value
from onegoal.apps.imports.maps import Column, ImportMap, MapProblem, Section
from onegoal.apps.imports.values import Habits, minor_units
from onegoal.apps.sales.intake import StageMoment
from onegoal.connectors.tables.headers import is_total
from onegoal.connectors.tables.model import Cell, Row
from onegoal.connectors.tables.preview import Preview
from onegoal.core.currencies import currencies_of, minor_digits
from onegoal.core.dates import guess_date_order
from onegoal.core.numbers import DecimalMark, guess_decimal
from onegoal.core.problems import ValueProblem
from onegoal.core.search import search_key

HELPERS: Final = ("onegoal_row", "onegoal_problem")
"""The columns an error file has beside those of the original."""
_KEPT: Final = frozenset({Value.PHONE, Value.EMAIL, Value.HANDLE})
_KEPT_CHOICES: Final = frozenset({"request_type", "task_kind", "status"})
_STOPPING: Final = frozenset({"too_many_cells", "unclosed_quote", "cell_too_long", "bad_encoding", "nul_bytes"})
_MONEY: Final = ("amount", "margin", "price")


@dataclass(frozen=True)
class Problem:
    """What is wrong in a row: `column` as the file calls it; a warning lets the row in without that value."""

    row: int
    code: str
    column: str = ""
    value: str = ""
    params: Mapping[str, str] = field(default_factory=dict)


class ReadRow(NamedTuple):
    """What one row of the file became for one kind: an intake row or a problem, and what was left out of it."""

    number: int
    cells: Cells
    made: IntakeRow | None
    problem: Problem | None = None
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Setting:
    """What a map leaves open: the company's time zone, country and currency, and what the columns' samples show."""

    time_zone: str
    country: str
    currency: str = ""
    decimals: Mapping[str, DecimalMark | None] = field(default_factory=dict)
    orders: Mapping[str, Any] = field(default_factory=dict)
    tables: Tables = field(default_factory=dict)


def habits_shown(seen: Preview) -> tuple[dict[str, DecimalMark | None], dict[str, Any]]:
    """The decimal mark and the date order of each column, as far as its first values tell."""
    decimals: dict[str, DecimalMark | None] = {}
    orders: dict[str, Any] = {}
    for name, samples in zip(seen.header, seen.samples, strict=True):
        texts = [sample for sample in samples if isinstance(sample, str)]
        decimals[name] = guess_decimal(texts)
        order = guess_date_order(texts)
        orders[name] = None if order == "ambiguous" else order
    return decimals, orders


class SectionReader:
    """One kind of record read from the rows of one file. Raises: MapProblem when the map does not fit the header."""

    def __init__(self, kind: str, mapping: ImportMap, names: Sequence[str], setting: Setting) -> None:
        self.kind = kind
        self.source = mapping.source
        self._mapping = mapping
        self._setting = setting
        self._header = Header(names)
        section = mapping.sections[kind]
        self._empty = frozenset(search_key(word) for word in section.empty)
        self._getters = self._compile(section)
        self._stages = [
            (stage.stage, stage.kind, getter)
            for stage in section.stages
            if (getter := self._getter(Field(stage.stage, stage.stage, Value.MOMENT), stage.moment))
        ]
        self._custom = [
            (key, getter)
            for key, ways in section.custom.items()
            if (getter := self._getter(Field(key, key, longest=2000), ways))
        ]
        self._test: Test | None = (
            compile_test(section.only_rows_where, self._header) if section.only_rows_where else None
        )
        self._has_money = kind in WITH_MONEY
        self._currency = self._settled_currency(section)
        self._seen: set[int] = set()
        self._repeats: dict[int, int] = {}

    def _compile(self, section: Section) -> list[tuple[Field, Getter, bool]]:
        catalogue = FIELDS[self.kind]
        getters = []
        for key, known in catalogue.items():
            getter = self._getter(known, section.fields[key]) if key in section.fields else None
            if getter is not None:
                is_kept = known.value in _KEPT or known.choices in _KEPT_CHOICES
                getters.append((known, getter, is_kept))
            elif known.is_required:
                raise MapProblem("map_field_required", field=str(known.label), key=key)
        return getters

    def _getter(self, known: Field, ways: tuple[Column, ...]) -> Getter | None:
        return compile_field(
            known, ways, self._header, self._habits,
            empty=self._empty, tables=self._setting.tables, is_lenient=self._mapping.columns_optional,
        )  # fmt: skip

    def _habits(self, column: Column, place: int | None) -> Habits:
        form, name = self._mapping.format, "" if place is None else self._header.names[place]
        return Habits(
            zone=ZoneInfo(self._mapping.time_zone or self._setting.time_zone),
            day_zone=ZoneInfo(self._setting.time_zone),
            region=self._mapping.country or self._setting.country,
            decimal=column.decimal or form.decimal or self._setting.decimals.get(name),
            dates=column.dates or form.dates or self._setting.orders.get(name),
            serial=column.serial or form.serial,
            scale=column.scale,
        )

    def _settled_currency(self, section: Section) -> str:
        """The currency of rows that do not name theirs: the map's, the header's (`Cost (EUR)`), the company's."""
        if self.kind not in WITH_MONEY or not any(key in section.fields for key in _MONEY):
            return ""
        code = self._mapping.currency or self._header_currency(section) or self._setting.currency
        if not code and "currency" not in section.fields:
            raise MapProblem("map_currency_missing")
        if code:
            try:
                minor_digits(code)
            except ValueProblem as problem:
                raise MapProblem("map_bad_value", key="currency", value=code) from problem
        return code

    def _header_currency(self, section: Section) -> str:
        for key in _MONEY:
            for column in section.fields.get(key, ()):
                for place in (place for name in column.columns for place in self._header.places(name)):
                    found = currencies_of(self._header.bracketed(place).lower().rstrip("."))
                    if len(found) == 1:
                        return next(iter(found))
        return ""

    def read(self, number: int, cells: Cells) -> ReadRow | None:
        """What the row says of this kind; None when the map leaves such rows out."""
        if self._test is not None and not self._test(cells):
            return None
        warnings: list[Problem] = []
        try:
            values = self._values(number, cells, warnings)
            source_id = values.get("id") or self._own_id(values)
            made = assemble(self.kind, values, source=self.source, source_id=source_id)
        except ColumnProblem as problem:
            return ReadRow(number, cells, None, Problem(number, problem.code, problem.column, problem.value))
        except ValueProblem as problem:
            return ReadRow(number, cells, None, Problem(number, problem.code, value=problem.value))
        return ReadRow(number, cells, made, None, tuple(warnings))

    def _values(self, number: int, cells: Cells, warnings: list[Problem]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        kept: dict[str, str] = {}
        for known, getter, is_kept in self._getters:
            try:
                value = getter(cells)
            except ColumnProblem as problem:
                if not is_kept:
                    raise
                warnings.append(Problem(number, problem.code, problem.column, problem.value))
                kept[f"{known.key}_as_written"] = problem.value
                continue
            if value is not None:
                values[known.key] = value
            elif known.is_required:
                raise ColumnProblem(ValueProblem("value_missing", ""), self.column_of(known.key))
        if self._has_money:
            self._settle_money(values)
        if self._stages:
            self._add_stages(values, cells)
        if (self._custom or kept) and self.kind in WITH_CUSTOM:
            self._add_custom(values, cells, kept)
        return values

    def _settle_money(self, values: dict[str, Any]) -> None:
        amounts = [key for key in _MONEY if key in values]
        if not amounts:
            return
        currency = values.setdefault("currency", self._currency)
        for key in amounts:
            try:
                if not currency:
                    raise ValueProblem("currency_missing", values[key][0])
                values[key] = minor_units(values[key], currency)
            except ValueProblem as problem:
                raise ColumnProblem(problem, self.column_of(key)) from None

    def _add_stages(self, values: dict[str, Any], cells: Cells) -> None:
        moments = [(name, kind, getter(cells)) for name, kind, getter in self._stages]
        found = tuple(StageMoment(name, at, kind) for name, kind, at in moments if at is not None)
        if found:
            values["stages"] = found

    def _add_custom(self, values: dict[str, Any], cells: Cells, kept: dict[str, str]) -> None:
        custom = {key: value for key, getter in self._custom if (value := getter(cells)) is not None}
        custom |= kept
        if custom:
            values["custom"] = custom

    def _own_id(self, values: Mapping[str, Any]) -> str:
        """The content's key with the number of its occurrence: two equal rows are two records, also the next time."""
        key = content_key(self.kind, values)
        short = int(key[:15], 16)
        if short not in self._seen:
            self._seen.add(short)
            return f"row:{key}:1"
        self._repeats[short] = self._repeats.get(short, 1) + 1
        return f"row:{key}:{self._repeats[short]}"

    def column_of(self, key: str) -> str:
        """How the file calls the columns that feed a field."""
        ways = self._mapping.sections[self.kind].fields.get(key, ())
        places = [place for column in ways for name in column.columns for place in self._header.places(name)]
        return " / ".join(self._header.names[place] for place in dict.fromkeys(places)) or key


class FileRow(NamedTuple):
    """One row of the file with what it became for each kind of the map; `is_total` rows are the file's own sums."""

    number: int
    made: Mapping[str, ReadRow]
    is_total: bool = False


class MapReader:
    """All sections of a map over one file; the main kind decides whether a row is one of the file's own totals."""

    def __init__(self, main: str, mapping: ImportMap, names: Sequence[str], setting: Setting) -> None:
        if main not in mapping.sections:
            raise MapProblem("map_kind_missing", kind=main)
        kinds = [main, *(kind for kind in Kind.values if kind in mapping.sections and kind != main)]
        self.main = main
        self.sections = {kind: SectionReader(kind, mapping, names, setting) for kind in kinds}
        conditions = mapping.format.skip_rows_where
        self._is_left_out = compile_test(conditions, Header(names)) if conditions else None

    def rows(self, rows: Iterable[Row]) -> Iterable[FileRow]:
        """The rows of the file, one by one."""
        for row in rows:
            yield self.row(row)

    def row(self, row: Row) -> FileRow:
        """What one row of the file became."""
        cells: Sequence[Cell] = row.cells
        if self._is_left_out is not None and self._is_left_out(cells):
            return FileRow(row.number, {}, is_total=True)
        stopping = [code for code in row.problems if code in _STOPPING] if row.problems else []
        if stopping:
            return FileRow(row.number, {self.main: _unsound(row, stopping[0])})
        made = {}
        for kind, section in self.sections.items():
            read = section.read(row.number, cells)
            if read is not None:
                made[kind] = read
        main = made.get(self.main)
        if main is not None and main.problem is not None and is_total(cells):
            return FileRow(row.number, {}, is_total=True)
        return FileRow(row.number, made)


def _unsound(row: Row, code: str) -> ReadRow:
    extra = ", ".join(str(cell) for cell in row.extra)
    return ReadRow(row.number, row.cells, None, Problem(row.number, code, value=extra[:200]))
