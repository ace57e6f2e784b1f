"""The head's desk: everything that hinders the KPI, from every app that knows of something, the largest estimated loss first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Min
from django.utils import timezone

from onegoal.apps.accounts.models import User
from onegoal.apps.company.queries import calendar_of_company
from onegoal.apps.control.models import Link, Sag
from onegoal.apps.control.queries.blockers import open_blockers, side_of_link
from onegoal.apps.control.queries.bottleneck import NOW_DAYS, PRICE
from onegoal.apps.control.queries.losses import bottleneck_of, side_of
from onegoal.apps.control.queries.pace import Pace, PartPace, pace_of
from onegoal.apps.control.queries.sags import open_sags
from onegoal.apps.control.queries.stakes import MONTH_DAYS, Stake, lead_stake, stake_from, worth_of_one
from onegoal.apps.desk.queries.clocks import WAITING, fresh_since
from onegoal.apps.feedback.queries import late_questions
from onegoal.apps.goal.queries import current_kpi
from onegoal.apps.planning.models import PlanOverride, VersionState
from onegoal.apps.quality.models import CheckState
from onegoal.apps.quality.queries.checks import visible_checks
from onegoal.apps.quality.queries.duties import owed, visible_duties
from onegoal.apps.quality.waiting_checks import late_before
from onegoal.apps.regulation.models import Side
from onegoal.apps.sales.queries import visible_leads
from onegoal.core.periods import bucket_start
from onegoal.core.shared_kpi import AVERAGE_PRICE, CASH, DEALS
from onegoal.core.stakes import product_of
from onegoal.core.statistics import Interval, poisson_interval

_CLOSE: Final = 0.5
"""Less than half a deal or a cent behind is not behind."""
_LINKS: Final = {
    "visitors": Link.TOUCH, "leads": Link.LEAD, "opportunities": Link.DEAL, "deals": Link.CONTRACT,
}  # fmt: skip


@dataclass(frozen=True)
class Hindrance:
    """One thing that hinders the KPI: of which kind, who answers for it, since when, and what it puts at stake.

    `subject` is the record or figure it is about (a Blocker, Sag, PartPace ...), `count` how many records it stands for.
    Sources of higher apps give their own words and address in `said` and `url`.
    """

    kind: str
    side: str
    stake: Stake
    subject: Any = None
    count: int = 1
    owner: User | None = None
    since: dt.date | None = None
    due: dt.date | None = None
    is_late: bool = False
    said: str = ""
    url: str = ""


Find = Callable[[User, dt.datetime], Iterable[Hindrance]]
_finders: dict[str, Find] = {}


def register_hindrances(key: str, find: Find) -> None:
    """Add a source of hindrances; called from an app's `ready`. `find` returns only what the user may see."""
    _finders[key] = find


def losses(user: User, *, now: dt.datetime, limit: int | None = None) -> list[Hindrance]:
    """Return what hinders the KPI as far as the user may see it: the largest stake first, what has none after, oldest first."""
    today = timezone.localdate(now)
    kpi = current_kpi(user, today)
    pace = pace_of(kpi, today=today) if kpi else None
    found = [
        *_blockers(user, today), *_questions(user, now), *_late_answers(user, now), *_checks(user, today),
        *_reviews(user, today), *_parts(pace, today), *_bottleneck(pace, today), *_sags(user, today),
        *_overrides(today), *(one for find in _finders.values() for one in find(user, now)),
    ]  # fmt: skip
    found.sort(key=lambda one: (one.stake.minor is None, -(one.stake.minor or 0), one.since or today))
    return found[:limit]


def _blockers(user: User, today: dt.date) -> Iterable[Hindrance]:
    for one in open_blockers(user):
        low, high = one.stake_basis.get("low"), one.stake_basis.get("high")
        yield Hindrance(
            "blocker", side_of_link(one.link), Stake(one.stake_minor, low, high, one.stake_basis), one, owner=one.owner,
            since=timezone.localdate(one.raised_at), due=one.due_on,
            is_late=one.due_on is not None and one.due_on < today,
        )  # fmt: skip


def _questions(user: User, now: dt.datetime) -> Iterable[Hindrance]:
    today = timezone.localdate(now)
    for one in late_questions(user, now=now).select_related("addressee", "lead__project", "lead__person"):
        stake = lead_stake(one.lead, today=today) if one.lead else Stake(None)
        yield Hindrance(
            "question", one.side, stake, one, owner=one.addressee, since=timezone.localdate(one.asked_at),
            due=timezone.localdate(one.due_at), is_late=True,
        )  # fmt: skip


def _late_answers(user: User, now: dt.datetime) -> Iterable[Hindrance]:
    """Promised first answers that are late, a line for each seller; leads of another system's past were promised to nobody."""
    fresh = fresh_since(calendar_of_company(), now)
    late = visible_leads(user).filter(WAITING, response_due_at__lte=now, created_at__gte=fresh).order_by()
    rows = list(late.values("seller_id").annotate(count=Count("pk"), since=Min("response_due_at")))
    sellers = User.objects.in_bulk([row["seller_id"] for row in rows if row["seller_id"]])
    for row in rows:
        yield Hindrance(
            "late_answers", Side.SALES, _of_leads(row["count"], timezone.localdate(now)), count=row["count"],
            owner=sellers.get(row["seller_id"]), since=timezone.localdate(row["since"]), is_late=True,
        )  # fmt: skip


