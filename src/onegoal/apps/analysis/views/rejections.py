"""The report on control of rejected leads: how many were wrong, whose, what came back of them, and what control cost."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.kept_pages import kept_until_change
from onegoal.apps.accounts.rights import Right, has_right, requires
from onegoal.apps.analysis.figure_cards import FigureCard, figure_cards
from onegoal.apps.analysis.findings import joined, standing_or_chance
from onegoal.apps.analysis.forms import Address, read_address
from onegoal.apps.analysis.monthly import monthly_chart
from onegoal.apps.analysis.queries.asked import Asked, ask_each
from onegoal.apps.analysis.queries.breakdown import breakdown
from onegoal.apps.analysis.sales_report import control_sentence
from onegoal.apps.analysis.sections import Section, figure_section
from onegoal.apps.analysis.views.common import before_any_data
from onegoal.apps.analysis.views.report_page import Report, show_report
from onegoal.apps.company.queries import current_company
from onegoal.apps.facts.queries import data_version
from onegoal.apps.quality.queries.settings import quality_settings
from onegoal.apps.shell import figures
from onegoal.core.control_cost import control_cost, payback
from onegoal.metrics.question import Answer

RATE = "wrong_rejection_rate"
CARDS = (
    RATE, "rejections", "rejections_checked", "rejections_wrong", "leads_returned", "returned_won", "money_returned",
    "margin_returned", "control_seconds",
)  # fmt: skip
BY_SELLER = (
    "rejections", RATE, "rejections_checked", "rejections_wrong", "contradiction_rate", "leads_returned",
    "returned_won", "money_returned", "control_seconds",
)  # fmt: skip
BY_REASON = ("rejections", RATE, "rejections_checked", "rejections_wrong", "contradiction_rate", "leads_returned")


@requires(Right.SEE_FIGURES)
@require_GET
@kept_until_change(data_version)
def report(request: HttpRequest) -> HttpResponseBase:
    """The wrong-rejection rate by seller and reason, over the months, and whether control pays for itself."""
    address = read_address(request, now=timezone.now(), compare="none")
    heading = _("Control of rejected leads")
    if address.recorded is None:
        text = _("Once leads are rejected and some of them checked, this page tells how many were rejected wrongly.")
        return before_any_data(request, address, heading, text)
    asked = replace(address.asked, compared=None)
    sellers = breakdown(asked, BY_SELLER, "seller")
    nobody = _("No sales manager differs from the others beyond chance.")
    found = Report(
        key="rejections",
        heading=heading,
        sections=[_sellers(request, address, asked), _reasons(asked)],
        finding=joined([control_sentence(sellers), standing_or_chance(sellers, RATE, nobody)]),
        cards=[*figure_cards(asked, CARDS), *_cost_cards(request, asked)],
        chart=monthly_chart(asked, RATE),
    )
    return show_report(request, address, found)


def _sellers(request: HttpRequest, address: Address, asked: Asked) -> Section:
    found = breakdown(asked, BY_SELLER, "seller")
    return figure_section(
        asked, found, "sellers", _("By sales manager"),
        link=lambda line: request.path + address.with_filter("seller", line.name),
        note=_(
            "The rate and its interval come from the random sample alone. Wrong ones among the rejections that were picked "
            "out are counted beside it, for no rate can be made of them."
        ),
    )  # fmt: skip


def _reasons(asked: Asked) -> Section:
    found = breakdown(asked, BY_REASON, "reason")
    nobody = _("No reason is given wrongly more often than the others beyond chance.")
    return figure_section(
        asked, found, "reasons", _("By reason"), finding=standing_or_chance(found, RATE, nobody)
    )  # fmt: skip


def _cost_cards(request: HttpRequest, asked: Asked) -> list[FigureCard]:
    """What control cost and how many times that came back; for those who may know what an hour costs."""
    user, hour = request.user, quality_settings().hour_cost_minor
    may_see = has_right(user, Right.SEE_COSTS) or has_right(user, Right.CHECK_REJECTIONS)  # type: ignore[arg-type]
    if not may_see or not hour or not asked.may_ask("control_seconds") or not asked.may_ask("margin_returned"):
        return []
    seconds, money = (asked.question(metric) for metric in ("control_seconds", "margin_returned"))
    answers = ask_each([seconds, money])
    spent, came_back = answers[seconds], answers[money]
    if not isinstance(spent, Answer) or not isinstance(came_back, Answer):
        return []
    currency = current_company().currency
    cost = control_cost(int(spent.rows[0].value or 0), hour)
    cards = [
        FigureCard(
            _("Cost of control"),
            _("The time spent, at what an hour of control costs by the company's settings."),
            figures.show_money(cost, currency),
        )
    ]
    if len(came_back.rows) == 1 and came_back.currency in ("", currency):
        margin = int(came_back.rows[0].value or 0)
        times = payback(margin, cost)
        words = _("The gross margin that came back, as many times the cost of control.")
        cards.append(FigureCard(_("Payback of control"), words, figures.show_multiple(times)))
    return cards
