"""Leads whose rejection was found wrong: for the lead score they are good leads, not bad ones."""

from __future__ import annotations

from collections.abc import Iterable

from onegoal.apps.quality.models import Check, CheckState


def wrongly_rejected_leads() -> Iterable[int]:
    """Return the ids of leads with a rejection that an analyst found wrong, or the head after a dispute."""
    wrong = Check.objects.filter(state__in=(CheckState.WRONG, CheckState.UPHELD))
    return wrong.values_list("decision__lead_id", flat=True)
