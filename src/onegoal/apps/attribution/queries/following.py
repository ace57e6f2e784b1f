"""What follows the present version: the latest value of each question, brought up to date from the one before."""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")
FEW = 10_000
"""Rows that are always quicker to bring up to date than to read in full."""
_PART = 8
MOST_BYTES = 800_000_000
MOST_VALUES = 64


class CannotFollow(Exception):
    """A value cannot be brought up to date from the one before: it has to be read in full."""


def require_few(concerned: int, *, of: int) -> None:
    """Go on only if the rows concerned are a small part of all. Raises: CannotFollow."""
    if concerned > FEW + of // _PART:
        raise CannotFollow("too many are concerned")


@dataclass
class _Link:
    guard: threading.Lock = field(default_factory=threading.Lock)
    held: tuple[str, Any] | None = None


class Followers:
    """Keeps one value for each question: that of the latest state asked for. Two threads compute it once.

    Whatever goes wrong on the way from one state to the next is no harm: the value is then read in full.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._links: OrderedDict[Hashable, _Link] = OrderedDict()

    def follow(self, key: Hashable, state: str, full: Callable[[], T], step: Callable[[T], T]) -> T:
        """Return the value at a state: the one at hand, else one step from it, else in full."""
        link = self._link(key)
        with link.guard:
            held = link.held
            if held is None or held[0] != state:
                held = (state, self._next(link, full, step))
                link.held = held
            found: T = held[1]
        self._shed()
        return found

    def at(self, key: Hashable, state: str) -> Any:
        """Return the value of a question if it is at hand for this very state."""
        with self._guard:
            link = self._links.get(key)
        held = link.held if link is not None else None  # once: another thread may go on meanwhile
        return held[1] if held is not None and held[0] == state else None

    def clear(self) -> None:
        """Forget everything."""
        with self._guard:
            self._links.clear()

    def _next(self, link: _Link, full: Callable[[], T], step: Callable[[T], T]) -> T:
        old, link.held = link.held, None
        if old is not None:
            with contextlib.suppress(CannotFollow):
                return step(old[1])
            del old
        return full()

    def _link(self, key: Hashable) -> _Link:
        with self._guard:
            link = self._links.setdefault(key, _Link())
            self._links.move_to_end(key)
            return link

    def _shed(self) -> None:
        with self._guard:
            size = sum(_size(link) for link in self._links.values())
            while len(self._links) > 1 and (len(self._links) > MOST_VALUES or size > MOST_BYTES):
                _, oldest = self._links.popitem(last=False)
                size -= _size(oldest)


def _size(link: _Link) -> int:
    held = link.held
    return getattr(held[1], "nbytes", 0) if held else 0


followers = Followers()
"""The values of this process."""
