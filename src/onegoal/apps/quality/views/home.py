"""The room of quality: its first page is the first one below it that the reader may enter."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from onegoal.apps.shell.navigation import doors_for


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Go on to the reader's first page of quality; there is none for those whose work it does not touch."""
    room = next((door for door in doors_for(request.user) if door.key == "quality"), None)
    if room is None or not room.children:
        raise Http404
    return redirect(room.children[0].url)
