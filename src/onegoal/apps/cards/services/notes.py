"""Notes on leads and deals."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from onegoal.apps.accounts.models import User
from onegoal.apps.audit.services import record_change, record_deletion, snapshot
from onegoal.apps.cards.models import Note
from onegoal.apps.sales.models import Deal, Lead


@transaction.atomic
def add_note(*, record: Lead | Deal, text: str, author: User, now: dt.datetime) -> Note:
    """Write a note on a lead or a deal."""
    about = {"lead": record} if isinstance(record, Lead) else {"deal": record}
    note = Note.objects.create(author=author, text=text, created_at=now, **about)
    record_change(record=note, before={}, now=now)
    return note


@transaction.atomic
def edit_note(*, note: Note, text: str, now: dt.datetime) -> Note:
    """Change the words of a note."""
    return _change(note, now, text=text)


@transaction.atomic
def pin_note(*, note: Note, is_pinned: bool, now: dt.datetime) -> Note:
    """Keep a note on top, or let it sink."""
    return _change(note, now, is_pinned=is_pinned)


@transaction.atomic
def delete_note(*, note: Note, now: dt.datetime) -> None:
    """Delete a note."""
    record_deletion(record=note, now=now)
    note.delete()


def _change(note: Note, now: dt.datetime, **values: object) -> Note:
    note = Note.objects.select_for_update().get(pk=note.pk)
    before = snapshot(note)
    for name, value in values.items():
        setattr(note, name, value)
    note.save()
    record_change(record=note, before=before, now=now)
    return note
