"""Reads of users, teams and tokens."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final, TypeVar

from django.db.models import Q, QuerySet
from django.utils.encoding import force_str
from django.utils.http import urlsafe_base64_decode

from onegoal.apps.accounts.models import ApiToken, Team, User
from onegoal.apps.accounts.rights import ROLE_RIGHTS, Right

Found = TypeVar("Found")
_REMEMBERED: Final = "_found_for_this_request"


def has_any_user() -> bool:
    """Tell whether anybody could sign in; False on an installation that has not been set up."""
    return User.objects.filter(is_active=True, email__isnull=False).exclude(email="").exists()


def colleagues(*, search: str = "") -> QuerySet[User]:
    """Return all users and known colleagues, those who may sign in first."""
    users = User.objects.select_related("team").order_by("-is_active", "name", "id")
    return users.filter(Q(name__icontains=search) | Q(email__icontains=search)) if search else users


def led_team_ids(user: User) -> frozenset[int]:
    """Return the teams a supervisor answers for: those that name them, and their own."""

    def find() -> frozenset[int]:
        led = set(Team.objects.filter(supervisor=user).values_list("id", flat=True))
        return frozenset(led | ({user.team_id} if user.team_id else set()))

    return _once_a_request(user, "led_team_ids", find)


def project_limit(user: User) -> frozenset[int] | None:
    """Return the ids of the only projects the user may see, or None when there is no limit."""
    return _once_a_request(user, "project_limit", lambda: frozenset(user.projects.values_list("id", flat=True)) or None)


def remember_for_request(user: User) -> None:
    """Ask for this user's teams and projects once only, however many lists of one page are narrowed by them.

    For the user of a request that only reads: who they are is asked anew with the next one.
    """
    setattr(user, _REMEMBERED, {})


def _once_a_request(user: User, key: str, find: Callable[[], Found]) -> Found:
    remembered = getattr(user, _REMEMBERED, None)
    if remembered is None:
        return find()
    if key not in remembered:
        remembered[key] = find()
    found: Found = remembered[key]
    return found


def others_who_manage_users(user: User) -> QuerySet[User]:
    """Return the other active users who can still let people in."""
    roles = [role for role, rights in ROLE_RIGHTS.items() if Right.SET_USERS in rights]
    return User.objects.filter(is_active=True, role__in=roles, email__isnull=False).exclude(pk=user.pk)


def user_of_link(uid: str) -> User | None:
    """Return the active user an invitation link names, or None."""
    try:
        pk = int(force_str(urlsafe_base64_decode(uid)))
    except (TypeError, ValueError, OverflowError):
        return None
    return User.objects.filter(pk=pk, is_active=True, email__isnull=False).first()


def digest_of(secret: str) -> str:
    """Return what is kept of an API token: the SHA-256 of its 256 random bits."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def token_of(secret: str) -> ApiToken | None:
    """Return the token with this secret, whether it still holds or not."""
    return ApiToken.objects.select_related("user").filter(digest=digest_of(secret)).first()
