"""Figures of the catalogue for given people or teams, each counted once, however they are called."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction

from onegoal.apps.accounts.models import Team, User
from onegoal.apps.control.queries.days import own_rows
from onegoal.apps.facts.queries import ask, ask_all
from onegoal.metrics.catalogue import METRICS
from onegoal.metrics.question import Question, Row, Scope

Where = tuple[tuple[str, str | None], ...]
Values = dict[int, Fraction | None]


def values_by_person(metric: str, people: Sequence[User], start: dt.date, end: dt.date, *, where: Where = ()) -> Values:
    """Return the figure of each person by id; a count nobody added to is 0, a rate of nothing is None.

    The catalogue names people; whoever shares a name with a colleague is asked for alone. Raises: QuestionRefused.
    """
    shared = Counter(User.objects.filter(name__in={one.name for one in people}).values_list("name", flat=True))
    together = [one for one in people if shared[one.name] == 1]
    alone = [one for one in people if shared[one.name] > 1]
    found = _by_name("seller", metric, {one.pk: one.name for one in together}, start, end, where)
    asked = [
        Question(metric, (), start, end, where, Scope(seller_ids=frozenset({one.pk}))) for one in alone
    ]  # fmt: skip
    return found | {
        one.pk: value_of(metric, own_rows(answer)) for one, answer in zip(alone, ask_all(asked), strict=True)
    }


def values_by_team(metric: str, teams: Sequence[Team], start: dt.date, end: dt.date, *, where: Where = ()) -> Values:
    """Return the figure of each team by id, of the records that bear the team. Raises: QuestionRefused."""
    return _by_name("team", metric, {one.pk: one.name for one in teams}, start, end, where)


def value_of(metric: str, rows: Sequence[Row]) -> Fraction | None:
    """Return the figure of one cell exactly: of a rate its parts, of nothing counted 0, of nothing measured None."""
    if not rows:
        return Fraction(0) if METRICS[metric].kind in ("count", "money") else None
    row = rows[0]
    if METRICS[metric].kind == "rate":
        return Fraction(row.numerator, row.denominator) if row.denominator else None  # type: ignore[arg-type]
    return None if row.value is None else Fraction(row.value)


def _by_name(
    dimension: str, metric: str, names: Mapping[int, str], start: dt.date, end: dt.date, where: Where
) -> Values:
    if not names:
        return {}
    rows = own_rows(ask(Question(metric, (dimension,), start, end, where)))
    by_name: dict[str | None, list[Row]] = {}
    for row in rows:
        by_name.setdefault(row.by[dimension], []).append(row)
    return {key: value_of(metric, by_name.get(name, [])) for key, name in names.items()}
