"""The sound of a call: heard piece by piece as players ask for it, and attached where it is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.quality.queries.recordings import recording_of
from onegoal.apps.quality.queries.reviews import calls_to_hear
from onegoal.apps.quality.services.recordings import RecordingRefused, attach_recording
from onegoal.apps.quality.views.review_words import recording_refusal
from onegoal.apps.shell.toasts import say

_PIECE: Final = 1 << 16
_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class _Unsatisfiable(Exception):
    """A range that lies outside the file."""


@requires(Right.HEAR_CALLS)
@require_safe
def recording(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send the recording of a call, or the range of it that is asked for."""
    call = get_object_or_404(calls_to_hear(request.user), pk=pk)  # type: ignore[arg-type]
    found = recording_of(call)
    if found.path is None:
        raise Http404
    stat = found.path.stat()
    mark = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
    try:
        asked = _asked(request, stat.st_size, mark)
    except _Unsatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{stat.st_size}"})
    first, last = asked or (0, stat.st_size - 1)
    headers = {
        "Content-Type": found.content_type,
        "Content-Length": str(last - first + 1),
        "Accept-Ranges": "bytes",
        "Content-Disposition": "inline",
        "Content-Encoding": "identity",  # packed on the way, a range would not be the bytes that were asked for
        "Cache-Control": "private, max-age=300",
        "ETag": mark,
    }
    if asked:
        headers["Content-Range"] = f"bytes {first}-{last}/{stat.st_size}"
    body = _pieces(found.path, first, last) if request.method == "GET" else ()
    return StreamingHttpResponse(body, status=206 if asked else 200, headers=headers)


@requires(Right.REVIEW_CALLS)
@require_POST
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep an uploaded file as the recording of a call."""
    call = get_object_or_404(calls_to_hear(request.user), pk=pk)  # type: ignore[arg-type]
    file = request.FILES.get("file")
    try:
        if file is None or file.file is None:
            raise RecordingRefused("empty")
        attach_recording(call=call, file=file.file, size=file.size or 0, now=timezone.now())
    except RecordingRefused as refused:
        say(request, recording_refusal(refused.code), level=messages.ERROR)
    else:
        say(request, _("The recording is attached."))
    return redirect(back_to(request, reverse("quality:reviews")))


def back_to(request: HttpRequest, otherwise: str) -> str:
    """Return the page of ours that a form was sent from, as its field `next` says."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else otherwise


def _asked(request: HttpRequest, size: int, mark: str) -> tuple[int, int] | None:
    """The first and last byte asked for; None for all of them. Several ranges, or one we cannot read, mean all.

    Raises: _Unsatisfiable.
    """
    found = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if not found or not (found[1] or found[2]) or request.headers.get("If-Range", mark) != mark:
        return None
    if not found[1]:
        first, last = max(0, size - int(found[2])), size - 1
    else:
        first, last = int(found[1]), min(int(found[2]), size - 1) if found[2] else size - 1
        if found[2] and int(found[2]) < first:
            return None
    if first >= size or (not found[1] and int(found[2]) == 0):
        raise _Unsatisfiable
    return first, last


def _pieces(path: Path, first: int, last: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(first)
        left = last - first + 1
        while left > 0 and (piece := file.read(min(_PIECE, left))):
            left -= len(piece)
            yield piece
