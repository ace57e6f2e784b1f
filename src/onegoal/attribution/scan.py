"""Reading touches into NumPy pieces: plain Parquet by row groups on several threads, everything else through DuckDB."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from onegoal.attribution.footers import read_footers
from onegoal.attribution.sources import OTHER, PlainParquet, TouchSource
from onegoal.core.attribution.journeys import Ints

THREADS = 2
_ROWS_AT_ONCE = 1 << 20
_PER_MICROSECOND = {"s": 1_000_000, "ms": 1_000, "us": 1}


@dataclass(frozen=True, slots=True)
class Piece:
    """Some touches as columns: whose, when (microseconds since 1970 UTC), which group, and what was converted.

    group: -1 on a row that is only a conversion.  converted: the places of converted rows; value is theirs alone.
    """

    person: Ints
    at: Ints
    group: Ints
    sequence: Ints | None
    converted: Ints
    value: Ints
    has_missing_groups: bool

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True, slots=True)
class Extent:
    """What the columns span: the smallest and the largest of each, both included."""

    rows: int
    person: tuple[int, int]
    at: tuple[int, int]
    sequence: tuple[int, int]


def over_pieces(source: TouchSource, plain: PlainParquet | None, work: Callable[[Piece], Any]) -> list[Any]:
    """Return what `work` makes of each piece; plain files are worked on by several threads at once."""
    if plain is None:
        return [work(piece) for piece in _from_duckdb(source)]
    with _quick_memory(), ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(lambda part: work(_from_file(source, plain, *part)), _parts(plain)))


@contextlib.contextmanager
def _quick_memory() -> Iterator[None]:
    """Let Arrow take memory from the system inside the block.

    Its usual allocator gives large columns back at once and takes them anew, a sixth of the time of a first reading.
    """
    usual = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(usual)


def extent_of(source: TouchSource, plain: PlainParquet | None) -> Extent:
    """Return what the touches span; plain files say it in their footers."""
    told = _extent_in_footers(plain) if plain is not None and not source.has_sequence else None
    return told or _extent_in_rows(source)


def in_numpy(column: pa.Array) -> NDArray[Any]:
    """Return a column as NumPy has it, without a copy where it is whole numbers.

    Arrow's own `to_numpy` imports pandas first, which takes longer than sorting ten million touches.
    """
    if column.null_count or not pa.types.is_integer(column.type):
        return column.to_numpy(zero_copy_only=False)
    return np.from_dlpack(column)


def true_places(column: pa.BooleanArray) -> Ints:
    """Return the places of true values, read from the bits of the column: Arrow's own functions take long to load."""
    validity, values = (
        None if bits is None else np.unpackbits(np.frombuffer(bits, np.uint8), bitorder="little")
        for bits in column.buffers()
    )
    within = slice(column.offset, column.offset + len(column))
    is_true = values[within] if values is not None else np.zeros(0, np.uint8)
    return np.flatnonzero(is_true if validity is None else is_true & validity[within])


def moments(column: pa.Array) -> Ints:
    """Return a column of timestamps or days as microseconds since 1970."""
    if pa.types.is_date(column.type):
        column = column.cast(pa.timestamp("us"))
    whole = in_numpy(column.view(pa.int64()))
    unit = column.type.unit
    return whole // 1_000 if unit == "ns" else whole if unit == "us" else whole * _PER_MICROSECOND[unit]


def group_codes(groups: Sequence[str]) -> Callable[[Sequence[str | None]], Ints]:
    """Return what turns names of channels into codes; unknown ones are the folded "(other)", none is -1."""
    known: Mapping[str | None, int] = {name: code for code, name in enumerate(groups)}
    other = known.get(OTHER, -1)
    return lambda names: np.array([-1 if name is None else known.get(name, other) for name in names], np.int64)


def _parts(plain: PlainParquet) -> list[tuple[str, list[int]]]:
    """Return (file, row groups), about a million rows each."""
    parts: list[tuple[str, list[int]]] = []
    for path in plain.files:
        metadata = pq.read_metadata(path)
        rows = _ROWS_AT_ONCE
        for number in range(metadata.num_row_groups):
            if rows >= _ROWS_AT_ONCE:
                parts.append((path, []))
                rows = 0
            parts[-1][1].append(number)
            rows += metadata.row_group(number).num_rows
    return parts


