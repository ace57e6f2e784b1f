"""Links that let one person choose a password once within 72 hours."""

from __future__ import annotations

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from onegoal.apps.accounts.models import User


class _LinkSigner(PasswordResetTokenGenerator):
    """Signs the user's password hash, so that a used link and every older one stop working together.

    The age limit is Django's `PASSWORD_RESET_TIMEOUT`: three days.
    """

    key_salt = "onegoal.accounts.link"


_signer = _LinkSigner()


def link_path(user: User) -> str:
    """Return the path of a fresh link for `user`."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("accounts:accept", args=[uid, _signer.make_token(user)])


def is_link_good(user: User | None, token: str) -> bool:
    """Tell whether the link was made for this user, not used and not older than 72 hours."""
    return _signer.check_token(user, token)
