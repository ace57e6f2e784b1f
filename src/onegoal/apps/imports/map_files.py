"""Reads import maps from YAML and writes them back; anything unknown is refused with its line."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import yaml

from onegoal.apps.imports.fields import FIELDS, WITH_CUSTOM, WITH_STAGES, Kind
from onegoal.apps.imports.maps import (
    Alternatives,
    Column,
    FileFormat,
    Filter,
    ImportMap,
    Lookup,
    MapProblem,
    Section,
    StageColumn,
)

LARGEST_MAP: Final = 256_000
_MODES: Final = {"column": "first", "columns": "first", "join": "join", "all": "all"}
_COLUMN_KEYS: Final = frozenset(
    {*_MODES, "value", "with", "scale", "values", "empty", "when", "lookup", "optional", "decimal", "dates", "serial"}
)
_SECTION_KEYS: Final = frozenset({"columns", "constants", "values", "empty", "stages", "custom", "only_rows_where"})
_FORMAT_KEYS: Final = frozenset(
    {"encoding", "delimiter", "decimal", "dates", "serial", "header_row", "sheet", "skip_rows_where"}
)
_TOP_KEYS: Final = frozenset(
    {"source", "title", "format", "currency", "time_zone", "country", "columns_optional", "recognise", *Kind.values}
)
_WORDS: Final = {
    "decimal": frozenset({"comma", "point"}),
    "dates": frozenset({"dmy", "mdy", "ymd"}),
    "serial": frozenset({"excel1900", "excel1904", "unix", "unix_ms"}),
}


class _Lines(dict[str, Any]):
    """A mapping of the file that knows the line of each of its keys."""

    lines: dict[str, int]


class _Loader(yaml.SafeLoader):
    """Safe YAML without aliases (they can grow without end) and without keys written twice."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            raise MapProblem("map_alias", line=self.peek_event().start_mark.line + 1)
        return super().compose_node(parent, index)


def _construct_mapping(loader: _Loader, node: yaml.MappingNode) -> _Lines:
    found = _Lines()
    found.lines = {}
    for key_node, value_node in node.value:
        key, line = loader.construct_object(key_node, deep=True), key_node.start_mark.line + 1
        # YAML reads a bare `no` or `1` as a flag or a number; a key or a value table means the word itself.
        key = key_node.value if isinstance(key_node, yaml.ScalarNode) else str(key)
        if key in found:
            raise MapProblem("map_key_twice", key=key, line=line)
        found[key] = loader.construct_object(value_node, deep=True)
        found.lines[key] = line
    return found


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _construct_mapping)
# Words stay words: `Y`, `no`, `2018-01-01` and `007` are values of somebody's file.
_Loader.yaml_implicit_resolvers = {}


def read_map_file(path: Path) -> ImportMap:
    """Read a map file. Raises: MapProblem."""
    try:
        if path.stat().st_size > LARGEST_MAP:
            raise MapProblem("map_too_large", limit=LARGEST_MAP)
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise MapProblem("map_not_readable", file=path.name) from error
    return parse_map(text)


def parse_map(text: str) -> ImportMap:
    """Read a map from YAML text. Raises: MapProblem."""
    if len(text) > LARGEST_MAP:
        raise MapProblem("map_too_large", limit=LARGEST_MAP)
    try:
        found = yaml.load(text, _Loader)  # noqa: S506 - a subclass of SafeLoader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise MapProblem("map_not_yaml", line=mark.line + 1 if mark else 0) from error
    except RecursionError as error:
        raise MapProblem("map_not_yaml", line=0) from error
    return map_from_dict(found)


def map_from_dict(found: Any) -> ImportMap:
    """Build a map from plain values, as YAML or JSON hold them. Raises: MapProblem."""
    top = _mapping(found, "map", _TOP_KEYS)
    sections = {Kind(key).value: _section(Kind(key), top[key]) for key in top if key in Kind.values}
    return ImportMap(
        source=_text(top, "source")[:60],
        sections=sections,
        format=_format(top.get("format", {})),
        title=_text(top, "title"),
        currency=_text(top, "currency").upper(),
        time_zone=_zone(_text(top, "time_zone")),
        country=_text(top, "country").upper(),
        columns_optional=_flag(top.get("columns_optional", "no")),
        recognise=_texts(top.get("recognise", ()), "recognise"),
    )


