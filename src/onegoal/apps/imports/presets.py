"""The maps that come with the product: one for each export of each known system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import onegoal.connectors
from onegoal.apps.imports.cells import Header
from onegoal.apps.imports.fields import FIELDS
from onegoal.apps.imports.map_files import read_map_file
from onegoal.apps.imports.maps import ImportMap, MapProblem, columns_of

FOLDER: Final = Path(onegoal.connectors.__file__).parent
GENERIC: Final = "generic"
_ENOUGH: Final = 3


@dataclass(frozen=True)
class Preset:
    """A ready map; `name` is its folder in connectors, `kind` the main kind."""

    name: str
    kind: str
    map: ImportMap


@cache
def all_presets() -> tuple[Preset, ...]:
    """Every preset, by name and kind."""
    found = []
    for path in sorted(FOLDER.glob("*/*.yaml")):
        if path.stem in FIELDS:
            found.append(Preset(path.parent.name, path.stem, read_map_file(path)))
    return tuple(found)


def preset_named(name: str, kind: str) -> Preset:
    """The preset of this name and kind. Raises: MapProblem `preset_unknown` with those there are."""
    for preset in all_presets():
        if (preset.name, preset.kind) == (name, kind):
            return preset
    raise MapProblem("preset_unknown", preset=name, kind=kind, known=", ".join(preset_names(kind)))


def preset_names(kind: str) -> list[str]:
    """The presets of a kind by name; `generic`, the guess by column names, is always among them."""
    return [*(preset.name for preset in all_presets() if preset.kind == kind), GENERIC]


def guess_preset(kind: str, names: Sequence[str]) -> Preset | None:
    """The preset whose tell-tale columns are in the file: at least one of them, three matches, all that is required."""
    header = Header(names)
    best: tuple[int, Preset] | None = None
    for preset in all_presets():
        if preset.kind != kind or not any(header.places(name) for name in preset.map.recognise):
            continue
        section = preset.map.sections[kind]
        matches = len({place for name in columns_of(section) for place in header.places(name)[:1]})
        if matches >= _ENOUGH and _has_required(preset, header) and (best is None or matches > best[0]):
            best = (matches, preset)
    return best[1] if best else None


def _has_required(preset: Preset, header: Header) -> bool:
    section = preset.map.sections[preset.kind]
    for key, known in FIELDS[preset.kind].items():
        if known.is_required:
            ways = section.fields.get(key, ())
            names = [name for column in ways for name in column.columns]
            if not any(header.places(name) for name in names) and not any(way.constant for way in ways):
                return False
    return True
