"""Writes of coaching: what a seller is to practise, with a task for them and one for the coach on the day of the second look."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from onegoal.apps.accounts.models import User
from onegoal.apps.audit.services import record_change, snapshot
from onegoal.apps.quality.models import Coaching, Review
from onegoal.apps.sales.models import Task, TaskKind
from onegoal.apps.sales.services import save_record

_DUE_AT = dt.time(17)
_LONGEST_TITLE = 300


class CoachingRefused(Exception):
    """A coaching that cannot be: `past` (the day is over), `own` (of oneself) or `closed`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def start_coaching(
    *,
    seller: User,
    author: User,
    text: str,
    follow_up_on: dt.date,
    titles: tuple[str, str],
    zone: dt.tzinfo,
    now: dt.datetime,
    review: Review | None = None,
    step: str = "",
) -> Coaching:
    """Agree with a seller what to practise until a day; `titles` are those of the seller's task and of the author's.

    Both tasks are due at 17:00 of that day on the clock of `zone`. Raises: CoachingRefused.
    """
    if seller.pk == author.pk:
        raise CoachingRefused("own")
    if follow_up_on < now.astimezone(zone).date():
        raise CoachingRefused("past")
    due = dt.datetime.combine(follow_up_on, _DUE_AT, zone).astimezone(dt.UTC)
    about = {"person_id": review.call.person_id, "lead_id": review.call.lead_id} if review else {}
    kinds = zip(titles, (seller, author), (TaskKind.OTHER, TaskKind.MEETING), strict=True)
    own, second_look = (
        save_record(
            record=Task(title=title[:_LONGEST_TITLE], kind=kind, assignee=one, created_at=now, due_at=due, **about),
            now=now,
        )
        for title, one, kind in kinds
    )
    coaching = Coaching(
        seller=seller, author=author, review=review, step=step.strip(), text=text.strip(), follow_up_on=follow_up_on,
        task=own, follow_up_task=second_look, created_at=now,
    )  # fmt: skip
    coaching.save()
    record_change(record=coaching, before={}, now=now)
    return coaching


@transaction.atomic
def close_coaching(*, coaching: Coaching, result: str, now: dt.datetime) -> Coaching:
    """Say what came of a coaching; what is open of its tasks is done. Raises: CoachingRefused."""
    kept = Coaching.objects.select_for_update().get(pk=coaching.pk)
    if kept.closed_at is not None:
        raise CoachingRefused("closed")
    before = snapshot(kept)
    kept.closed_at, kept.result = now, result.strip()
    kept.save()
    record_change(record=kept, before=before, now=now)
    ids = [pk for pk in (kept.task_id, kept.follow_up_task_id) if pk]
    for task in Task.objects.select_for_update().filter(pk__in=ids, done_at=None):
        task.done_at, task.result = now, kept.result
        save_record(record=task, now=now)
    return kept
