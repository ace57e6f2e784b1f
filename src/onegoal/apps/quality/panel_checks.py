"""The panel of control on a lead's card: what was found about its rejections, with the seller's answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.quality.forms.checks import AnswerForm
from onegoal.apps.quality.models import Check, CheckState
from onegoal.apps.quality.queries.checks import readable_checks, with_details
from onegoal.apps.sales.models import Lead
from onegoal.apps.sales.queries import visible_leads
from onegoal.apps.shell.panels import Panel


@dataclass(frozen=True)
class ShownCheck:
    """A check as one reader sees it: whether they may answer, judge, or open the lead."""

    check: Check
    form: AnswerForm | None
    may_judge: bool
    may_open_lead: bool

    @property
    def may_answer(self) -> bool:
        """Tell whether the reader still owes an answer."""
        return self.form is not None


def shown_checks(user: User, checks: Iterable[Check]) -> list[ShownCheck]:
    """Return checks as the user sees them."""
    checks = list(checks)
    leads = {check.decision.lead_id for check in checks}
    visible = set(visible_leads(user).filter(pk__in=leads).values_list("pk", flat=True))
    may_judge = has_right(user, Right.CHECK_REJECTIONS)
    return [
        ShownCheck(
            check,
            AnswerForm(auto_id=f"answer_{check.pk}_%s") if _awaits(check, user) else None,
            may_judge,
            check.decision.lead_id in visible,
        )
        for check in checks
    ]


def control_context(request: HttpRequest, lead: Lead) -> Mapping[str, Any] | None:
    """Return the checks of a lead's rejections, the latest first; None when there are none the reader may see."""
    user: User = request.user  # type: ignore[assignment]
    checks = with_details(readable_checks(user).filter(decision__lead=lead)).order_by("-decision__at", "-pk")
    shown = shown_checks(user, checks)
    return {"shown": shown} if shown else None


PANEL = Panel("control", "lead", _("Control"), "quality/check_panel.html", control_context, order=23)


def _awaits(check: Check, user: User) -> bool:
    return check.state == CheckState.WRONG and check.answered_at is None and check.decision.seller_id == user.pk
