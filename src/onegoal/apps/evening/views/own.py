"""One's own messages: the chat with the bot, and the report for oneself by mail or from the bot."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.contrib.messages import WARNING
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from onegoal.apps.accounts.models import User
from onegoal.apps.evening.forms import OwnForm
from onegoal.apps.evening.models import BotCursor, ChannelKind
from onegoal.apps.evening.queries.channels import can_send, evening_settings, linked_account, own_address, own_channel
from onegoal.apps.evening.services.channels import PlaceIsTaken, get_it_myself, stop_channel
from onegoal.apps.evening.services.linking import make_code, unlink
from onegoal.apps.evening.words import why_stopped
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.toasts import say


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponseBase:
    """How one is reached, and the report one gets."""
    return _page(request)


@login_required
@require_POST
def code(request: HttpRequest) -> HttpResponseBase:
    """Make a code that links one's chat with the bot; it is shown once, on this answer."""
    if not can_send(ChannelKind.TELEGRAM):
        say(request, _("This installation has no bot yet."), level=WARNING)
        return redirect("evening:mine")
    return _page(request, code=make_code(user=_user(request), now=timezone.now()))


@login_required
@require_POST
def forget(request: HttpRequest) -> HttpResponseBase:
    """Unlink one's chat with the bot."""
    unlink(user=_user(request), now=timezone.now())
    say(request, _("The chat is unlinked. The bot answers you no longer."))
    return redirect("evening:mine")


@login_required
@require_POST
def begin(request: HttpRequest) -> HttpResponseBase:
    """Get the report oneself, at a time of one's own."""
    form = OwnForm(request.POST)
    if not form.is_valid():
        say(request, _("This is no time of day."), level=WARNING)
        return redirect("evening:mine")
    try:
        made = get_it_myself(user=_user(request), **form.cleaned_data, now=timezone.now())
    except PlaceIsTaken as taken:
        said = _("%(name)s already brings the report there.") % {"name": taken.other.name}
        say(request, said, level=WARNING)
    else:
        said = _("The report comes from the next time on.") if made else _("First say where you are reached.")
        say(request, said) if made else say(request, said, level=WARNING)
    return redirect("evening:mine")


@login_required
@require_POST
def end(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Get the report oneself no longer."""
    if kind in _KINDS and (channel := own_channel(_user(request), kind)):
        stop_channel(channel=channel, because="by_hand", now=timezone.now())
        say(request, _("The report comes no longer."))
    return redirect("evening:mine")


def _page(request: HttpRequest, code: str = "") -> HttpResponseBase:
    user = _user(request)
    cursor = BotCursor.objects.filter(pk=1).first()
    context = {
        "code": code,
        "bot": cursor.bot_name if cursor else "",
        "account": linked_account(user),
        "has_bot": can_send(ChannelKind.TELEGRAM),
        "due_at": evening_settings().due_at,
        "zone": timezone.get_current_timezone_name(),
        "ways": [_way(user, kind) for kind in _KINDS],
    }
    return respond(request, "evening/mine.html", context)


def _way(user: User, kind: str) -> dict[str, object]:
    """One way of getting the report: whether it can be, whether it comes, and why it was stopped."""
    channel = own_channel(user, kind)
    is_on = channel is not None and channel.stopped_at is None
    form = OwnForm(initial={"kind": kind, "due_at": channel.due_at if channel else None}, auto_id=f"id_{kind}_%s")
    return {
        "kind": kind,
        "label": ChannelKind(kind).label,
        "address": own_address(user, kind),
        "can": can_send(kind),
        "form": form,
        "is_on": is_on,
        "stopped": why_stopped(channel.stopped_because) if channel and not is_on else "",
        "at": (channel.due_at if channel else None) or evening_settings().due_at,
    }


_KINDS = (ChannelKind.TELEGRAM, ChannelKind.EMAIL)


def _user(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]
