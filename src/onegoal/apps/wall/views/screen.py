"""The wall itself: a page and its data behind a link with a token; no sign-in, no cookie, nothing to click."""

from __future__ import annotations

from hashlib import sha256

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.company.queries import current_company
from onegoal.apps.shell.numbers import locale_of
from onegoal.apps.wall.models import WallScreen
from onegoal.apps.wall.picture import answer_of, language_of
from onegoal.apps.wall.queries.screens import screen_of, visible_screens
from onegoal.apps.wall.services.screens import note_seen


@require_safe
def screen(request: HttpRequest, token: str) -> HttpResponse:
    """The wall behind a link; a guessed and a revoked link are the same page that does not exist."""
    shown = screen_of(token)
    if shown is None:
        return _gone(request)
    return _page(request, shown, data_url=reverse("wall:data", args=[token]))


@require_safe
def data(request: HttpRequest, token: str) -> HttpResponse:
    """What the wall shows now, the same for all who look at it; 304 as long as nothing changed."""
    shown = screen_of(token)
    if shown is None:
        return _gone(request)
    note_seen(screen=shown, now=timezone.now())
    return _data(request, shown)


@requires(Right.SET_WALL)
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The wall as it would be seen, for whoever sets it up."""
    shown = _visible_screen(request, pk)
    back = reverse("wall:screen_edit", args=[pk])
    return _page(request, shown, data_url=reverse("wall:preview_data", args=[pk]), back_url=back)


@requires(Right.SET_WALL)
@require_safe
def preview_data(request: HttpRequest, pk: int) -> HttpResponse:
    """What the preview shows."""
    return _data(request, _visible_screen(request, pk))


def _gone(request: HttpRequest) -> HttpResponse:
    """Answer a guessed, revoked or replaced link: the same for all of them, and with no cookie."""
    return _unseen_by_others(render(request, "wall/gone.html", status=404))


def _visible_screen(request: HttpRequest, pk: int) -> WallScreen:
    shown = visible_screens(request.user).filter(pk=pk).first()  # type: ignore[arg-type]
    if shown is None:
        raise Http404
    return shown


def _page(request: HttpRequest, shown: WallScreen, *, data_url: str, back_url: str = "") -> HttpResponse:
    company, language = current_company(), language_of(shown)
    with translation.override(language):
        context = {
            "screen": shown, "company": company, "data_url": data_url, "back_url": back_url, "bundle": _bundle(),
            "zone": str(timezone.get_current_timezone()), "locale": str(locale_of(language)).replace("_", "-"),
            "words": _words(),
        }  # fmt: skip
        response = render(request, "wall/screen.html", context)
    return _unseen_by_others(response)


def _data(request: HttpRequest, shown: WallScreen) -> HttpResponse:
    now = timezone.now()
    body, etag = answer_of(shown, now=now, bundle=_bundle())
    is_known = request.headers.get("If-None-Match", "").removeprefix("W/") == etag
    response = HttpResponse(status=304) if is_known else JsonResponse(body)
    response["ETag"] = etag
    # A TV's clock may be wrong for years: the wall tells the server's time.
    response["X-Now"] = f"{now.timestamp():.3f}"
    return _unseen_by_others(response)


def _unseen_by_others(response: HttpResponse) -> HttpResponse:
    """Keep the link out of caches, search engines and other sites' logs."""
    response["Cache-Control"] = "no-store, private"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _bundle() -> str:
    """Return what changes with every version of the wall's scripts and styles."""
    names = (static("shell/dist/wall.js"), static("shell/dist/wall.css"))
    return sha256(" ".join(names).encode()).hexdigest()[:16]


def _words() -> dict[str, str]:
    return {
        "gone": _("This link does not work any more. Ask for a new one in the settings of wall screens."),
        "lost": _("No connection. Figures of {time}, {ago}."),
        "unreached": _("No connection yet."),
        "signed": _("signed a contract"),
    }
