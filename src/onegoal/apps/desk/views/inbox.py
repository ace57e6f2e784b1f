"""The inbox: leads in the order in which to work on them, and a light question for new ones."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.models import Role, User
from onegoal.apps.accounts.rights import Right, has_right, requires
from onegoal.apps.desk.inbox_table import SORTS, STATE_WORDS, TAKERS, asked_of, bulk_actions, table_for
from onegoal.apps.desk.models import DistributionRule
from onegoal.apps.desk.queries.inbox import inbox, to_do
from onegoal.apps.desk.queries.narrowing import OPEN, STATES, TO_DO, narrowed
from onegoal.apps.desk.queries.rows import rows_of
from onegoal.apps.sales.models import Lead
from onegoal.apps.scoring.models import Training
from onegoal.apps.shell.notices import notices_for
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import BoundTable, PageOfRows, Query

COUNTED: Final = 10_000
"""Beyond this many leads of a page the list says only that there are more: counting them takes longer than showing."""
_MOST_NEW: Final = 100
_NO_TO_DO: Final = frozenset({Role.MARKETER, Role.QUALITY, Role.ACCOUNT_MANAGER, Role.SERVICE})


@requires(Right.SEE_PEOPLE)
@require_GET
def page(request: HttpRequest) -> HttpResponseBase:
    """The reader's leads by state, with filters, search and what to do first."""
    user: User = request.user  # type: ignore[assignment]
    now = timezone.now()
    state = _state(request, user)
    table = _bound(request, user, state, now)
    context: dict[str, Any] = {"table": table, "tabs": _tabs(table, state)}
    if request.htmx and request.htmx.target == table.element_id and not table.get("export"):  # type: ignore[attr-defined]
        return render(request, "desk/inbox_part.html", context)
    context |= {
        "notices": notices_for(user),
        "newest": Lead.objects.order_by("-pk").values_list("pk", flat=True).first() or 0,
        "now": now,
        "may_take": user.role in TAKERS,
        "may_set": has_right(user, Right.SET_DESK),
        "may_write": has_right(user, Right.WRITE_SALES),
        "has_rules": DistributionRule.objects.filter(is_active=True).exists(),
    }
    return respond(request, "desk/inbox.html", context, table)


@requires(Right.SEE_PEOPLE)
@require_GET
def fresh(request: HttpRequest) -> HttpResponse:
    """How many leads came since the page was made; nothing at all when none did."""
    user: User = request.user  # type: ignore[assignment]
    after, since = request.GET.get("after", ""), parse_datetime(request.GET.get("since", "").replace(" ", "+"))
    number = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0
    count = inbox(user).filter(pk__gt=number)[:_MOST_NEW].count()
    if since is not None and timezone.is_aware(since):
        count += Lead.objects.filter(seller=user, assigned_at__gt=since, pk__lte=number)[:_MOST_NEW].count()
    if not count:
        return HttpResponse(status=204)
    return render(request, "desk/fresh.html", {"count": count})


def _state(request: HttpRequest, user: User) -> str:
    wanted = request.GET.get("state", "")
    if wanted in STATES:
        return wanted
    return OPEN if user.role in _NO_TO_DO else TO_DO


def _bound(request: HttpRequest, user: User, state: str, now: dt.datetime) -> BoundTable:
    has_scores = Training.objects.filter(is_used=True).exists()
    source = _Source(request, user, state, now)
    table = table_for(user, state, has_scores=has_scores)
    source.bound = table.bind(request, source, bulk_actions=bulk_actions(user))
    return source.bound


class _Source:
    """Fetches pages of the inbox; what a whole list needs is asked once."""

    bound: BoundTable

    def __init__(self, request: HttpRequest, user: User, state: str, now: dt.datetime) -> None:
        self._user, self._state, self._now = user, state, now
        self._is_file = "export" in request.GET
        self._narrowed: QuerySet[Lead] | None = None
        self._ids: list[int] | None = None
        self._count: tuple[int, bool] | None = None

    def __call__(self, query: Query) -> PageOfRows:
        total, has_more = self._counted()
        rows = self._rows(query) if query.limit else []
        return PageOfRows(rows, total, has_more)

    def _leads(self) -> QuerySet[Lead]:
        if self._narrowed is None:
            zone = timezone.get_current_timezone()
            asked = asked_of(self.bound, self._state, today=timezone.localdate(self._now), zone=zone)
            self._narrowed = narrowed(self._user, asked, self._now)
        return self._narrowed

    def _to_do(self) -> list[int]:
        if self._ids is None:
            local = timezone.localtime(self._now)
            end_of_day = local.replace(hour=0, minute=0, second=0, microsecond=0) + dt.timedelta(days=1)
            assignee = self._user if self._user.role == Role.SELLER else None
            self._ids = to_do(self._leads(), now=self._now, end_of_day=end_of_day, assignee=assignee)
        return self._ids

    def _counted(self) -> tuple[int, bool]:
        if self._count is None:
            self._count = self._count_now()
        return self._count

    def _count_now(self) -> tuple[int, bool]:
        if self._state == TO_DO:
            return len(self._to_do()), False
        leads = self._leads().order_by()
        if self._is_file:
            return leads.count(), False
        count = leads.values("pk")[: COUNTED + 1].count()
        return min(count, COUNTED), count > COUNTED

    def _rows(self, query: Query) -> list[Any]:
        end = query.offset + query.limit
        if self._state == TO_DO and not query.sort:
            ids = self._to_do()[query.offset : end]
            places = {pk: place for place, pk in enumerate(ids)}
            rows = rows_of(Lead.objects.filter(pk__in=ids), self._user, self._now)
            return sorted(rows, key=lambda row: places[row.pk])
        leads = Lead.objects.filter(pk__in=self._to_do()) if self._state == TO_DO else self._leads()
        by = F(SORTS.get(query.sort, "created_at"))
        ordered = by.desc(nulls_last=True) if query.is_descending else by.asc(nulls_last=True)
        leads = leads.order_by(ordered, "-pk" if query.is_descending else "pk")
        ids = list(leads.values_list("pk", flat=True)[query.offset : end])
        places = {pk: place for place, pk in enumerate(ids)}
        rows = rows_of(Lead.objects.filter(pk__in=ids), self._user, self._now)
        return sorted(rows, key=lambda row: places[row.pk])


def _tabs(table: BoundTable, state: str) -> list[dict[str, Any]]:
    """The states as tabs that keep the filters."""
    kept = [(key, value) for key, value in table.hidden_parameters("sort") if key != "state"]
    return [
        {"label": words, "url": f"?{urlencode([*kept, ('state', key)])}", "is_current": key == state}
        for key, words in STATE_WORDS.items()
    ]
