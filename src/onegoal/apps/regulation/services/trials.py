"""What a version would have said of the leads of a period, worked out in steps that show how far it is."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from django.db.models import QuerySet

from onegoal.apps.accounts.models import User
from onegoal.apps.company.queries import current_company
from onegoal.apps.regulation.facts import facts_of
from onegoal.apps.regulation.fields import asked_fields
from onegoal.apps.regulation.models import ClauseKind, Regulation, Trial
from onegoal.apps.regulation.queries import company_zone, judge_of, regulation_for
from onegoal.apps.sales.models import Lead
from onegoal.apps.sales.queries import visible_leads
from onegoal.core.periods import Period
from onegoal.core.qualification import Judge, Verdicts

MOST_CHANGES: Final = 5_000
"""Of more leads that change only their number is kept."""
STEP: Final = 5_000
_NAMES: Final = {1: "qualifies", 0: "unknown", -1: "fails"}


def begin_trial(*, regulation: Regulation, asker: User, period: Period, now: dt.datetime) -> Trial:
    """Write down that a trial is asked for; `run_trial` does the work. Older ones of the asker are forgotten."""
    Trial.objects.filter(regulation=regulation, asker=asker).delete()
    trial = Trial(
        regulation=regulation, asker=asker, first_day=period.start, last_day=period.end, created_at=now,
        digest=digest_of(regulation), against=regulation_for(now),
    )  # fmt: skip
    trial.leads = _leads(trial).count()
    trial.save()
    return trial


def run_trial(*, trial: Trial, clock: Callable[[], dt.datetime]) -> Trial:
    """Judge the trial's leads by the new version and by the one in force, step by step."""
    known = asked_fields()
    judge = judge_of(trial.regulation, known)
    against = judge_of(trial.against, known) if trial.against else None
    keys = {*judge.keys, *(against.keys if against else ())}
    leads = _leads(trial).order_by("pk")
    ids = list(leads.values_list("pk", flat=True))
    count = _Count(judge, has_other=against is not None)
    for start in range(0, len(ids), STEP):
        part = leads.filter(pk__gte=ids[start], pk__lte=ids[min(start + STEP, len(ids)) - 1])
        facts = facts_of(part, keys, known=known)
        now_said = judge.judge_many(facts.columns, len(facts.ids))
        before = against.judge_many(facts.columns, len(facts.ids)) if against else None
        count.add(facts.ids, now_said, before)
        Trial.objects.filter(pk=trial.pk).update(done=min(start + STEP, len(ids)))
    trial.leads, trial.done, trial.done_at = count.leads, count.leads, clock()
    trial.results, trial.clauses, trial.changes = count.results(), count.clauses(), count.changes
    if Trial.objects.filter(pk=trial.pk).exists():  # else the asker has begun another meanwhile
        trial.save()
    return trial


def give_up_trial(*, trial: Trial) -> None:
    """Note that a trial broke off."""
    Trial.objects.filter(pk=trial.pk).update(is_broken=True)


def digest_of(regulation: Regulation) -> str:
    """Return what tells one state of a version's criteria from another."""
    parts = [regulation.threshold] + [
        [clause.number, clause.field, clause.operator, clause.value, clause.weight, clause.is_required]
        for clause in regulation.clauses.filter(kind=ClauseKind.CRITERION)
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _leads(trial: Trial) -> QuerySet[Lead]:
    zone = company_zone(current_company())
    start = dt.datetime.combine(trial.first_day, dt.time(), zone)
    end = dt.datetime.combine(trial.last_day + dt.timedelta(days=1), dt.time(), zone)
    return visible_leads(trial.asker).filter(created_at__gte=start, created_at__lt=end)


class _Count:
    """Adds up the verdicts of the steps."""

    def __init__(self, judge: Judge, *, has_other: bool) -> None:
        self._numbers = [one.number for one in judge.regulation.criteria]
        self._marks = np.zeros((len(self._numbers), 3), dtype=np.int64)
        self._new, self._old = np.zeros(3, dtype=np.int64), np.zeros(3, dtype=np.int64)
        self._has_other, self._changed, self.leads = has_other, 0, 0
        self.changes: list[list[int]] = []

    def add(self, ids: list[int], new: Verdicts, old: Verdicts | None) -> None:
        self.leads += len(ids)
        self._new += _tally(new.results)
        for place, row in enumerate(new.holds):
            self._marks[place] += _tally(row)
        if old is None:
            return
        self._old += _tally(old.results)
        places = np.flatnonzero(new.results != old.results)
        self._changed += len(places)
        room = MOST_CHANGES - len(self.changes)
        self.changes += [[ids[at], int(old.results[at]), int(new.results[at])] for at in places[:room]]

    def results(self) -> dict[str, Any]:
        """Return the counts of the new version, of the one in force where there is one, and of leads that change."""
        counts: dict[str, Any] = {"new": _named(self._new)}
        if self._has_other:
            counts |= {"old": _named(self._old), "changed": self._changed}
        return counts

    def clauses(self) -> dict[str, dict[str, int]]:
        """Return for each criterion how many leads meet it, do not, or do not say."""
        names = {1: "holds", 0: "unknown", -1: "fails"}
        return {
            number: {names[mark]: int(row[mark + 1]) for mark in names}
            for number, row in zip(self._numbers, self._marks, strict=True)
        }


def _tally(marks: np.ndarray) -> np.ndarray:
    return np.bincount(marks.astype(np.int64) + 1, minlength=3)


def _named(tally: np.ndarray) -> dict[str, int]:
    return {_NAMES[mark]: int(tally[mark + 1]) for mark in _NAMES}
