"""The report on call reviews: which steps of the script fail, for whom, how scores spread, what is still owed."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.kept_pages import kept_until_change
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.analysis.figure_cards import figure_cards
from onegoal.apps.analysis.findings import standing_or_chance
from onegoal.apps.analysis.forms import Address, read_address
from onegoal.apps.analysis.links import behind_url
from onegoal.apps.analysis.monthly import monthly_lines
from onegoal.apps.analysis.queries.asked import Asked
from onegoal.apps.analysis.queries.breakdown import Breakdown, Line, breakdown
from onegoal.apps.analysis.sections import Section, figure_section
from onegoal.apps.analysis.views.common import before_any_data
from onegoal.apps.analysis.views.report_page import Report, show_report
from onegoal.apps.analysis.words import value_name
from onegoal.apps.facts.queries import data_version
from onegoal.apps.shell.charts import Chart, Series

RATE = "step_failure_rate"
CARDS = ("calls_reviewed", "review_coverage", "review_score", RATE)
BY_SELLER = ("calls_reviewed", "review_score", RATE, "review_coverage")


@requires(Right.SEE_FIGURES)
@require_GET
@kept_until_change(data_version)
def report(request: HttpRequest) -> HttpResponseBase:
    """Where conversations fail, step by step and seller by seller, with what chance explains said as such."""
    address = read_address(request, now=timezone.now(), compare="none")
    heading = _("What call reviews say")
    if address.recorded is None:
        text = _("Once calls are reviewed, this page tells which steps of the script fail and how often.")
        return before_any_data(request, address, heading, text)
    asked = replace(address.asked, compared=None)
    steps = breakdown(asked, (RATE,), "script_step")
    nobody = _("No step of the script fails more often than the others beyond chance.")
    found = Report(
        key="reviews",
        heading=heading,
        sections=[
            _steps(asked, steps, nobody),
            _questions(request, address, asked),
            _sellers(request, address, asked),
            _scores(asked),
        ],
        cards=figure_cards(asked, CARDS),
    )
    return show_report(request, address, found)


def _steps(asked: Asked, found: Breakdown, nobody: str) -> Section:
    chart = monthly_lines(asked, RATE, "script_step", [line.name for line in _by_answers(found)])
    return figure_section(
        asked, found, "steps", _("By step of the script"), finding=standing_or_chance(found, RATE, nobody), chart=chart
    )


def _by_answers(found: Breakdown) -> list[Line]:
    def size(line: Line) -> int:
        cell = line.cells.get(RATE)
        return -int(cell.row.denominator or 0) if cell and cell.row else 0

    return sorted(found.lines, key=size)


def _questions(request: HttpRequest, address: Address, asked: Asked) -> Section:
    found = breakdown(asked, (RATE,), "question")
    nobody = _("No question fails more often than the others beyond chance.")
    return figure_section(
        asked, found, "questions", _("By question"), finding=standing_or_chance(found, RATE, nobody),
        link=lambda line: request.path + address.with_filter("question", line.name),
    )  # fmt: skip


def _sellers(request: HttpRequest, address: Address, asked: Asked) -> Section:
    found = breakdown(asked, BY_SELLER, "seller")
    nobody = _("No sales manager fails more often than the others beyond chance.")
    return figure_section(
        asked, found, "sellers", _("By sales manager"), finding=standing_or_chance(found, RATE, nobody),
        link=lambda line: request.path + address.with_filter("seller", line.name),
    )  # fmt: skip


def _scores(asked: Asked) -> Section:
    found = breakdown(asked, ("reviews_scored",), "score_band")
    in_order = replace(found, lines=tuple(sorted(found.lines, key=lambda line: line.name or "")))
    return figure_section(
        asked, in_order, "scores", _("How the scores spread"), sort="name", chart=_spread(asked, in_order)
    )  # fmt: skip


def _spread(asked: Asked, found: Breakdown) -> Chart | None:
    rows = [(line, cell.row) for line in found.lines if line.name and (cell := line.cells.get("reviews_scored"))]
    if len(rows) < 2:
        return None
    return Chart(
        key="scores", kind="bars", title=_("Reviews by their score"), size="small",
        labels=[value_name("score_band", line.name) for line, _row in rows],
        series=[
            Series(
                _("reviews"),
                [int(row.value or 0) if row else 0 for _line, row in rows],
                links=[behind_url(asked, "reviews_scored", line.by) for line, _row in rows],
            )
        ],
    )  # fmt: skip
