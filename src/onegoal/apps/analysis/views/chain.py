"""The chain: where the money went and what it brought, link by link."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.kept_pages import kept_until_change
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.analysis.chain_cards import junctions
from onegoal.apps.analysis.columns import (
    change_text,
    figure_columns,
    name_column,
    plain_figure,
    show_cell,
    total_values,
)
from onegoal.apps.analysis.forms import Address, read_address, read_choice
from onegoal.apps.analysis.links import behind_url
from onegoal.apps.analysis.queries.asked import GRAINS, Asked, Outcome, ask_each
from onegoal.apps.analysis.queries.breakdown import Breakdown, Cell, Line, breakdown, breakdown_questions
from onegoal.apps.analysis.queries.chain import (
    Chain,
    Point,
    chain,
    chain_questions,
    grain_of,
    trend,
    trend_questions,
)
from onegoal.apps.analysis.queries.plan import gap_of, plan_of
from onegoal.apps.analysis.views.common import before_any_data, choices, dimension_choices, no_costs_words, page_context
from onegoal.apps.analysis.words import dimension_title, value_name
from onegoal.apps.company.queries import current_company
from onegoal.apps.facts.queries import data_version
from onegoal.apps.planning.check_words import check_sentence
from onegoal.apps.shell import numbers
from onegoal.apps.shell.charts import Chart, Series, Unit
from onegoal.apps.shell.period import COMPARE_LABELS
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import BoundTable, Table
from onegoal.metrics.catalogue import METRICS
from onegoal.metrics.question import Question

BREAKDOWN_METRICS = (
    "spend", "visitors", "leads", "lead_to_qualified", "qualified_leads", "deals", "lead_to_won", "deals_won",
    "money_signed", "money_received",
)  # fmt: skip
DIMENSIONS = (
    "channel", "source", "campaign", "creative", "project", "product_type", "seller", "team", "region", "segment",
    "request_type", "agency", "month", "week",
)  # fmt: skip
PLOTS = ("leads", "qualified_leads", "deals_won", "money_received", "money_signed", "visitors", "spend")


@requires(Right.SEE_FIGURES)
@require_GET
@kept_until_change(data_version)
def chain_page(request: HttpRequest) -> HttpResponseBase:
    """The chain as cards, one link over time, and all links cut by a dimension."""
    address = read_address(request, now=timezone.now())
    if address.recorded is None:
        text = _("Import what you have: leads, deals, payments or advertising costs. The figures appear at once.")
        return before_any_data(request, address, _("Where the money went and what it brought"), text)
    dimension, problems = read_choice(address.params, "by", DIMENSIONS)
    plot, more = read_choice(address.params, "plot", _plots(address.asked))
    asked = address.asked
    answers = ask_each(
        [
            *chain_questions(asked),
            *trend_questions(asked, plot),
            *breakdown_questions(asked, BREAKDOWN_METRICS, dimension),
        ]
    )
    found, plan = chain(asked, answers), plan_of(asked)
    table = _table(request, address, breakdown(asked, BREAKDOWN_METRICS, dimension, answers))
    context = page_context(
        request,
        address,
        main=_main(address, found),
        sentence=_sentence(found),
        junctions=junctions(asked, str(address.choice.against), found, plan),
        plan_warning=_plan_warning(asked, plan),
        chart=_chart(address, plot, answers, found.cells.get(plot)),
        plots=choices(address, "plot", [(name, _(METRICS[name].title)) for name in _plots(asked)], plot),
        dimensions=dimension_choices(address, DIMENSIONS, dimension),
        dimension=dimension_title(dimension),
        table=table,
        is_empty=found.is_empty,
        costs_note=_costs_note(asked, found),
    )
    context["problems"] = (*address.problems, *problems, *more)
    return respond(request, "analysis/chain.html", context, table)


def _plots(asked: Asked) -> list[str]:
    return [metric for metric in PLOTS if asked.may_ask(metric)] or ["leads"]


def _main(address: Address, found: Chain) -> dict[str, Any] | None:
    cell = found.main
    if cell is None:
        return None
    return {
        "label": _(METRICS[cell.metric].title),
        "words": _(METRICS[cell.metric].words),
        "figure": show_cell(cell),
        "url": behind_url(address.asked, cell.metric),
        "change": f"{change_text(cell.change)} {address.choice.against}"
        if cell.change and cell.change.amount is not None
        else "",
    }


def _sentence(found: Chain) -> str:
    """What came in, what it became and what it cost, in one sentence of the figures that are there."""
    names = [name for name in ("leads", "deals_won", "spend") if name in found.cells and found.cells[name].row]
    texts = {name: plain_figure(found.cells[name]) for name in names}
    values = {name: found.cells[name].row.value for name in names}  # type: ignore[union-attr]
    if values.get("leads") and values.get("spend") and "deals_won" in values:
        return _("%(spend)s of advertising, %(leads)s leads, %(deals)s signed contracts.") % {
            "spend": texts["spend"],
            "leads": texts["leads"],
            "deals": texts["deals_won"],
        }
    if values.get("leads") and "deals_won" in values:
        return _("%(leads)s leads, %(deals)s signed contracts.") % {
            "leads": texts["leads"],
            "deals": texts["deals_won"],
        }
    return ""


def _plan_warning(asked: Asked, plan: Mapping[str, int]) -> str:
    """Say when sales planned more deals than the leads that marketing planned can feed."""
    gap = gap_of(asked, plan, timezone.now())
    if gap is None:
        return ""
    return _("The plans of sales and marketing do not meet. %(gap)s") % {
        "gap": check_sentence(gap, current_company().currency)
    }


def _costs_note(asked: Asked, found: Chain) -> str:
    spend = found.cells.get("spend")
    is_nothing = spend is not None and not spend.several and not (spend.row and spend.row.value)
    return no_costs_words() if asked.sees_costs and is_nothing and not asked.where else ""


def _table(request: HttpRequest, address: Address, found: Breakdown) -> BoundTable:
    asked, dimension = address.asked, found.dimension

    def narrowed(line: Line) -> str | None:
        return request.path + address.with_filter(dimension, line.name)

    columns = [name_column(dimension, narrowed), *figure_columns(asked, found)]
    is_time = dimension in GRAINS
    table = Table(
        key="chain",
        columns=columns,
        default_sort="" if is_time else "-leads",
        search=() if is_time else ("name",),
        title=_("By %(dimension)s") % {"dimension": dimension_title(dimension).lower()},
        empty_title=_("Nothing in these days"),
        empty_text=_("Choose a longer period or take a filter off."),
    )
    return table.bind(request, found.lines, totals=total_values(columns, found.total))


def _chart(address: Address, metric: str, answers: Mapping[Question, Outcome], total: Cell | None) -> Chart | None:
    asked, grain = address.asked, grain_of(address.asked.period)
    now = trend(asked, metric, asked.period, answers)
    if not any(point.row and point.row.value for point in now):
        return None
    series = [
        Series(_("these days"), _values(now), links=[behind_url(asked, metric, ((grain, p.label),)) for p in now])
    ]
    if asked.compared and total and total.change and total.change.then:
        before = _values(trend(asked, metric, asked.compared, answers))
        padded = [*before, *[None] * len(now)][: len(now)]
        series.append(Series(_compared_name(address), padded, role="plan"))
    return Chart(
        key=f"trend-{metric}",
        kind="line",
        title=_finding(address, metric, now, total),
        labels=[point.bucket.start.isoformat() for point in now],
        label_kind="month" if grain == "month" else "day",
        series=series,
        unit=_unit(metric, total),
    )


def _compared_name(address: Address) -> str:
    return str(COMPARE_LABELS[address.choice.compare])


def _values(points: list[Point]) -> list[int | float]:
    return [_plain(point.row.value) if point.row and point.row.value is not None else 0 for point in points]


def _plain(value: Any) -> int | float:
    return value if isinstance(value, int | float) else float(value)


def _unit(metric: str, total: Cell | None) -> Unit:
    if METRICS[metric].unit == "money" and total and total.currency:
        return Unit("money", total.currency)
    return Unit()


def _finding(address: Address, metric: str, points: list[Point], total: Cell | None) -> str:
    """The title of the plot: the sum with its change, and when the most came."""
    grain = grain_of(address.asked.period)
    best = max(points, key=lambda point: point.row.value if point.row and point.row.value else 0)
    when = value_name(grain, best.label)
    parts = {
        "metric": _(METRICS[metric].title),
        "sum": plain_figure(total) if total else numbers.NOTHING,
        "most": plain_figure(Cell(metric, best.row, total.currency if total else "")),
        "when": when,
    }
    text = _("%(metric)s: %(sum)s; the most was %(most)s, %(when)s") % parts
    if total and total.change and total.change.amount is not None:
        parts["change"] = f"{change_text(total.change)} {address.choice.against}"
        text = _("%(metric)s: %(sum)s, %(change)s; the most was %(most)s, %(when)s") % parts
    return text
