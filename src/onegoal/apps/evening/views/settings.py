"""Where the evening report goes and what was sent: for those who set it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.messages import WARNING
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.evening.forms import ChannelForm, EveningForm
from onegoal.apps.evening.models import Channel
from onegoal.apps.evening.queries.channels import can_send, masked, stuck_deliveries, visible_channels
from onegoal.apps.evening.services.channels import (
    Place,
    PlaceIsTaken,
    add_channel,
    ask_for_test,
    change_channel,
    resume_channel,
    set_evening,
    stop_channel,
)
from onegoal.apps.evening.views.log import log_table
from onegoal.apps.evening.words import why_not_sent, why_stopped
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.toasts import say


@requires(Right.SET_EVENING)
@require_http_methods(["GET", "HEAD", "POST"])
def evening(request: HttpRequest) -> HttpResponseBase:
    """When the report is due, where it goes, what needs a decision, and the log of what was sent."""
    form = EveningForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        set_evening(**form.cleaned_data, now=timezone.now())
        say(request, _("Saved. A time that has passed today counts from tomorrow on."))
        return redirect("evening:settings")
    user: User = request.user  # type: ignore[assignment]
    channels = list(visible_channels(user).order_by("stopped_at", "name", "pk"))
    log = log_table(request)
    context = {
        "form": form,
        "rows": [(one, masked(one), why_stopped(one.stopped_because) if one.stopped_at else "") for one in channels],
        "stuck": [(one, why_not_sent(one.error)) for one in stuck_deliveries(user, now=timezone.now())],
        "unset": [kind for kind in ("telegram", "email") if not can_send(kind)],
        "log": log,
        "zone": timezone.get_current_timezone_name(),
        "sender": settings.DEFAULT_FROM_EMAIL,
    }
    return respond(request, "evening/settings.html", context, log, status=400 if form.errors else 200)


@requires(Right.SET_EVENING)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponseBase:
    """A new channel."""
    return _edit(request, None)


@requires(Right.SET_EVENING)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One channel, to be changed."""
    return _edit(request, _channel(request, pk))


@requires(Right.SET_EVENING)
@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send no further report to a channel."""
    channel = _channel(request, pk)
    stop_channel(channel=channel, because="by_hand", now=timezone.now())
    undo = reverse("evening:resume", args=[pk])
    say(request, _("%(name)s gets the report no longer.") % {"name": channel.name}, undo=undo)
    return redirect("evening:settings")


@requires(Right.SET_EVENING)
@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send to a stopped channel again."""
    channel = _channel(request, pk)
    try:
        resume_channel(channel=channel, now=timezone.now())
    except PlaceIsTaken as taken:
        say(request, _taken(taken), level=WARNING)
    else:
        say(request, _("%(name)s gets the next report again.") % {"name": channel.name})
    return redirect("evening:settings")


@requires(Right.SET_EVENING)
@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send the report of the present day to a channel at once, marked as a test."""
    channel = _channel(request, pk)
    if channel.stopped_at is not None or not can_send(channel.kind):
        say(
            request,
            _("Nothing was sent: the channel is stopped, or this installation cannot send by it yet."),
            level=WARNING,
        )
    else:
        ask_for_test(channel=channel, day=timezone.localdate(), now=timezone.now())
        say(request, _("A test to %(name)s leaves in some seconds; the list below shows it.") % {"name": channel.name})
    return redirect("evening:settings")


def _edit(request: HttpRequest, channel: Channel | None) -> HttpResponseBase:
    form = ChannelForm(request.POST or None, channel=channel)
    if request.method == "POST" and form.is_valid():
        place, now = Place(**form.cleaned_data), timezone.now()
        try:
            if channel is None:
                add_channel(place=place, author=request.user, now=now)  # type: ignore[arg-type]
            else:
                change_channel(channel=channel, place=place, now=now)
        except PlaceIsTaken as taken:
            form.add_error("address", _taken(taken))
        else:
            say(request, _("Saved. A time that has passed today counts from tomorrow on."))
            return redirect("evening:settings")
    return render(
        request, "evening/channel.html", {"form": form, "channel": channel}, status=400 if form.errors else 200
    )


def _taken(taken: PlaceIsTaken) -> str:
    return _("%(name)s already brings this report there.") % {"name": taken.other.name}


def _channel(request: HttpRequest, pk: int) -> Channel:
    return get_object_or_404(visible_channels(request.user), pk=pk)  # type: ignore[arg-type]
