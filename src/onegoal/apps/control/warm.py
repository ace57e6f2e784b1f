"""What the first visitors of a starting process would wait for on the goal's page: its pace, the chain, and what costs most."""

from __future__ import annotations

import datetime as dt

from django.template.loader import get_template

from onegoal.apps.accounts.models import Role, User
from onegoal.apps.analysis.queries.asked import extent
from onegoal.apps.control.queries.losses import losses_now
from onegoal.apps.control.queries.pace import pace_of
from onegoal.apps.control.views.first_page import chain_of
from onegoal.apps.facts.queries import scope_of
from onegoal.apps.goal.queries import current_kpi


def warm_up_goal(*, today: dt.date) -> None:
    """Answer what the first page shows to the head, who sees everything."""
    get_template("control/first_page.html")
    head = User.objects.filter(role=Role.HEAD, is_active=True).order_by("pk").first()
    if head is None:
        return
    kpi = current_kpi(head, today)
    pace = pace_of(kpi, today=today) if kpi else None
    if recorded := extent(scope_of(head)):
        chain_of(head, kpi, today, recorded)
    losses_now(head, pace)
