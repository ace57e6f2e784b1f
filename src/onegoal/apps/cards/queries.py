"""Reads for cards: the record with what its card names, its neighbours and what else is known of its person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet

from onegoal.apps.accounts.models import User
from onegoal.apps.cards.models import Note
from onegoal.apps.sales.models import Deal, Lead, Outcome
from onegoal.apps.sales.queries import visible_deals, visible_leads

_NAMED = ("person", "person__organisation", "project", "product", "seller", "team", "agency", "stage")


def leads_for_cards(user: User) -> QuerySet[Lead]:
    """Return the leads whose card the user may open, with all that the card names."""
    return visible_leads(user).select_related(*_NAMED, "origin", "last_origin")


def deals_for_cards(user: User) -> QuerySet[Deal]:
    """Return the deals whose card the user may open, with all that the card names."""
    return visible_deals(user).select_related(*_NAMED, "origin", "lead", "lead__origin", "lead__last_origin")


def neighbours_of(user: User, lead: Lead) -> tuple[int | None, int | None]:
    """Return the ids of the next newer and the next older lead in work that the user may see."""
    leads = visible_leads(user).filter(outcome=Outcome.OPEN)
    same = Q(created_at=lead.created_at)
    newer = leads.filter(Q(created_at__gt=lead.created_at) | same & Q(pk__gt=lead.pk)).order_by("created_at", "pk")
    older = leads.filter(Q(created_at__lt=lead.created_at) | same & Q(pk__lt=lead.pk)).order_by("-created_at", "-pk")
    return newer.values_list("pk", flat=True).first(), older.values_list("pk", flat=True).first()


def notes_on(leads: Sequence[Lead]) -> Iterable[tuple[int, dt.datetime]]:
    """Return the lead and the moment of each note on one of the leads: whoever writes one has dealt with it."""
    notes = Note.objects.filter(lead__in=[lead.pk for lead in leads])
    return ((lead_id, at) for lead_id, at in notes.values_list("lead_id", "created_at") if lead_id is not None)
