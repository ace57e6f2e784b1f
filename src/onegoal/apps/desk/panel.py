"""The desk's panel on a lead's card: who has it, how its clock stands, and to whom it was given before."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.desk.inbox_table import TAKERS
from onegoal.apps.desk.queries.clocks import clock_of
from onegoal.apps.desk.words import clock_words
from onegoal.apps.sales.models import Lead
from onegoal.apps.shell.panels import Panel

_SHOWN = 10


def _context(request: HttpRequest, lead: Lead) -> dict[str, Any]:
    user: User = request.user  # type: ignore[assignment]
    clock = clock_of(lead, timezone.now())
    is_own = lead.seller_id == user.pk and has_right(user, Right.WRITE_SALES)
    return {
        "clock": clock,
        "clock_words": clock_words(clock),
        "may_take": lead.seller_id is None and user.role in TAKERS,
        "may_give": is_own or has_right(user, Right.ASSIGN),
        "given": lead.assignments.select_related("seller", "previous", "author", "rule")[:_SHOWN],
    }


PANEL = Panel("desk", "lead", _("Who has it"), "desk/panel.html", _context, place="side", order=5)
