"""Tasks in a month or a week, and the feed that calendar programs read."""

from __future__ import annotations

import calendar as months
import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.queries import digest_of
from onegoal.apps.accounts.rights import Right, has_right, requires
from onegoal.apps.cards.feed import feed_of
from onegoal.apps.cards.models import CalendarLink
from onegoal.apps.cards.services import make_calendar_link, revoke_calendar_link
from onegoal.apps.cards.views.answers import reader_of
from onegoal.apps.company.queries import current_company
from onegoal.apps.sales.models import Task
from onegoal.apps.shell.toasts import say

_SHOWN_ONCE = "calendar_address"
_KEPT_DONE = dt.timedelta(days=30)
_MOST = 2_000
_SHOWN_A_DAY = 6


@dataclass(frozen=True)
class Day:
    """One day of the calendar with its first tasks and how many more there are."""

    day: dt.date
    is_today: bool
    is_other_month: bool
    tasks: list[Task]
    more: int


@requires(Right.WRITE_SALES)
@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """The reader's tasks of a month or a week, and the address for their calendar program."""
    user, today = reader_of(request), timezone.localdate()
    is_week = request.GET.get("view") == "week"
    on = _day(request.GET.get("on", "")) or today
    days = _week(on) if is_week else [day for week in _month(on) for day in week]
    by_day = _tasks_by_day(user, days[0], days[-1])
    shown = [_shown(day, today, on, by_day.get(day, []), is_week) for day in days]
    before, after = _steps(on, is_week)
    secret = request.session.pop(_SHOWN_ONCE, "")
    context = {
        "weeks": [shown[at : at + 7] for at in range(0, len(shown), 7)],
        "is_week": is_week, "on": on, "today": today, "before": before, "after": after, "now": timezone.now(),
        "has_link": CalendarLink.objects.filter(user=user).exists(),
        "feed": request.build_absolute_uri(reverse("cards:feed", args=[secret])) if secret else "",
    }  # fmt: skip
    return render(request, "cards/calendar.html", context)


@requires(Right.WRITE_SALES)
@require_POST
def feed_make(request: HttpRequest) -> HttpResponse:
    """Make a new secret address; it is shown once, and the former one is closed."""
    request.session[_SHOWN_ONCE] = make_calendar_link(user=reader_of(request), now=timezone.now())
    return redirect("cards:calendar")


@requires(Right.WRITE_SALES)
@require_POST
def feed_close(request: HttpRequest) -> HttpResponse:
    """Close the address."""
    revoke_calendar_link(user=reader_of(request), now=timezone.now())
    say(request, _("The address is closed. Calendar programs that read it get nothing any more."))
    return redirect("cards:calendar")


@never_cache
@require_GET
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The tasks of whoever made the address; anybody else's guess is a page that does not exist."""
    link = CalendarLink.objects.select_related("user").filter(digest=digest_of(secret)).first()
    if link is None or not link.user.is_active or not has_right(link.user, Right.WRITE_SALES):
        raise Http404
    as_todos = request.GET.get("as") == "todos"
    mine = Task.objects.filter(assignee=link.user).filter(Q(done_at=None) | Q(done_at__gte=timezone.now() - _KEPT_DONE))
    mine = mine if as_todos else mine.exclude(due_at=None)
    tasks = mine.select_related("lead", "deal").order_by("-due_at", "pk")[:_MOST]
    name = " · ".join(filter(None, [_("Tasks"), current_company().name]))
    body = feed_of(
        tasks, name=name, host=request.get_host(), root=request.build_absolute_uri("/").rstrip("/"),
        zone=timezone.get_current_timezone(), as_todos=as_todos,
    )  # fmt: skip
    return HttpResponse(body, content_type="text/calendar; charset=utf-8")


def _tasks_by_day(user: User, first: dt.date, last: dt.date) -> dict[dt.date, list[Task]]:
    zone = timezone.get_current_timezone()
    start = dt.datetime.combine(first, dt.time(), zone)
    end = dt.datetime.combine(last + dt.timedelta(1), dt.time(), zone)
    mine = Task.objects.filter(assignee=user, due_at__gte=start, due_at__lt=end)
    found: dict[dt.date, list[Task]] = {}
    for task in mine.select_related("lead__person", "deal__person").order_by("due_at", "pk")[:_MOST]:
        if task.due_at:
            found.setdefault(timezone.localdate(task.due_at), []).append(task)
    return found


def _shown(day: dt.date, today: dt.date, on: dt.date, tasks: list[Task], is_week: bool) -> Day:
    shown = tasks if is_week else tasks[:_SHOWN_A_DAY]
    return Day(day, day == today, not is_week and day.month != on.month, shown, len(tasks) - len(shown))


def _day(text: str) -> dt.date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and 1970 <= day.year <= 2200 else None


def _week(on: dt.date) -> list[dt.date]:
    monday = on - dt.timedelta(days=on.weekday())
    return [monday + dt.timedelta(days=at) for at in range(7)]


def _month(on: dt.date) -> list[list[dt.date]]:
    return months.Calendar().monthdatescalendar(on.year, on.month)


def _steps(on: dt.date, is_week: bool) -> tuple[dt.date, dt.date]:
    if is_week:
        return on - dt.timedelta(7), on + dt.timedelta(7)
    first = on.replace(day=1)
    return (first - dt.timedelta(1)).replace(day=1), (first + dt.timedelta(32)).replace(day=1)
