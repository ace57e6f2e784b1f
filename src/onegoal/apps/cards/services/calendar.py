"""The secret address under which a calendar program reads a colleague's tasks."""

from __future__ import annotations

import datetime as dt
import secrets

from django.db import transaction

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.queries import digest_of
from onegoal.apps.audit.services import record_change, record_deletion, snapshot
from onegoal.apps.cards.models import CalendarLink


@transaction.atomic
def make_calendar_link(*, user: User, now: dt.datetime) -> str:
    """Return a new secret for the user's calendar; the former one no longer opens it. Only its digest is kept."""
    secret = secrets.token_urlsafe(32)
    link = CalendarLink.objects.select_for_update().filter(user=user).first()
    before = snapshot(link) if link else {}
    link = link or CalendarLink(user=user)
    link.digest, link.created_at = digest_of(secret), now
    link.save()
    record_change(record=link, before=before, now=now)
    return secret


@transaction.atomic
def revoke_calendar_link(*, user: User, now: dt.datetime) -> None:
    """Close the address; programs that read it get nothing any more."""
    for link in CalendarLink.objects.select_for_update().filter(user=user):
        record_deletion(record=link, now=now)
        link.delete()
