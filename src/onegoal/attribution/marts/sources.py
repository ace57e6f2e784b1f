"""Touches of files and frames as the change that fills a mart."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onegoal.attribution.marts.changes import Changes, Converted, Touched
from onegoal.attribution.persons import numbered
from onegoal.attribution.scan import Piece, extent_of, over_pieces
from onegoal.attribution.sources import TouchSource
from onegoal.core.attribution.cutting import NO_LEAD
from onegoal.core.attribution.journeys import Ints


def changes_of(source: TouchSource, *, first_key: int = 0) -> Changes:
    """Return everything in a source as one change; conversions that have no key are numbered from `first_key`.

    People named by text become the numbers of `persons.numbered`, the same ones in every source.
    """
    plain, lasting = source.plain, None
    if source.has_text_persons:
        plain = None
        source, lasting = numbered(source)
    rows = extent_of(source, plain).rows
    kinds = {"identity": np.int64, "at": np.int64, "group": np.int16}
    columns: dict[str, NDArray[Any]] = {name: np.empty(rows, kind) for name, kind in kinds.items()}
    if source.has_sequence:
        columns["sequence"] = np.empty(rows, np.int64)
    lock, filled = threading.Lock(), 0

    def work(piece: Piece) -> tuple[Ints, ...]:
        nonlocal filled
        kept = piece.group >= 0 if piece.has_missing_groups else slice(None)
        found = {"identity": piece.person, "at": piece.at, "group": piece.group, "sequence": piece.sequence}
        count = len(piece) if isinstance(kept, slice) else int(np.count_nonzero(kept))
        with lock:
            place, filled = filled, filled + count
        for name, column in columns.items():
            given = found[name]
            column[place : place + count] = 0 if given is None else given[kept]
        hits = piece.converted
        sequence = np.zeros(len(hits), np.int64) if piece.sequence is None else piece.sequence[hits]
        return piece.person[hits], piece.at[hits], sequence, piece.value

    converted = over_pieces(source, plain, work)
    columns = {name: column[:filled] for name, column in columns.items()}
    conversions = _told_apart(source) if source.conversions_sql is not None else _on_rows(converted, first_key)
    if lasting is not None:
        columns["identity"] = lasting[columns["identity"]]
        conversions = replace(conversions, identity=lasting[conversions.identity])
    touches = Touched(
        columns["identity"], columns["at"], columns["group"], source.groups, sequence=columns.get("sequence")
    )
    return Changes(touches, converted=conversions, ends_at=source.ends_at)


def _on_rows(converted: list[tuple[Ints, ...]], first_key: int) -> Converted:
    """Return converted rows, numbered in the order of their moments, sequence numbers and values."""
    empty = np.empty(0, np.int64)
    person, at, sequence, value = (
        np.concatenate([empty, *(part[place] for part in converted)]).astype(np.int64) for place in range(4)
    )
    order = np.lexsort((value, sequence, at, person))
    return Converted(person[order], at[order], value[order], first_key + np.arange(len(order)))


def _told_apart(source: TouchSource) -> Converted:
    rows = source.connection.sql(
        f'SELECT person, epoch_us("at") AS "at", value, key, coalesce(epoch_us(lead_at), {NO_LEAD}) AS lead_at '  # noqa: S608
        f"FROM ({source.conversions_sql})"
    ).fetchnumpy()
    person, at, value, key, lead_at = (
        np.asarray(rows[name], np.int64) for name in ("person", "at", "value", "key", "lead_at")
    )
    return Converted(person, at, value, key, lead_at)
