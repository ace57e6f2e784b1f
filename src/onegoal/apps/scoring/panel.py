"""The score on a lead's card: the chance and what speaks for and against."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from onegoal.apps.sales.models import Lead
from onegoal.apps.scoring.queries import score_of
from onegoal.apps.scoring.words import reason_lines, target_words, vocabulary
from onegoal.apps.shell.panels import Panel


def score_context(_request: HttpRequest, lead: Lead) -> Mapping[str, Any] | None:
    """Return what the panel shows, None while the score is off or the lead has none."""
    score = score_of(lead)
    if score is None:
        return None
    return {
        "chance": score.chance_bp / 10_000,
        "average": score.training.report.get("base_rate"),
        "good": target_words(score.training.target),
        "reasons": reason_lines(score.reasons, vocabulary()),
        "scored_at": score.scored_at,
    }


PANEL = Panel("score", "lead", _("Score"), "scoring/panel.html", score_context, place="side", order=30)
