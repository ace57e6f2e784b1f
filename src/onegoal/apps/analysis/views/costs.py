"""Channels and campaigns with their costs, and creatives and landing pages with what they brought."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.kept_pages import kept_until_change
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.analysis.columns import figure_columns, name_column, total_values
from onegoal.apps.analysis.findings import standing_sentence
from onegoal.apps.analysis.forms import Address, read_address, read_choice
from onegoal.apps.analysis.queries.breakdown import Breakdown, Line, breakdown
from onegoal.apps.analysis.views.common import before_any_data, dimension_choices, no_costs_words, page_context
from onegoal.apps.analysis.words import dimension_title, refusal_words
from onegoal.apps.facts.queries import data_version
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import BoundTable, Table


@dataclass(frozen=True)
class CostPage:
    """One page of figures by where people came from: which dimensions, which columns, which of them at first."""

    key: str
    heading: str | Promise
    text: str | Promise
    dimensions: tuple[str, ...]
    metrics: tuple[str, ...]
    hidden: tuple[str, ...]
    compares: tuple[str, ...]


CHANNELS = CostPage(
    key="channels",
    heading=gettext_lazy("Channels and campaigns"),
    text=gettext_lazy("Import advertising costs and leads to see what each channel costs and what it brings."),
    dimensions=(
        "channel", "source", "medium", "campaign", "creative", "keyword", "landing_page", "project", "product_type",
        "region", "month", "week",
    ),
    metrics=(
        "spend", "impressions", "clicks", "click_through_rate", "cost_per_click", "visitors", "visitor_to_lead", "leads",
        "assisted_leads", "cpl", "lead_to_qualified", "qualified_leads", "cost_per_qualified_lead",
        "cost_per_opportunity", "deals",
        "lead_to_deal", "deals_won", "lead_to_won", "customers", "cac", "money_signed", "money_received",
        "average_price", "gross_margin", "romi", "margin_known", "rejection_rate",
    ),
    hidden=(
        "impressions", "clicks", "click_through_rate", "cost_per_click", "visitor_to_lead", "qualified_leads",
        "cost_per_opportunity", "deals", "lead_to_deal", "customers", "money_signed", "average_price", "gross_margin",
        "margin_known", "rejection_rate",
    ),
    compares=(
        "lead_to_qualified", "lead_to_won", "lead_to_deal", "cpl", "cost_per_qualified_lead", "cac", "romi",
    ),
)  # fmt: skip
CREATIVES = CostPage(
    key="creatives",
    heading=gettext_lazy("Creatives and landing pages"),
    text=gettext_lazy("Import leads or touches with their creative and landing page to see which ones bring good leads."),
    dimensions=("creative", "landing_page", "campaign", "keyword"),
    metrics=(
        "spend", "clicks", "visitors", "visitor_to_lead", "leads", "lead_to_qualified", "qualified_leads",
        "rejection_rate", "deals_won", "lead_to_won", "money_signed", "money_received", "cpl",
        "cost_per_qualified_lead", "cac", "romi",
    ),
    hidden=("clicks", "visitor_to_lead", "money_signed", "cost_per_qualified_lead", "cac", "romi"),
    compares=("lead_to_qualified", "lead_to_won", "rejection_rate", "visitor_to_lead"),
)  # fmt: skip

FINER = {"channel": "source", "source": "campaign", "medium": "campaign", "campaign": "creative", "creative": "keyword"}
"""What a line opens into when it is chosen: a channel into its sources, a campaign into its creatives."""


@requires(Right.SEE_FIGURES)
@require_GET
@kept_until_change(data_version)
def channels(request: HttpRequest) -> HttpResponseBase:
    """What each channel, campaign, creative or keyword cost and brought."""
    return _page(request, CHANNELS)


@requires(Right.SEE_FIGURES)
@require_GET
@kept_until_change(data_version)
def creatives(request: HttpRequest) -> HttpResponseBase:
    """What each creative and each landing page brought, and how good it was."""
    return _page(request, CREATIVES)


def _page(request: HttpRequest, page: CostPage) -> HttpResponseBase:
    address = read_address(request, now=timezone.now(), compare="none")
    if address.recorded is None:
        return before_any_data(request, address, page.heading, page.text)
    dimension, problems = read_choice(address.params, "by", page.dimensions)
    found = breakdown(address.asked, _shown_metrics(request, page), dimension)
    table = _table(request, address, page, found)
    context = page_context(
        request,
        address,
        heading=page.heading,
        findings=_findings(page, found),
        choices=dimension_choices(address, page.dimensions, dimension),
        table=table,
        costs_note=_costs_note(address, found),
    )
    context["problems"] = (*address.problems, *problems, *_refused(found))
    return respond(request, "analysis/costs.html", context, table)


def _shown_metrics(request: HttpRequest, page: CostPage) -> list[str]:
    """Return the metrics whose columns are shown or sorted by: the others are not asked for until they are chosen."""
    chosen = {key for text in request.GET.getlist("columns") for key in text.split(",")} & set(page.metrics)
    shown = chosen or set(page.metrics) - set(page.hidden)
    sorted_by = request.GET.get("sort", "").removeprefix("-")
    return [metric for metric in page.metrics if metric in shown or metric == sorted_by]


def _table(request: HttpRequest, address: Address, page: CostPage, found: Breakdown) -> BoundTable:
    dimension = found.dimension
    finer = FINER.get(dimension, "")

    def opened(line: Line) -> str:
        deeper = finer if finer in page.dimensions else dimension
        return request.path + address.with_filter(dimension, line.name, by=deeper)

    columns = [
        name_column(dimension, opened),
        *figure_columns(address.asked, found, offered=page.metrics, hidden=page.hidden, shows_change=True),
    ]
    first = next((metric for metric in ("spend", "leads") if metric in found.metrics and _has_any(found, metric)), "")
    table = Table(
        key=f"{page.key}-{dimension}",
        title=dimension_title(dimension),
        columns=columns,
        default_sort=f"-{first}" if first and dimension not in ("month", "week") else "",
        search=("name",),
        empty_title=_("Nothing in these days"),
        empty_text=_("Choose a longer period or take a filter off."),
    )
    return table.bind(request, found.lines, totals=total_values(columns, found.total))


def _findings(page: CostPage, found: Breakdown) -> list[str]:
    """What can be told from the table beyond chance, and what cannot, in sentences."""
    telling = [metric for metric in page.compares if metric in found.metrics]
    sentences = [sentence for metric in telling if (sentence := standing_sentence(found, metric))]
    if sentences:
        return sentences[:3]
    if telling and len(found.lines) > 1:
        return [_("None of the lines differs from the others beyond chance in what its leads became.")]
    return []


def _costs_note(address: Address, found: Breakdown) -> str:
    asked = address.asked
    return no_costs_words() if asked.sees_costs and not asked.where and not _has_any(found, "spend") else ""


def _has_any(found: Breakdown, metric: str) -> bool:
    cell = found.total.cells.get(metric)
    return bool(cell and (cell.several or (cell.row and cell.row.value)))


def _refused(found: Breakdown) -> list[str]:
    return list(dict.fromkeys(refusal_words(refusal) for refusal in found.refusals.values()))
