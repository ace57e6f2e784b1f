"""The chain as cards joined by arrows: each link with its figure, plan and change, each arrow a conversion with its counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onegoal.apps.analysis.columns import counts, is_too_few, plain_figure, show_cell, show_change, show_value
from onegoal.apps.analysis.links import behind_url
from onegoal.apps.analysis.queries.asked import Asked
from onegoal.apps.analysis.queries.breakdown import Cell
from onegoal.apps.analysis.queries.chain import JUNCTIONS, Chain, Link
from onegoal.apps.shell import numbers
from onegoal.metrics.catalogue import METRICS
from onegoal.metrics.question import Row

TITLES: Mapping[str, str | Promise] = {
    "interest": gettext_lazy("Interest"),
    "negotiation": gettext_lazy("Negotiation"),
    "service": gettext_lazy("Service"),
}
OWNERS: Mapping[str, str | Promise] = {
    "interest": gettext_lazy("marketing brings people, and hands leads over to sales"),
    "negotiation": gettext_lazy("sales talks, and hands the signed contract over to service"),
    "service": gettext_lazy("the customer pays and stays"),
}


@dataclass(frozen=True)
class Card:
    """One link of the chain as the page shows it, with the arrow to the next."""

    label: str
    words: str
    figure: SafeString | str
    change: SafeString | str
    url: str
    counts: str = ""
    plan: str = ""
    arrow: Card | None = None


@dataclass(frozen=True)
class Junction:
    """One of the three main stages with its cards."""

    title: str | Promise
    owners: str | Promise
    cards: list[Card]


def junctions(asked: Asked, against: str, found: Chain, plan: Mapping[str, int]) -> list[Junction]:
    """Return the three main stages with the cards that could be answered; `against` says what changes are told against."""
    made = (
        Junction(TITLES[key], OWNERS[key], cards(asked, against, links, found, plan))
        for key, links in JUNCTIONS.items()
    )
    return [junction for junction in made if junction.cards]


def cards(asked: Asked, against: str, links: Iterable[Link], found: Chain, plan: Mapping[str, int]) -> list[Card]:
    """Return a card for each link that could be answered, with the arrow to the next."""
    return [_card(asked, against, found, link, plan) for link in links if link.metric in found.cells]


def _card(asked: Asked, against: str, found: Chain, link: Link, plan: Mapping[str, int]) -> Card:
    cell, arrow = found.cells[link.metric], found.cells.get(link.arrow)
    return Card(
        label=_(METRICS[cell.metric].title),
        words=_(METRICS[cell.metric].words),
        figure=show_cell(cell),
        change=show_change(cell.change, against),
        url=behind_url(asked, cell.metric),
        plan=_planned(cell, plan),
        arrow=_arrow(asked, arrow) if arrow else None,
    )


def _planned(cell: Cell, plan: Mapping[str, int]) -> str:
    """What the months of the period are planned to bring, beside the fact."""
    if cell.metric not in plan:
        return ""
    row = Row(by={}, value=plan[cell.metric])
    return _("plan %(planned)s") % {"planned": plain_figure(Cell(cell.metric, row, cell.currency))}


def _arrow(asked: Asked, cell: Cell) -> Card:
    row, metric = cell.row, METRICS[cell.metric]
    if row is None or row.value is None:
        return Card(_(metric.title), _(metric.words), numbers.NOTHING, "", behind_url(asked, cell.metric))
    is_share = metric.unit == "share"
    return Card(
        label=_(metric.title),
        words=_(metric.words),
        figure=_("too few to tell") if is_too_few(row) else show_value(row, metric, cell.currency),
        change="" if is_too_few(row) else show_change(cell.change),
        url=behind_url(asked, cell.metric),
        counts=counts(row, metric, cell.currency) if is_share else "",
    )
