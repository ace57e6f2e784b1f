"""Writes of users and teams: invitations, passwords, what each may do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import models, transaction

from onegoal.apps.accounts.models import Team, User
from onegoal.apps.accounts.queries import others_who_manage_users
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.audit.models import Action
from onegoal.apps.audit.services import Change, record_change, record_changes, snapshot


class LastManager(Exception):
    """Refused: nobody would be left who can let people in."""


@transaction.atomic
def create_user(
    *,
    email: str,
    name: str,
    role: str,
    now: dt.datetime,
    password: str | None = None,
    team: Team | None = None,
    projects: Iterable[models.Model] = (),
    joined_on: dt.date | None = None,
) -> User:
    """Make a user who signs in with `email`, who joined today if nothing else is said; without a password they need a link."""
    user = User(email=email.strip().lower(), name=name.strip(), role=role, team=team, joined_on=joined_on or now.date())
    user.set_password(password)
    user.save()
    record_change(record=user, before={}, now=now)
    _set_projects(user, projects, now)
    return user


@transaction.atomic
def change_user(*, user: User, before: dict[str, object], projects: Iterable[models.Model], now: dt.datetime) -> User:
    """Store an edited user. Raises: LastManager when the change would lock everybody out."""
    if not (user.is_active and user.email and has_right(user, Right.SET_USERS)) and not _someone_else_manages(user):
        raise LastManager
    if user.email:
        user.email = user.email.strip().lower()
    if not user.password:
        user.set_unusable_password()
    user.save()
    record_change(record=user, before=before, now=now)
    _set_projects(user, projects, now)
    return user


@transaction.atomic
def set_activation(*, user: User, is_active: bool, now: dt.datetime) -> User:
    """Let a user in or lock them out; their sessions and tokens stop at their next request. Raises: LastManager."""
    if not is_active and not _someone_else_manages(user):
        raise LastManager
    before = snapshot(user)
    user.is_active = is_active
    user.left_on = None if is_active else now.date()
    user.save(update_fields=["is_active", "left_on"])
    record_change(record=user, before=before, now=now)
    return user


@transaction.atomic
def choose_password(*, user: User, password: str, now: dt.datetime) -> None:
    """Set the password a person chose for themselves; the trail says that, never what."""
    user.set_password(password)
    user.save(update_fields=["password"])
    _note(user, {"password": "changed"}, now)


@transaction.atomic
def prepare_link(*, user: User, now: dt.datetime) -> User:
    """Make `user` ready for a link and note who asked for it; links handed out earlier stop when one is used."""
    if not user.password:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    _note(user, {"password": "link made"}, now)
    return user


@transaction.atomic
def change_profile(*, user: User, before: dict[str, object], now: dt.datetime) -> None:
    """Store a person's own name, language and theme."""
    user.save(update_fields=["name", "language", "theme"])
    record_change(record=user, before=before, now=now)


@transaction.atomic
def save_team(*, team: Team, now: dt.datetime) -> Team:
    """Create or change a team."""
    before = snapshot(Team.objects.get(pk=team.pk)) if team.pk else {}
    team.save()
    record_change(record=team, before=before, now=now)
    return team


def _someone_else_manages(user: User) -> bool:
    stored = User.objects.filter(pk=user.pk).first()
    manages_now = bool(stored and stored.is_active and stored.email and has_right(stored, Right.SET_USERS))
    return not manages_now or others_who_manage_users(user).exists()


def _set_projects(user: User, projects: Iterable[models.Model], now: dt.datetime) -> None:
    before = sorted(user.projects.values_list("id", flat=True))
    after = sorted(project.pk for project in projects)
    if before != after:
        user.projects.set(after)
        change = Change(user.pk, Action.UPDATE, {"projects": before}, {"projects": after})
        record_changes(entity="user", changes=[change], now=now)


def _note(user: User, after: dict[str, str], now: dt.datetime) -> None:
    record_changes(entity="user", changes=[Change(user.pk, Action.UPDATE, {}, after)], now=now)
