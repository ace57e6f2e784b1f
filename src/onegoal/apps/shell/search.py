"""What the palette finds: each app registers a source of its own records."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.functional import Promise

MOST_HITS = 6


@dataclass(frozen=True)
class Hit:
    """One thing found: its name, address, icon and a short note."""

    label: str
    url: str
    icon: str = ""
    note: str = ""


@dataclass(frozen=True)
class Source:
    """Where hits of one kind come from; `find(user, text, limit)` returns only what the user may see."""

    key: str
    label: str | Promise
    find: Callable[[Any, str, int], Iterable[Hit]]


_sources: dict[str, Source] = {}


def register_source(source: Source) -> None:
    """Add a source to the palette; called from an app's `ready`."""
    _sources[source.key] = source


def find_everywhere(user: Any, text: str) -> list[dict[str, Any]]:
    """Return groups of hits from every source, as plain values."""
    wanted = text.replace("\x00", "").strip()[:200]
    if len(wanted) < 2:
        return []
    groups = ((source, list(source.find(user, wanted, MOST_HITS))) for source in _sources.values())
    return [{"label": str(source.label), "hits": [asdict(hit) for hit in hits]} for source, hits in groups if hits]
