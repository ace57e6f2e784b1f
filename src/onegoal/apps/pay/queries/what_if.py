"""What people would have got in past months by another version of their scheme."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Sum

from onegoal.apps.accounts.models import User
from onegoal.apps.pay.models import SchemeVersion, StatementLine
from onegoal.apps.pay.queries.calculation import Paid, calculated, problems_of
from onegoal.apps.pay.queries.inputs import Problem, inputs_of


@dataclass(frozen=True)
class TriedMonth:
    """One person's month: what the schemes paid (`was` is None where no run was computed) and what the version would."""

    month: dt.date
    was_minor: int | None
    would_minor: int
    paid: Paid


@dataclass(frozen=True)
class Tried:
    """A person's months under a version tried; sums over the months that have both."""

    user: User
    months: tuple[TriedMonth, ...]

    @property
    def was_minor(self) -> int:
        """What was paid in the months that can be compared."""
        return sum(one.was_minor for one in self.months if one.was_minor is not None)

    @property
    def would_minor(self) -> int:
        """What the version would have paid in the same months."""
        return sum(one.would_minor for one in self.months if one.was_minor is not None)


@dataclass(frozen=True)
class Trial:
    """What came of trying a version on some months: by person, by name, and what could not be counted."""

    people: tuple[Tried, ...]
    problems: tuple[tuple[dt.date, Problem], ...]


def try_scheme(version: SchemeVersion, months: Iterable[dt.date]) -> Trial:
    """Pay the people of a version's scheme by it for whole months; nothing is written.

    Adjustments and claw-backs are left out on both sides. Deals cancelled since do not count on the side of `would`.
    Raises: FormulaError for a version whose formulas are not sound: check `errors_of` first.
    """
    found: dict[int, list[TriedMonth]] = defaultdict(list)
    users: dict[int, User] = {}
    problems = []
    wanted = sorted({month.replace(day=1) for month in months})
    was = _was(wanted)
    for month in wanted:
        inputs = inputs_of(month, version=version)
        paid = calculated(inputs)
        problems += [(month, problem) for problem in problems_of(inputs, paid)]
        users.update(inputs.users)
        for each in paid:
            tried = TriedMonth(month, was.get((month, each.user_id)), each.total_minor, each)
            found[each.user_id].append(tried)
    people = (Tried(users[user_id], tuple(tried)) for user_id, tried in found.items())
    return Trial(tuple(sorted(people, key=lambda one: (one.user.name, one.user.pk))), tuple(problems))


def _was(months: list[dt.date]) -> dict[tuple[dt.date, int], int]:
    lines = StatementLine.objects.filter(statement__run__month__in=months, part__isnull=False).order_by()
    rows = lines.values_list("statement__run__month", "statement__user_id").annotate(total=Sum("amount_minor"))
    return {(month, user_id): total for month, user_id, total in rows}
