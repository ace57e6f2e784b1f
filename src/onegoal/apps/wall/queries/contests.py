"""Reads of contests: who sees which, where everybody stands, and when the result may be settled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from django.db.models import Q, QuerySet

from onegoal.apps.accounts.models import Role, Team, User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.audit.models import StaleChunk
from onegoal.apps.wall.models import Contest, Entrant, Prize, Shows
from onegoal.apps.wall.queries.values import Values, values_by_person, values_by_team
from onegoal.core.contests import Entrant as Competitor
from onegoal.core.contests import Result, Rules, decided, from_millionths, standing_of, winners
from onegoal.metrics.catalogue import METRICS, Metric

SETTLES_AT: Final = dt.time(9)
"""The hour of the day after the last one at which a result is settled: what other systems send by night is in by then."""
_NOT_COMPARED: Final = frozenset({"mix", "time", "cohort"})


@dataclass(frozen=True)
class Standing:
    """One line of a contest as its readers may see it: what is not told is None."""

    entrant: Entrant
    place: int | None
    value: Fraction | None
    points: Fraction | None
    progress: Fraction | None
    is_short: bool
    prize: Prize | None


def visible_contests(user: User) -> QuerySet[Contest]:
    """Return the contests a user may see: everybody's, but for figures of cost who may not see costs."""
    if not has_right(user, Right.SEE_GOAL):
        return Contest.objects.none()
    contests = Contest.objects.prefetch_related("entrants__user", "entrants__team", "prizes")
    return contests if has_right(user, Right.SEE_COSTS) else contests.exclude(metric__in=_COSTS)


def metrics_of(*, between_teams: bool) -> list[Metric]:
    """Return the figures of the catalogue a contest may be over."""
    dimension = "team" if between_teams else "seller"
    return [one for one in METRICS.values() if one.kind not in _NOT_COMPARED and dimension in one.dimensions]


def standing_in(contest: Contest, *, today: dt.date) -> list[Standing]:
    """Return the lines of a contest: of one that is over as they were settled, else as the figures stand today."""
    entrants = {one.pk: one for one in contest.entrants.all()}
    results = settled(contest) if contest.closed_at else results_now(contest, today=today)
    prizes = {prize.place: prize for prize in contest.prizes.all()}
    won = {key: prizes[place] for place, keys in winners(results, prizes).items() for key in keys}
    best = max((one.points for one in results if one.points is not None), default=Fraction(0))
    return [_told(contest, entrants[one.key], one, best, won.get(one.key)) for one in results]


def results_now(contest: Contest, *, today: dt.date) -> list[Result[int]]:
    """Return the results by entrant's id as the catalogue tells them today. Raises: QuestionRefused."""
    entrants = list(contest.entrants.all())
    values = _values(contest, entrants, min(today, contest.ends_on)) if today >= contest.starts_on else {}
    members = _members(contest, entrants)
    competitors = [
        Competitor(one.pk, values.get(one.pk), members.get(one.pk, 1), one.handicap_bp) for one in entrants
    ]  # fmt: skip
    return standing_of(competitors, rules_of(contest))


def settled(contest: Contest) -> list[Result[int]]:
    """Return the results that were kept when the contest was over."""
    kept = {
        one.pk: (None if one.value_millionths is None else from_millionths(one.value_millionths), one.handicap_bp)
        for one in contest.entrants.all()
    }
    return decided(kept, rules_of(contest))


def rules_of(contest: Contest) -> Rules:
    """Return the rules of a contest. An unknown figure is one where more is better."""
    metric = METRICS.get(contest.metric)
    return Rules(
        per_person=contest.per_person and contest.is_between_teams,
        minimum=None if contest.minimum is None else minimum_of(contest),
        less_is_better=bool(metric and metric.less_is_better),
    )


def minimum_of(contest: Contest) -> Fraction:
    """Return the minimum in the unit of the figure: shares are kept in hundredths of a per cent."""
    metric = METRICS.get(contest.metric)
    return Fraction(contest.minimum or 0, 10_000 if metric and metric.unit == "share" else 1)


def settles_at(contest: Contest, zone: dt.tzinfo) -> dt.datetime:
    """Return when the result is settled: at nine in the morning of the day after the last one, by the company's clock."""
    return dt.datetime.combine(contest.ends_on + dt.timedelta(days=1), SETTLES_AT, zone).astimezone(dt.UTC)


def contests_to_settle(now: dt.datetime, zone: dt.tzinfo) -> list[Contest]:
    """Return the contests whose result is due, once nothing waits to be published: figures are complete only then."""
    open_ones = Contest.objects.filter(closed_at=None, cancelled_at=None, ends_on__lt=now.astimezone(zone).date())
    due = [one for one in open_ones if settles_at(one, zone) <= now]
    return due if due and not StaleChunk.objects.exists() else []


def sellers() -> QuerySet[User]:
    """Return who sells: people at work who are sales managers or lead some."""
    return User.objects.filter(is_active=True, left_on=None, role__in=(Role.SELLER, Role.SUPERVISOR)).order_by("name")


def _told(contest: Contest, entrant: Entrant, result: Result[int], best: Fraction, prize: Prize | None) -> Standing:
    shows_value, shows_progress = contest.shows == Shows.VALUE, contest.shows != Shows.RANK
    share = result.points / best if result.points is not None and best > 0 else None
    return Standing(
        entrant, result.place, result.value if shows_value else None, result.points if shows_value else None,
        share if shows_progress and not rules_of(contest).less_is_better else None, result.is_short, prize,
    )  # fmt: skip


def _values(contest: Contest, entrants: Sequence[Entrant], until: dt.date) -> Values:
    where = tuple((str(name), value) for name, value in contest.where)
    if contest.is_between_teams:
        teams = {one.team_id: one for one in entrants if one.team}
        found = values_by_team(
            contest.metric, [one.team for one in teams.values() if one.team], contest.starts_on, until, where=where
        )
        return {one.pk: found.get(key or 0) for key, one in teams.items()}
    people = {one.user_id: one for one in entrants if one.user}
    found = values_by_person(
        contest.metric, [one.user for one in people.values() if one.user], contest.starts_on, until, where=where
    )
    return {one.pk: found.get(key or 0) for key, one in people.items()}


def _members(contest: Contest, entrants: Sequence[Entrant]) -> dict[int, int]:
    """Return how many people each team counts as: those of it who sell, with those who left while it ran.

    Everybody belongs to one team, so nobody is a member twice; who leads a team without selling in it is no member.
    """
    if not contest.is_between_teams:
        return {}
    there = User.objects.filter(Q(left_on=None, is_active=True) | Q(left_on__gte=contest.starts_on), role=Role.SELLER)
    counted: dict[int | None, int] = {}
    for team in there.values_list("team", flat=True):
        counted[team] = counted.get(team, 0) + 1
    return {one.pk: counted.get(one.team_id, 0) for one in entrants}


_COSTS: Final = tuple(name for name, metric in METRICS.items() if metric.needs_costs)


def is_about_costs(contest: Contest) -> bool:
    """Tell whether the figure may be seen only by those who see costs."""
    return contest.metric in _COSTS


def chosen_who(contest: Contest) -> list[User | Team]:
    """Return who takes part."""
    return [one.user or one.team for one in contest.entrants.all() if one.user or one.team]  # type: ignore[misc]
