"""Values that may be a little old: nobody waits for the next one as long as the one before is young enough."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

T = TypeVar("T")
Later = Callable[[Hashable, Callable[[], object]], None]
YOUNG: Final = 2.0
"""Seconds for which a value is given again though its version changed: it is never made more often."""


@dataclass(frozen=True)
class _Kept:
    version: Hashable
    made: float
    value: Any


class Lately:
    """Keeps the last value of each key. `later(key, work)` does work in the background, once for those that ask meanwhile."""

    def __init__(self, later: Later, *, most: int = 500, clock: Callable[[], float] = time.monotonic) -> None:
        self._later, self._most, self._clock = later, most, clock
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._guard = threading.Lock()
        self._at_work: dict[Hashable, threading.Lock] = {}

    def get(
        self, key: Hashable, version: Hashable, compute: Callable[[], T], *, again: Callable[[], T], old: float
    ) -> T:
        """Return the value of this version, or the one before if it was made less than `old` seconds ago.

        Then `again` makes the next in the background. Who asks while there is none young enough computes it; of
        several who do, one.
        """
        kept = self._find(key)
        if kept is not None and self._is_usable(kept, version, old):
            if kept.version != version and self._clock() - kept.made > YOUNG:
                self._later(key, lambda: self._made(key, version, again))
            return kept.value
        with self._guard:
            mine = self._at_work.setdefault(key, threading.Lock())
        with mine:
            kept = self._find(key)
            if kept is not None and self._is_usable(kept, version, old):
                return kept.value
            return self._made(key, version, compute)

    def _is_usable(self, kept: _Kept, version: Hashable, old: float) -> bool:
        return kept.version == version or self._clock() - kept.made <= old

    def _find(self, key: Hashable) -> _Kept | None:
        with self._guard:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _made(self, key: Hashable, version: Hashable, compute: Callable[[], T]) -> T:
        """Compute and keep; the value counts as made when its version was read. What fails is forgotten."""
        began = self._clock()
        try:
            value = compute()
        except BaseException:
            with self._guard:
                self._kept.pop(key, None)
            raise
        with self._guard:
            self._kept[key] = _Kept(version, began, value)
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                gone, _ = self._kept.popitem(last=False)
                self._at_work.pop(gone, None)
        return value
