"""Pages that set up wall screens: the list, one screen with its boards and link."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.shell.toasts import say
from onegoal.apps.wall.forms import BoardForm, ScreenForm
from onegoal.apps.wall.models import WallBoard, WallScreen
from onegoal.apps.wall.queries.screens import visible_screens
from onegoal.apps.wall.services import screens as services

_SALT = "onegoal.wall.board"
_UNDO_SECONDS = 3600
_ON_AIR = dt.timedelta(minutes=5)


@requires(Right.SET_WALL)
@require_GET
def screens(request: HttpRequest) -> HttpResponse:
    """All screens: where they hang, what they show, when they last asked."""
    now = timezone.now()
    rows = [(one, _is_on_air(one, now)) for one in visible_screens(request.user)]  # type: ignore[arg-type]
    return render(request, "wall/screens.html", {"rows": rows})


@requires(Right.SET_WALL)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make a screen; its link is shown on this answer only."""
    form = ScreenForm(request.POST or None, user=request.user)  # type: ignore[arg-type]
    if request.method == "POST" and form.is_valid():
        token = services.make_screen(screen=form.instance, author=request.user, now=timezone.now())  # type: ignore[arg-type]
        return _with_link(request, form.instance, token)
    return render(request, "wall/screen_new.html", {"form": form}, status=422 if form.is_bound else 200)


@requires(Right.SET_WALL)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One screen: its name, project, language and look, its boards in their order, its link."""
    screen = _screen(request, pk)
    form = ScreenForm(request.POST or None, instance=screen, user=request.user)  # type: ignore[arg-type]
    if request.method == "POST" and form.is_valid():
        services.change_screen(screen=form.instance, now=timezone.now())
        say(request, _("Saved. The screen shows it within seconds."))
        return redirect("wall:screen_edit", pk=pk)
    return _page(request, screen, form)


@requires(Right.SET_WALL)
@require_POST
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Make another link; the former one is dead from now on."""
    screen = _screen(request, pk)
    return _with_link(request, screen, services.renew_link(screen=screen, now=timezone.now()))


@requires(Right.SET_WALL)
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the link useless."""
    services.revoke_screen(screen=_screen(request, pk), now=timezone.now())
    say(request, _("The link is revoked. The screen shows nothing from now on."))
    return redirect("wall:screen_edit", pk=pk)


@requires(Right.SET_WALL)
@require_http_methods(["GET", "POST"])
def board(request: HttpRequest, pk: int, board_pk: int | None = None) -> HttpResponse:
    """Add a board to a screen or change one."""
    screen = _screen(request, pk)
    stored = get_object_or_404(WallBoard, screen=screen, pk=board_pk) if board_pk else WallBoard(screen=screen)
    form = BoardForm(request.POST or None, instance=stored)
    if request.method == "POST" and form.is_valid():
        services.save_board(board=form.instance, now=timezone.now())
        say(request, _("Saved. The screen shows it within seconds."))
        return redirect("wall:screen_edit", pk=pk)
    context = {"screen": screen, "form": form, "board": stored}
    return render(request, "wall/board_edit.html", context, status=422 if form.is_bound else 200)


@requires(Right.SET_WALL)
@require_POST
def move(request: HttpRequest, pk: int, board_pk: int) -> HttpResponse:
    """Move a board one place up or down."""
    stored = get_object_or_404(WallBoard, screen=_screen(request, pk), pk=board_pk)
    services.move_board(board=stored, steps=-1 if "up" in request.POST else 1, now=timezone.now())
    return redirect("wall:screen_edit", pk=pk)


@requires(Right.SET_WALL)
@require_POST
def remove(request: HttpRequest, pk: int, board_pk: int) -> HttpResponse:
    """Take a board off, with an undo."""
    stored = get_object_or_404(WallBoard, screen=_screen(request, pk), pk=board_pk)
    held = {name: getattr(stored, name) for name in ("kind", "seconds", "shows", "team_id", "contest_id")}
    services.remove_board(board=stored, now=timezone.now())
    undo = reverse("wall:board_restore", args=[pk, signing.dumps(held | {"screen": pk}, salt=_SALT)])
    say(request, _("The board is taken off."), undo=undo)
    return redirect("wall:screen_edit", pk=pk)


@requires(Right.SET_WALL)
@require_POST
def restore(request: HttpRequest, pk: int, held: str) -> HttpResponse:
    """Put back a board that was taken off within the last hour; it stands at the end."""
    screen = _screen(request, pk)
    try:
        values = signing.loads(held, salt=_SALT, max_age=_UNDO_SECONDS)
    except signing.BadSignature:
        raise Http404 from None
    if values.pop("screen", None) != pk:
        raise Http404
    services.save_board(board=WallBoard(screen=screen, **values), now=timezone.now())
    say(request, _("The board is back."))
    return redirect("wall:screen_edit", pk=pk)


def _page(request: HttpRequest, screen: WallScreen, form: ScreenForm, url: str = "") -> HttpResponse:
    context = {
        "screen": screen, "form": form, "url": url, "is_on_air": _is_on_air(screen, timezone.now()),
        "boards": screen.boards.select_related("team", "contest"),
    }  # fmt: skip
    return render(request, "wall/screen_edit.html", context, status=422 if form.is_bound else 200)


def _with_link(request: HttpRequest, screen: WallScreen, token: str) -> HttpResponse:
    """Show the screen with its new link, on this answer only."""
    stored = _screen(request, screen.pk)
    path = reverse("wall:screen", args=[token])
    url = f"{settings.SITE_URL}{path}" if settings.SITE_URL else request.build_absolute_uri(path)
    response = _page(request, stored, ScreenForm(instance=stored, user=request.user), url)  # type: ignore[arg-type]
    response["Cache-Control"] = "no-store, private"
    return response


def _screen(request: HttpRequest, pk: int) -> WallScreen:
    return get_object_or_404(visible_screens(request.user), pk=pk)  # type: ignore[arg-type]


def _is_on_air(screen: WallScreen, now: dt.datetime) -> bool:
    seen = screen.last_seen_at
    return screen.revoked_at is None and seen is not None and now - seen < _ON_AIR
