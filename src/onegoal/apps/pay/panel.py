"""The panel on a deal's card: whose pay the deal counts for; those who draft pay divide it there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.pay.forms import SplitForm
from onegoal.apps.pay.models import DealShare
from onegoal.apps.sales.models import Deal
from onegoal.apps.shell.panels import Panel


def context(request: HttpRequest, deal: Deal) -> Mapping[str, Any] | None:
    """Return the shares of a deal: all of them to those who see pay, the own one to others, nothing to the rest."""
    reader: User = request.user  # type: ignore[assignment]
    shares = DealShare.objects.filter(deal=deal).select_related("user")
    sees_all, may_edit = has_right(reader, Right.SEE_PAY), has_right(reader, Right.DRAFT_PAY)
    if not sees_all:
        shares = shares.filter(user=reader) if has_right(reader, Right.SEE_OWN_PAY) else shares.none()
    found = list(shares)
    if not found and not may_edit:
        return None
    form = SplitForm(deal=deal) if may_edit else None
    return {"deal": deal, "shares": found, "form": form, "sees_all": sees_all}


PANEL = Panel("pay_shares", "deal", _("Counts for the pay of"), "pay/panel.html", context, place="side", order=30)
