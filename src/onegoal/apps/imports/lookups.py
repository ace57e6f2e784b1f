"""Reads the small tables beside an imported file that say what its ids mean."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from onegoal.apps.imports.cells import Header
from onegoal.apps.imports.maps import Column, ImportMap, Lookup, MapProblem
from onegoal.apps.imports.values import text_of
from onegoal.connectors.tables.detect import detect
from onegoal.connectors.tables.errors import FileProblem
from onegoal.connectors.tables.reader import open_table

MOST_ROWS: Final = 100_000

LookupTables = dict[tuple[str, str, str], dict[str, str]]


def read_lookups(mapping: ImportMap, folder: Path) -> LookupTables:
    """Every look-up table of the map, found by plain name in `folder`. Raises: MapProblem `map_lookup_missing`."""
    return {(one.file, one.key, one.value): _read(one, folder) for one in _lookups(mapping)}


def _lookups(mapping: ImportMap) -> set[Lookup]:
    columns: list[Column] = []
    for section in mapping.sections.values():
        ways = [*section.fields.values(), *section.custom.values(), *(stage.moment for stage in section.stages)]
        columns += [column for alternatives in ways for column in alternatives]
    return {column.lookup for column in columns if column.lookup}


def _read(lookup: Lookup, folder: Path) -> dict[str, str]:
    path = folder / lookup.file
    problem = MapProblem("map_lookup_missing", file=lookup.file, key=lookup.key, value=lookup.value)
    # A link could lead out of the folder although its name is plain.
    if path.is_symlink() or path.resolve().parent != folder.resolve():
        raise problem
    try:
        with open_table(path, detect(path)) as table:
            header = Header(table.header)
            key, value = header.places(lookup.key), header.places(lookup.value)
            if not key or not value:
                raise problem
            found: dict[str, str] = {}
            for row in table.rows:
                found[text_of(row.cells[key[0]])] = text_of(row.cells[value[0]])
                if len(found) > MOST_ROWS:
                    raise problem
            return found
    except FileProblem as error:
        raise problem from error
