"""How long journeys take and how many touches they have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.http import HttpRequest, HttpResponseBase
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from onegoal.apps.attribution.forms import Wanted
from onegoal.apps.attribution.queries.figures import Found
from onegoal.apps.attribution.queries.paths import ages_of
from onegoal.apps.attribution.views.common import page_context, page_of_journeys, summary
from onegoal.apps.attribution.words import Text, window_text
from onegoal.apps.shell import figures, numbers
from onegoal.apps.shell.cells import Column
from onegoal.apps.shell.charts import Chart, Series
from onegoal.apps.shell.figures import Rate
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import BoundTable, Table
from onegoal.core.attribution.journeys import DAY, Ints
from onegoal.core.statistics import wilson

MOST_BARS = 16
"""About so many bars are read at a glance: longer windows get bars of several days."""
MOST_TOUCHES = 12
"""Journeys of so many touches or more share a bar."""


@dataclass(frozen=True)
class Bar:
    """One bar of a histogram: its name, its conversions, their share, and the share up to and with this bar."""

    order: int
    name: str
    count: int
    share: Rate
    so_far: float


class DaysColumn(Column):
    """Days that are told in hours where they are few."""

    def show_value(self, value: Any, *, is_too_few: bool = False) -> str:
        """Return the length of time."""
        return (
            super().show_value(None) if value is None else format_html('<span class="num">{}</span>', days_text(value))
        )


@page_of_journeys(gettext_lazy("Time lag and path length"))
def lag(request: HttpRequest, wanted: Wanted, found: Found, heading: Text) -> HttpResponseBase:
    """Days from the first touch to the conversion, and touches of a journey."""
    ages = ages_of(found)
    days, lengths = day_bars(ages, wanted.asked.window_days), _length_bars(found)
    day_list = bar_table(
        request, days, key="lag", title=_("Days from the first touch to the conversion"), first=_("Days")
    )
    length_list = bar_table(request, lengths, key="length", title=_("Touches of a journey"), first=_("Touches"))
    context = page_context(
        request, wanted, found, heading=heading, summary=summary(wanted, found),
        charts=[
            bar_chart("lag", days, lag_title(ages), _lag_note(wanted.asked.window_days), _("Days")),
            bar_chart("length", lengths, _length_title(found), _("Conversions with at least one touch."), _("Touches")),
        ],
        tables=[day_list, length_list],
    )  # fmt: skip
    return respond(request, "attribution/lag.html", context, day_list, length_list)


def day_bars(ages: Ints, window_days: int) -> list[Bar]:
    """Bars of equal width over the whole window; the days of a bar begin with its first and end before the next."""
    width = max(1, -(-window_days // MOST_BARS))
    at = np.minimum(ages // DAY, window_days - 1) // width
    names = [
        _days_name(first * width, min((first + 1) * width, window_days)) for first in range(-(-window_days // width))
    ]
    return _bars(at, names)


def bar_table(request: HttpRequest, bars: Sequence[Bar], *, key: str, title: str, first: str) -> BoundTable:
    """The bars as a table with files."""
    table = Table(
        key=key,
        title=title,
        columns=[
            Column("name", first, sortable=False),
            Column("count", _("Conversions"), "number"),
            Column("share", _("Share"), "rate"),
            Column("so_far", _("So far"), "percent"),
        ],
        prefixed=True,
        keeps_views=False,
        page_size=60,
    )
    return table.bind(request, bars)


def bar_chart(key: str, bars: Sequence[Bar], title: str, note: str, label_title: str) -> Chart:
    """The bars as a plot."""
    return Chart(
        key=key,
        kind="bars",
        title=title,
        note=note,
        labels=[bar.name for bar in bars],
        label_title=label_title,
        series=(Series(_("Conversions"), [bar.count for bar in bars]),),
    )


def lag_title(ages: Ints) -> str:
    """Within how many days half of all conversions followed the touch."""
    if not len(ages):
        return _("No conversion had a touch")
    half = float(np.median(ages)) / DAY
    return _("Half of the conversions come within %(days)s of the first touch") % {"days": days_text(half)}


def days_text(days: float) -> str:
    """A length of time: hours below two days, days above."""
    if days * 24 < 1:
        return _("less than an hour")
    if days < 2:
        return numbers.write_duration(round(days * 24) * 3_600, figures.language())
    return numbers.write_days(round(days, 1), figures.language())


def _lag_note(window_days: int) -> str:
    said = _("No journey can be longer than the window of %(window)s: touches before it are not counted.")
    return said % {"window": window_text(window_days)}


def _length_bars(found: Found) -> list[Bar]:
    lengths, weight = found.journeys.lengths, found.journeys.conversions
    at = np.repeat(np.minimum(lengths, MOST_TOUCHES), weight)
    longest = int(at.max(initial=1))
    names = [str(count) for count in range(1, longest + 1)]
    if longest == MOST_TOUCHES:
        names[-1] = f"{MOST_TOUCHES}+"
    return _bars(at[at > 0] - 1, names)


def _length_title(found: Found) -> str:
    lengths = np.repeat(found.journeys.lengths, found.journeys.conversions)
    touched = lengths[lengths > 0]
    half, single = float(np.median(touched)), int((touched == 1).sum())
    whole = round(half) if half.is_integer() else 2  # a broken number takes the plural
    said = ngettext("The middle journey has %(half)s touch", "The middle journey has %(half)s touches", whole)
    return _("%(middle)s; %(single)s of %(all)s have only one") % {
        "middle": said % {"half": numbers.write_number(half, figures.language())},
        "single": numbers.write_number(single, figures.language()),
        "all": numbers.write_number(len(touched), figures.language()),
    }


def _bars(at: Ints, names: Sequence[str]) -> list[Bar]:
    counts = np.bincount(at, minlength=len(names)).tolist()
    whole, so_far, bars = sum(counts), 0, []
    for order, (name, count) in enumerate(zip(names, counts, strict=True)):
        so_far += count
        bounds = wilson(count, whole)
        bars.append(Bar(order, name, count, Rate(count, whole, bounds.low, bounds.high), so_far / max(whole, 1)))
    return bars


def _days_name(first: int, end: int) -> str:
    return str(first) if end - first == 1 else f"{first}–{end - 1}"
