"""What all reports share: a heading, cards, a finding, and parts with their tables, as a page or as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from onegoal.apps.analysis.figure_cards import FigureCard
from onegoal.apps.analysis.forms import Address
from onegoal.apps.analysis.report_files import report_file
from onegoal.apps.analysis.sections import Section
from onegoal.apps.analysis.views.common import Choice, page_context
from onegoal.apps.analysis.words import Text
from onegoal.apps.shell import figures, numbers
from onegoal.apps.shell.charts import Chart
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import BoundTable


@dataclass(frozen=True)
class Report:
    """One report of a page: what stands above its parts."""

    key: str
    heading: Text
    sections: Sequence[Section]
    finding: str = ""
    cards: Sequence[FigureCard] = ()
    chart: Chart | None = None
    notice: str = ""


@dataclass(frozen=True)
class Shown:
    """A part of a report with its table as the address wants it."""

    section: Section
    table: BoundTable


def show_report(request: HttpRequest, address: Address, report: Report, **own: Any) -> HttpResponseBase:
    """Answer with the page, one of its tables, or the whole report as a workbook."""
    if request.GET.get("export") == "xlsx":
        period = address.asked.period
        days = numbers.write_days_between(period.start, period.end, figures.language())
        return report_file(report.key, str(report.heading), days, report.sections)
    shown = [Shown(section, section.bind(request)) for section in report.sections]
    workbook = Choice("workbook", _("Workbook"), request.path + address.changed(export="xlsx"))
    own["links"] = [workbook, *own.get("links", ())]
    context = page_context(request, address, report=report, shown=shown, **own)
    context["problems"] = (*address.problems, *own.get("problems", ()))
    return respond(request, "analysis/report.html", context, *(one.table for one in shown))
