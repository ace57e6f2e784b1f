"""Idempotency keys: the first answer to a call is kept for 48 hours and given again, byte for byte."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from onegoal.apps.api.callers import Caller
from onegoal.apps.api.models import IdempotentCall
from onegoal.apps.api.problems import Problem

KEPT_FOR = dt.timedelta(hours=48)
_ABANDONED_AFTER = dt.timedelta(minutes=2)
_LONGEST_KEY = 255
_KEPT_HEADERS = ("Content-Type", "ETag", "Location")


def answer_once(
    *, request: HttpRequest, caller: Caller, now: dt.datetime, answer: Callable[[], HttpResponse]
) -> HttpResponse:
    """Answer a call that may carry an `Idempotency-Key`; without one it is simply answered.

    Raises: Problem 400 for a key that is not plain text, 409 while the first call with the key still runs, 422 for a key
    used with another call.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return answer()
    if len(key) > _LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Problem(400, "key_not_valid", "The Idempotency-Key must be at most 255 plain characters.")
    call, is_new = _claim(request, caller, key, now)
    if not is_new:
        return _again(call, request)
    try:
        response = answer()
    except BaseException:
        call.delete()
        raise
    _keep(call, response)
    return response


def forget_old_calls(*, now: dt.datetime) -> int:
    """Delete what is older than 48 hours; returns how many."""
    return IdempotentCall.objects.filter(created_at__lt=now - KEPT_FOR).delete()[0]


def _claim(request: HttpRequest, caller: Caller, key: str, now: dt.datetime) -> tuple[IdempotentCall, bool]:
    mine = IdempotentCall.objects.filter(principal=caller.principal, key=key)
    mine.filter(created_at__lt=now - KEPT_FOR).delete()
    # A process that died in the middle leaves a call without an answer; its transaction was rolled back.
    mine.filter(status=None, created_at__lt=now - _ABANDONED_AFTER).delete()
    try:
        with transaction.atomic():
            made = IdempotentCall.objects.create(
                user=caller.user, principal=caller.principal, key=key, target=_target(request),
                body_digest=_digest(request), created_at=now,
            )  # fmt: skip
    except IntegrityError:
        return mine.get(), False
    return made, True


def _again(call: IdempotentCall, request: HttpRequest) -> HttpResponse:
    if (call.target, call.body_digest) != (_target(request), _digest(request)):
        raise Problem(422, "key_used_otherwise", "This Idempotency-Key was used for another call.")
    if call.status is None:
        raise Problem(
            409, "still_running", "The first call with this key still runs. Try again.", headers={"Retry-After": "1"}
        )
    response = HttpResponse(bytes(call.body), status=call.status)
    for name, value in call.headers.items():
        response[name] = value
    response["Idempotent-Replay"] = "true"
    return response


def _keep(call: IdempotentCall, response: HttpResponse) -> None:
    # 401, 409 and 429 say nothing about the call itself: it may be tried again with the same key.
    if response.status_code in (401, 409, 429):
        call.delete()
        return
    call.status, call.body = response.status_code, response.content
    call.headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
    call.save(update_fields=["status", "body", "headers"])


def _target(request: HttpRequest) -> str:
    whole = f"{request.method} {request.get_full_path()}"
    return whole if len(whole) <= 300 else f"{request.method} {hashlib.sha256(whole.encode()).hexdigest()}"


def _digest(request: HttpRequest) -> str:
    return hashlib.sha256(request.body).hexdigest()
