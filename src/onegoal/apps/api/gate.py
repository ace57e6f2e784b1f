"""What every call passes before its route: who, how often, how large, which words; and one shape of errors."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.utils import timezone
from ninja.utils import check_csrf

from onegoal.apps.api.callers import Caller, caller_of, identify
from onegoal.apps.api.limits import count_call
from onegoal.apps.api.problems import Problem
from onegoal.apps.api.replay import answer_once
from onegoal.apps.audit.services import Author, acting

LARGEST_BODY = 1_000_000
_SAFE = ("GET", "HEAD", "OPTIONS")
_UNREADABLE = re.compile(r"[\x00\ud800-\udfff]")


def gate(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Wrap an operation of the API."""

    @wraps(run)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = _answer(request, lambda: run(request, *args, **kwargs))
        except Problem as problem:
            return problem.response()
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    return guarded


def _answer(request: HttpRequest, run: Callable[[], HttpResponse]) -> HttpResponse:
    now = timezone.now()
    caller = identify(request, now)
    request.api_caller = caller  # type: ignore[attr-defined]
    count_call(caller.principal)
    _check_texts(request)
    with acting(Author(user_id=caller.user.pk, via="api")):
        if request.method in _SAFE:
            return run()
        _check_write(request, caller)
        return answer_once(request=request, caller=caller_of(request), now=now, answer=run)


def _check_texts(request: HttpRequest) -> None:
    pieces = [request.path, *request.GET.keys(), *(value for values in request.GET.lists() for value in values[1])]
    if any(_UNREADABLE.search(piece) for piece in pieces):
        raise Problem(400, "text_not_valid", "The address holds a character that cannot be stored.")


def _check_write(request: HttpRequest, caller: Caller) -> None:
    if caller.token is None and check_csrf(request):
        raise Problem(403, "csrf_missing", "A call from a page must carry its CSRF token.")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Problem(415, "encoding_not_supported", "Send the body as it is, not compressed.")
    if request.method != "DELETE" and request.content_type != "application/json":
        raise Problem(415, "not_json", "Send application/json.")
    try:
        size = len(request.body)
    except (RequestDataTooBig, UnreadablePostError):
        size = LARGEST_BODY + 1
    if size > LARGEST_BODY:
        raise Problem(413, "too_large", "A body may have at most 1 MB. Send less at once.")
