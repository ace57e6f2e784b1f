"""Pages of traditions: what comes next, one of them, and all of it for a calendar program."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onegoal.apps.accounts.rights import Right, has_right, requires
from onegoal.apps.shell.toasts import say
from onegoal.apps.wall.forms import TraditionForm
from onegoal.apps.wall.models import Tradition
from onegoal.apps.wall.queries.traditions import calendar_file, coming_traditions
from onegoal.apps.wall.services.traditions import save_tradition, stop_tradition


@requires(Right.SEE_GOAL)
@require_GET
def traditions(request: HttpRequest) -> HttpResponse:
    """What the company keeps doing, the next first."""
    context = {
        "rows": coming_traditions(timezone.localdate()),
        "may_set": has_right(request.user, Right.SET_CONTESTS),  # type: ignore[arg-type]
    }
    return render(request, "wall/traditions.html", context)


@requires(Right.SEE_GOAL)
@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """All traditions as a file for a calendar program."""
    content = calendar_file(name=_("Traditions"), host=request.get_host().partition(":")[0], now=timezone.now())
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="traditions.ics"'
    return response


@requires(Right.SET_CONTESTS)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write down a tradition or change one."""
    stored = get_object_or_404(Tradition, pk=pk) if pk else Tradition()
    form = TraditionForm(request.POST or None, instance=stored)
    if request.method == "POST" and form.is_valid():
        save_tradition(tradition=form.instance, now=timezone.now())
        say(request, _("Saved."))
        return redirect("wall:traditions")
    context = {"form": form, "tradition": stored}
    return render(request, "wall/tradition_edit.html", context, status=422 if form.is_bound else 200)


@requires(Right.SET_CONTESTS)
@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a tradition end today, with an undo."""
    stored = get_object_or_404(Tradition, pk=pk)
    is_back = "go_on" in request.GET
    stop_tradition(tradition=stored, on=None if is_back else timezone.localdate(), now=timezone.now())
    if is_back:
        say(request, _("The tradition goes on."))
    else:
        undo = reverse("wall:tradition_stop", args=[pk]) + "?go_on"
        say(request, _("The tradition is over."), undo=undo)
    return redirect("wall:traditions")
