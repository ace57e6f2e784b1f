"""Disputes about pay that wait for an answer, as things that hinder the KPI."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from onegoal.apps.accounts.models import Role, User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.control.queries.desk import Hindrance
from onegoal.apps.control.queries.stakes import Stake
from onegoal.apps.pay.models import DisputeState
from onegoal.apps.pay.queries.statements import visible_disputes
from onegoal.apps.regulation.models import Side

_ANSWERED_WITHIN = dt.timedelta(days=7)
"""Who waits longer than a week for a word about their pay has stopped working for the goal."""


def open_disputes(user: User, now: dt.datetime) -> Iterable[Hindrance]:
    """Return the disputes nobody has answered; nobody says what they cost."""
    if not has_right(user, Right.SEE_PAY):
        return
    for one in visible_disputes(user).filter(state=DisputeState.OPEN).select_related("statement__user"):
        yield Hindrance(
            "dispute", _side_of(one.statement.user), Stake(None), one, since=timezone.localdate(one.raised_at),
            due=timezone.localdate(one.raised_at + _ANSWERED_WITHIN), is_late=one.raised_at + _ANSWERED_WITHIN < now,
            said=gettext("%(person)s disputes the pay: %(text)s") % {"person": one.statement.user, "text": one.text},
            url=reverse("pay:disputes"),
        )  # fmt: skip


def _side_of(person: User) -> str:
    return Side.MARKETING if person.role == Role.MARKETER else Side.SALES
