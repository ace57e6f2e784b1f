"""The hours of the week that bring good leads, and which kind of request brings them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.kept_pages import kept_until_change
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.analysis.columns import figure_columns, is_too_few, name_column, total_values
from onegoal.apps.analysis.forms import Address, read_address
from onegoal.apps.analysis.links import behind_url
from onegoal.apps.analysis.queries.breakdown import Line, breakdown
from onegoal.apps.analysis.queries.hours import METRIC, Week, week
from onegoal.apps.analysis.views.common import before_any_data, page_context
from onegoal.apps.analysis.words import hour_name, weekday_names
from onegoal.apps.facts.queries import data_version
from onegoal.apps.shell import figures, numbers
from onegoal.apps.shell.chain import HeatCell, HeatTable
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import BoundTable, Table
from onegoal.metrics.question import Row

FIRST_WORKING_HOUR = 9
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
        heat=_heat(address, found) if found.rows else None,
        finding=_finding(found),
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


def _heat(address: Address, found: Week) -> HeatTable:
    shares = [float(row.value or 0) for row in found.rows.values() if not is_too_few(row)]
    darkest = max(shares, default=0.0) or 1.0
    days = weekday_names()
    rows = [
        (days[day], [_square(address, day * 24 + hour, found.rows.get(day * 24 + hour), darkest) for hour in range(24)])
        for day in range(7)
    ]
    return HeatTable(
        title=_("Share of leads qualified, by the hour they came"),
        header=["", *(f"{hour:02d}" for hour in range(24))],
        rows=rows,
        first_column=FIRST_WORKING_HOUR,
        note=_(
            "Per cent; the stronger the colour, the more. Grey squares had too few leads to tell: they show how many."
        ),
    )


def _square(address: Address, hour: int, row: Row | None, darkest: float) -> HeatCell | None:
    if row is None or not row.denominator:
        return None
    counts = _("%(part)s of %(whole)s") % {"part": row.numerator, "whole": row.denominator}
    url = behind_url(address.asked, METRIC, (("hour_of_week", str(hour)),), part="denominator")
    if is_too_few(row):
        title = _("%(hour)s: too few to tell, %(counts)s") % {"hour": hour_name(hour), "counts": counts}
        return HeatCell(f"{row.numerator}/{row.denominator}", 0.0, title, url)
    share = numbers.write_percent(row.value, figures.language())
    standing = {"above": _("above the rest"), "below": _("below the rest")}.get(row.stands_out, "")
    title = ", ".join(filter(None, [f"{hour_name(hour)}: {share}", counts, standing]))
    sign = {"above": "↑", "below": "↓"}.get(row.stands_out, "")
    whole = numbers.write_number(float(row.value or 0) * 100, figures.language(), digits=0)
    return HeatCell(f"{whole}{sign}", float(row.value or 0) / darkest, title, url)


def _finding(found: Week) -> str:
    """What the squares say beyond chance, in one sentence."""
    if not found.rows:
        return ""
    above = [hour_name(hour) for hour, row in found.standing_out if row.stands_out == "above"]
    below = [hour_name(hour) for hour, row in found.standing_out if row.stands_out == "below"]
    if above and below:
        return _("Beyond chance, leads are better at %(above)s and worse at %(below)s.") % {
            "above": ", ".join(above),
            "below": ", ".join(below),
        }
    if above:
        return _("Beyond chance, leads are better at %(above)s.") % {"above": ", ".join(above)}
    if below:
        return _("Beyond chance, leads are worse at %(below)s.") % {"below": ", ".join(below)}
    if found.differs and found.differs.beyond_chance:
        return _("The hours differ beyond chance taken together, but no single hour can be named.")
    return _("No hour differs from the others beyond chance.")
