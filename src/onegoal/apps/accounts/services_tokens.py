"""Writes of API tokens: made once, shown once, revoked for good."""

from __future__ import annotations

import datetime as dt
import enum
import secrets
from collections.abc import Sequence

from django.db import transaction

from onegoal.apps.accounts.models import ApiToken, User
from onegoal.apps.accounts.queries import digest_of
from onegoal.apps.audit.services import record_change, snapshot

TOKEN_MARK = "og_"  # noqa: S105 - lets people and scanners of leaked secrets recognise a token
_USE_NOTED_EVERY = dt.timedelta(minutes=5)


class TokenScope(enum.StrEnum):
    """What a token may do, never more than its owner."""

    READ_FIGURES = "read:figures"
    READ_RECORDS = "read:records"
    WRITE_RECORDS = "write:records"


@transaction.atomic
def make_token(
    *, user: User, name: str, scopes: Sequence[str], expires_at: dt.datetime | None, now: dt.datetime
) -> tuple[ApiToken, str]:
    """Make a token for `user`; returns it with its secret, which is never shown again."""
    secret = TOKEN_MARK + secrets.token_urlsafe(32)
    token = ApiToken(
        user=user, name=name, prefix=secret[:10], digest=digest_of(secret), scopes=sorted(set(scopes)),
        created_at=now, expires_at=expires_at,
    )  # fmt: skip
    token.save()
    record_change(record=token, before={}, now=now)
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, now: dt.datetime) -> None:
    """Make a token useless from now on; revoking twice changes nothing."""
    if token.revoked_at is None:
        before = snapshot(token)
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        record_change(record=token, before=before, now=now)


def note_token_use(*, token: ApiToken, now: dt.datetime) -> None:
    """Remember when a token was last used, to five minutes, so that reading does not cost a write each time."""
    if token.last_used_at is None or now - token.last_used_at >= _USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
