"""What the footers of Parquet files say of their columns, so that checks need not read the rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_MICROSECONDS = {"ms": 1_000, "us": 1}


@dataclass(frozen=True, slots=True)
class Span:
    """A column in all files: how many nulls, and the smallest and the largest value; moments in microseconds since 1970.

    `low` and `high` are None where the column is neither whole numbers nor moments, or holds nothing.
    """

    nulls: int
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Footers:
    """Rows in all files, and the spans of those columns of which every part of every file tells."""

    rows: int
    spans: Mapping[str, Span]


def read_footers(paths: Sequence[str], columns: Iterable[str]) -> Footers:
    """Return what the footers of Parquet files say of some columns."""
    import pyarrow.parquet as pq

    rows = 0
    found: dict[str, list[Span | None]] = {name: [] for name in columns}
    for path in paths:
        file = pq.ParquetFile(path)
        places = {file.schema.column(i).path: i for i in range(len(file.schema))}
        rows += file.metadata.num_rows
        for name, spans in found.items():
            unit = _unit(file.schema_arrow, name)
            for number in range(file.metadata.num_row_groups):
                place = places.get(name)
                spans.append(None if place is None else _span(file.metadata.row_group(number).column(place), unit))
    return Footers(rows, {name: span for name, spans in found.items() if (span := _together(spans)) is not None})


def _unit(schema: Any, name: str) -> int | None:
    """Return what a stored number of the column is multiplied by; None where numbers do not order its values."""
    import pyarrow as pa

    place = schema.get_field_index(name)
    kind = schema.field(place).type if place >= 0 else None
    if kind is not None and pa.types.is_signed_integer(kind):
        return 1
    return _MICROSECONDS.get(kind.unit) if kind is not None and pa.types.is_timestamp(kind) else None


def _span(column: Any, unit: int | None) -> Span | None:
    told = column.statistics
    if told is None or not told.has_null_count:
        return None
    if unit is None or not told.has_min_max:
        return Span(told.null_count)
    return Span(told.null_count, told.min_raw * unit, told.max_raw * unit)


def _together(spans: Sequence[Span | None]) -> Span | None:
    if not spans or any(span is None for span in spans):
        return None
    known = [span for span in spans if span is not None]
    nulls = sum(span.nulls for span in known)
    lows, highs = [span.low for span in known], [span.high for span in known]
    if None in lows or None in highs:
        return Span(nulls)
    return Span(nulls, min(low for low in lows if low is not None), max(high for high in highs if high is not None))
