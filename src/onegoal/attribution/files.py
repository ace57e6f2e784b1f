"""Tables as they are given: a file, a folder of files, a pattern, or columns in memory."""

# ruff: noqa: PTH207, S608 - patterns may be absolute; queries are put together from quoted names

from __future__ import annotations

import glob
import gzip
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onegoal.attribution.refusals import SourceRefused
from onegoal.connectors.tables.dialect import Dialect, guess_dialect, sample_records
from onegoal.connectors.tables.encoding import guess_encoding
from onegoal.connectors.tables.headers import unique_names
from onegoal.connectors.tables.signatures import container

if TYPE_CHECKING:
    import duckdb

PARQUET = {".parquet", ".pq", ".parq"}
TEXT = {".csv", ".tsv", ".txt", ".gz"}
_HEAD = 1 << 18
_KEPT_BYTES = 256 << 20
"""Text up to this size is read once and kept; more is read anew by each question, so that memory stays small."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a table: its name, what DuckDB reads it by, its columns, and the number of its first row."""

    name: str
    sql: str
    columns: frozenset[str]
    first_row: int = 1


@dataclass(frozen=True, slots=True)
class Given:
    """A table that can be asked: `sql` stands after FROM; `types` are DuckDB's, by column; text files hold only text.

    `paths` are the files of Parquet; `is_odd` says that files differ in their columns.
    """

    name: str
    sql: str
    types: Mapping[str, str]
    parts: tuple[Part, ...]
    is_text: bool
    is_odd: bool = False
    paths: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def require(self, column: str, *, is_needed: bool) -> str | None:
        """Return a note where files lack a column that others have.

        Raises:
            SourceRefused: the column is needed.
        """
        lacking = [part for part in self.parts if self.is_odd and column not in part.columns]
        if not lacking or len(lacking) == len(self.parts):
            return None
        first = lacking[0].name
        if is_needed:
            raise SourceRefused(
                "files_differ", f"{first} has no column {column!r}, which other files of {self.name} have.",
                first, column=column, remedy="Give files with the same columns.",
            )  # fmt: skip
        return f"{len(lacking)} of {len(self.parts)} files have no column {column!r}; it counts as empty there."


def open_given(connection: duckdb.DuckDBPyConnection, source: Any, role: str) -> Given:
    """Return a table from a path, a pattern, or anything in memory that Arrow understands.

    Raises:
        SourceRefused: there is nothing, or it is no table.
    """
    if isinstance(source, str | os.PathLike):
        return _open_files(connection, os.fspath(source), role)
    return _open_memory(connection, source, role)


def rows_of(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Any]:
    """Return all rows of an answer."""
    return connection.execute(sql).fetchall()  # type: ignore[no-any-return, unused-ignore]


