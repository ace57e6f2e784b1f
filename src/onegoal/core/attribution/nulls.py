"""Adding and taking away aggregated open journeys."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from onegoal.core.attribution.distinct import numbered
from onegoal.core.attribution.journeys import NULL, Coalitions, Moves, NullJourneys
from onegoal.core.attribution.steps import sets_by_bucket, summed


def combined(parts: Sequence[tuple[NullJourneys, int]]) -> NullJourneys:
    """Return the sum of open journeys, each part times its sign; all parts hold the same orders."""
    orders = {order for part, _ in parts for order in part.moves}
    sets = [(part.coalitions, sign) for part, sign in parts if part.coalitions is not None]
    return NullJourneys(
        paths=sum(sign * part.paths for part, sign in parts),
        censored=sum(sign * part.censored for part, sign in parts),
        moves={
            order: _moves([(part.moves[order], sign) for part, sign in parts if order in part.moves])
            for order in sorted(orders)
        },
        coalitions=_coalitions(sets) if sets else None,
    )


def pooled_moves(moves: Moves) -> Moves:
    """Return the same moves of all groups of people together, as bucket 0: all that credits need."""
    states, source = numbered(moves.source)
    aims, target = numbered(moves.target - NULL)
    keys, counts = summed([(source * len(aims) + target, moves.count)])
    place, aim = np.divmod(keys, max(len(aims), 1))
    return Moves(moves.order, states[place], aims[aim] + NULL, counts, np.zeros(len(keys), np.int16))


def pooled_sets(sets: Coalitions) -> Coalitions:
    """Return the same sets of all groups of people together, as bucket 0."""
    masks, counts = summed([(sets.mask, sets.count)])
    return Coalitions(masks, counts, np.zeros(len(masks), np.int16))


def _moves(parts: Sequence[tuple[Moves, int]]) -> Moves:
    """Add moves row by row: by target within source within bucket."""
    rows = np.stack(
        [
            np.concatenate([part.bucket.astype(np.int64) for part, _ in parts]),
            np.concatenate([part.source for part, _ in parts]),
            np.concatenate([part.target for part, _ in parts]),
        ]
    )
    counts = np.concatenate([sign * part.count for part, sign in parts])
    order = np.lexsort(rows[::-1])
    rows, counts = rows[:, order], counts[order]
    if len(counts):
        firsts = np.flatnonzero(np.concatenate(([True], np.any(rows[:, 1:] != rows[:, :-1], axis=0))))
        rows, counts = rows[:, firsts], np.add.reduceat(counts, firsts)
    seen = counts != 0
    bucket, source, target = rows[:, seen]
    return Moves(parts[0][0].order, source, target, counts[seen], bucket.astype(np.int16))


def _coalitions(parts: Sequence[tuple[Coalitions, int]]) -> Coalitions:
    buckets = np.unique(np.concatenate([part.bucket for part, _ in parts]))
    return sets_by_bucket(
        {
            int(number): [
                (part.mask[part.bucket == number], sign * part.count[part.bucket == number]) for part, sign in parts
            ]
            for number in buckets
        }
    )
