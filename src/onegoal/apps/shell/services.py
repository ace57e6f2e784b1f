"""Writes of saved views and of the reader's own look of the pages."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core import signing
from django.db import transaction
from django.db.models import Max
from django.http import QueryDict

from onegoal.apps.accounts.models import Theme, User
from onegoal.apps.audit.services import record_change, record_deletion, snapshot
from onegoal.apps.shell.models import SavedView

_SALT = "shell.deleted_view"
_UNDO_SECONDS = 24 * 3600
_LONGEST_QUERY = 4_000


@transaction.atomic
def save_view(*, user: User, page: str, name: str, query: str, now: dt.datetime) -> SavedView:
    """Keep a table's address under a name; a view of that name is replaced."""
    last = SavedView.objects.filter(user=user, page=page).aggregate(last=Max("position"))["last"] or 0
    found = SavedView.objects.filter(user=user, page=page, name=name).first()
    view = found or SavedView(user=user, page=page, name=name, position=last + 1)
    before = snapshot(view) if found else {}
    view.query = _clean_query(query)
    view.save()
    record_change(record=view, before=before, now=now)
    return view


@transaction.atomic
def rename_view(*, view: SavedView, name: str, now: dt.datetime) -> None:
    """Give a view another name. Raises: IntegrityError when the user has one of that name on the page."""
    before = snapshot(view)
    view.name = name
    view.save(update_fields=["name"])
    record_change(record=view, before=before, now=now)


@transaction.atomic
def share_view(*, view: SavedView, is_shared: bool, now: dt.datetime) -> None:
    """Show a view to everybody who sees the page, or to its owner alone."""
    before = snapshot(view)
    view.is_shared = is_shared
    view.save(update_fields=["is_shared"])
    record_change(record=view, before=before, now=now)


@transaction.atomic
def delete_view(*, view: SavedView, now: dt.datetime) -> str:
    """Delete a view and return a signed token from which it can be restored for a day."""
    token = signing.dumps(snapshot(view), salt=_SALT, compress=True)
    record_deletion(record=view, now=now)
    view.delete()
    return token


@transaction.atomic
def restore_view(*, user: User, token: str, now: dt.datetime) -> SavedView:
    """Bring a deleted view back. Raises: signing.BadSignature for a foreign, old or broken token."""
    fields: dict[str, Any] = signing.loads(token, salt=_SALT, max_age=_UNDO_SECONDS)
    if fields["user_id"] != user.pk:
        raise signing.BadSignature("This view belonged to somebody else.")
    key = {name: fields.pop(name) for name in ("user_id", "page", "name")}
    view, is_new = SavedView.objects.get_or_create(**key, defaults=fields)
    if is_new:
        record_change(record=view, before={}, now=now)
    return view


def choose_theme(*, user: User, theme: str) -> None:
    """Remember light, dark or as the device. Raises: ValueError for anything else."""
    user.theme = Theme(theme)
    user.save(update_fields=["theme"])


def _clean_query(query: str) -> str:
    parameters = QueryDict(query.replace("\x00", "")[:_LONGEST_QUERY], mutable=True)
    for passing in ("page", "export"):
        parameters.pop(passing, None)
    return parameters.urlencode(safe=",")
