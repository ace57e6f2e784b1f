"""The head's desk: what hinders the KPI by estimated loss, how long mending takes, and the way down to one call."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.control.queries.blockers import time_taken
from onegoal.apps.control.queries.desk import Hindrance, losses
from onegoal.apps.control.tables import desk_table
from onegoal.apps.control.words_desk import address, department, kind_words, owner_words, sentence
from onegoal.apps.control.words_stakes import basis_words, stake_words
from onegoal.apps.shell.responses import respond


@dataclass(frozen=True)
class Line:
    """One hindrance as the table shows it; amounts in minor units, age in days."""

    key: int
    words: str
    url: str
    kind: str
    stake: int | None
    low: int | None
    high: int | None
    basis: str
    owner: str
    department: str
    age: int | None
    due: dt.date | None
    state: str


@requires(Right.SEE_DESK)
@require_GET
def desk(request: HttpRequest) -> HttpResponseBase:
    """Everything that hinders the KPI, the largest estimated loss first."""
    user: User = request.user  # type: ignore[assignment]
    now = timezone.now()
    found = losses(user, now=now)
    table = desk_table().bind(request, [_line(key, one, timezone.localdate(now)) for key, one in enumerate(found)])
    context = {
        "table": table,
        "taken": time_taken(user, now=now),
        "late": sum(one.is_late for one in found),
        "unknown": sum(one.stake.minor is None for one in found),
        "count": len(found),
        "way_down": _way_down(),
    }
    return respond(request, "control/desk.html", context, table)


def _line(key: int, one: Hindrance, today: dt.date) -> Line:
    return Line(
        key=key, words=sentence(one), url=address(one), kind=capfirst(kind_words(one)), stake=one.stake.minor,
        low=one.stake.low, high=one.stake.high, basis=_basis(one), owner=owner_words(one), department=department(one),
        age=(today - one.since).days if one.since else None, due=one.due,
        state=_("late") if one.is_late else _("open"),
    )  # fmt: skip


def _basis(one: Hindrance) -> str:
    """The stake in words with its bounds and what it was estimated from; why there is none, where there is none."""
    if one.stake.minor is None:
        return basis_words(one.stake.basis) or _("Not told in money: what it costs depends on what it hides.")
    told = {**one.stake.basis, "low": one.stake.low, "high": one.stake.high}
    return f"{capfirst(stake_words(one.stake.minor, told))}. {basis_words(told)}"


def _way_down() -> list[tuple[str, str]]:
    """From the KPI down to one call, through the pages that are there."""
    return [
        (_("Pace part by part"), reverse("control:pace")),
        (_("Channels"), reverse("analysis:channels")),
        (_("Sales managers"), f"{reverse('control:pace')}?by=seller#people"),
        (_("Deals"), reverse("board:board")),
        (_("Calls"), reverse("quality:reviews")),
    ]