def _section(kind: Kind, found: Any) -> Section:
    body = _mapping(found, kind.value, _SECTION_KEYS)
    known = frozenset(FIELDS[kind])
    columns = _mapping(body.get("columns", {}), f"{kind.value}.columns", known)
    constants = _mapping(body.get("constants", {}), f"{kind.value}.constants", known)
    values = _mapping(body.get("values", {}), f"{kind.value}.values", known)
    tables = {key: _table(values[key], key) for key in values}
    fields = {key: _alternatives(columns[key], key, tables.get(key, {})) for key in columns}
    for key in constants:
        fields[key] = (*fields.get(key, ()), Column(constant=_scalar(constants[key], key)))
    _only_where_possible(kind, body)
    return Section(
        fields=fields,
        stages=tuple(_stage(name, way) for name, way in _mapping(body.get("stages", {}), "stages").items()),
        custom={key: _alternatives(way, key, {}) for key, way in _mapping(body.get("custom", {}), "custom").items()},
        empty=_texts(body.get("empty", ()), "empty"),
        only_rows_where=_filter(body.get("only_rows_where", {}), "only_rows_where"),
    )


def _only_where_possible(kind: Kind, body: Mapping[str, Any]) -> None:
    for key, allowed in (("stages", WITH_STAGES), ("custom", WITH_CUSTOM)):
        if key in body and kind not in allowed:
            raise MapProblem("map_unknown_key", key=key, place=kind.value, line=_line(body, key))


def _alternatives(found: Any, key: str, table: Mapping[str, str]) -> Alternatives:
    ways = found if isinstance(found, list) else [found]
    if ways and all(isinstance(way, str) for way in ways):
        return (Column(columns=tuple(ways), values=table),)
    return tuple(_column(way, key, table) for way in ways)


def _column(found: Any, key: str, table: Mapping[str, str]) -> Column:
    if isinstance(found, str):
        return Column(columns=(found,), values=table)
    body = _mapping(found, key, _COLUMN_KEYS)
    named = [word for word in _MODES if word in body]
    if len(named) + ("value" in body) != 1:
        raise MapProblem("map_no_column", key=key, line=_line(body, next(iter(body), "")))
    names = body[named[0]] if named else []
    return Column(
        columns=(names,) if isinstance(names, str) else _texts(names, key),
        mode=_MODES[named[0]] if named else "first",
        separator=_scalar(body.get("with", " "), "with"),
        constant=_scalar(body["value"], key) if "value" in body else None,
        scale=_scale(body["scale"]) if "scale" in body else None,
        values={**table, **_table(body.get("values", {}), key)},
        empty=_texts(body.get("empty", ()), "empty"),
        when=_filter(body.get("when", {}), "when"),
        lookup=_lookup(body["lookup"]) if "lookup" in body else None,
        is_optional=_flag(body.get("optional", "no")),
        **_words(body),
    )


def _stage(name: str, found: Any) -> StageColumn:
    if isinstance(found, _Lines | dict) and "kind" in found:
        rest = _Lines({key: value for key, value in found.items() if key != "kind"})
        rest.lines = getattr(found, "lines", {})
        return StageColumn(name, _alternatives(rest, name, {}), _scalar(found["kind"], "kind"))
    return StageColumn(name, _alternatives(found, name, {}))


def _format(found: Any) -> FileFormat:
    body = _mapping(found, "format", _FORMAT_KEYS)
    header = body.get("header_row")
    if header is not None and not str(header).isdecimal():
        raise MapProblem("map_bad_value", key="header_row", value=str(header))
    return FileFormat(
        encoding=_text(body, "encoding"),
        delimiter={"tab": "\t", "\\t": "\t"}.get(_text(body, "delimiter"), _text(body, "delimiter")),
        header_row=None if header is None else int(header),
        sheet=_text(body, "sheet"),
        skip_rows_where=_filter(body.get("skip_rows_where", {}), "skip_rows_where"),
        **_words(body),
    )


def _words(body: Mapping[str, Any]) -> dict[str, Any]:
    found = {key: _text(body, key) for key in _WORDS if body.get(key)}
    for key, word in found.items():
        if word not in _WORDS[key]:
            raise MapProblem("map_bad_value", key=key, value=word)
    return found


def _filter(found: Any, place: str) -> Filter:
    return tuple((column, _one_or_more(values, place)) for column, values in _mapping(found, place).items())


def _lookup(found: Any) -> Lookup:
    body = _mapping(found, "lookup", frozenset({"file", "key", "value"}))
    lookup = Lookup(_text(body, "file"), _text(body, "key"), _text(body, "value"))
    # Only a plain name beside the imported file: a map must not make the server open anything else.
    is_plain = lookup.file and lookup.file not in {".", ".."} and not set(lookup.file) & set("/\\:\0")
    if not is_plain or not lookup.key or not lookup.value:
        raise MapProblem("map_bad_value", key="lookup", value=lookup.file)
    return lookup


