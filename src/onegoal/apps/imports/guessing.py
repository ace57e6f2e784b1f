"""The first guess of a mapping: by the column's name, checked against what stands in the column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from onegoal.apps.imports.cells import Header, header_key
from onegoal.apps.imports.fields import FIELDS
from onegoal.apps.imports.maps import Column, ImportMap, Section
from onegoal.apps.imports.presets import GENERIC, guess_preset, preset_named

_NEVER: Final = frozenset({"onegoal row", "onegoal problem"})


@cache
def _synonyms() -> Mapping[str, Mapping[str, list[str]]]:
    return yaml.safe_load(Path(__file__).with_name("synonyms.yaml").read_text("utf-8"))


@cache
def _words(kind: str) -> Mapping[str, tuple[str, ...]]:
    """Synonyms of each field, as `header_key` writes them, the likeliest first; the field's own key counts too."""
    return {
        key: tuple(dict.fromkeys([header_key(key), *(header_key(word) for word in words)]))
        for key, words in _synonyms()[kind].items()
        if key in FIELDS[kind]
    }


def guess_targets(kind: str, names: Sequence[str]) -> dict[str, str]:
    """The likely field of each column, by column name; a field is given once, to the column that fits it best."""
    header = Header(names)
    bids: list[tuple[int, int, str]] = []
    for key, words in _words(kind).items():
        for rank, word in enumerate(words):
            bids += [(rank, place, key) for place in header.places(word)]
    found: dict[str, str] = {}
    taken: set[str] = set()
    for _rank, place, key in sorted(bids):
        name = names[place]
        if name not in found and key not in taken and header_key(name) not in _NEVER:
            found[name] = key
            taken.add(key)
    return found


def guess_map(kind: str, names: Sequence[str], *, source: str = "", preset_name: str = "") -> ImportMap:
    """A map to begin with: the named preset, or the one that recognises the file, else the columns whose names are known.

    Raises: MapProblem `preset_unknown`.
    """
    preset = preset_named(preset_name, kind) if preset_name not in {"", GENERIC} else None
    if preset is None and preset_name != GENERIC:
        preset = guess_preset(kind, names)
    if preset is not None:
        return replace(preset.map, source=source or preset.map.source)
    fields = {key: (Column(columns=(name,)),) for name, key in guess_targets(kind, names).items()}
    return ImportMap(source=source, sections={kind: Section(fields=fields)})
