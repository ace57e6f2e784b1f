"""Taking back what one action of one colleague changed, for an hour: its batch stands signed in the address of the toast."""

from __future__ import annotations

from django.core import signing
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

_SALT = "onegoal.undo"
_SECONDS = 3600


def undo_url(*, user_id: int, batch: str, back: str = "") -> str:
    """Return the address that undoes a batch (`audit.batches.in_one_batch`); it works for this colleague alone.

    `back` is where to go on afterwards when the page the reader stands on may not be theirs any more.
    """
    return reverse("shell:undo", args=[signing.dumps([user_id, batch, back], salt=_SALT)])


def read_undo(*, user_id: int, token: str) -> tuple[str, str]:
    """Return the batch and `back` of an address; empty texts when it is old, forged or somebody else's."""
    try:
        owner, batch, back = signing.loads(token, salt=_SALT, max_age=_SECONDS)
    except signing.BadSignature:
        return "", ""
    return (batch, back) if owner == user_id else ("", "")


def came_from(request: HttpRequest, otherwise: str) -> str:
    """Return where the sender of a form goes on to: the page it names, else the one it stands on, as far as it is ours."""
    wanted = request.POST.get("next") or request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else otherwise
