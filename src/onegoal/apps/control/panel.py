"""The panel "What hinders" on the card of a lead or a deal."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.control.queries.blockers import visible_blockers
from onegoal.apps.control.words_stakes import stake_words
from onegoal.apps.sales.models import Deal, Lead
from onegoal.apps.shell.panels import Panel


def panel_context(request: HttpRequest, record: Lead | Deal) -> dict[str, Any] | None:
    """Return the record's blockers, open ones first, as far as the reader may see them."""
    user: User = request.user  # type: ignore[assignment]
    if not has_right(user, Right.RAISE_BLOCKER):
        return None
    of = "lead" if isinstance(record, Lead) else "deal"
    found = visible_blockers(user).filter(**{of: record})
    shown = sorted(found, key=lambda one: (one.resolved_at is not None, -one.pk))
    return {
        "lines": [(one, stake_words(one.stake_minor, one.stake_basis)) for one in shown],
        "of": of,
        "today": timezone.localdate(),
    }


PANELS = tuple(
    Panel("blockers", of, _("What hinders"), "control/panel.html", panel_context, place="side", order=50)
    for of in ("lead", "deal")
)
