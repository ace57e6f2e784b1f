"""The hours of the week that bring good leads, and which kind of request brings them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.kept_pages import kept_until_change
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.analysis.columns import figure_columns, name_column, total_values
from onegoal.apps.analysis.forms import Address, read_address
from onegoal.apps.analysis.queries.breakdown import Line, breakdown
from onegoal.apps.analysis.queries.hours import week
from onegoal.apps.analysis.views.common import before_any_data, page_context
from onegoal.apps.analysis.week_squares import finding_of_week, heat_of_week
from onegoal.apps.facts.queries import data_version
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import BoundTable, Table

ANSWER_METRICS = ("leads_answered", "answered_to_qualified")
REQUEST_METRICS = ("leads", "lead_to_qualified", "rejection_rate", "lead_to_won", "time_to_first_response")


@requires(Right.SEE_FIGURES)
@require_GET
@kept_until_change(data_version)
def hours(request: HttpRequest) -> HttpResponseBase:
    """A square for each hour of the week: of the leads that came in it, which share was good."""
    address = read_address(request, now=timezone.now())
    if address.recorded is None:
        text = _("Import leads with the moment they came, to see which hours bring good ones.")
        return before_any_data(request, address, _("Hours that bring good leads"), text)
    found = week(address.asked)
    requests = breakdown(address.asked, REQUEST_METRICS, "request_type")

    def narrowed(line: Line) -> str:
        return request.path + address.with_filter("request_type", line.name)

    columns = [name_column("request_type", narrowed), *figure_columns(address.asked, requests)]
    table = Table(key="requests", columns=columns, default_sort="-leads", title=_("By kind of request"))
    bound = table.bind(request, requests.lines, totals=total_values(columns, requests.total))
    answering = _answering(request, address)
    context = page_context(
        request,
        address,
        heat=heat_of_week(address.asked, found),
        finding=finding_of_week(found),
        table=bound,
        answering=answering,
    )
    context["zone"] = timezone.get_current_timezone_name()
    return respond(request, "analysis/hours.html", context, bound, answering)


def _answering(request: HttpRequest, address: Address) -> BoundTable:
    """How leads fare by the hour they were first answered: whoever tires during the day shows here."""
    found = breakdown(address.asked, ANSWER_METRICS, "hour_of_day")
    columns = [name_column("hour_of_day", None), *figure_columns(address.asked, found)]
    table = Table(key="answering", columns=columns, title=_("By the hour of the first answer"), prefixed=True)
    return table.bind(request, found.lines, totals=total_values(columns, found.total))
