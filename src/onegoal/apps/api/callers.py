"""Who calls the API: a token with its scopes, or a signed-in person who tries it out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer

from onegoal.apps.accounts.models import ApiToken, User
from onegoal.apps.accounts.queries import token_of
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.accounts.services_tokens import TokenScope, note_token_use
from onegoal.apps.api.pages import check_parameters
from onegoal.apps.api.problems import Problem

_NOT_KNOWN = "Send a valid token as Authorization: Bearer og_…"


@dataclass(frozen=True)
class Caller:
    """One who calls: the rights are the user's, narrowed by the scopes of the token; a session has all scopes."""

    user: User
    scopes: frozenset[str]
    token: ApiToken | None = None

    @property
    def principal(self) -> str:
        """Return what idempotency keys and limits are counted by."""
        return f"token:{self.token.pk}" if self.token else f"user:{self.user.pk}"

    def need(self, scope: TokenScope, *rights: Right) -> None:
        """Raise Problem 403 when the token lacks the scope or its owner a right."""
        if scope not in self.scopes:
            raise Problem(403, "scope_missing", f"This token may not {scope.value}.")
        if missing := [right.value for right in rights if not has_right(self.user, right)]:
            raise Problem(403, "right_missing", "Your role may not do this.", errors=[{"right": missing[0]}])


def identify(request: HttpRequest, now: dt.datetime) -> Caller:
    """Return who calls. Raises: Problem 401, the same for every token that does not hold."""
    header = request.headers.get("Authorization", "")
    if header:
        return _by_token(header, now)
    if request.user.is_authenticated:
        return Caller(user=request.user, scopes=frozenset(TokenScope))
    raise _refused()


def caller_of(request: HttpRequest) -> Caller:
    """Return the caller that the gate has identified."""
    return request.api_caller  # type: ignore[attr-defined]


def _by_token(header: str, now: dt.datetime) -> Caller:
    kind, _space, secret = header.partition(" ")
    token = token_of(secret.strip()) if kind.lower() == "bearer" and secret.isascii() else None
    if token is None or token.revoked_at or (token.expires_at and token.expires_at <= now) or not token.user.is_active:
        raise _refused()
    note_token_use(token=token, now=now)
    return Caller(user=token.user, scopes=frozenset(token.scopes), token=token)


def _refused() -> Problem:
    return Problem(401, "not_authenticated", _NOT_KNOWN, headers={"WWW-Authenticate": "Bearer"})


def reader(request: HttpRequest, right: Right) -> Caller:
    """Return a caller who may read records. Raises: Problem 403."""
    caller = caller_of(request)
    caller.need(TokenScope.READ_RECORDS, right)
    return caller


def figures_reader(request: HttpRequest, *rights: Right) -> Caller:
    """Return a caller who may read figures. Raises: Problem 403."""
    caller = caller_of(request)
    caller.need(TokenScope.READ_FIGURES, *rights)
    return caller


def writer(request: HttpRequest, right: Right) -> Caller:
    """Return a caller who may write records. Raises: Problem 403, 400 for a parameter: a write has none."""
    caller = caller_of(request)
    caller.need(TokenScope.WRITE_RECORDS, right)
    check_parameters(request, ())
    return caller


class TokenAuth(HttpBearer):
    """Describes tokens in the schema; the gate has checked them before."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        return caller_of(request)


class SessionAuth(APIKeyCookie):
    """Describes sessions in the schema; a call that writes must carry the CSRF token of the page."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        return caller_of(request)
