"""From which group to which: every step that journeys take, as squares and as a table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from onegoal.apps.attribution.forms import Wanted
from onegoal.apps.attribution.queries.figures import Found
from onegoal.apps.attribution.queries.paths import steps_of
from onegoal.apps.attribution.views.common import page_context, page_of_journeys, summary
from onegoal.apps.attribution.words import Text, group_name
from onegoal.apps.shell import figures, numbers
from onegoal.apps.shell.cells import Column
from onegoal.apps.shell.chain import HeatCell, HeatTable
from onegoal.apps.shell.figures import Rate
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import BoundTable, Filter, Table
from onegoal.core.attribution.journeys import Ints
from onegoal.core.statistics import wilson

MOST_SQUARES = 14
"""Groups with most touches that get a row and a column; the table below has all."""


@dataclass(frozen=True)
class Step:
    """One step: from where, to where, how often, and of how many that left the same place."""

    source: str
    target: str
    count: int
    share: Rate


@dataclass(frozen=True)
class Places:
    """The names of rows and columns of the counts of steps, and where a row's group has its page."""

    sources: list[str]
    targets: list[str]
    urls: list[str]


@page_of_journeys(gettext_lazy("Steps between groups"))
def steps(request: HttpRequest, wanted: Wanted, found: Found, heading: Text) -> HttpResponseBase:
    """The matrix of steps: of those who left a group, which share went where."""
    counts, places = steps_of(wanted.asked, wanted.scope), places_of(wanted, found)
    table = step_table(request, step_lines(counts, places), key="steps", title=_("All steps"))
    context = page_context(
        request, wanted, found, heading=heading, heat=_heat(counts, places), finding=_finding(counts, places),
        only=_only_converted(counts, places),
        table=table, summary=summary(wanted, found),
    )  # fmt: skip
    return respond(request, "attribution/steps.html", context, table)


def places_of(wanted: Wanted, found: Found) -> Places:
    """Name the rows and columns of the counts of steps."""
    groups = found.journeys.groups
    names = [group_name(wanted.asked.dimension, name) for name in groups]
    page = reverse("attribution:group")
    return Places(
        [_("Start"), *names], [*names, _("Conversion"), _("No conversion")],
        ["", *(page + wanted.shared(group=name) for name in groups)],
    )  # fmt: skip


def step_lines(counts: Ints, places: Places) -> list[Step]:
    """Every step that was taken, with its share of those who left the same place."""
    return [step for row in range(len(counts)) for step in _left(counts, places, row)]


def steps_from(counts: Ints, places: Places, group: int) -> list[Step]:
    """Where those who left a group went, without those who stayed."""
    return [step for step in _left(counts, places, group + 1) if step.target != places.targets[group]]


def steps_to(counts: Ints, places: Places, group: int) -> list[Step]:
    """Where those who came to a group had been, as shares of all who came from elsewhere."""
    column = counts[:, group].copy()
    column[group + 1] = 0
    name, came = places.targets[group], int(column.sum())
    return [
        Step(places.sources[row], name, int(column[row]), _rate(column[row], came)) for row in np.flatnonzero(column)
    ]


def _left(counts: Ints, places: Places, row: int) -> list[Step]:
    left, name = int(counts[row].sum()), places.sources[row]
    return [
        Step(name, places.targets[column], int(counts[row, column]), _rate(counts[row, column], left))
        for column in np.flatnonzero(counts[row])
    ]


def step_table(request: HttpRequest, lines: list[Step], *, key: str, title: str, hides: str = "") -> BoundTable:
    """A table of steps; `hides` names the column that is the same everywhere."""
    columns = [
        Column("source", pgettext("step", "From")), Column("target", pgettext("step", "To")),
        Column("count", _("Times"), "number"),
        Column("share", _("Share of those who came") if hides == "target" else _("Share of those who left"), "rate"),
    ]  # fmt: skip
    shown = [column for column in columns if column.key != hides]
    sources = sorted({line.source for line in lines})
    filters = (Filter("source", pgettext("step", "From"), [(name, name) for name in sources]),) if not hides else ()
    table = Table(
        key=key, title=title, columns=shown, default_sort="-count", filters=filters, prefixed=True,
        keeps_views=not hides, page_size=50 if not hides else 10, empty_title=_("No step"),
    )  # fmt: skip
    return table.bind(request, lines)


def _rate(count: int, left: int) -> Rate:
    bounds = wilson(int(count), int(left))
    return Rate(int(count), int(left), bounds.low, bounds.high)


def _heat(counts: Ints, places: Places) -> HeatTable:
    size = counts.shape[0] - 1
    largest = sorted(np.argsort(-counts[1:].sum(axis=1), kind="stable")[:MOST_SQUARES].tolist())
    rows = [0, *(code + 1 for code in largest)]
    columns = [*largest, size, size + 1]
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    darkest = max(float(shares[np.ix_(rows, [column for column in columns if column != size + 1])].max()), 1e-9)
    return HeatTable(
        title=_("Where those who left a group went next"),
        header=[pgettext("step", "From"), *(places.targets[column] for column in columns)],
        rows=[
            (places.sources[row], [_square(counts, shares, places, row, column, darkest) for column in columns])
            for row in rows
        ],
        note=_("Per cent of each row; a square tells the counts when pointed at. Journeys without a conversion are part of it."),
    )  # fmt: skip


def _square(counts: Ints, shares: np.ndarray, places: Places, row: int, column: int, darkest: float) -> HeatCell | None:
    if not counts[row, column]:
        return None
    share, language = float(shares[row, column]), figures.language()
    digits = 0 if share >= 0.1 else 1
    said = _("%(source)s → %(target)s: %(part)s of %(whole)s") % {
        "source": places.sources[row], "target": places.targets[column],
        "part": numbers.write_number(int(counts[row, column]), language),
        "whole": numbers.write_number(int(counts[row].sum()), language),
    }  # fmt: skip
    return HeatCell(numbers.write_number(share * 100, language, digits=digits), share / darkest, said, places.urls[row])


def seen_in_vain(counts: Ints) -> np.ndarray:
    """Tell for each group, (K,), whether anybody is known to have met it without converting right after."""
    size = counts.shape[0] - 1
    return (counts[1:].sum(axis=1) > counts[1:, size]) & (counts[1:].sum(axis=1) > 0)


def _only_converted(counts: Ints, places: Places) -> str:
    """Name the groups that are known from conversions alone, for their shares say nothing."""
    size = counts.shape[0] - 1
    names = [
        places.sources[row] for row in range(1, size + 1) if counts[row].sum() and not seen_in_vain(counts)[row - 1]
    ]
    if not names:
        return ""
    said = _(
        "%(groups)s: known only from people who converted. Nobody counts those who did not, so this share says nothing."
    )
    return said % {"groups": ", ".join(names)}


def _finding(counts: Ints, places: Places) -> str:
    """After which group a conversion follows most often, told beyond chance by the lower bound."""
    size = counts.shape[0] - 1
    left = counts.sum(axis=1)
    known = [(wilson(int(counts[row, size]), int(left[row])), row) for row in np.flatnonzero(seen_in_vain(counts)) + 1]
    if not known:
        return ""
    best, row = max(known, key=lambda pair: pair[0].low or 0.0)
    return _("A conversion follows most often right after %(group)s: after %(share)s of its touches (%(bounds)s)") % {
        "group": places.sources[row],
        "share": numbers.write_percent(best.estimate, figures.language()),
        "bounds": numbers.write_interval(best.low or 0.0, best.high or 1.0, figures.language()),
    }
