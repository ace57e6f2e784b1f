"""Notes on a card: written, changed, pinned, deleted with an undo."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.audit.batches import in_one_batch
from onegoal.apps.cards.forms import NoteForm
from onegoal.apps.cards.models import Note
from onegoal.apps.cards.services import add_note, delete_note, edit_note, pin_note
from onegoal.apps.cards.views.answers import answer_panel, reader_of, record_for, say_undoable
from onegoal.apps.sales.models import Deal, Lead
from onegoal.apps.sales.queries import visible_deals, visible_leads
from onegoal.apps.shell.toasts import say


@requires(Right.WRITE_SALES)
@require_POST
def note_add(request: HttpRequest, of: str, pk: int) -> HttpResponse:
    """Write a note."""
    record, form = record_for(request, of, pk), NoteForm(request.POST)
    if not form.is_valid():
        say(request, _("A note needs words, at most ten thousand letters."), level=messages.ERROR)
        return answer_panel(request, record, "notes", status=422)
    add_note(record=record, text=form.cleaned_data["text"], author=reader_of(request), now=timezone.now())
    return answer_panel(request, record, "notes")


@requires(Right.WRITE_SALES)
@require_POST
def note_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the words of one's own note."""
    note = get_object_or_404(_visible(request).filter(author=reader_of(request)), pk=pk)
    form = NoteForm(request.POST)
    if form.is_valid():
        with in_one_batch("note") as batch:
            edit_note(note=note, text=form.cleaned_data["text"], now=timezone.now())
        say_undoable(request, _("The note is changed."), batch)
    return answer_panel(request, _record(request, note), "notes", status=200 if form.is_valid() else 422)


@requires(Right.WRITE_SALES)
@require_POST
def note_pin(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a note on top, or let it sink."""
    note = get_object_or_404(_visible(request), pk=pk)
    pin_note(note=note, is_pinned="pin" in request.POST, now=timezone.now())
    return answer_panel(request, _record(request, note), "notes")


@requires(Right.WRITE_SALES)
@require_POST
def note_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one's own note, with an undo."""
    note = get_object_or_404(_visible(request).filter(author=reader_of(request)), pk=pk)
    record = _record(request, note)
    with in_one_batch("note") as batch:
        delete_note(note=note, now=timezone.now())
    say_undoable(request, _("The note is deleted."), batch)
    return answer_panel(request, record, "notes")


def _visible(request: HttpRequest) -> QuerySet[Note]:
    user = reader_of(request)
    of_lead = Q(lead__in=visible_leads(user).values("pk"))
    return Note.objects.filter(of_lead | Q(deal__in=visible_deals(user).values("pk")))


def _record(request: HttpRequest, note: Note) -> Lead | Deal:
    return record_for(request, "lead" if note.lead_id else "deal", note.lead_id or note.deal_id or 0)
