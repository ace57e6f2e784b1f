"""Schemes and their versions: drafted by one person, approved by another, never changed afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.audit.services import changing, record_deletion
from onegoal.apps.pay.models import Scheme, SchemePart, SchemeState, SchemeVersion
from onegoal.apps.pay.queries.rules import errors_of, locked_until
from onegoal.apps.pay.services.refusals import PayRefused

_COPIED = ("name", "key", "kind", "formula", "gate", "floor_minor", "cap_minor", "claws_back")


@dataclass(frozen=True)
class PartTerms:
    """One part as it is typed; money in minor units."""

    name: str
    key: str
    kind: str
    formula: str
    gate: str = ""
    floor_minor: int | None = None
    cap_minor: int | None = None
    claws_back: bool = False


@transaction.atomic
def create_scheme(*, name: str, side: str, now: dt.datetime) -> Scheme:
    """Make a scheme without rules yet. Raises: PayRefused `name_taken`."""
    scheme = Scheme(name=name.strip(), side=side)
    if Scheme.objects.filter(name=scheme.name).exists():
        raise PayRefused("name_taken", scheme.name)
    with changing(scheme, now=now):
        pass
    return scheme


@transaction.atomic
def change_scheme(*, scheme: Scheme, name: str, side: str, is_active: bool, now: dt.datetime) -> Scheme:
    """Rename a scheme, move it to the other department, put it aside. Raises: PayRefused `name_taken`."""
    stored = Scheme.objects.select_for_update().get(pk=scheme.pk)
    if Scheme.objects.filter(name=name.strip()).exclude(pk=stored.pk).exists():
        raise PayRefused("name_taken", name.strip())
    with changing(stored, now=now):
        stored.name, stored.side, stored.is_active = name.strip(), side, is_active
    return stored


@transaction.atomic
def draft_version(
    *, scheme: Scheme, valid_from: dt.date, author: User, now: dt.datetime, parts: Sequence[PartTerms] | None = None,
    note: str = "", like: SchemeVersion | None = None,
) -> SchemeVersion:  # fmt: skip
    """Draft the next version with the given parts, else with those of `like`. Formulas may still be wrong."""
    stored = Scheme.objects.select_for_update().get(pk=scheme.pk)
    number = (stored.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version = SchemeVersion(
        scheme=stored, number=number, valid_from=valid_from, note=note, author=author, created_at=now
    )
    with changing(version, now=now):
        pass
    if parts is None and like is not None:
        parts = [PartTerms(**{name: getattr(one, name) for name in _COPIED}) for one in like.parts.all()]
    _write_parts(version, parts or (), now)
    return version


@transaction.atomic
def set_parts(
    *, version: SchemeVersion, parts: Sequence[PartTerms], author: User, now: dt.datetime,
    valid_from: dt.date | None = None, note: str | None = None,
) -> SchemeVersion:  # fmt: skip
    """Put other parts into a draft; who changed it last is its author. Raises: PayRefused `not_a_draft`."""
    stored = _draft(version)
    with changing(stored, now=now):
        stored.author = author
        stored.valid_from = valid_from or stored.valid_from
        stored.note = stored.note if note is None else note
    for part in stored.parts.all():
        record_deletion(record=part, now=now)
        part.delete()
    _write_parts(stored, parts, now)
    return stored


@transaction.atomic
def approve_version(*, version: SchemeVersion, user: User, now: dt.datetime) -> SchemeVersion:
    """Approve a draft of another person: from its day on people are paid by it.

    Raises: PayRefused no_right, not_a_draft, same_person, no_parts, bad_parts, month_locked.
    """
    if not has_right(user, Right.APPROVE_PAY):
        raise PayRefused("no_right")
    stored = _draft(version)
    if stored.author_id == user.pk:
        raise PayRefused("same_person")
    if not stored.parts.exists():
        raise PayRefused("no_parts")
    if errors := errors_of(stored):
        raise PayRefused("bad_parts", errors)
    locked = locked_until()
    if locked is not None and stored.valid_from <= locked:
        raise PayRefused("month_locked", locked.isoformat())
    with changing(stored, now=now):
        stored.state, stored.approved_by, stored.approved_at = SchemeState.APPROVED, user, now
    return stored


@transaction.atomic
def withdraw_version(*, version: SchemeVersion, now: dt.datetime) -> SchemeVersion:
    """Put a draft aside. Raises: PayRefused `not_a_draft`."""
    stored = _draft(version)
    with changing(stored, now=now):
        stored.state = SchemeState.WITHDRAWN
    return stored


def _draft(version: SchemeVersion) -> SchemeVersion:
    stored = SchemeVersion.objects.select_for_update().get(pk=version.pk)
    if stored.state != SchemeState.DRAFT:
        raise PayRefused("not_a_draft")
    return stored


def _write_parts(version: SchemeVersion, parts: Sequence[PartTerms], now: dt.datetime) -> None:
    keys = [terms.key for terms in parts]
    if len(set(keys)) < len(keys):
        raise PayRefused("key_taken", next(key for key in keys if keys.count(key) > 1))
    for position, terms in enumerate(parts):
        with changing(SchemePart(version=version, position=position, **vars(terms)), now=now):
            pass
