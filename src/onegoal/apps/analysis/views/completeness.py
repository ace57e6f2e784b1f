"""How complete the cards of leads and deals are, by field, seller and stage."""

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
from onegoal.apps.analysis.queries.asked import Asked
from onegoal.apps.analysis.queries.breakdown import breakdown
from onegoal.apps.analysis.sections import Section, figure_section
from onegoal.apps.analysis.views.common import before_any_data
from onegoal.apps.analysis.views.report_page import Report, show_report
from onegoal.apps.facts.queries import data_version
from onegoal.apps.sales.models import RequiredField

RATE = "card_completeness"
FIGURES = (RATE, "fields_missing")


@requires(Right.SEE_FIGURES)
@require_GET
@kept_until_change(data_version)
def report(request: HttpRequest) -> HttpResponseBase:
    """Of the fields that cards must hold by now, which share is filled, and where the empty ones are."""
    address = read_address(request, now=timezone.now(), compare="none")
    heading = _("Completeness of cards")
    if address.recorded is None:
        text = _("Import leads and deals; then this page tells which required fields of their cards are empty.")
        return before_any_data(request, address, heading, text)
    asked = replace(address.asked, compared=None)
    titles = {
        "field": _("By field"), "seller": _("By sales manager"), "stage": _("By stage"), "card": _("By kind of card"),
    }  # fmt: skip
    nothing_asked = _("No field is required yet: the settings of the sales desk say which ones a card must hold.")
    found = Report(
        key="completeness",
        heading=heading,
        sections=[_section(request, address, asked, by, title) for by, title in titles.items()],
        cards=figure_cards(asked, FIGURES),
        notice="" if RequiredField.objects.exists() else nothing_asked,
    )
    return show_report(request, address, found)


def _section(request: HttpRequest, address: Address, asked: Asked, by: str, title: str) -> Section:
    found = breakdown(asked, FIGURES, by)
    nobody = _("None of the lines differs from the others beyond chance.")
    return figure_section(
        asked, found, by, title, finding=standing_or_chance(found, RATE, nobody), sort="-fields_missing",
        link=lambda line: request.path + address.with_filter(by, line.name),
    )  # fmt: skip
