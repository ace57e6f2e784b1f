"""Reads of the score: what it says of a lead, the trainings, and which leads it is due for."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from onegoal.apps.sales.models import Lead, Outcome
from onegoal.apps.scoring.models import KnownAtArrival, LeadScore, Training

KEPT_DAYS: Final = 60
"""Rejected leads keep their score so long, so that control finds the promising ones."""


def score_of(lead: Lead) -> LeadScore | None:
    """Return what the score in use says of a lead; None while it is off or the lead has not been scored."""
    return LeadScore.objects.filter(lead=lead, training__is_used=True).select_related("training").first()


def used_training() -> Training | None:
    """Return the training whose model is in use."""
    return Training.objects.filter(is_used=True).first()


def latest_training() -> Training | None:
    """Return the training that was finished last."""
    return Training.objects.filter(finished_at__isnull=False).first()


def waiting_training() -> Training | None:
    """Return the training that runs or waits for its turn."""
    return Training.objects.filter(finished_at=None).order_by("id").first()


def trainings() -> QuerySet[Training]:
    """Return all finished trainings, newest first, without their models."""
    return Training.objects.filter(finished_at__isnull=False).select_related("author").defer("model")


def declarations() -> QuerySet[KnownAtArrival]:
    """Return the fields somebody answers for."""
    return KnownAtArrival.objects.select_related("author").order_by("field")


def declared_fields() -> frozenset[str]:
    """Return the keys of the fields somebody answers for."""
    return frozenset(KnownAtArrival.objects.values_list("field", flat=True))


def leads_to_score(now: dt.datetime) -> QuerySet[Lead]:
    """Return the leads that carry a score: open ones, warmed-up ones, and those rejected in the last sixty days."""
    recent = Q(outcome=Outcome.REJECTED, outcome_at__gte=now - dt.timedelta(days=KEPT_DAYS))
    return Lead.objects.filter(Q(outcome__in=(Outcome.OPEN, Outcome.NURTURE)) | recent)


def unscored(leads: QuerySet[Lead], training: Training) -> QuerySet[Lead]:
    """Return those of the leads that this training has not scored."""
    scored = LeadScore.objects.filter(lead=OuterRef("pk"), training=training)
    return leads.filter(~Exists(scored)).order_by("-created_at", "-id")
