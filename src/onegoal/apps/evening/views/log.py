"""What was sent: the log, one message with its text, and sending one again."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.contrib.messages import WARNING
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.reach import reach_of
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.audit.sendings import STUCK, send_again
from onegoal.apps.evening.models import Delivery
from onegoal.apps.evening.queries.channels import deliveries_of
from onegoal.apps.evening.words import why_not_sent
from onegoal.apps.shell.cells import Column
from onegoal.apps.shell.tables import BoundTable, Table
from onegoal.apps.shell.toasts import say


@login_required
@require_safe
def delivery(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One message: its text as far as the reader may see its figures, and what became of it."""
    one = get_object_or_404(deliveries_of(request.user), pk=pk)  # type: ignore[arg-type]
    context = {
        "one": one, "why": why_not_sent(one.error), "may_read": may_read(request.user, one),  # type: ignore[arg-type]
        "is_stuck": one.state in STUCK and one.channel.stopped_at is None,
        "back": reverse(_home(request.user)),  # type: ignore[arg-type]
    }  # fmt: skip
    return render(request, "evening/delivery.html", context)


@login_required
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send a message that failed or was cut off."""
    mine = deliveries_of(request.user)  # type: ignore[arg-type]
    one = get_object_or_404(mine, pk=pk)
    going_on = Delivery.objects.filter(pk=one.pk, channel__stopped_at=None)
    if send_again(going_on, now=timezone.now()):
        say(request, _("The report leaves in some seconds."))
    else:
        say(request, _("This report is on its way or its channel is stopped."), level=WARNING)
    return redirect(_home(request.user))  # type: ignore[arg-type]


def log_table(request: HttpRequest) -> BoundTable:
    """Return the log of the channels a reader may see."""
    columns = [
        Column("day", _("Day"), "date", link=lambda one: reverse("evening:delivery", args=[one.pk])),
        Column("channel", _("Channel"), value="channel.name", order_by="channel__name"),
        Column("kind", _("By"), value=lambda one: one.channel.get_kind_display()),
        Column("state", _("State"), value=lambda one: one.get_state_display(), order_by="state"),
        Column("cutoff_at", _("Figures as of"), "moment"),
        Column("sent_at", _("Sent"), "moment"),
        Column("attempts", _("Attempts"), "number"),
        Column("is_test", _("Test"), "flag"),
        Column("error", _("Why not"), value=lambda one: why_not_sent(one.error)),
    ]
    table = Table(
        key="evening-log", columns=columns, default_sort="-day", title=_("What was sent"), stacks=True, keeps_views=False,
        empty_title=_("Nothing was sent yet"),
        empty_text=_("Each report stands here once it is due, with its text and what became of it."),
    )  # fmt: skip
    return table.bind(request, deliveries_of(request.user))  # type: ignore[arg-type]


def may_read(user: User, one: Delivery) -> bool:
    """Who sets channels need not see figures: the text is for its reader, and for whoever sees everything."""
    return one.channel.reader_id == user.pk or (has_right(user, Right.SEE_FIGURES) and reach_of(user).is_everything)


def _home(user: User) -> str:
    return "evening:settings" if has_right(user, Right.SET_EVENING) else "evening:mine"
