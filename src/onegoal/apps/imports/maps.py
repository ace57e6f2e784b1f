"""What an import map says: which columns feed which fields, and how the file writes its values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from onegoal.core.dates import DateOrder, SerialKind
from onegoal.core.numbers import DecimalMark

Filter = tuple[tuple[str, tuple[str, ...]], ...]
"""Conditions that must all hold: a column and the values it may have; `*` stands for anything but empty."""


class MapProblem(ValueError):
    """A map that cannot be used: `code` is a key of `words.MAP_WORDS`, `params` what its sentence needs."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code = code
        self.params = params
        super().__init__(f"{code}: {params}")


@dataclass(frozen=True)
class Lookup:
    """A table beside the file that says what an id means; plain file name, same folder."""

    file: str
    key: str
    value: str


@dataclass(frozen=True)
class Column:
    """One way to a field's value.

    `columns` are candidates: the first that is not empty counts, unless `mode` joins them or takes them all. With
    `constant` no column is read. `values` replaces what is written (keys compared without case), `empty` lists words
    that mean nothing, `when` limits the rows it holds for, `scale` multiplies a number.
    """

    columns: tuple[str, ...] = ()
    mode: str = "first"
    separator: str = " "
    constant: str | None = None
    scale: Decimal | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    empty: tuple[str, ...] = ()
    when: Filter = ()
    lookup: Lookup | None = None
    is_optional: bool = False
    decimal: DecimalMark | None = None
    dates: DateOrder | None = None
    serial: SerialKind | None = None


Alternatives = tuple[Column, ...]
"""Ways to one value in the order they are tried; the first that yields something counts."""


@dataclass(frozen=True)
class StageColumn:
    """When a stage was entered, and what the stage means ("" : guessed from its name)."""

    stage: str
    moment: Alternatives
    kind: str = ""


@dataclass(frozen=True)
class Section:
    """How one kind of record is read from the file."""

    fields: Mapping[str, Alternatives] = field(default_factory=dict)
    stages: tuple[StageColumn, ...] = ()
    custom: Mapping[str, Alternatives] = field(default_factory=dict)
    empty: tuple[str, ...] = ()
    only_rows_where: Filter = ()


@dataclass(frozen=True)
class FileFormat:
    """What the file itself does not tell; empty values are detected."""

    encoding: str = ""
    delimiter: str = ""
    decimal: DecimalMark | None = None
    dates: DateOrder | None = None
    serial: SerialKind | None = None
    header_row: int | None = None
    sheet: str = ""
    skip_rows_where: Filter = ()


@dataclass(frozen=True)
class ImportMap:
    """A whole map; `source` is the name under which ids are remembered, `sections` are by kind."""

    source: str
    sections: Mapping[str, Section] = field(default_factory=dict)
    format: FileFormat = field(default_factory=FileFormat)
    title: str = ""
    currency: str = ""
    time_zone: str = ""
    country: str = ""
    columns_optional: bool = False
    recognise: tuple[str, ...] = ()

    def named(self, source: str) -> ImportMap:
        """The same map for rows of another source."""
        return replace(self, source=source)


def columns_of(section: Section) -> set[str]:
    """Every column name a section reads values from."""
    ways = [*section.fields.values(), *section.custom.values(), *(stage.moment for stage in section.stages)]
    return {name for alternatives in ways for column in alternatives for name in column.columns}