def _checks(user: User, today: dt.date) -> Iterable[Hindrance]:
    """Rejections nobody has checked in time, and findings that are disputed and wait for the head's word."""
    waiting = visible_checks(user).filter(state=CheckState.WAITING, queued_on__lt=late_before(today))
    told = waiting.aggregate(count=Count("pk"), since=Min("queued_on"))
    if told["count"]:
        yield Hindrance("checks", Side.SALES, Stake(None), count=told["count"], since=told["since"], is_late=True)
    disputed = visible_checks(user).filter(state=CheckState.DISPUTED)
    for one in disputed.select_related("decision__lead__project", "decision__lead__person", "returned_to"):
        since = timezone.localdate(one.answered_at) if one.answered_at else None
        stake = lead_stake(one.decision.lead, today=today)
        yield Hindrance("dispute", Side.SALES, stake, one, since=since, owner=one.returned_to)


def _reviews(user: User, today: dt.date) -> Iterable[Hindrance]:
    last = calendar_of_company().working_day_before(today)
    rows = owed(visible_duties(user)).filter(day__lt=last).order_by().values("reviewer_id")
    found = list(rows.annotate(count=Count("pk"), since=Min("day")))
    reviewers = User.objects.in_bulk([row["reviewer_id"] for row in found if row["reviewer_id"]])
    for row in found:
        yield Hindrance(
            "reviews", Side.SALES, Stake(None), count=row["count"], owner=reviewers.get(row["reviewer_id"]),
            since=row["since"], is_late=True,
        )  # fmt: skip


def _parts(pace: Pace | None, today: dt.date) -> Iterable[Hindrance]:
    for part in pace.parts if pace else ():
        missing = part.expected - (part.fact or 0.0)
        if part.kind in (DEALS, CASH, AVERAGE_PRICE) and part.expected and missing > _CLOSE:
            yield Hindrance("part", Side.SALES, _of_part(part, missing, pace, today), part, is_late=True)


def _of_part(part: PartPace, missing: float, pace: Pace | None, today: dt.date) -> Stake:
    basis: dict[str, Any] = {"how": "behind"}
    if part.kind == CASH:
        return stake_from(Interval(missing, None, None), basis)
    if part.kind == AVERAGE_PRICE:
        deals = next((other.fact or 0.0 for other in (pace.parts if pace else ()) if other.kind == DEALS), 0.0)
        return stake_from(Interval(missing * deals or None, None, None), basis)
    price, told = worth_of_one(None, today=today, project=pace.kpi.project if pace else None)
    return stake_from(product_of([Interval(missing, missing, missing), price]), basis | told)


def _bottleneck(pace: Pace | None, today: dt.date) -> Iterable[Hindrance]:
    found = bottleneck_of(pace)
    if found is None or found.step.gain is None:
        return
    month = Interval(MONTH_DAYS / NOW_DAYS, MONTH_DAYS / NOW_DAYS, MONTH_DAYS / NOW_DAYS)
    price, told = (Interval(1.0, 1.0, 1.0), {}) if found.step.name == PRICE else worth_of_one(None, today=today)
    stake = stake_from(product_of([found.step.gain, price, month]), {"how": "gain", **told})
    yield Hindrance("bottleneck", side_of(found.step.name), stake, found, since=found.day)


def _sags(user: User, today: dt.date) -> Iterable[Hindrance]:
    for sag in open_sags(user):
        yield Hindrance("sag", side_of(sag.metric), _of_sag(sag, today), sag, since=sag.since, owner=_seller_of(sag))


def _of_sag(sag: Sag, today: dt.date) -> Stake:
    """A month of what is missing a day, where the figure is counted in what leads to a contract."""
    if sag.base or sag.metric not in (*_LINKS, "deals_won"):
        return Stake(None)
    days, counted = sag.evidence.get("days", 0), sag.evidence.get("count", 0)
    if not days or sag.normal <= sag.value:
        return Stake(None)
    bounds = poisson_interval(round(counted))
    low, high = (max(0.0, sag.normal - (bound or 0.0) / days) for bound in (bounds.high, bounds.low))
    missing = Interval(*(rate * MONTH_DAYS for rate in (sag.normal - sag.value, low, high)))
    worth, told = worth_of_one(_LINKS.get(sag.metric), today=today)
    return stake_from(product_of([missing, worth]), {"how": "sag", **told})


def _seller_of(sag: Sag) -> User | None:
    name = sag.by.get("seller")
    return User.objects.filter(name=name, is_active=True).first() if name else None


def _overrides(today: dt.date) -> Iterable[Hindrance]:
    """Red plans in force that somebody let pass: what their red checks said is missing of leads, in money."""
    month = bucket_start(today, "month")
    found = PlanOverride.objects.filter(version__state=VersionState.IN_FORCE, version__plan__last_month__gte=month)
    for one in found.select_related("author", "version__plan"):
        short = [check for check in one.checks if check.get("code") == "leads_short" and check.get("level") == "red"]
        missing = sum(float(check.get("missing") or 0.0) for check in short)
        stake = _of_leads(round(missing), today) if missing else Stake(None)
        yield Hindrance("override", Side.SALES, stake, one, owner=one.author, since=timezone.localdate(one.at))


def _of_leads(count: int, today: dt.date) -> Stake:
    """What some leads are worth; that all of them are lost is the most that can be said, and is told so."""
    worth, told = worth_of_one(Link.LEAD, today=today)
    times = Interval(float(count), float(count), float(count))
    return stake_from(product_of([times, worth]), {"how": "leads", "count": count, **told})
