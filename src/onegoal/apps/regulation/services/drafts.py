"""Drafts of the regulation: made, copied, edited clause by clause, withdrawn; any edit takes a signature back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from onegoal.apps.accounts.models import User
from onegoal.apps.audit.services import record_change, record_deletion, snapshot
from onegoal.apps.regulation.models import Clause, Regulation, State

_COPIED = (
    "kind", "number", "text", "field", "operator", "value", "weight", "is_required", "sub_reasons", "needs_attempts",
    "suppresses", "position",
)  # fmt: skip


class DraftRefused(Exception):
    """A draft cannot be changed so: `code` is locked, withdrawn, not_withdrawn, or number_taken."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@transaction.atomic
def create_draft(*, title: str, author: User | None, now: dt.datetime, like: Regulation | None = None) -> Regulation:
    """Make the next version as a draft, empty or with the clauses of another."""
    number = (Regulation.objects.select_for_update().aggregate(last=Max("number"))["last"] or 0) + 1
    draft = Regulation(number=number, title=title, author=author, created_at=now)
    if like is not None:
        like = Regulation.objects.get(pk=like.pk)
        for name in ("threshold", "attempts_needed", "attempts_days", "note"):
            setattr(draft, name, getattr(like, name))
    draft.save()
    record_change(record=draft, before={}, now=now)
    for clause in like.clauses.all() if like else ():
        copied = Clause(regulation=draft, **{name: getattr(clause, name) for name in _COPIED})
        copied.save()
        record_change(record=copied, before={}, now=now)
    return draft


@transaction.atomic
def change_draft(*, regulation: Regulation, changes: Mapping[str, Any], now: dt.datetime) -> bool:
    """Change what a draft says of itself; tell whether a signature was taken back. Raises: DraftRefused."""
    stored = open_draft(regulation)
    before = snapshot(stored)
    for name, value in changes.items():
        setattr(stored, name, value)
    stored.save()
    record_change(record=stored, before=before, now=now)
    return snapshot(stored) != before and _unsign(stored, now)


@transaction.atomic
def save_clause(*, clause: Clause, now: dt.datetime) -> bool:
    """Add or change a clause of a draft; tell whether a signature was taken back.

    Raises: DraftRefused, `number_taken` when another clause of the version is cited by that number.
    """
    draft = open_draft(clause.regulation)
    before = snapshot(Clause.objects.get(pk=clause.pk)) if clause.pk else {}
    if clause.position is None or not clause.pk:
        last = draft.clauses.aggregate(last=Max("position"))["last"]
        clause.position = 0 if last is None else last + 1
    try:
        with transaction.atomic():
            clause.save()
    except IntegrityError:
        raise DraftRefused("number_taken") from None
    record_change(record=clause, before=before, now=now)
    return snapshot(clause) != before and _unsign(draft, now)


@transaction.atomic
def remove_clause(*, clause: Clause, now: dt.datetime) -> dict[str, Any]:
    """Delete a clause of a draft; return what `restore_clause` puts back. Raises: DraftRefused."""
    draft = open_draft(clause.regulation)
    held = {name: getattr(clause, name) for name in _COPIED}
    record_deletion(record=clause, now=now)
    clause.delete()
    _unsign(draft, now)
    return held


@transaction.atomic
def restore_clause(*, regulation: Regulation, held: Mapping[str, Any], now: dt.datetime) -> Clause:
    """Put a deleted clause back at its place. Raises: DraftRefused."""
    draft = open_draft(regulation)
    clause = Clause(regulation=draft, **{name: held[name] for name in _COPIED if name in held})
    try:
        with transaction.atomic():
            clause.save()
    except IntegrityError:
        raise DraftRefused("number_taken") from None
    record_change(record=clause, before={}, now=now)
    _unsign(draft, now)
    return clause


@transaction.atomic
def move_clause(*, clause: Clause, steps: int, now: dt.datetime) -> bool:
    """Move a clause among those of its kind; tell whether a signature was taken back. Raises: DraftRefused."""
    draft = open_draft(clause.regulation)
    clauses = list(draft.clauses.filter(kind=clause.kind))
    place = next(at for at, one in enumerate(clauses) if one.pk == clause.pk)
    target = min(len(clauses) - 1, max(0, place + steps))
    if target == place:
        return False
    positions = sorted(one.position for one in clauses)
    clauses.insert(target, clauses.pop(place))
    for position, one in enumerate(clauses, start=positions[0]):
        before = snapshot(one)
        one.position = position
        one.save(update_fields=["position"])
        record_change(record=one, before=before, now=now)
    return _unsign(draft, now)


@transaction.atomic
def withdraw_draft(*, regulation: Regulation, now: dt.datetime) -> None:
    """Put a draft aside; its signatures go. Raises: DraftRefused."""
    draft = open_draft(regulation)
    _unsign(draft, now)
    _enter(draft, State.WITHDRAWN, now)


@transaction.atomic
def restore_draft(*, regulation: Regulation, now: dt.datetime) -> None:
    """Take a withdrawn version up again as a draft. Raises: DraftRefused `not_withdrawn`."""
    stored = Regulation.objects.select_for_update().get(pk=regulation.pk)
    if stored.state != State.WITHDRAWN:
        raise DraftRefused("not_withdrawn")
    _enter(stored, State.DRAFT, now)


def open_draft(regulation: Regulation) -> Regulation:
    """Return the version as it is stored, locked against others until the transaction ends.

    Raises: DraftRefused `locked` for a signed one, `withdrawn`.
    """
    stored = Regulation.objects.select_for_update().get(pk=regulation.pk)
    if stored.is_locked:
        raise DraftRefused("locked")
    if stored.state == State.WITHDRAWN:
        raise DraftRefused("withdrawn")
    return stored


def _enter(regulation: Regulation, state: State, now: dt.datetime) -> None:
    before = snapshot(regulation)
    regulation.state = state
    regulation.save(update_fields=["state"])
    record_change(record=regulation, before=before, now=now)


def _unsign(regulation: Regulation, now: dt.datetime) -> bool:
    """Take the signatures back: what was signed is no longer what stands there."""
    signatures = list(regulation.signatures.all())
    for signature in signatures:
        record_deletion(record=signature, now=now)
        signature.delete()
    return bool(signatures)
