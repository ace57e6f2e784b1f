"""Blocks of the first page: apps above register theirs (standings, say), the page shows those that have something to say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from onegoal.apps.control.queries.pace import Pace


@dataclass(frozen=True)
class Block:
    """One block below the chain. `context` gets the request and the pace (None without a KPI) and returns what the template
    shows, or None for nothing. The template brings its own section and heading.

    The page is kept for its reader until records or facts change: a block may depend on those, the reader and today.
    """

    key: str
    template: str
    context: Callable[[HttpRequest, Pace | None], Mapping[str, Any] | None]
    order: int = 100


_blocks: dict[str, Block] = {}


def register_blocks(*blocks: Block) -> None:
    """Add blocks to the first page; called from an app's `ready`. Registering a key again replaces it."""
    _blocks.update((block.key, block) for block in blocks)


def blocks_for(request: HttpRequest, pace: Pace | None) -> list[SafeString]:
    """Return the blocks that have something to say to this reader, as HTML, in order."""
    found = []
    for block in sorted(_blocks.values(), key=lambda block: (block.order, block.key)):
        context = block.context(request, pace)
        if context is not None:
            found.append(render_to_string(block.template, {"pace": pace, **context}, request=request))
    return found
