"""What counts as an answer to a lead: calls and done tasks; other apps register more, such as notes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

from django.db.models import Q

from onegoal.apps.sales.models import Call, Direction, Lead, Task

Found = Iterable[tuple[int, dt.datetime]]
Find = Callable[[Sequence[Lead]], Found]
"""Takes leads and gives (lead id, moment) for whatever shows that somebody answered; moments before a lead came do no harm."""


def _calls(leads: Sequence[Lead]) -> Found:
    """Outgoing calls, reached or not, and answered ones; a call that names no lead is about all of its person's."""
    by_person: dict[int, list[Lead]] = {}
    for lead in leads:
        by_person.setdefault(lead.person_id, []).append(lead)
    spoke = Q(direction=Direction.OUT) | Q(is_answered=True)
    since = min(lead.created_at for lead in leads)
    named = Call.objects.filter(spoke, lead__in=[lead.pk for lead in leads])
    yield from named.filter(lead__isnull=False).values_list("lead_id", "started_at")
    about = Call.objects.filter(spoke, lead=None, person__in=list(by_person), started_at__gte=since)
    for person_id, at in about.values_list("person_id", "started_at"):
        yield from ((lead.pk, at) for lead in by_person[person_id or 0])


def _tasks(leads: Sequence[Lead]) -> Found:
    done = Task.objects.filter(lead__in=[lead.pk for lead in leads], done_at__isnull=False)
    return done.values_list("lead_id", "done_at")  # type: ignore[return-value]


_finders: dict[str, Find] = {"calls": _calls, "tasks": _tasks}


def register_evidence(key: str, find: Find) -> None:
    """Add something that shows an answer was given; called from an app's `ready`."""
    _finders[key] = find


def first_answers(leads: Sequence[Lead]) -> dict[int, dt.datetime]:
    """Return when each lead was first answered since it came, or since it was sent back; unanswered ones are left out."""
    if not leads:
        return {}
    since = {lead.pk: lead.returned_at or lead.created_at for lead in leads}
    answers: dict[int, dt.datetime] = {}
    for find in _finders.values():
        for pk, at in find(leads):
            if at >= since[pk] and (pk not in answers or at < answers[pk]):
                answers[pk] = at
    return answers
