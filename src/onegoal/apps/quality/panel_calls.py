"""The panel of calls on a lead's card: heard in place, noted by hand, on to a review."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.quality.forms.calls import LogCallForm
from onegoal.apps.quality.queries.reviews import visible_remarks
from onegoal.apps.sales.models import Call, Lead
from onegoal.apps.shell.panels import Panel

_MOST = 20


def panel_context(request: HttpRequest, lead: Lead) -> dict[str, Any]:
    """Return the lead's calls, newest first, with what this reader may do with them."""
    user: User = request.user  # type: ignore[assignment]
    calls = list(Call.objects.filter(lead=lead).select_related("seller").order_by("-started_at", "-pk")[:_MOST])
    may_hear = has_right(user, Right.HEAR_CALLS)
    if may_hear:
        by_call: dict[int, list[Any]] = {}
        for remark in visible_remarks(user).filter(call__in=[call.pk for call in calls]).select_related("author"):
            by_call.setdefault(remark.call_id, []).append(remark)
        for call in calls:
            call.shown_remarks = by_call.get(call.pk, [])  # type: ignore[attr-defined]
    return {
        "calls": calls,
        "attempts": sum(not call.is_answered for call in calls),
        "may_hear": may_hear,
        "may_write": has_right(user, Right.WRITE_SALES),
        "may_review": has_right(user, Right.REVIEW_CALLS),
        "log_form": LogCallForm(now=timezone.now(), prefix=None),
    }


PANEL = Panel("calls", "lead", _("Calls"), "quality/calls_panel.html", panel_context, place="main", order=30)