def _from_file(source: TouchSource, plain: PlainParquet, path: str, row_groups: list[int]) -> Piece:
    named = (plain.person, plain.at, plain.channel, plain.sequence, plain.converted, plain.value)
    file = pq.ParquetFile(path, read_dictionary=[plain.channel], memory_map=True)
    rows = file.read_row_groups(row_groups, columns=[name for name in named if name], use_threads=False)
    columns = [_whole(rows[name]) if name else None for name in named]
    return _piece(*columns, codes=group_codes(source.groups))


def _from_duckdb(source: TouchSource) -> Iterator[Piece]:
    reader: pa.RecordBatchReader = source.connection.sql(
        f'SELECT person, "at", channel, sequence, converted, value FROM ({source.touches_sql})'  # noqa: S608
    ).to_arrow_reader(_ROWS_AT_ONCE)
    codes = group_codes(source.groups)
    for batch in reader:
        columns = [batch.column(name) for name in ("person", "at", "channel", "sequence", "converted", "value")]
        if not source.has_sequence:
            columns[3] = None
        yield _piece(*columns, codes=codes)


def _piece(
    person: pa.Array,
    at: pa.Array,
    channel: pa.Array,
    sequence: pa.Array | None,
    converted: pa.Array | None,
    value: pa.Array | None,
    *,
    codes: Callable[[Sequence[str | None]], Ints],
) -> Piece:
    channel = channel if pa.types.is_dictionary(channel.type) else channel.dictionary_encode()
    group = _looked_up(codes(channel.dictionary.to_pylist()), channel.indices)
    hits = np.empty(0, np.int64) if converted is None else true_places(converted)
    return Piece(
        person=in_numpy(person).astype(np.int64, copy=False),
        at=moments(at),
        group=group,
        sequence=None if sequence is None else _numbers(sequence),
        converted=hits,
        value=np.zeros(len(hits), np.int64) if value is None else _numbers(value)[hits],
        has_missing_groups=bool(channel.null_count),
    )


def _looked_up(codes: Ints, indices: pa.Array) -> Ints:
    if indices.null_count:
        codes = np.append(codes, -1)
        indices = indices.cast(pa.int64()).fill_null(len(codes) - 1)
    return codes[in_numpy(indices)]


def _numbers(column: pa.Array) -> Ints:
    """Return whole numbers, 0 where there is none."""
    column = column.fill_null(0) if column.null_count else column
    return in_numpy(column).astype(np.int64, copy=False)


def _whole(column: pa.ChunkedArray) -> pa.Array:
    column = column.unify_dictionaries() if pa.types.is_dictionary(column.type) else column
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _extent_in_rows(source: TouchSource) -> Extent:
    person = "0, 0" if source.has_text_persons else "coalesce(min(person), 0)::BIGINT, coalesce(max(person), 0)::BIGINT"
    found = source.connection.sql(
        f'SELECT count(*), {person}, coalesce(epoch_us(min("at")), 0), coalesce(epoch_us(max("at")), 0), '  # noqa: S608
        f"coalesce(min(sequence), 0)::BIGINT, coalesce(max(sequence), 0)::BIGINT FROM ({source.touches_sql})"
    )
    rows, first, last, begin, end, low, high = found.fetchall()[0]
    return Extent(rows, (first, last), (begin, end), (min(low, 0), max(high, 0)))


def _extent_in_footers(plain: PlainParquet) -> Extent | None:
    footers = read_footers(plain.files, (plain.person, plain.at))
    person, at = footers.spans.get(plain.person), footers.spans.get(plain.at)
    if not footers.rows or person is None or at is None:
        return None
    bounds = (person.low, person.high, at.low, at.high)
    if None in bounds:
        return None
    return Extent(footers.rows, bounds[:2], bounds[2:], (0, 0))  # type: ignore[arg-type]
