"""What the frame itself answers: theme, saved views, the palette's search and the page of components."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onegoal.apps.accounts.models import Role, Theme
from onegoal.apps.audit.undo import undo_batch
from onegoal.apps.shell import samples
from onegoal.apps.shell.forms import NewViewForm, ViewNameForm
from onegoal.apps.shell.notices import notices_for
from onegoal.apps.shell.period import read_period
from onegoal.apps.shell.queries import own_views
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.search import find_everywhere
from onegoal.apps.shell.services import (
    choose_theme,
    delete_view,
    rename_view,
    restore_view,
    save_view,
    share_view,
)
from onegoal.apps.shell.toasts import say
from onegoal.apps.shell.undoing import came_from, read_undo

THEME_COOKIE = "theme"
_YEAR = 365 * 24 * 3600


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember the theme: with the user, and in a cookie for the pages before signing in."""
    chosen = request.POST.get("theme", "")
    if chosen not in Theme.values:
        return HttpResponse(status=400)
    if request.user.is_authenticated:
        choose_theme(user=request.user, theme=chosen)
    response: HttpResponse = HttpResponse(status=204) if request.htmx else _back(request)  # type: ignore[attr-defined]
    response.set_cookie(THEME_COOKIE, chosen, max_age=_YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return response


@require_GET
@login_required
def search(request: HttpRequest) -> JsonResponse:
    """Answer the palette with what the reader may see."""
    return JsonResponse({"groups": find_everywhere(request.user, request.GET.get("q", ""))})


@require_GET
@login_required
def notices(request: HttpRequest) -> HttpResponse:
    """What waits for the reader, for pages that are kept and so cannot know it themselves."""
    return render(request, "shell/notices.html", {"notices": notices_for(request.user)})  # type: ignore[arg-type]


@require_POST
@login_required
def view_save(request: HttpRequest) -> HttpResponse:
    """Keep the table as it stands under a name."""
    form = NewViewForm(request.POST)
    if form.is_valid():
        view = save_view(user=request.user, now=timezone.now(), **form.cleaned_data)  # type: ignore[arg-type]
        say(request, _("The view “%(name)s” is saved.") % {"name": view.name})
    else:
        say(request, _("Give the view a name of at most 80 letters."), level=messages.ERROR)
    return _back(request)


@require_POST
@login_required
def view_rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one of the reader's views another name."""
    view = get_object_or_404(own_views(request.user), pk=pk)  # type: ignore[arg-type]
    form = ViewNameForm(request.POST)
    if not form.is_valid():
        say(request, _("Give the view a name of at most 80 letters."), level=messages.ERROR)
        return _back(request)
    try:
        rename_view(view=view, name=form.cleaned_data["name"], now=timezone.now())
    except IntegrityError:
        say(request, _("You have a view of this name on the page already. Choose another."), level=messages.ERROR)
    return _back(request)


@require_POST
@login_required
def view_share(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one of the reader's views to everybody, or to nobody else."""
    view = get_object_or_404(own_views(request.user), pk=pk)  # type: ignore[arg-type]
    share_view(view=view, is_shared=not view.is_shared, now=timezone.now())
    text = (
        _("Everybody who sees this page now sees “%(name)s”.") if view.is_shared else _("Only you see “%(name)s” now.")
    )
    say(request, text % {"name": view.name}, undo=reverse("shell:view_share", args=[view.pk]))
    return _back(request)


@require_POST
@login_required
def view_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one of the reader's views, with a way back."""
    view = get_object_or_404(own_views(request.user), pk=pk)  # type: ignore[arg-type]
    name, token = view.name, delete_view(view=view, now=timezone.now())
    undo = f"{reverse('shell:view_restore')}?token={token}"
    say(request, _("The view “%(name)s” is deleted.") % {"name": name}, undo=undo)
    return _back(request)


@require_POST
@login_required
def view_restore(request: HttpRequest) -> HttpResponse:
    """Bring a deleted view back."""
    try:
        view = restore_view(user=request.user, token=request.GET.get("token", ""), now=timezone.now())  # type: ignore[arg-type]
    except signing.BadSignature:
        say(request, _("This can no longer be undone. Save the view anew."), level=messages.ERROR)
    else:
        say(request, _("The view “%(name)s” is back.") % {"name": view.name})
    return _back(request)


@require_POST
@login_required
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """Take back what one's own action did within the last hour; what others changed since stays and is told."""
    batch, back = read_undo(user_id=request.user.pk or 0, token=token)
    if not batch:
        raise Http404
    result = undo_batch(batch=batch, now=timezone.now())
    if result.kept:
        said = (
            _("Taken back, but for what others have changed or used since.")
            if result.undone
            else _("This cannot be taken back: others have changed it since.")
        )
        say(request, said, level=messages.WARNING)
    elif result.undone:
        say(request, _("Taken back."))
    else:
        say(request, _("This was taken back already."), level=messages.INFO)
    return redirect(back or came_from(request, "/"))


@require_GET
@login_required
def styleguide(request: HttpRequest) -> HttpResponseBase:
    """Show every component with sample figures, to administrators and while developing."""
    if not settings.DEBUG and request.user.role != Role.ADMINISTRATOR:  # type: ignore[union-attr]
        raise Http404
    choice = read_period(request.GET, today=timezone.localdate())
    table = samples.CHANNELS.bind(request, samples.channel_rows(), totals=samples.channel_totals())
    context = samples.context() | {"table": table, "period_choice": choice}
    return respond(request, "shell/styleguide.html", context, table)


def _back(request: HttpRequest) -> HttpResponseRedirect:
    return redirect(came_from(request, "/"))
