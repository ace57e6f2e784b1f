"""Who gets the sales report by e-mail, and what was sent: begin, stop, try out, send again."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.messages import WARNING
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.analysis.models import ReportDelivery
from onegoal.apps.analysis.queries.subscriptions import (
    can_send,
    deliveries,
    stopped_subscriptions,
    stuck_deliveries,
    subscriptions,
)
from onegoal.apps.analysis.services.subscriptions import ask_for_test, resume, stop, subscribe
from onegoal.apps.analysis.subscription_forms import SubscriptionForm
from onegoal.apps.audit.sendings import send_again
from onegoal.apps.shell.cells import Column
from onegoal.apps.shell.figures import language
from onegoal.apps.shell.numbers import write_days_between
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import BoundTable, Table
from onegoal.apps.shell.toasts import say


@requires(Right.PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: HttpRequest) -> HttpResponseBase:
    """The list of those who get the report, a form to add one, and the log of what was sent."""
    form = SubscriptionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        author: User = request.user  # type: ignore[assignment]
        made = subscribe(**form.cleaned_data, author=author, now=timezone.now())
        said = _("%(name)s gets the report from now on.") % {"name": made.recipient.name}
        say(request, said, undo=reverse("analysis:report_mail_stop", args=[made.pk]))
        return redirect("analysis:report_mail")
    log = _log(request)
    context = {
        "form": form,
        "subscriptions": subscriptions(),
        "stuck": stuck_deliveries(),
        "log": log,
        "can_send": can_send(),
        "sender": settings.DEFAULT_FROM_EMAIL,
        "zone": timezone.get_current_timezone_name(),
    }
    return respond(request, "analysis/report_mail.html", context, log, status=400 if form.errors else 200)


@requires(Right.PUBLISH)
@require_POST
def stop_mail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send somebody no further report."""
    one = get_object_or_404(subscriptions(), pk=pk)
    stop(subscription=one, now=timezone.now())
    undo = reverse("analysis:report_mail_resume", args=[pk])
    say(request, _("%(name)s gets the report no longer.") % {"name": one.recipient.name}, undo=undo)
    return redirect("analysis:report_mail")


@requires(Right.PUBLISH)
@require_POST
def resume_mail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take back that somebody gets no report."""
    resume(subscription=get_object_or_404(stopped_subscriptions(), pk=pk), now=timezone.now())
    return redirect("analysis:report_mail")


@requires(Right.PUBLISH)
@require_POST
def test_mail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send somebody the latest report at once, as a test."""
    one = get_object_or_404(subscriptions(), pk=pk)
    if can_send():
        zone = ZoneInfo(timezone.get_current_timezone_name())
        ask_for_test(subscription=one, zone=zone, now=timezone.now())
        say(
            request,
            _("A test to %(name)s leaves in some seconds; the list below shows it.") % {"name": one.recipient.name},
        )
    else:
        say(request, _("There is no mail server yet, so nothing was sent."), level=WARNING)
    return redirect("analysis:report_mail")


@requires(Right.PUBLISH)
@require_POST
def mail_again(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send a report that failed or was cut off."""
    one = get_object_or_404(deliveries(), pk=pk)
    if send_again(deliveries().filter(pk=one.pk, subscription__stopped_at=None), now=timezone.now()):
        say(request, _("The report leaves in some seconds."))
    else:
        say(request, _("This report is on its way or has been stopped."), level=WARNING)
    return redirect("analysis:report_mail")


def _log(request: HttpRequest) -> BoundTable:
    columns = [
        Column(
            "recipient", _("To whom"), value="subscription.recipient.name", order_by="subscription__recipient__name"
        ),
        Column("days", _("About"), value=_days, order_by="first_day"),
        Column("due_at", _("Due"), "moment"),
        Column("state", _("State"), value=lambda one: one.get_state_display()),
        Column("sent_at", _("Sent"), "moment"),
        Column("attempts", _("Attempts"), "number"),
        Column("is_test", _("Test"), "flag"),
        Column("error", _("Why not")),
    ]
    table = Table(
        key="report-log", columns=columns, default_sort="-due_at", title=_("What was sent"), stacks=True,
        keeps_views=False, empty_title=_("Nothing was sent yet"),
        empty_text=_("Each report stands here once it is due, with what became of it."),
    )  # fmt: skip
    return table.bind(request, deliveries())


def _days(one: ReportDelivery) -> str:
    return write_days_between(one.first_day, one.last_day, language())
