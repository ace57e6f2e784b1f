"""How much the chosen model's credits hang on the window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.attribution.forms import Wanted, read_wanted
from onegoal.apps.attribution.queries.asked import WINDOWS
from onegoal.apps.attribution.queries.figures import Found, credits_of, journeys_of
from onegoal.apps.attribution.views.common import before_any_data, page_context
from onegoal.apps.attribution.views.credit_columns import CreditColumn
from onegoal.apps.attribution.views.measure import Measure
from onegoal.apps.attribution.views.notes import flattered_words
from onegoal.apps.attribution.words import group_name, model_name, window_text
from onegoal.apps.shell.cells import Column
from onegoal.apps.shell.charts import Chart, Series
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import BoundTable, Table

MOST_LINES = 5


@dataclass(frozen=True)
class Line:
    """A group's credit at each window; the line of what no touch explains has no group."""

    name: str
    url: str
    credit: Mapping[str, float]
    is_unattributed: bool = False


@dataclass(frozen=True)
class Sensitivity:
    """The journeys and credits of each window, by the days of the window."""

    days: tuple[int, ...]
    found: Mapping[int, Found]
    credit: Mapping[int, Mapping[str, float]]

    @property
    def first(self) -> Found:
        """The journeys of the shortest window: conversions are the same in all."""
        return self.found[self.days[0]]


@requires(Right.SEE_FIGURES)
@require_GET
def windows(request: HttpRequest) -> HttpResponseBase:
    """Credits of one model for windows from a week to half a year, and how many conversions stay without a touch."""
    wanted, heading = read_wanted(request, now=timezone.now()), _("How much the window matters")
    if wanted.address.recorded is None:
        return before_any_data(request, wanted, heading)
    swept = _sweep(wanted)
    measure = Measure(wanted.asked, swept.first.currency)
    lines = _lines(wanted, swept, measure)
    table = _table(request, wanted, swept, measure, lines)
    context = page_context(
        request, wanted, swept.found[swept.days[-1]], heading=heading, table=table,
        flattered=flattered_words(wanted, swept.found[swept.days[-1]], (wanted.model,)),
        chart=_chart(wanted, swept, measure, lines) if len(swept.first.journeys.value) else None,
    )  # fmt: skip
    return respond(request, "attribution/windows.html", context, table)


def _sweep(wanted: Wanted) -> Sensitivity:
    days = tuple(sorted({*WINDOWS[:-1], wanted.asked.window_days}))
    found, credit = {}, {}
    for window in days:
        asked = replace(wanted.asked, window_days=window)
        found[window] = journeys_of(asked, wanted.scope)
        own = credits_of(asked, wanted.scope, (wanted.model,))[wanted.model]
        values = Measure(asked, found[window].currency).of(own).tolist()
        credit[window] = dict(zip(found[window].journeys.groups, values, strict=True))
    return Sensitivity(days, found, credit)


def _lines(wanted: Wanted, swept: Sensitivity, measure: Measure) -> list[Line]:
    page = reverse("attribution:group")
    names = sorted({name for credit in swept.credit.values() for name in credit})
    lines = [
        Line(
            group_name(wanted.asked.dimension, name), page + wanted.shared(group=name),
            {str(days): swept.credit[days].get(name, 0) for days in swept.days},
        )
        for name in names
    ]  # fmt: skip
    without = {str(days): measure.total(swept.found[days], attributed=False) for days in swept.days}
    return [*lines, Line(_("Unattributed"), "", without, is_unattributed=True)]


def _table(
    request: HttpRequest, wanted: Wanted, swept: Sensitivity, measure: Measure, lines: Sequence[Line]
) -> BoundTable:
    usual = str(wanted.asked.window_days)
    columns = [
        Column("name", _("Group"), link=lambda line: line.url or None),
        *(
            CreditColumn(
                f"days_{days}", window_text(days), measure.kind, currency=measure.currency,
                value=partial(_credit, str(days)), measure=measure,
            )
            for days in swept.days
        ),
    ]  # fmt: skip
    total = measure.total(swept.first)
    table = Table(
        key="windows",
        title=_("%(model)s by window") % {"model": model_name(wanted.model)},
        columns=columns,
        default_sort=f"-days_{usual}",
        page_size=200,
        prefixed=True,
        empty_title=_("No conversions in these days"),
    )
    return table.bind(request, lines, totals={f"days_{days}": total for days in swept.days})


def _credit(days: str, line: Line) -> float:
    return line.credit[days]


def _chart(wanted: Wanted, swept: Sensitivity, measure: Measure, lines: Sequence[Line]) -> Chart:
    usual = str(wanted.asked.window_days)
    groups = sorted((line for line in lines if not line.is_unattributed), key=lambda line: -line.credit[usual])
    drawn = [line for line in groups if any(line.credit.values())][:MOST_LINES]
    series = [Series(line.name, [line.credit[str(days)] for days in swept.days]) for line in drawn]
    without = lines[-1]
    return Chart(
        key="windows",
        kind="line",
        title=_finding(swept, measure, without),
        note=_("%(model)s; grey: conversions without a touch in the window.") % {"model": model_name(wanted.model)},
        labels=[window_text(days) for days in swept.days],
        label_title=_("Window"),
        unit=measure.unit,
        series=(*series, Series(without.name, [without.credit[str(days)] for days in swept.days], role="plan")),
    )


def _finding(swept: Sensitivity, measure: Measure, without: Line) -> str:
    short, long = swept.days[0], swept.days[-1]
    before, after = without.credit[str(short)], without.credit[str(long)]
    parts = {
        "short": window_text(short), "long": window_text(long), "before": measure.text(before),
        "after": measure.text(after), "all": measure.words(measure.total(swept.first)),
    }  # fmt: skip
    if not before and not after:
        return _("All of %(all)s have a touch, in a window of %(short)s as in one of %(long)s") % parts
    if before == after:
        return _("The window hardly matters: %(before)s of %(all)s have no touch at %(short)s as at %(long)s") % parts
    return _("A window of %(short)s leaves %(before)s of %(all)s without a touch, one of %(long)s %(after)s") % parts
