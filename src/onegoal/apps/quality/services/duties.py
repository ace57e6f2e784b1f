"""Draws the calls to be reviewed, gives each to a reviewer, and excuses those that cannot be."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from onegoal.apps.accounts.models import Role, User
from onegoal.apps.accounts.queries import led_team_ids
from onegoal.apps.audit.services import record_change, snapshot
from onegoal.apps.quality.models import QualitySettings, Review, ReviewDuty
from onegoal.apps.quality.queries.duties import eligible, owed, pool_of
from onegoal.apps.quality.queries.reviews import reviewers, usual_reviewers
from onegoal.apps.quality.queries.settings import quality_settings
from onegoal.apps.sales.models import Call, Outcome
from onegoal.core.review_draw import Candidate, Stratum, draw_calls, stratum_of
from onegoal.core.working_hours import Calendar

WORKING_DAYS_BACK = 10
"""How many working days a draw is completed for: calls may arrive late, and the machine may have been off."""
_REMEMBERED = dt.timedelta(days=60)


@transaction.atomic
def draw_duties(*, calendar: Calendar, today: dt.date, now: dt.datetime) -> int:
    """Draw what is missing of the working days before today and return how many calls were drawn.

    Running it again draws nothing: a seller's day is filled up to what was agreed, and a call is drawn once for ever.
    Before the first draw only the last working day counts, so that a company does not begin with a debt.
    """
    QualitySettings.objects.select_for_update().filter(pk=1).first()  # two draws at once wait for each other
    agreed = quality_settings()
    reassign_duties(now=now)
    desk = ReviewerChoice.now(now.date())
    return sum(_draw_day(day, calendar, agreed, desk, now) for day in _days(calendar, today))


def _days(calendar: Calendar, today: dt.date) -> list[dt.date]:
    first = ReviewDuty.objects.order_by("day").values_list("day", flat=True).first()
    days: list[dt.date] = []
    day = today
    for _place in range(WORKING_DAYS_BACK):
        day = calendar.working_day_before(day)
        if days and (first is None or day < first):
            break
        days.append(day)
    return days[::-1]


def _draw_day(day: dt.date, calendar: Calendar, agreed: QualitySettings, desk: ReviewerChoice, now: dt.datetime) -> int:
    begins, ends = pool_of(calendar, day)
    reviewed = Review.objects.filter(call=OuterRef("pk"), finished_at__isnull=False)
    is_drawn = ReviewDuty.objects.filter(call=OuterRef("pk"))
    calls = eligible(Call.objects.filter(started_at__gte=begins, started_at__lt=ends), agreed)
    calls = calls.filter(Q(seller__left_on=None) | Q(seller__left_on__gte=day))
    free = calls.exclude(Exists(is_drawn)).exclude(Exists(reviewed))
    by_seller: dict[User, list[Call]] = {}
    for call in free.select_related("seller", "lead").order_by("pk"):
        by_seller.setdefault(call.seller, []).append(call)  # type: ignore[arg-type]
    has = Counter(ReviewDuty.objects.filter(day=day).values_list("seller_id", flat=True))
    count = 0
    for seller, own in by_seller.items():
        wanted = agreed.reviews_a_day - has[seller.pk]
        if wanted > 0:
            count += _draw_seller(seller, own, wanted, day, begins, calendar, agreed, desk, now)
    return count


def _draw_seller(
    seller: User,
    calls: list[Call],
    wanted: int,
    day: dt.date,
    begins: dt.datetime,
    calendar: Calendar,
    agreed: QualitySettings,
    desk: ReviewerChoice,
    now: dt.datetime,
) -> int:
    past = Call.objects.filter(seller=seller, started_at__gte=begins - _REMEMBERED, started_at__lt=begins)
    earlier = eligible(past, agreed)
    drawn = earlier.filter(Exists(ReviewDuty.objects.filter(call=OuterRef("pk"))))
    taken = draw_calls(
        [Candidate(call.pk, _stratum(call, calendar)) for call in calls],
        wanted,
        seen=_strata(earlier, calendar),
        drawn=_strata(drawn, calendar),
        seed=("calls to review", day.isoformat(), seller.pk),
    )
    for one in taken:
        duty = ReviewDuty.objects.create(day=day, seller=seller, reviewer=desk.choose(seller), call_id=one.key)
        record_change(record=duty, before={}, now=now)
    return len(taken)


def _stratum(call: Call, calendar: Calendar) -> Stratum:
    is_rejected = call.lead is not None and call.lead.outcome == Outcome.REJECTED
    return stratum_of(call.started_at.astimezone(calendar.zone).hour, call.talk_seconds or 0, is_rejected)


def _strata(calls: QuerySet[Call], calendar: Calendar) -> Iterable[Stratum]:
    rows = calls.values_list("started_at", "talk_seconds", "lead__outcome")
    return [stratum_of(at.astimezone(calendar.zone).hour, talk or 0, out == Outcome.REJECTED) for at, talk, out in rows]


@dataclass
class ReviewerChoice:
    """Who reviews whom: analysts anybody, supervisors their own sellers, heads where nobody else may; by open work."""

    analysts: list[User]
    by_team: dict[int, list[User]]
    heads: list[User]
    load: Counter[int] = field(default_factory=Counter)
    recent: Counter[int] = field(default_factory=Counter)

    @classmethod
    def now(cls, today: dt.date) -> ReviewerChoice:
        """Return the reviewers with what each has to do, and has had within the last thirty days."""
        usual = list(usual_reviewers())
        by_team: dict[int, list[User]] = {}
        for one in usual:
            if one.role == Role.SUPERVISOR:
                for team in led_team_ids(one):
                    by_team.setdefault(team, []).append(one)
        choice = cls([one for one in usual if one.role != Role.SUPERVISOR], by_team, _heads())
        since = today - dt.timedelta(days=30)
        for name, duties in (
            ("load", owed(ReviewDuty.objects.all())),
            ("recent", ReviewDuty.objects.filter(day__gte=since)),
        ):
            rows = duties.order_by().values_list("reviewer_id").annotate(count=Count("pk"))
            setattr(choice, name, Counter(dict(rows)))
        return choice

    def choose(self, seller: User) -> User | None:
        """Return the reviewer with the least to do who may judge this seller, and count the call as theirs."""
        may = [*self.analysts, *self.by_team.get(seller.team_id or 0, [])]
        may = [one for one in may if one.pk != seller.pk] or [one for one in self.heads if one.pk != seller.pk]
        if not may:
            return None
        chosen = min(may, key=lambda one: (self.load[one.pk], self.recent[one.pk], one.pk))
        self.load[chosen.pk] += 1
        self.recent[chosen.pk] += 1
        return chosen


def _heads() -> list[User]:
    return list(reviewers().filter(role=Role.HEAD, projects=None))


@transaction.atomic
def reassign_duties(*, now: dt.datetime) -> int:
    """Give what is owed by nobody, or by somebody who may no longer review, to others; return how many."""
    able = reviewers().values("pk")
    orphans = owed(ReviewDuty.objects.select_for_update()).exclude(reviewer_id__in=able).select_related("seller")
    orphans = orphans | owed(ReviewDuty.objects.select_for_update()).filter(reviewer=None).select_related("seller")
    waiting = list(orphans)
    desk = ReviewerChoice.now(now.date()) if waiting else None
    for duty in waiting:
        before = snapshot(duty)
        duty.reviewer = desk.choose(duty.seller) if desk else None
        if duty.reviewer_id != before["reviewer_id"]:
            duty.save()
            record_change(record=duty, before=before, now=now)
    return len(waiting)


@transaction.atomic
def excuse_duty(*, duty: ReviewDuty, reason: str, now: dt.datetime) -> ReviewDuty:
    """Take a call off the debt with a reason; an empty reason puts it back. Raises: ValueError for one that is done."""
    kept = ReviewDuty.objects.select_for_update().get(pk=duty.pk)
    if kept.done_at is not None:
        raise ValueError("a duty that is done needs no excuse")
    before = snapshot(kept)
    kept.excused = reason.strip()
    kept.save()
    record_change(record=kept, before=before, now=now)
    return kept
