"""A fair draw of calls to review: every hour, every length and every fate of the lead comes in its turn."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

Stratum = tuple[str, str, bool]
"""The band of the hour, the band of the length, and whether the lead was rejected."""

_HOURS: Final = ((12, "morning"), (15, "midday"), (18, "afternoon"), (24, "evening"))
_LENGTHS: Final = ((120, "short"), (300, "middle"))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A call that may be drawn; `key` is anything that tells it from the others."""

    key: int
    stratum: Stratum


def stratum_of(hour: int, talk_seconds: int, is_rejected: bool) -> Stratum:
    """Return the kind of a call: hours end at 12, 15 and 18 of the company's clock, lengths at 2 and 5 minutes."""
    band = next(name for end, name in _HOURS if hour < end)
    length = next((name for end, name in _LENGTHS if talk_seconds < end), "long")
    return band, length, is_rejected


def draw_calls(
    candidates: Sequence[Candidate],
    wanted: int,
    *,
    seen: Iterable[Stratum] = (),
    drawn: Iterable[Stratum] = (),
    seed: Hashable,
) -> list[Candidate]:
    """Draw at most `wanted` distinct calls, each next one from the kind of which the smallest share was drawn so far.

    `seen` and `drawn` are the kinds of the seller's earlier eligible calls and of those drawn among them. Kinds with the
    same share, and the calls of one kind, are taken at random; the same seed and calls give the same draw whatever
    their order.
    """
    chance = random.Random(hashlib.sha256(repr(seed).encode()).digest())
    pools: dict[Stratum, list[Candidate]] = {}
    for one in sorted(candidates, key=lambda one: one.key):
        pools.setdefault(one.stratum, []).append(one)
    for pool in pools.values():
        chance.shuffle(pool)
    all_seen = Counter(seen) + Counter(one.stratum for one in candidates)
    all_drawn = Counter(drawn)
    taken: list[Candidate] = []
    while len(taken) < wanted and pools:
        kind = min(sorted(pools), key=lambda kind: (all_drawn[kind] / all_seen[kind], chance.random()))
        taken.append(pools[kind].pop())
        all_drawn[kind] += 1
        if not pools[kind]:
            del pools[kind]
    return taken
