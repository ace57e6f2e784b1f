"""Addresses that lead from a figure to the list it was counted from."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from django.urls import get_script_prefix, reverse

from onegoal.apps.analysis.forms import filter_pairs, query_string
from onegoal.apps.analysis.queries.asked import Asked


def behind_url(asked: Asked, metric: str, by: Iterable[tuple[str, str | None]] = (), *, part: str = "numerator") -> str:
    """The list behind one figure: its metric, days, filters, and the values of its own line."""
    own = tuple(by)
    named = {dimension for dimension, _value in own}
    filters = tuple(pair for pair in asked.where if pair[0] not in named)
    pairs = [
        ("metric", metric),
        ("from", asked.period.start.isoformat()),
        ("to", asked.period.end.isoformat()),
        *([("part", part)] if part != "numerator" else []),
        *filter_pairs((*filters, *own)),
    ]
    return _list_url(get_script_prefix()) + query_string(pairs)


@functools.cache
def _list_url(_prefix: str) -> str:
    return reverse("analysis:behind")
