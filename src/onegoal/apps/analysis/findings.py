"""What a table of figures says beyond chance, and what it does not, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from onegoal.apps.analysis.queries.breakdown import Breakdown
from onegoal.apps.analysis.words import value_name
from onegoal.metrics.catalogue import METRICS

_MOST_NAMES = 3


def standing_sentence(found: Breakdown, metric: str) -> str:
    """Return which lines are above and below the rest in one metric; nothing where chance explains them."""
    above, below = _names(found, metric, "above"), _names(found, metric, "below")
    parts = {"metric": _(METRICS[metric].title), "above": ", ".join(above), "below": ", ".join(below)}
    if above and below:
        return _("%(metric)s: higher for %(above)s; lower for %(below)s.") % parts
    if above:
        return _("%(metric)s: higher for %(above)s.") % parts
    return _("%(metric)s: lower for %(below)s.") % parts if below else ""


def standing_or_chance(found: Breakdown, metric: str, nobody: str) -> str:
    """Return who stands out in one metric, else `nobody`; nothing where there is nothing to compare."""
    counted = [line for line in found.lines if (cell := line.cells.get(metric)) and cell.row and cell.row.denominator]
    if len(counted) < 2:
        return ""
    return standing_sentence(found, metric) or nobody


def names_in_words(names: Sequence[str]) -> list[str]:
    """Return the first names, and how many more there are."""
    rest = len(names) - _MOST_NAMES
    return [*names[:_MOST_NAMES], _("and %(count)s more") % {"count": rest}] if rest > 0 else list(names)


def joined(sentences: Iterable[str]) -> str:
    """Return sentences as one text, empty ones left out."""
    return " ".join(sentence for sentence in sentences if sentence)


def _names(found: Breakdown, metric: str, standing: str) -> list[str]:
    rows = [(line.name, cell.row) for line in found.lines if (cell := line.cells.get(metric))]
    return names_in_words(
        [value_name(found.dimension, name) for name, row in rows if row and row.stands_out == standing]
    )
