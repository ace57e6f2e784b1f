"""What was computed is kept for those who ask again: the latest values, up to a number and a size."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")
MOST_ANSWERS = 2_000


class Memory:
    """Keeps the latest values, up to a number and a size; two threads that ask the same at once compute it once."""

    def __init__(
        self, most: int = MOST_ANSWERS, *, most_size: int = 0, size_of: Callable[[Any], int] = lambda _: 0
    ) -> None:
        self._most, self._most_size, self._size_of = most, most_size, size_of
        self._size = 0
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._guard = threading.Lock()
        self._at_work: dict[Hashable, threading.Lock] = {}

    def remember(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Return what was computed for `key`, computing it if it is not known."""
        with self._guard:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            mine = self._at_work.setdefault(key, threading.Lock())
        with mine:
            with self._guard:
                if key in self._kept:
                    return self._kept[key]
            try:
                value = compute()
                self._keep(key, value)
            finally:
                with self._guard:
                    self._at_work.pop(key, None)
            return value

    def _keep(self, key: Hashable, value: Any) -> None:
        with self._guard:
            self._kept[key] = value
            self._size += self._size_of(value)
            while len(self._kept) > self._most or self._size > self._most_size > 0:
                self._size -= self._size_of(self._kept.popitem(last=False)[1])
