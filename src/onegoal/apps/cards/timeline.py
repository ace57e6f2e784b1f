"""What notes add to a person's timeline."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onegoal.apps.accounts.models import User
from onegoal.apps.cards.models import Note
from onegoal.apps.people.models import Person
from onegoal.apps.people.timeline import MOST_MOMENTS, Moment, Source
from onegoal.apps.sales.queries import visible_deals, visible_leads


def note_moments(user: User, person: Person) -> Iterator[Moment]:
    """Yield the notes on the person's leads and deals."""
    leads, deals = visible_leads(user).filter(person=person), visible_deals(user).filter(person=person)
    notes = Note.objects.filter(Q(lead__in=leads.values("pk")) | Q(deal__in=deals.values("pk")))
    for note in notes.select_related("author")[:MOST_MOMENTS]:
        author = note.author.name if note.author else ""
        yield Moment(note.created_at, "note", _("Note"), " · ".join(filter(None, [note.text, author])))


NOTES = Source("note", gettext_lazy("notes"), note_moments)
