"""Addresses that take back what one colleague just did with leads, for an hour."""

from __future__ import annotations

from django.core import signing
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

_SALT = "onegoal.desk.undo"
_SECONDS = 3600


def undo_url(*, user_id: int, batch: str) -> str:
    """Return the address that undoes the batch; it works for this colleague alone."""
    return reverse("desk:undo", args=[signing.dumps([user_id, batch], salt=_SALT)])


def batch_of(*, user_id: int, token: str) -> str:
    """Return the batch a token stands for, or an empty text when it is old, forged or somebody else's."""
    try:
        owner, batch = signing.loads(token, salt=_SALT, max_age=_SECONDS)
    except signing.BadSignature:
        return ""
    return batch if owner == user_id else ""


def came_from(request: HttpRequest) -> str:
    """Return the page of ours from which a form was sent, else the inbox."""
    wanted = request.POST.get("next") or request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else reverse("desk:inbox")
