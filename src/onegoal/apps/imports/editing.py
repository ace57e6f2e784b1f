"""Changes a map as the mapping page does: column by column, everything else of the map stays."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from onegoal.apps.imports.cells import Header, header_key
from onegoal.apps.imports.fields import FIELDS, WITH_CUSTOM, WITH_STAGES, Value
from onegoal.apps.imports.maps import Alternatives, Column, ImportMap, Section, StageColumn

LEFT_OUT: Final = ""
OWN_FIELD: Final = "custom:"
STAGE: Final = "stage:"
_SEVERAL: Final = frozenset({Value.PHONE, Value.EMAIL, Value.HANDLE})


def targets_of(mapping: ImportMap, kind: str, names: Sequence[str]) -> dict[str, str]:
    """What each column of the file is mapped to: a field, `custom:` or `stage:`; the first use counts."""
    section, header = mapping.sections.get(kind, Section()), Header(names)
    found: dict[str, str] = {}
    uses: list[tuple[str, Alternatives]] = [*section.fields.items()]
    uses += [(STAGE, stage.moment) for stage in section.stages]
    uses += [(OWN_FIELD, ways) for ways in section.custom.values()]
    for target, ways in uses:
        for name in _read_columns(ways, header):
            found.setdefault(name, target)
    return found


def _read_columns(ways: Alternatives, header: Header) -> list[str]:
    places = [header.places(name) for column in ways for name in column.columns]
    return [header.names[place] for found in places for place in found]


def retarget(mapping: ImportMap, kind: str, names: Sequence[str], wanted: Mapping[str, str]) -> ImportMap:
    """The map with the columns in `wanted` sent where it says; columns that go where they went stay as they were."""
    present = targets_of(mapping, kind, names)
    section = mapping.sections.get(kind, Section())
    for name, target in wanted.items():
        if name in names and target != present.get(name, LEFT_OUT) and _is_possible(kind, target):
            section = _with(_without(section, name, names), kind, name, target)
    return replace(mapping, sections={**mapping.sections, kind: section})


def _is_possible(kind: str, target: str) -> bool:
    special = {OWN_FIELD: WITH_CUSTOM, STAGE: WITH_STAGES}
    return kind in special[target] if target in special else target == LEFT_OUT or target in FIELDS[kind]


def _without(section: Section, name: str, names: Sequence[str]) -> Section:
    header = Header(names)

    def left(ways: Alternatives) -> Alternatives:
        kept = []
        for column in ways:
            columns = tuple(one for one in column.columns if name not in _read_columns((Column((one,)),), header))
            if columns or column.constant is not None:
                kept.append(replace(column, columns=columns))
        return tuple(kept)

    stages = (replace(stage, moment=left(stage.moment)) for stage in section.stages)
    return replace(
        section,
        fields={key: ways for key, all_ways in section.fields.items() if (ways := left(all_ways))},
        custom={key: ways for key, all_ways in section.custom.items() if (ways := left(all_ways))},
        stages=tuple(stage for stage in stages if stage.moment),
    )


def _with(section: Section, kind: str, name: str, target: str) -> Section:
    way = Column(columns=(name,))
    if target == LEFT_OUT:
        return section
    if target == STAGE:
        return replace(section, stages=(*section.stages, StageColumn(name, (way,))))
    if target == OWN_FIELD:
        return replace(section, custom={**section.custom, own_key(name): (way,)})
    ways = section.fields.get(target, ())
    if ways and FIELDS[kind][target].value in _SEVERAL and ways[0].constant is None:
        first = replace(ways[0], columns=(*ways[0].columns, name), mode="all")
        return replace(section, fields={**section.fields, target: (first, *ways[1:])})
    # The reader's own choice comes before what the map tried so far; constants stay the last resort.
    return replace(section, fields={**section.fields, target: (way, *ways)})


def own_key(name: str) -> str:
    """The key of a field of the company's own that is named like a column."""
    return re.sub(r"\W+", "_", header_key(name)).strip("_")[:60] or "field"