def _scale(found: Any) -> Decimal:
    try:
        scale = Decimal(str(found))
    except InvalidOperation:
        scale = Decimal("NaN")
    if not scale.is_finite() or not scale or abs(scale.adjusted()) > 12:
        raise MapProblem("map_bad_value", key="scale", value=str(found))
    return scale


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key if name else ""
    except (ValueError, OSError, KeyError) as error:
        raise MapProblem("map_bad_value", key="time_zone", value=name) from error


def _mapping(found: Any, place: str, known: frozenset[str] | None = None) -> Mapping[str, Any]:
    if not isinstance(found, dict):
        raise MapProblem("map_not_a_table", place=place)
    for key in found:
        if known is not None and key not in known:
            raise MapProblem("map_unknown_key", key=str(key), place=place, line=_line(found, key))
    return found


def _line(body: Mapping[str, Any], key: str) -> int:
    return getattr(body, "lines", {}).get(key, 0)


def _table(found: Any, place: str) -> dict[str, str]:
    return {str(key): _scalar(value, place) for key, value in _mapping(found, place).items()}


def _one_or_more(found: Any, place: str) -> tuple[str, ...]:
    return _texts(found, place) if isinstance(found, list) else (_scalar(found, place),)


def _texts(found: Any, place: str) -> tuple[str, ...]:
    if not isinstance(found, list | tuple):
        found = [found]
    return tuple(_scalar(value, place) for value in found)


def _scalar(found: Any, place: str) -> str:
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        raise MapProblem("map_bad_value", key=place, value=str(found)[:80])
    return str(found)


def _text(body: Mapping[str, Any], key: str) -> str:
    return _scalar(body[key], key).strip(" ") if body.get(key) else ""


def _flag(found: Any) -> bool:
    return found is True or str(found).lower() in {"yes", "true"}


def map_as_dict(found: ImportMap) -> dict[str, Any]:
    """The map as plain JSON values that `map_from_dict` takes."""
    parts: dict[str, Any] = {
        "source": found.source,
        "title": found.title,
        "format": _format_as_dict(found.format),
        "currency": found.currency,
        "time_zone": found.time_zone,
        "country": found.country,
        "columns_optional": "yes" if found.columns_optional else "",
        "recognise": list(found.recognise),
        **{kind: _section_as_dict(section) for kind, section in found.sections.items()},
    }
    return {key: value for key, value in parts.items() if value or key in Kind.values}


def _format_as_dict(form: FileFormat) -> dict[str, Any]:
    parts: dict[str, Any] = {key: getattr(form, key) for key in _FORMAT_KEYS - {"skip_rows_where", "header_row"}}
    parts["skip_rows_where"] = _filter_as_dict(form.skip_rows_where)
    if form.header_row is not None:
        parts["header_row"] = str(form.header_row)
    return {key: parts[key] for key in sorted(parts) if parts[key]}


def _section_as_dict(section: Section) -> dict[str, Any]:
    parts: dict[str, Any] = {
        "columns": {key: _ways_as_list(ways) for key, ways in section.fields.items()},
        "stages": {stage.stage: _stage_as_dict(stage) for stage in section.stages},
        "custom": {key: _ways_as_list(ways) for key, ways in section.custom.items()},
        "empty": list(section.empty),
        "only_rows_where": _filter_as_dict(section.only_rows_where),
    }
    return {key: value for key, value in parts.items() if value}


def _stage_as_dict(stage: StageColumn) -> dict[str, Any]:
    return {**_column_as_dict(stage.moment[0]), **({"kind": stage.kind} if stage.kind else {})}


def _ways_as_list(ways: Alternatives) -> Any:
    parts = [_column_as_dict(way) for way in ways]
    return parts[0]["columns"][0] if parts and _is_plain(parts) else parts


def _is_plain(parts: list[dict[str, Any]]) -> bool:
    return len(parts) == 1 and set(parts[0]) == {"columns"} and len(parts[0]["columns"]) == 1


def _column_as_dict(column: Column) -> dict[str, Any]:
    named = {"first": "columns", "join": "join", "all": "all"}[column.mode]
    said: dict[str, Any] = {
        "with": column.separator if column.mode == "join" else "",
        "scale": str(column.scale) if column.scale is not None else "",
        "values": dict(column.values),
        "empty": list(column.empty),
        "when": _filter_as_dict(column.when),
        "lookup": vars(column.lookup) if column.lookup else None,
        "optional": "yes" if column.is_optional else "",
        **{key: getattr(column, key) for key in _WORDS},
    }
    parts = {key: value for key, value in said.items() if value}
    head = {"value": column.constant} if column.constant is not None else {named: list(column.columns)}
    return {**head, **parts}


def _filter_as_dict(conditions: Filter) -> dict[str, list[str]]:
    return {column: list(values) for column, values in conditions}
