"""Pages are kept as they were written for their reader until anything they were made of changes."""

from __future__ import annotations

import copy
import re
import secrets
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.translation import get_language

from onegoal.apps.accounts.background import background
from onegoal.apps.audit.models import AuditEntry
from onegoal.apps.audit.record_version import record_version
from onegoal.core.lately import Lately
from onegoal.core.memory import Memory

View = Callable[..., HttpResponseBase]
_MOST_BYTES: Final = 32_000_000
# What differs on every answer is written anew into each: these bytes stand in its place meanwhile.
_NONCE: Final = b"\x00nonce\x00"
_TOKEN: Final = b"\x00token\x00"
_TOKENS: Final = re.compile(rb'(name="csrfmiddlewaretoken" value="|name="csrf-token" content=")[A-Za-z0-9]{64}(?=")')


@dataclass(frozen=True)
class _Page:
    """A written page with its nonces and tokens left out."""

    content: bytes
    content_type: str
    has_nonce: bool
    has_token: bool


class _NotKept(Exception):
    """Carries an answer that belongs to this one request."""

    def __init__(self, response: HttpResponseBase) -> None:
        self.response = response


_pages = Memory(most_size=_MOST_BYTES, size_of=lambda page: len(page.content))
_late_pages = Lately(background.later, most=300)


def kept_until_change(*versions: Callable[[], str], stale_for: float = 0.0) -> Callable[[View], View]:
    """Answer GET requests of a signed-in reader from memory as long as neither records nor `versions` changed.

    The page may depend on the records, on what `versions` tell apart, the reader, the address, the language, the theme
    and today's date, and on nothing else; its view must not write. Stands below the decorators that check rights.
    With `stale_for` a reader who changed nothing meanwhile is given the page of at most that many seconds ago, and the
    next is made in the background: where data arrive every second nobody waits for each of them.
    Anything but a whole HTML page with status 200, and any page with a message for its reader, is made anew.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            found = _key(request, versions)
            if found is None:
                return view(request, *args, **kwargs)
            state, place = found

            def make(asked: HttpRequest) -> _Page:
                return _taken(asked, view(asked, *args, **kwargs))

            try:
                if stale_for:
                    page = _late_pages.get(
                        (view, place, _last_written_by(request.user.pk)), state, lambda: make(request),
                        again=lambda: make(_asked_again(request)), old=stale_for,
                    )  # fmt: skip
                else:
                    page = _pages.remember((view, state, place), lambda: make(request))
            except _NotKept as other:
                return other.response
            return _given(request, page)

        return kept

    return decorate


def _key(request: HttpRequest, versions: tuple[Callable[[], str], ...]) -> tuple[Hashable, Hashable] | None:
    """Return all that a page may depend on, the state of the data and the rest, or None when it is not to be kept."""
    if request.method != "GET" or not request.user.is_authenticated or len(get_messages(request)):
        return None
    # Read before the page is made: a change meanwhile gives the next reader another version, never a page too old.
    records = record_version()
    if records is None:
        return None
    asked_by = tuple(sorted((name, value) for name, value in request.headers.items() if name.startswith("Hx-")))
    return (records, *(version() for version in versions)), (
        request.user.pk,
        getattr(request.user, "role", ""),
        request.scheme,
        request.get_host(),
        request.get_full_path(),
        asked_by,
        request.COOKIES.get("theme", ""),
        get_language(),
        timezone.localdate(),
    )


def _last_written_by(user_id: int | None) -> int | None:
    """Return the last change a reader made: their own doing they see at once."""
    return AuditEntry.objects.filter(actor_id=user_id).order_by("-pk").values_list("pk", flat=True).first()


def _asked_again(request: HttpRequest) -> HttpRequest:
    """Return the request as it was asked, with a nonce of its own: that of the first is spent with its answer."""
    again = copy.copy(request)
    again.META = dict(request.META)
    again.csp_nonce = secrets.token_urlsafe(16)  # type: ignore[attr-defined]
    return again


def _taken(request: HttpRequest, response: HttpResponseBase) -> _Page:
    """Return the page without what belongs to this request. Raises: _NotKept."""
    if not isinstance(response, HttpResponse) or not _is_plain(request, response) or b"\x00" in response.content:
        raise _NotKept(response)
    nonce = str(getattr(request, "csp_nonce", "")).encode()
    content, tokens = _TOKENS.subn(rb"\g<1>" + _TOKEN, response.content)
    has_nonce = bool(nonce) and nonce in content
    return _Page(
        content=content.replace(nonce, _NONCE) if has_nonce else content,
        content_type=response.headers["Content-Type"],
        has_nonce=has_nonce,
        has_token=bool(tokens),
    )


def _is_plain(request: HttpRequest, response: HttpResponse) -> bool:
    said = get_messages(request)
    return (
        response.status_code == 200
        and list(response.headers) == ["Content-Type"]
        and response.headers["Content-Type"].startswith("text/html")
        and not response.cookies
        and not getattr(said, "added_new", False)
    )


def _given(request: HttpRequest, page: _Page) -> HttpResponse:
    content = page.content
    if page.has_nonce:
        content = content.replace(_NONCE, str(request.csp_nonce).encode())  # type: ignore[attr-defined]
    if page.has_token:
        content = content.replace(_TOKEN, get_token(request).encode())
    return HttpResponse(content, content_type=page.content_type)
