"""What the pages of the shared KPI share: finding one, and naming where it stands."""

from __future__ import annotations

import datetime as dt
from typing import cast

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from onegoal.apps.accounts.models import User
from onegoal.apps.goal.models import KpiState, SharedKpi
from onegoal.apps.goal.queries import visible_kpis


def user_of(request: HttpRequest) -> User:
    """Return who asks; the views let only signed-in people in."""
    return cast(User, request.user)


def find_kpi(request: HttpRequest, pk: int) -> SharedKpi:
    """Return a KPI the reader may see, or answer 404."""
    return get_object_or_404(visible_kpis(user_of(request)), pk=pk)


def standing(kpi: SharedKpi, today: dt.date) -> str:
    """Return where a KPI stands: draft, to come, active, finished, ended."""
    if kpi.state != KpiState.ACTIVE:
        return str(kpi.get_state_display())
    if today < kpi.starts_on:
        return _("to come")
    return _("finished") if today > kpi.ends_on else _("active")


def scope_words(kpi: SharedKpi) -> str:
    """Name the scope: a project or the whole company."""
    return kpi.project.name if kpi.project else _("the whole company")


def counted_until(kpi: SharedKpi, today: dt.date) -> dt.date:
    """Return the day up to which a KPI is counted: today within its period, no later than its end."""
    ended_on = timezone.localdate(kpi.ended_at) if kpi.ended_at else kpi.ends_on
    return min(today, kpi.ends_on, ended_on)