def quoted(name: str) -> str:
    """Return a name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _open_memory(connection: duckdb.DuckDBPyConnection, source: Any, role: str) -> Given:
    import pyarrow as pa

    try:
        if hasattr(source, "collect") and not hasattr(source, "__arrow_c_stream__"):
            source = source.collect()
        is_rows = isinstance(source, list | tuple) and all(isinstance(row, Mapping) for row in source)
        table = pa.Table.from_pylist(list(source)) if is_rows else pa.table(source)
    except (pa.ArrowException, TypeError, ValueError) as error:
        first = str(error).splitlines()[0]
        raise SourceRefused(
            "not_a_table", f"The {role} in memory are no table: {first}", role,
            remedy="Give an Arrow table, a pandas or Polars frame, or a dict of columns of one type each.",
        ) from error  # fmt: skip
    connection.register(f"given_{role}", table)
    types = _types(connection, f"given_{role}")
    return Given(role, f"given_{role}", types, (Part(role, f"given_{role}", frozenset(types)),), is_text=False)


def _open_files(connection: duckdb.DuckDBPyConnection, source: str, role: str) -> Given:
    paths, notes = _without_empty(_found(source), source)
    is_parquet = {_is_parquet(path) for path in paths}
    if len(is_parquet) > 1:
        raise SourceRefused(
            "files_differ", f"{source} holds both Parquet and text files.", source,
            remedy="Give one kind, for example with a pattern such as 'folder/*.parquet'.",
        )  # fmt: skip
    import duckdb

    name = Path(source).name or source
    try:
        if is_parquet == {True}:
            return _open_parquet(connection, name, paths, notes)
        return _open_text(connection, name, paths, role, notes)
    except duckdb.Error as error:
        raise _told(error, name, paths) from error


def _found(source: str) -> list[Path]:
    path = Path(source)
    if path.is_dir():
        every = (found for found in sorted(path.rglob("*")) if found.is_file() and not _is_hidden(found, path))
        paths = [found for found in every if found.suffix.lower() in PARQUET | TEXT]
        if not paths:
            raise SourceRefused(
                "no_files", f"The folder {source} holds no Parquet or CSV file.", source,
                remedy="Give a folder of .parquet or .csv files.",
            )  # fmt: skip
        return paths
    if path.exists():
        return [path]
    paths = [Path(found) for found in sorted(glob.glob(source, recursive=True)) if Path(found).is_file()]
    if not paths:
        is_pattern = any(sign in source for sign in "*?[")
        said = f"No file is named like {source}." if is_pattern else f"There is no file {source}."
        raise SourceRefused("missing", said, source, remedy="Check the path.")
    return paths


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(piece.startswith((".", "_")) for piece in path.relative_to(folder).parts)


def _without_empty(paths: Sequence[Path], source: str) -> tuple[list[Path], tuple[str, ...]]:
    filled = [path for path in paths if path.stat().st_size]
    if not filled:
        raise SourceRefused(
            "empty", f"{source} is empty: it has not even a header.", source, remedy="Check how it was written."
        )
    if len(filled) == len(paths):
        return filled, ()
    return filled, (f"{len(paths) - len(filled)} of {len(paths)} files are empty and were passed over.",)


def _is_parquet(path: Path) -> bool:
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if head.startswith(b"PAR1"):
        return True
    kind = container(head)
    if path.suffix.lower() in PARQUET or (kind and kind != "gzip"):
        what = "no Parquet file" if path.suffix.lower() in PARQUET else "neither CSV nor Parquet"
        raise SourceRefused("not_a_table", f"{path.name} is {what}.", path.name, remedy="Save it as CSV or Parquet.")
    return False


def _open_parquet(
    connection: duckdb.DuckDBPyConnection, name: str, paths: Sequence[Path], notes: tuple[str, ...]
) -> Given:
    listed = _listed(paths)
    schemas: dict[str, set[str]] = {}
    rows = rows_of(connection, f"SELECT file_name, name FROM parquet_schema({listed}) WHERE type IS NOT NULL")
    for file, column in rows:
        schemas.setdefault(file, set()).add(column)
    is_odd = len({frozenset(columns) for columns in schemas.values()}) > 1
    options = ", union_by_name = true" if is_odd else ""
    sql = f"read_parquet({listed}{options})"
    parts = tuple(
        Part(path.name, f"read_parquet({_listed([path])})", frozenset(schemas.get(str(path), ()))) for path in paths
    )
    return Given(
        name,
        sql,
        _types(connection, sql),
        parts,
        is_text=False,
        is_odd=is_odd,
        paths=tuple(map(str, paths)),
        notes=notes,
    )


def _listed(paths: Iterable[Path]) -> str:
    return "[" + ", ".join(literal(glob.escape(str(path))) for path in paths) + "]"


def _open_text(
    connection: duckdb.DuckDBPyConnection, name: str, paths: Sequence[Path], role: str, notes: tuple[str, ...]
) -> Given:
    parts = tuple(_text_part(connection, path, f"{role}_{number}") for number, path in enumerate(paths))
    is_odd = len({part.columns for part in parts}) > 1
    sql = " UNION ALL BY NAME ".join(f"SELECT * FROM {part.sql}" for part in parts)
    sql = parts[0].sql if len(parts) == 1 else f"({sql})"
    if sum(path.stat().st_size for path in paths) <= _KEPT_BYTES:
        connection.execute(f"CREATE TEMP TABLE kept_{role} AS SELECT * FROM {sql}")
        sql = f"kept_{role}"
    return Given(name, sql, _types(connection, sql), parts, is_text=True, is_odd=is_odd, notes=notes)


def _text_part(connection: duckdb.DuckDBPyConnection, path: Path, table: str) -> Part:
    head = _head_of(path)
    encoding = guess_encoding(head)
    text = head[encoding.bom :].decode(encoding.name, "replace")
    cut = len(text) if len(head) < _HEAD else max(text.rfind("\n"), text.rfind("\r")) + 1
    dialect = guess_dialect(text[: cut or len(text)])
    records = sample_records(text[: cut or len(text)], dialect, 1)
    if not records or not any(cell.strip() for cell in records[0]):
        raise SourceRefused(
            "empty", f"{path.name} does not begin with a header.", path.name, 1,
            remedy="The first line must name the columns.",
        )  # fmt: skip
    columns = tuple(unique_names(records[0]))
    skipped = 1 + dialect.has_sep_line
    if encoding.name == "utf-8":
        sql = _read_csv(path, columns, dialect, skipped)
    else:
        sql = f"text_{table}"
        connection.register(sql, _decoded(path, encoding.name, columns, dialect, skipped))
    return Part(path.name, sql, frozenset(columns), first_row=skipped + 1)


def _head_of(path: Path) -> bytes:
    if path.suffix.lower() != ".gz":
        with path.open("rb") as stream:
            return stream.read(_HEAD)
    try:
        with gzip.open(path) as stream:
            return stream.read(_HEAD)
    except (OSError, EOFError) as error:
        raise SourceRefused(
            "not_a_table", f"{path.name} cannot be unpacked.", path.name, remedy="Write it anew."
        ) from error


def _read_csv(path: Path, columns: Sequence[str], dialect: Dialect, skipped: int) -> str:
    named = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in columns)
    return (
        f"read_csv({_listed([path])}, auto_detect = false, header = false, skip = {skipped}, columns = {{{named}}}, "
        f"delim = {literal(dialect.delimiter)}, quote = {literal(dialect.quote)}, escape = {literal(dialect.quote)})"
    )


def _decoded(path: Path, encoding: str, columns: Sequence[str], dialect: Dialect, skipped: int) -> Any:
    """A table of text in another encoding; read whole, since only old exports come so."""
    import pyarrow as pa
    from pyarrow import csv

    try:
        return csv.read_csv(
            path,
            csv.ReadOptions(encoding=encoding, skip_rows=skipped, column_names=list(columns)),
            csv.ParseOptions(delimiter=dialect.delimiter, quote_char=dialect.quote, newlines_in_values=True),
            csv.ConvertOptions(column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=True),
        )
    except (pa.ArrowException, UnicodeError) as error:
        first = str(error).splitlines()[0]
        raise SourceRefused(
            "not_a_table", f"{path.name} cannot be read as {encoding}: {first}", path.name, remedy="Save it as UTF-8."
        ) from error


def _types(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, str]:
    return {row[0]: row[1] for row in rows_of(connection, f"DESCRIBE SELECT * FROM {sql}")}


def _told(error: Exception, name: str, paths: Sequence[Path]) -> SourceRefused:
    """DuckDB's words about a damaged file as a sentence with its place."""
    text = str(error)
    line = re.search(r"CSV Error on Line: (\d+)", text)
    file = next((path.name for path in paths if str(path) in text), name)
    if line:
        cause = re.search(r"^(Expected Number.*|Value with .*|Invalid unicode.*|.*unterminated.*)$", text, re.M | re.I)
        said = f": {cause.group(1).strip().rstrip('.')}" if cause else ""
        return SourceRefused(
            "row_broken", f"Row {line.group(1)} of {file} cannot be read{said}.", file, int(line.group(1)),
            remedy="Mend the row, or check separators and quotes.",
        )  # fmt: skip
    first = text.splitlines()[0]
    return SourceRefused("not_a_table", f"{file} cannot be read: {first}", file, remedy="Write the file anew.")
