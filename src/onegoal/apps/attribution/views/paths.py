"""Which ways people take to a conversion: a plot of their first steps, the list of paths, and the people behind each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from onegoal.apps.attribution.forms import Wanted
from onegoal.apps.attribution.queries.figures import Found
from onegoal.apps.attribution.queries.paths import STEPS_SHOWN, flows_of, path_key, paths_of
from onegoal.apps.attribution.views.common import page_context, page_of_journeys, summary
from onegoal.apps.attribution.views.lag import DaysColumn
from onegoal.apps.attribution.views.measure import Measure
from onegoal.apps.attribution.words import Text, conversions_text, group_name, path_name
from onegoal.apps.shell import figures, numbers
from onegoal.apps.shell.cells import Column
from onegoal.apps.shell.charts import Chart, Flow, Stop
from onegoal.apps.shell.figures import Rate
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import BoundTable, Filter, PageOfRows, Query, Table
from onegoal.core.attribution.journeys import DAY
from onegoal.core.attribution.pathways import END, LATER, OTHER, Pathway
from onegoal.core.search import search_key
from onegoal.core.statistics import wilson

LONGEST = 5
"""Paths of so many touches or more are one choice of length."""
_SMALLEST_FLOW = 0.004
"""Flows below this share of all journeys are too thin to be seen and are left to the table of paths."""


@dataclass(frozen=True)
class Line:
    """One path as the table shows it."""

    path: Pathway
    name: str
    share: Rate
    url: str
    search: str = field(repr=False, default="")

    @property
    def days(self) -> float | None:
        """Mean days from the first touch to the conversion."""
        return self.path.mean_age / DAY if self.path.groups else None

    @property
    def length(self) -> int:
        """How many touches the path has."""
        return len(self.path.groups)


@page_of_journeys(gettext_lazy("Paths to a conversion"))
def paths(request: HttpRequest, wanted: Wanted, found: Found, heading: Text) -> HttpResponseBase:
    """The first steps of journeys as flows, and every path with what it brought."""
    listed = paths_of(wanted.asked, wanted.scope)
    table = path_table(request, wanted, found, listed)
    chart = _flow_chart(wanted, found)
    context = page_context(
        request, wanted, found, heading=heading, table=table, chart=chart, summary=summary(wanted, found),
    )  # fmt: skip
    return respond(request, "attribution/paths.html", context, table)


def path_table(request: HttpRequest, wanted: Wanted, found: Found, listed: Sequence[Pathway]) -> BoundTable:
    """The table of paths with search and filters; each leads to the people behind it."""
    measure = Measure(wanted.asked, found.currency)
    total = int(found.journeys.conversions.sum())
    table = Table(
        key="paths",
        title=_("Paths"),
        columns=_columns(measure),
        default_sort="-conversions",
        search=("name",),
        filters=_filters(wanted, found),
        prefixed=True,
        empty_title=_("No path"),
    )
    lines = [_line(wanted, path, total) for path in listed]
    return table.bind(request, partial(_page, table, lines))


def _columns(measure: Measure) -> list[Column]:
    money = [Column("value", measure.title, "money", value="path.value", currency=measure.currency)]
    return [
        Column("name", _("Path"), link=lambda line: line.url),
        Column("conversions", _("Conversions"), "number", value="path.conversions"),
        Column("share", _("Share of all"), "rate"),
        *(money if measure.is_money else []),
        Column(
            "nulls", _("Without a conversion"), "number", value="path.nulls",
            hint=_("Open journeys of exactly this path, where they are known: on short paths."),
        ),
        Column("length", _("Touches"), "number"),
        DaysColumn("days", _("Days, mean"), "days", hint=_("From the first touch to the conversion.")),
    ]  # fmt: skip


def _filters(wanted: Wanted, found: Found) -> tuple[Filter, ...]:
    seen = sorted({found.journeys.groups[code] for code in set(found.journeys.group.tolist())})
    names = [(name, group_name(wanted.asked.dimension, name)) for name in seen]
    lengths = [*((str(count), str(count)) for count in range(1, LONGEST)), (str(LONGEST), f"{LONGEST}+")]
    return (
        Filter("contains", _("Contains"), names),
        Filter("begins", _("Begins with"), names),
        Filter("ends", _("Ends with"), names),
        Filter("length", _("Touches"), lengths),
    )


def _line(wanted: Wanted, path: Pathway, total: int) -> Line:
    dimension = wanted.asked.dimension
    bounds = wilson(path.conversions, total)
    url = reverse("attribution:path", args=[path_key(path.groups)]) + wanted.shared()
    name = path_name(dimension, path.groups)
    share = Rate(path.conversions, total, bounds.low, bounds.high)
    return Line(path, name, share, url, search_key(f"{name} {' '.join(path.groups)}"))


def _page(table: Table, lines: Sequence[Line], query: Query) -> PageOfRows:
    kept = [line for line in lines if _fits(line, query)]
    column = next((one for one in table.columns if one.key == query.sort), None)
    if column:
        known = [line for line in kept if not column.sort_key(line)[0]]
        unknown = [line for line in kept if column.sort_key(line)[0]]
        known.sort(key=lambda line: column.sort_key(line)[1], reverse=query.is_descending)
        kept = [*known, *unknown]
    return PageOfRows(kept[query.offset : query.offset + query.limit], len(kept))


def _fits(line: Line, query: Query) -> bool:
    groups, wanted = line.path.groups, query.filters
    if query.search and search_key(query.search) not in line.search:
        return False
    if "contains" in wanted and wanted["contains"] not in groups:
        return False
    if "begins" in wanted and groups[:1] != (wanted["begins"],):
        return False
    if "ends" in wanted and groups[-1:] != (wanted["ends"],):
        return False
    return "length" not in wanted or min(len(groups), LONGEST) == int(wanted["length"])


def _flow_chart(wanted: Wanted, found: Found) -> Chart | None:
    counted = flows_of(wanted.asked, wanted.scope)
    smallest = _SMALLEST_FLOW * sum(count for (step, _a, _b), count in counted.items() if step == 0)
    shown = {move: count for move, count in counted.items() if count >= smallest}
    if not shown:
        return None
    stops: dict[str, Stop] = {}
    flows = []
    for (step, source, target), count in sorted(shown.items(), key=lambda pair: (pair[0][0], -pair[1])):
        first, second = _stop(wanted, step, source), _stop(wanted, step + 1, target)
        stops |= {first.key: first, second.key: second}
        flows.append(Flow(first.key, second.key, count))
    if any(target == LATER for _step, _source, target in shown):
        later, end = _stop(wanted, STEPS_SHOWN, LATER), _stop(wanted, STEPS_SHOWN, END)
        stops[end.key] = end
        flows.append(Flow(later.key, end.key, sum(n for (_s, _f, target), n in shown.items() if target == LATER)))
    return Chart(
        key="first-steps",
        kind="flow",
        title=_finding(wanted, found),
        note=_flow_note(),
        labels=(_("Journeys"),),
        stops=tuple(stops.values()),
        flows=tuple(flows),
        size="tall",
    )  # fmt: skip


def _flow_note() -> str:
    said = _(
        "The first %(count)s touches of journeys that converted. The smallest groups are “other”; the thinnest flows are"
        " left out."
    )
    return said % {"count": STEPS_SHOWN}


def _stop(wanted: Wanted, step: int, name: str) -> Stop:
    if name == END:
        return Stop(END, _("Conversion"), STEPS_SHOWN + 1)
    if name == LATER:
        return Stop(LATER, _("further touches"), STEPS_SHOWN)
    if name == OTHER:
        return Stop(f"{step} {OTHER}", _("other"), step)
    return Stop(f"{step} {name}", group_name(wanted.asked.dimension, name), step, name)


def _finding(wanted: Wanted, found: Found) -> str:
    """How many journeys one touch was enough for, and which group begins most of the others."""
    lengths = found.journeys.lengths
    weight = found.journeys.conversions
    touched, single = int(weight[lengths > 0].sum()), int(weight[lengths == 1].sum())
    share = numbers.write_percent(single / touched, figures.language(), digits=0)
    said = _("One touch was enough for %(share)s of the journeys that had any") % {"share": share}
    longer = Counter[int]()
    for row in (lengths > 1).nonzero()[0]:
        longer[int(found.journeys.group[found.journeys.starts[row]])] += int(weight[row])
    if not longer:
        return said
    first = group_name(wanted.asked.dimension, found.journeys.groups[longer.most_common(1)[0][0]])
    return _("%(said)s; %(group)s begins most of the longer ones") % {"said": said, "group": first}


def people_words(wanted: Wanted, count: int, hidden: int) -> str:
    """How many conversions are listed, and how many are not the reader's to see."""
    said = conversions_text(wanted.asked, count)
    if not hidden:
        return said
    others = ngettext("%(count)s more is not yours to see", "%(count)s more are not yours to see", hidden)
    return f"{said}; {others % {'count': hidden}}"
