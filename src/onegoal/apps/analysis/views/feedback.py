"""What sellers say of the leads they got, as marketing sees it a moment later."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.kept_pages import kept_until_change
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.analysis.figure_cards import figure_cards
from onegoal.apps.analysis.findings import standing_or_chance
from onegoal.apps.analysis.forms import read_address, read_choice
from onegoal.apps.analysis.queries.asked import Asked
from onegoal.apps.analysis.queries.breakdown import breakdown
from onegoal.apps.analysis.queries.crosstab import crosstab
from onegoal.apps.analysis.sales_report import finding_of_shares
from onegoal.apps.analysis.sections import Section, cross_section, figure_section
from onegoal.apps.analysis.views.common import before_any_data, dimension_choices
from onegoal.apps.analysis.views.report_page import Report, show_report
from onegoal.apps.analysis.words import dimension_title
from onegoal.apps.facts.queries import data_version

DIMENSIONS = ("campaign", "creative", "channel", "day", "request_type", "project", "seller")
SHARES = ("marked_good_rate", "marked_fair_rate", "marked_bad_rate")
SEEN = "HX-Seen"
"""The header in which a page that looks for news says which version of the data it shows."""


@requires(Right.SEE_FIGURES)
@require_GET
def report(request: HttpRequest) -> HttpResponseBase:
    """How sellers mark the leads of each campaign and what buyers object to; nothing is sent while nothing changed."""
    if request.headers.get(SEEN) == data_version():
        return HttpResponse(status=204)
    return _page(request)


@kept_until_change(data_version)
def _page(request: HttpRequest) -> HttpResponseBase:
    version = data_version()
    address = read_address(request, now=timezone.now(), compare="none")
    heading = _("What sales says about the leads")
    if address.recorded is None:
        text = _("Once sellers mark leads on their cards, this page tells which campaigns bring good ones.")
        return before_any_data(request, address, heading, text)
    by, problems = read_choice(address.params, "by", DIMENSIONS)
    asked = replace(address.asked, compared=None)
    found = Report(
        key="feedback",
        heading=heading,
        sections=[_marks(asked, by), _objections(asked, by)],
        cards=figure_cards(asked, ("marks", *SHARES, "objections")),
    )
    return show_report(
        request,
        address,
        found,
        cuts=dimension_choices(address, DIMENSIONS, by),
        live_version=version,
        problems=problems,
    )


def _marks(asked: Asked, by: str) -> Section:
    found = breakdown(asked, ("marks", *SHARES, "objections"), by)
    nobody = _("None of the lines differs from the others beyond chance in how many of its leads are called good.")
    return figure_section(
        asked, found, "marks", _("By %(dimension)s") % {"dimension": dimension_title(by).lower()},
        finding=standing_or_chance(found, SHARES[0], nobody),
    )  # fmt: skip


def _objections(asked: Asked, by: str) -> Section:
    found = crosstab(asked, "objection_mix", by)
    return cross_section(asked, found, "objections", _("What buyers object to"), finding=finding_of_shares(found))
