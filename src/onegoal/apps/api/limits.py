"""How often one caller may call: a bucket of tokens for each, kept in this process.

Each web process counts by itself, so with N processes a caller gets at most N times the rate.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from onegoal.apps.api.problems import Problem

RATE_PER_SECOND = 20.0
BURST = 100.0
_MOST_BUCKETS = 10_000


@dataclass
class _Bucket:
    level: float
    at: float


class Buckets:
    """Buckets by name; each fills by `rate` a second up to `burst`."""

    def __init__(self, *, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._buckets: dict[str, _Bucket] = {}
        self._lock = threading.Lock()

    def take(self, name: str, *, at: float) -> float:
        """Take one token at the moment `at` (seconds); return 0, or how many seconds to wait for one."""
        with self._lock:
            if len(self._buckets) >= _MOST_BUCKETS:
                self._buckets.clear()
            bucket = self._buckets.setdefault(name, _Bucket(self._burst, at))
            bucket.level = min(self._burst, bucket.level + max(0.0, at - bucket.at) * self._rate)
            bucket.at = at
            if bucket.level < 1:
                return (1 - bucket.level) / self._rate
            bucket.level -= 1
            return 0.0


_buckets = Buckets(rate=RATE_PER_SECOND, burst=BURST)


def count_call(principal: str) -> None:
    """Count one call. Raises: Problem 429 with the seconds to wait."""
    wait = _buckets.take(principal, at=time.monotonic())
    if wait:
        seconds = str(int(wait) + 1)
        raise Problem(429, "too_many_calls", f"Wait {seconds} s and call again.", headers={"Retry-After": seconds})
