"""Single figures above a report, each with its words and a way to its list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from onegoal.apps.analysis.columns import show_cell
from onegoal.apps.analysis.links import behind_url
from onegoal.apps.analysis.queries.asked import Asked, ask_each
from onegoal.apps.analysis.queries.breakdown import total_line
from onegoal.metrics.catalogue import METRICS


@dataclass(frozen=True)
class FigureCard:
    """One figure: what it is called, what it means, how much it is, and where its records are listed."""

    label: str
    words: str
    figure: SafeString | str
    url: str = ""


def figure_cards(asked: Asked, metrics: Iterable[str]) -> list[FigureCard]:
    """One card for each metric that may be asked with the page's filters."""
    asked = replace(asked, compared=None)
    wanted = [metric for metric in metrics if asked.may_ask(metric)]
    line = total_line(asked, wanted, ask_each(asked.questions(wanted)))
    return [
        FigureCard(
            label=_(METRICS[metric].title),
            words=_(METRICS[metric].words),
            figure=show_cell(cell),
            url=behind_url(asked, metric),
        )
        for metric, cell in line.cells.items()
    ]
