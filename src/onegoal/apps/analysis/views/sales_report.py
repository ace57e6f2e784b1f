"""The report of sales to marketing about the leads of some days."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.kept_pages import kept_until_change
from onegoal.apps.accounts.rights import Right, has_right, requires
from onegoal.apps.analysis.forms import read_address, read_choice
from onegoal.apps.analysis.sales_report import ORIGINS, sales_report
from onegoal.apps.analysis.views.common import Choice, before_any_data, dimension_choices
from onegoal.apps.analysis.views.report_page import Report, show_report
from onegoal.apps.facts.queries import data_version


@requires(Right.SEE_FIGURES)
@require_GET
@kept_until_change(data_version)
def report(request: HttpRequest) -> HttpResponseBase:
    """How many leads came and qualified, why others were rejected, when good ones come, what buyers object to."""
    address = read_address(request, now=timezone.now(), compare="none")
    heading = _("Sales report to marketing")
    if address.recorded is None:
        text = _("Import leads with their outcomes, and this report tells marketing what became of them.")
        return before_any_data(request, address, heading, text)
    by, problems = read_choice(address.params, "by", ORIGINS)
    found = Report("sales-report", heading, sales_report(address.asked, by))
    may_send = has_right(request.user, Right.PUBLISH)  # type: ignore[arg-type]
    return show_report(
        request,
        address,
        found,
        cuts=dimension_choices(address, ORIGINS, by),
        links=[Choice("mail", _("Send regularly"), reverse("analysis:report_mail"))] if may_send else [],
        problems=problems,
    )
